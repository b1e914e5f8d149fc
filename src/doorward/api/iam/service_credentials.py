"""Service-specific credentials: create, list, update, reset, delete."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import credential_facts, facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import credential_messages, messages, service_credentials
from doorward.control.service_credentials import Kind, NewCredential
from doorward.control.users import Owner
from doorward.model.certificate import ServiceCredential
from doorward.model.directory import one
from doorward.model.identity import User


class Named(msgspec.Struct, frozen=True):
    """A credential, the name of its user, and the moment at which it is looked at."""

    credential: ServiceCredential
    user_name: str | None
    now: datetime


class Shown(msgspec.Struct, frozen=True):
    """A credential with its secret, once."""

    named: Named
    secret: str

    def __repr__(self) -> str:
        """Name the credential; a secret is never shown."""
        return f"Shown({self.named.credential.id})"


def _listed(named: Named) -> shapes.Shape:
    credential = named.credential
    key = service_credentials.kind(credential.service) is Kind.API_KEY
    return {
        "UserName": named.user_name,
        "Status": service_credentials.status_at(credential, named.now),
        "ServiceCredentialAlias" if key else "ServiceUserName": credential.alias,
        "CreateDate": credential.created,
        "ExpirationDate": credential.expires,
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service,
    }


def _shown(shown: Shown) -> shapes.Shape:
    service = shown.named.credential.service
    key = service_credentials.kind(service) is Kind.API_KEY
    secret = {"ServiceCredentialSecret" if key else "ServicePassword": shown.secret}
    return {"ServiceSpecificCredential": _listed(shown.named) | secret}


@operation(
    "iam",
    "CreateServiceSpecificCredential",
    asks=about(facts.user, credential_facts.requested_service),
    answer=_shown,
)
def create_service_specific_credential(
    call: Write, *, user_name: str, service_name: str, credential_age_days: int | None = None
) -> Shown:
    """Create a credential and return its secret, this once."""
    owner = facts.owner(call, user_name)
    new = service_credentials.create(
        call.transaction,
        owner,
        service=service_name,
        age_days=credential_age_days,
        now=call.now,
        ids=call.ids,
        seal=call.vault.seal,
    )
    return _once(call, owner, new)


@operation(
    "iam",
    "ListServiceSpecificCredentials",
    asks=about(credential_facts.user_or_all),
    answer=shapes.paged("ServiceSpecificCredentials", _listed),
)
def list_service_specific_credentials(
    call: Read,
    *,
    user_name: str | None = None,
    service_name: str | None = None,
    all_users: bool | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Named]:
    """Return a user's credentials, oldest first, or with ``all_users`` those of everybody."""
    if service_name is not None:
        service_credentials.kind(service_name)
    if not all_users:
        owner = facts.owner(call, user_name)
        found = service_credentials.of(call.directory, owner)
    elif user_name is None:
        found = call.directory.find(ServiceCredential, account=call.caller.account)
    else:
        raise credential_messages.ALL_USERS_OR_ONE.error()
    return page(
        (
            Named(each, _user_name(call, each), call.now)
            for each in found
            if service_name in {None, each.service}
        ),
        lambda named: f"{named.credential.created.isoformat()} {named.credential.id}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation(
    "iam",
    "UpdateServiceSpecificCredential",
    asks=about(facts.user, credential_facts.held_service),
)
def update_service_specific_credential(
    call: Write,
    *,
    service_specific_credential_id: str,
    status: str,
    user_name: str | None = None,
) -> None:
    """Set a credential Active or Inactive."""
    owner = facts.owner(call, user_name)
    service_credentials.update(call.transaction, owner, service_specific_credential_id, status)


@operation(
    "iam",
    "ResetServiceSpecificCredential",
    asks=about(facts.user, credential_facts.held_service),
    answer=_shown,
)
def reset_service_specific_credential(
    call: Write, *, service_specific_credential_id: str, user_name: str | None = None
) -> Shown:
    """Give a credential a new secret and return it, this once."""
    owner = facts.owner(call, user_name)
    new = service_credentials.reset(
        call.transaction,
        owner,
        service_specific_credential_id,
        ids=call.ids,
        seal=call.vault.seal,
    )
    return _once(call, owner, new)


@operation(
    "iam",
    "DeleteServiceSpecificCredential",
    asks=about(facts.user, credential_facts.held_service),
)
def delete_service_specific_credential(
    call: Write, *, service_specific_credential_id: str, user_name: str | None = None
) -> None:
    """Delete a credential."""
    owner = facts.owner(call, user_name)
    service_credentials.delete(call.transaction, owner, service_specific_credential_id)


def _once(call: Read, owner: Owner, new: NewCredential) -> Shown:
    return Shown(Named(new.credential, owner.name, call.now), new.secret)


def _user_name(call: Read, credential: ServiceCredential) -> str | None:
    user = one(call.directory, User, id=credential.owner_id)
    return user.name if user else None
