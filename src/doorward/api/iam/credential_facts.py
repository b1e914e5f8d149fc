"""What calls about identity providers and certificates must be allowed to do.

Part of ``facts``, whose source and rules hold here.
"""

from __future__ import annotations

from collections.abc import Callable

from doorward.api.call import Read
from doorward.api.iam import facts
from doorward.api.operation import ContextValues, Parameters
from doorward.control import messages, service_linked_roles
from doorward.control.protection import SERVICE_ROLE_PATH
from doorward.control.service_roles import SERVICE_ROLES
from doorward.engine.request import Resource
from doorward.model.certificate import ServerCertificate, ServiceCredential
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold

_SCHEME = "https://"
_SERVICE = "iam:ServiceSpecificCredentialServiceName"
_AGE = "iam:ServiceSpecificCredentialAgeDays"


def new_openid_provider(call: Read, parameters: Parameters) -> Resource:
    """Name the OpenID Connect provider that a call would make."""
    account, url = call.caller.account, parameters["url"].removeprefix(_SCHEME)
    return Resource(f"arn:aws:iam::{account}:oidc-provider/{url}", account)


def new_saml_provider(call: Read, parameters: Parameters) -> Resource:
    """Name the SAML provider that a call would make."""
    return facts.named(call, "saml-provider", None, parameters["name"])


def _provider(
    kind: type[OpenIdProvider | SamlProvider], member: str
) -> Callable[[Read, Parameters], Resource]:
    """Return how to find the provider whose ARN stands in a member."""

    def find(call: Read, parameters: Parameters) -> Resource:
        arn = parameters[member]
        parsed = parse_arn(arn)
        if parsed is None:
            raise messages.INVALID_ARN.error()
        account = parsed.account or call.caller.account
        found = call.directory.get(kind, arn)
        own = found is not None and account == call.caller.account
        return Resource(arn, account, found.tags if found and own else ())

    return find


openid_provider = _provider(OpenIdProvider, "open_id_connect_provider_arn")
"""Find the OpenID Connect provider that a call names."""

saml_provider = _provider(SamlProvider, "saml_provider_arn")
"""Find the SAML provider that a call names."""


def new_server_certificate(call: Read, parameters: Parameters) -> Resource:
    """Name the server certificate that a call would make."""
    name = parameters["server_certificate_name"]
    return facts.named(call, "server-certificate", parameters.get("path"), name)


def server_certificate(call: Read, parameters: Parameters) -> Resource:
    """Find the server certificate that a call names."""
    account, name = call.caller.account, parameters["server_certificate_name"]
    found = call.directory.get(ServerCertificate, account, fold(name))
    if found is None:
        return facts.named(call, "server-certificate", None, name)
    return Resource(found.arn, account, found.tags)


def propagation(_call: Read, parameters: Parameters) -> ContextValues:
    """Give iam:EnableIdentityPropagation where a call sets a context provider.

    Source: IAM API Reference, UpdateOpenIDConnectProvider, which names the key; its values are
    not described: it is true, or absent.
    """
    given = parameters.get("context_provider") is not None
    return {"iam:EnableIdentityPropagation": "true"} if given else {}


def user_or_all(call: Read, parameters: Parameters) -> Resource:
    """Find the user that a call names, or stand for every user if it asks about all."""
    if parameters.get("all_users"):
        account = call.caller.account
        return Resource(f"arn:aws:iam::{account}:user/*", account)
    return facts.user(call, parameters)


def requested_service(_call: Read, parameters: Parameters) -> ContextValues:
    """Give the service and the age of the credential that a call would make."""
    keys: dict[str, str | tuple[str, ...]] = {_SERVICE: parameters["service_name"]}
    days = parameters.get("credential_age_days")
    return keys if days is None else keys | {_AGE: str(days)}


def held_service(call: Read, parameters: Parameters) -> ContextValues:
    """Give the service of the credential that a call is about, if it is there."""
    found = call.directory.get(ServiceCredential, parameters["service_specific_credential_id"])
    own = found is not None and found.account == call.caller.account
    return {_SERVICE: found.service} if found and own else {}


def new_service_role(call: Read, parameters: Parameters) -> Resource:
    """Name the service-linked role that a call would make; of an unknown service, its path."""
    service = parameters["aws_service_name"]
    known = SERVICE_ROLES.get(service)
    name = service_linked_roles.name_of(known, parameters.get("custom_suffix")) if known else ""
    return facts.named(call, "role", f"{SERVICE_ROLE_PATH}{service}/", name)


def service_name(_call: Read, parameters: Parameters) -> ContextValues:
    """Give iam:AWSServiceName: the service that a role is made for."""
    return {"iam:AWSServiceName": parameters["aws_service_name"]}


def deleted_role(call: Read, parameters: Parameters) -> Resource:
    """Name the role that a deletion task is about; it is gone, and so has no tags."""
    account = call.caller.account
    arn = service_linked_roles.deleted_role(account, parameters["deletion_task_id"])
    return Resource(arn, account)
