"""OpenID Connect providers: created, changed, tagged, deleted. No token is judged here.

Sources: IAM API Reference (CreateOpenIDConnectProvider, AddClientIDToOpenIDConnectProvider,
RemoveClientIDFromOpenIDConnectProvider, UpdateOpenIDConnectProviderThumbprint). Where a call gives
no thumbprints, AWS fetches one from the issuer; Doorward connects to nobody and keeps none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from doorward.control import context_providers, tags
from doorward.control import credential_messages as messages
from doorward.control.quotas import QUOTAS, at_most, within
from doorward.model.directory import Directory, Transaction
from doorward.model.federation import ContextProvider, OpenIdProvider
from doorward.model.principal import Tags

_SCHEME = "https://"
_HOST = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_URL = re.compile(rf"{_HOST}(?:\.{_HOST})*(?:/[A-Za-z0-9._~!&'(),;=:@%+/-]*)?")
_THUMBPRINT = re.compile(r"[0-9A-Fa-f]{40}")


def url_of(issuer: str) -> str | None:
    """Return what an issuer's URL is known by: without ``https://``; ``None`` if it is none.

    It has a host, perhaps a path, and no port, query or fragment.
    """
    url = issuer.removeprefix(_SCHEME)
    return url if url != issuer and _URL.fullmatch(url) else None


def get(directory: Directory, account: str, arn: str) -> OpenIdProvider:
    """Return an account's provider; raise NoSuchEntity when there is none."""
    found = directory.get(OpenIdProvider, arn)
    if found is None or found.account != account:
        raise messages.NO_SUCH_OPENID_PROVIDER.error(arn=arn)
    return found


def create(
    transaction: Transaction,
    account: str,
    *,
    issuer: str,
    client_ids: Sequence[str] = (),
    thumbprints: Sequence[str] = (),
    given_tags: Tags = (),
    context_provider: ContextProvider | None = None,
    now: datetime,
) -> OpenIdProvider:
    """Create a provider.

    Raises ``ControlError``: ValidationError for the URL, InvalidInput for thumbprints and tags,
    EntityAlreadyExists, LimitExceeded.
    """
    url = url_of(issuer)
    if url is None:
        raise messages.OPENID_URL.error()
    clients = tuple(dict.fromkeys(client_ids))
    at_most("ClientIdsPerOpenIdConnectProvider", len(clients))
    provider = OpenIdProvider(
        account=account,
        url=url,
        created=now,
        client_ids=clients,
        thumbprints=_thumbprints(thumbprints),
        tags=tags.merged((), given_tags, tags.exact),
        context_provider=context_provider,
    )
    if transaction.get(OpenIdProvider, provider.arn) is not None:
        raise messages.OPENID_PROVIDER_EXISTS.error(url=url)
    held = transaction.find(OpenIdProvider, account=account)
    within(transaction, account, "OpenIdConnectProvidersPerAccount", len(held) + 1)
    transaction.add(provider)
    return provider


def add_client(transaction: Transaction, provider: OpenIdProvider, client_id: str) -> None:
    """Add an audience; one that is there already is no error. Raises LimitExceeded."""
    clients = tuple(dict.fromkeys((*provider.client_ids, client_id)))
    at_most("ClientIdsPerOpenIdConnectProvider", len(clients))
    _replace(transaction, provider, msgspec.structs.replace(provider, client_ids=clients))


def remove_client(transaction: Transaction, provider: OpenIdProvider, client_id: str) -> None:
    """Remove an audience; one that is not there is no error."""
    left = tuple(each for each in provider.client_ids if each != client_id)
    _replace(transaction, provider, msgspec.structs.replace(provider, client_ids=left))


def update(
    transaction: Transaction,
    provider: OpenIdProvider,
    given: ContextProvider | None,
    *,
    remove: bool,
) -> None:
    """Set or remove the context provider; raises InvalidInput when a call does both."""
    context = context_providers.changed(provider.context_provider, given, remove=remove)
    _replace(transaction, provider, msgspec.structs.replace(provider, context_provider=context))


def set_thumbprints(
    transaction: Transaction, provider: OpenIdProvider, given: Sequence[str]
) -> None:
    """Replace all thumbprints; raises InvalidInput."""
    changed = msgspec.structs.replace(provider, thumbprints=_thumbprints(given))
    _replace(transaction, provider, changed)


def delete(transaction: Transaction, provider: OpenIdProvider) -> None:
    """Delete a provider; roles that trust it keep their trust policies (IAM API Reference)."""
    transaction.remove(provider)


def tag(transaction: Transaction, provider: OpenIdProvider, given: Tags) -> None:
    """Add tags, or replace them; raises InvalidInput, LimitExceeded."""
    merged = tags.merged(provider.tags, given, tags.exact)
    _replace(transaction, provider, msgspec.structs.replace(provider, tags=merged))


def untag(transaction: Transaction, provider: OpenIdProvider, keys: Iterable[str]) -> None:
    """Remove tags; keys that are not there are no error."""
    left = tags.without(provider.tags, keys, tags.exact)
    _replace(transaction, provider, msgspec.structs.replace(provider, tags=left))


def _thumbprints(given: Sequence[str]) -> tuple[str, ...]:
    limit = QUOTAS["ThumbprintsPerOpenIdConnectProvider"]
    if len(given) > limit:
        raise messages.TOO_MANY_THUMBPRINTS.error(limit=limit)
    if not all(_THUMBPRINT.fullmatch(each) for each in given):
        raise messages.THUMBPRINT.error()
    return tuple(each.lower() for each in given)


def _replace(transaction: Transaction, provider: OpenIdProvider, changed: OpenIdProvider) -> None:
    if changed != provider:
        transaction.put(changed)
