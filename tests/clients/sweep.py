"""Deletes everything in an account, as clean-up tools do: kind by kind, again after conflicts.

A kind is a row: how it is listed, what names one of it, how it is deleted, and what has to go from
it first. Only List, Delete, Detach, Remove and Deactivate are called. What is refused with
DeleteConflict is put off to the next round; a round in which nothing goes is the last.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

Names = Mapping[str, str]
Call = Callable[[Any, Names], None]


class Kind(NamedTuple):
    """Something that accounts hold.

    ``name`` is the field of a listed item that names it, ``FIELD=PARAMETER`` where the calls have
    another name for it, ``=PARAMETER`` where the item is the name. ``parts`` are listed by the
    same parameters, ``also`` are calls for what has no listing; ``spared`` says which
    items are not deleted in this way.
    """

    listing: str
    items: str
    name: str
    delete: str
    parts: Sequence[Kind] = ()
    also: Sequence[Call] = ()
    where: Mapping[str, str] = {}
    spared: Callable[[Any], bool] = lambda _item: False

    def listed(self, iam: Any, whose: Names) -> list[tuple[Any, Names]]:
        """Return all items with the parameters that name them."""
        field, _, parameter = self.name.rpartition("=")
        found = [
            item
            for page in _pages(iam, self.listing, {**whose, **self.where})
            for item in page[self.items]
        ]
        itself = self.name.startswith("=")
        return [
            (item, {**whose, parameter: item if itself else item[field or parameter]})
            for item in found
            if not self.spared(item)
        ]


def _pages(iam: Any, operation: str, parameters: Names) -> Iterator[Any]:
    if iam.can_paginate(operation):
        yield from iam.get_paginator(operation).paginate(**parameters)
    else:
        yield getattr(iam, operation)(**parameters)


def _policies(of: str) -> tuple[Kind, Kind]:
    """Return a user's, group's or role's policies: attached ones and its own."""
    return (
        Kind(
            f"list_attached_{of}_policies", "AttachedPolicies", "PolicyArn", f"detach_{of}_policy"
        ),
        Kind(f"list_{of}_policies", "PolicyNames", "=PolicyName", f"delete_{of}_policy"),
    )


def _if_any(operation: str) -> Call:
    """Return a call that deletes what may not be there."""

    def call(iam: Any, names: Names) -> None:
        with suppress(iam.exceptions.NoSuchEntityException):
            getattr(iam, operation)(**names)

    return call


OF_SERVICES = "/aws-service-role/"
USER = (
    *_policies("user"),
    Kind("list_groups_for_user", "Groups", "GroupName", "remove_user_from_group"),
    Kind("list_access_keys", "AccessKeyMetadata", "AccessKeyId", "delete_access_key"),
    Kind("list_mfa_devices", "MFADevices", "SerialNumber", "deactivate_mfa_device"),
    Kind("list_ssh_public_keys", "SSHPublicKeys", "SSHPublicKeyId", "delete_ssh_public_key"),
    Kind(
        "list_signing_certificates", "Certificates", "CertificateId", "delete_signing_certificate"
    ),
    Kind(
        "list_service_specific_credentials",
        "ServiceSpecificCredentials",
        "ServiceSpecificCredentialId",
        "delete_service_specific_credential",
    ),
)
PROFILES = Kind(
    "list_instance_profiles_for_role",
    "InstanceProfiles",
    "InstanceProfileName",
    "remove_role_from_instance_profile",
)
VERSIONS = Kind(
    "list_policy_versions",
    "Versions",
    "VersionId",
    "delete_policy_version",
    spared=lambda version: version["IsDefaultVersion"],
)
KINDS: Sequence[Kind] = (
    Kind(
        "list_policies",
        "Policies",
        "Arn=PolicyArn",
        "delete_policy",
        parts=(VERSIONS,),
        where={"Scope": "Local"},
    ),
    Kind(
        "list_roles",
        "Roles",
        "RoleName",
        "delete_service_linked_role",
        where={"PathPrefix": OF_SERVICES},
    ),
    Kind(
        "list_instance_profiles",
        "InstanceProfiles",
        "InstanceProfileName",
        "delete_instance_profile",
    ),
    Kind(
        "list_roles",
        "Roles",
        "RoleName",
        "delete_role",
        parts=(*_policies("role"), PROFILES),
        spared=lambda role: role["Path"].startswith(OF_SERVICES),
    ),
    Kind("list_groups", "Groups", "GroupName", "delete_group", parts=_policies("group")),
    Kind(
        "list_users",
        "Users",
        "UserName",
        "delete_user",
        parts=USER,
        also=(_if_any("delete_login_profile"),),
    ),
    Kind(
        "list_virtual_mfa_devices",
        "VirtualMFADevices",
        "SerialNumber",
        "delete_virtual_mfa_device",
    ),
    Kind(
        "list_server_certificates",
        "ServerCertificateMetadataList",
        "ServerCertificateName",
        "delete_server_certificate",
    ),
    Kind("list_saml_providers", "SAMLProviderList", "Arn=SAMLProviderArn", "delete_saml_provider"),
    Kind(
        "list_open_id_connect_providers",
        "OpenIDConnectProviderList",
        "Arn=OpenIDConnectProviderArn",
        "delete_open_id_connect_provider",
    ),
    Kind("list_account_aliases", "AccountAliases", "=AccountAlias", "delete_account_alias"),
)
"""All kinds; policies first, so that what is in use has to be tried again."""


class Swept(NamedTuple):
    """What a sweep came to: how many rounds, what went, by call, and what is left."""

    rounds: int
    gone: dict[str, int]
    left: list[str]


def sweep(iam: Any, sparing: str, kinds: Sequence[Kind] = KINDS) -> Swept:
    """Delete everything but one user, by name: the caller."""
    rounds, gone = 0, dict[str, int]()
    while True:
        before, left = sum(gone.values()), []
        for kind in kinds:
            for item, names in kind.listed(iam, {}):
                if names.get("UserName") == sparing:
                    continue
                try:
                    _delete(iam, kind, names, gone)
                except iam.exceptions.DeleteConflictException as conflict:
                    left.append(f"{kind.delete} {item}: {conflict}")
        rounds += 1
        if not left or sum(gone.values()) == before:
            break
    _if_any("delete_account_password_policy")(iam, {})
    return Swept(rounds, gone, left)


def _delete(iam: Any, kind: Kind, names: Names, gone: dict[str, int]) -> None:
    """Delete one item, its parts first."""
    for part in kind.parts:
        for _, inner in part.listed(iam, names):
            _delete(iam, part, inner, gone)
    for call in kind.also:
        call(iam, names)
    getattr(iam, kind.delete)(**names)
    gone[kind.delete] = gone.get(kind.delete, 0) + 1
