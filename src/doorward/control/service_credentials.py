"""Service-specific credentials: with which a user calls one AWS service that takes no signatures.

Sources: IAM API Reference (CreateServiceSpecificCredential, ResetServiceSpecificCredential); IAM
User Guide, "Service-specific credentials for IAM users" and "API keys for AWS services"; user
names and texts as recorded from AWS. The form of API keys is ours.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from types import MappingProxyType

import msgspec

from doorward.control import credential_messages as messages
from doorward.control.credential_status import settable
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.sealing import Seal
from doorward.control.users import Owner
from doorward.model.certificate import ServiceCredential
from doorward.model.directory import Directory, Transaction


class Kind(enum.Enum):
    """What a service takes: a user name with a password, or an API key, which may expire."""

    PASSWORD = "password"  # noqa: S105 (the name of a kind)
    API_KEY = "API key"


SERVICES: Mapping[str, Kind] = MappingProxyType(
    {
        "bedrock.amazonaws.com": Kind.API_KEY,
        "cassandra.amazonaws.com": Kind.PASSWORD,
        "codecommit.amazonaws.com": Kind.PASSWORD,
        "logs.amazonaws.com": Kind.API_KEY,
    }
)
"""The services that have such credentials."""


class NewCredential(msgspec.Struct, frozen=True):
    """A credential with its password or key, the only time that anybody sees it."""

    credential: ServiceCredential
    secret: str

    def __repr__(self) -> str:
        """Name the credential; a secret is never shown."""
        return f"NewCredential({self.credential.id})"


def of(directory: Directory, owner: Owner) -> tuple[ServiceCredential, ...]:
    """Return a user's credentials, oldest first."""
    found = directory.find(ServiceCredential, owner_id=owner.id)
    return tuple(sorted(found, key=lambda each: (each.created, each.id)))


def get(directory: Directory, owner: Owner, credential_id: str) -> ServiceCredential:
    """Return one of a user's credentials; raise NoSuchEntity for any other."""
    found = directory.get(ServiceCredential, credential_id)
    if found is None or found.owner_id != owner.id:
        raise messages.NO_SUCH_SERVICE_CREDENTIAL.error(id=credential_id)
    return found


def kind(service: str) -> Kind:
    """Return what a service takes; raise NoSuchEntity for one without such credentials."""
    if service not in SERVICES:
        raise messages.UNSUPPORTED_SERVICE.error(service=service)
    return SERVICES[service]


def status_at(credential: ServiceCredential, now: datetime) -> str:
    """Return what a credential's status is at a moment: it may have expired."""
    if credential.expires is not None and credential.expires <= now:
        return "Expired"
    return credential.status.value


def create(
    transaction: Transaction,
    owner: Owner,
    *,
    service: str,
    age_days: int | None = None,
    now: datetime,
    ids: Ids,
    seal: Seal,
) -> NewCredential:
    """Create a credential; its secret is sealed before it is stored.

    Raises ``ControlError``: NoSuchEntity for a service without such credentials, InvalidInput for
    an age of a password, LimitExceeded above two for the service.
    """
    takes = kind(service)
    if age_days is not None and takes is not Kind.API_KEY:
        raise messages.NO_AGE.error(service=service)
    present = [each for each in of(transaction, owner) if each.service == service]
    within(transaction, owner.account, "ServiceSpecificCredentialsPerUser", len(present) + 1)
    credential_id = ids.access_key_id("ACCA", owner.account)
    secret = ids.secret()
    credential = ServiceCredential(
        id=credential_id,
        account=owner.account,
        owner_id=owner.id,
        service=service,
        alias=_alias(transaction, owner, service),
        sealed_secret=seal(secret.encode(), (owner.account, owner.id, credential_id)),
        created=now,
        expires=None if age_days is None else now + timedelta(days=age_days),
    )
    transaction.add(credential)
    return NewCredential(credential, secret)


def update(transaction: Transaction, owner: Owner, credential_id: str, status: str) -> None:
    """Set a credential Active or Inactive; raises NoSuchEntity, InvalidInput."""
    found = get(transaction, owner, credential_id)
    transaction.put(msgspec.structs.replace(found, status=settable(status)))


def reset(
    transaction: Transaction, owner: Owner, credential_id: str, *, ids: Ids, seal: Seal
) -> NewCredential:
    """Give a credential a new secret; the one before is over at once. Raises NoSuchEntity."""
    found = get(transaction, owner, credential_id)
    secret = ids.secret()
    sealed = seal(secret.encode(), (owner.account, owner.id, credential_id))
    changed = msgspec.structs.replace(found, sealed_secret=sealed)
    transaction.put(changed)
    return NewCredential(changed, secret)


def delete(transaction: Transaction, owner: Owner, credential_id: str) -> None:
    """Delete a credential; raises NoSuchEntity."""
    transaction.remove(get(transaction, owner, credential_id))


def _alias(directory: Directory, owner: Owner, service: str) -> str:
    """Return ``NAME-at-ACCOUNT``, with ``+1`` … after the name while that is taken."""
    found = directory.find(ServiceCredential, account=owner.account)
    taken = {each.alias for each in found if each.service == service}
    names = (f"{owner.name}{f'+{n}' if n else ''}-at-{owner.account}" for n in count())
    return next(name for name in names if name not in taken)
