"""SAML providers: created, changed, tagged, deleted. No assertion is judged here.

Sources: IAM API Reference (CreateSAMLProvider, UpdateSAMLProvider, GetSAMLProvider). Metadata
without ``validUntil`` hold for a hundred years, as recorded from AWS.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import context_providers, tags
from doorward.control import credential_messages as messages
from doorward.control.ids import Ids
from doorward.control.quotas import at_most, within
from doorward.control.sealing import Seal
from doorward.credentials import certificates, saml_metadata
from doorward.errors import InvalidInput
from doorward.model.directory import Directory, Transaction
from doorward.model.federation import ContextProvider, SamlKey, SamlProvider
from doorward.model.principal import Tags

_YEARS = 100


class Change(msgspec.Struct, frozen=True):
    """What UpdateSAMLProvider changes; ``None`` keeps what is. ``private_key`` is PEM."""

    metadata: str | None = None
    encryption: str | None = None
    private_key: str | None = None
    removed_key: str | None = None
    context: ContextProvider | None = None
    removes_context: bool = False

    def __repr__(self) -> str:
        """A private key is never shown."""
        return "Change(…)"


def get(directory: Directory, account: str, arn: str) -> SamlProvider:
    """Return an account's provider; raise NoSuchEntity when there is none."""
    found = directory.get(SamlProvider, arn)
    if found is None or found.account != account:
        raise messages.NO_SUCH_SAML_PROVIDER.error(arn=arn)
    return found


def create(
    transaction: Transaction,
    account: str,
    *,
    name: str,
    metadata: str,
    encryption: str | None = None,
    private_key: str | None = None,
    given_tags: Tags = (),
    context_provider: ContextProvider | None = None,
    now: datetime,
    ids: Ids,
    seal: Seal,
) -> SamlProvider:
    """Create a provider.

    Raises ``ControlError``: EntityAlreadyExists, InvalidInput for the metadata, the private key
    and tags, LimitExceeded.
    """
    provider = SamlProvider(
        account=account,
        name=name,
        id=ids.long_id("ASPA", account),
        created=now,
        metadata=metadata,
        valid_until=_valid_until(metadata, now),
        tags=tags.merged((), given_tags, tags.exact),
        context_provider=context_provider,
    )
    if transaction.get(SamlProvider, provider.arn) is not None:
        raise messages.SAML_PROVIDER_EXISTS.error(name=name)
    within(
        transaction,
        account,
        "SAMLProvidersPerAccount",
        transaction.count(SamlProvider, account=account) + 1,
    )
    secured = _with_keys(
        provider,
        Change(encryption=encryption, private_key=private_key),
        now=now,
        ids=ids,
        seal=seal,
    )
    transaction.add(secured)
    return secured


def update(
    transaction: Transaction,
    provider: SamlProvider,
    change: Change,
    *,
    now: datetime,
    ids: Ids,
    seal: Seal,
) -> SamlProvider:
    """Change metadata, encryption, private keys, context; raises InvalidInput, LimitExceeded."""
    context = context_providers.changed(
        provider.context_provider, change.context, remove=change.removes_context
    )
    changed = msgspec.structs.replace(provider, context_provider=context)
    if change.metadata is not None:
        changed = msgspec.structs.replace(
            changed, metadata=change.metadata, valid_until=_valid_until(change.metadata, now)
        )
    changed = _with_keys(changed, change, now=now, ids=ids, seal=seal)
    return _replaced(transaction, provider, changed)


def delete(transaction: Transaction, provider: SamlProvider) -> None:
    """Delete a provider; roles that trust it keep their trust policies (IAM API Reference)."""
    transaction.remove(provider)


def tag(transaction: Transaction, provider: SamlProvider, given: Tags) -> None:
    """Add tags, or replace them; raises InvalidInput, LimitExceeded."""
    merged = tags.merged(provider.tags, given, tags.exact)
    _replaced(transaction, provider, msgspec.structs.replace(provider, tags=merged))


def untag(transaction: Transaction, provider: SamlProvider, keys: Iterable[str]) -> None:
    """Remove tags; keys that are not there are no error."""
    left = tags.without(provider.tags, keys, tags.exact)
    _replaced(transaction, provider, msgspec.structs.replace(provider, tags=left))


def _valid_until(metadata: str, now: datetime) -> datetime:
    try:
        said = saml_metadata.read(metadata).valid_until
    except InvalidInput:
        raise messages.SAML_METADATA.error() from None
    if said is not None:
        return said
    day = 28 if (now.month, now.day) == (2, 29) else now.day
    return now.replace(year=now.year + _YEARS, day=day)


def _with_keys(
    provider: SamlProvider, change: Change, *, now: datetime, ids: Ids, seal: Seal
) -> SamlProvider:
    """Return the provider with the keys and the encryption that a change asks for."""
    keys = provider.private_keys
    if change.removed_key is not None:
        keys = tuple(key for key in keys if key.id != change.removed_key)
        if keys == provider.private_keys:
            raise messages.NO_SUCH_SAML_KEY.error(id=change.removed_key)
    if change.private_key is not None:
        keys = (*keys, _key(provider, change.private_key, now=now, ids=ids, seal=seal))
    at_most("PrivateKeysPerSAMLProvider", len(keys))
    encryption = provider.encryption if change.encryption is None else change.encryption
    if encryption == "Required" and not keys:
        raise messages.ENCRYPTION_NEEDS_KEY.error()
    return msgspec.structs.replace(provider, private_keys=keys, encryption=encryption)


def _key(provider: SamlProvider, text: str, *, now: datetime, ids: Ids, seal: Seal) -> SamlKey:
    """Check and seal a private key."""
    try:
        certificates.check_private_key(text)
    except InvalidInput:
        raise messages.SAML_PRIVATE_KEY.error() from None
    key_id = ids.long_id("ASPK", provider.account)
    return SamlKey(key_id, now, seal(text.encode(), (provider.account, provider.id, key_id)))


def _replaced(
    transaction: Transaction, provider: SamlProvider, changed: SamlProvider
) -> SamlProvider:
    if changed != provider:
        transaction.put(changed)
    return changed
