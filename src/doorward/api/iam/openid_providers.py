"""OpenID Connect providers: create, get, list, delete, client IDs, thumbprints, tags."""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read, Write
from doorward.api.iam import context_providers, credential_facts, facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page
from doorward.control import openid_providers
from doorward.model.federation import OpenIdProvider


def _created(provider: OpenIdProvider) -> shapes.Shape:
    return {
        "OpenIDConnectProviderArn": provider.arn,
        "Tags": shapes.tag_list(tuple(sorted(provider.tags))),
    }


def _provider(provider: OpenIdProvider) -> shapes.Shape:
    """Project a provider as GetOpenIDConnectProvider does: its URL without ``https://``."""
    return {
        "Url": provider.url,
        "ClientIDList": list(provider.client_ids),
        "ThumbprintList": list(provider.thumbprints),
        "CreateDate": provider.created,
        "ContextProvider": context_providers.shape(provider.context_provider),
        "Tags": shapes.tag_list(tuple(sorted(provider.tags))),
    }


def _listed(providers: tuple[OpenIdProvider, ...]) -> shapes.Shape:
    return {"OpenIDConnectProviderList": [{"Arn": each.arn} for each in providers]}


@operation(
    "iam",
    "CreateOpenIDConnectProvider",
    asks=about(
        credential_facts.new_openid_provider,
        facts.request_tags,
        credential_facts.propagation,
        tagging="iam:TagOpenIDConnectProvider",
    ),
    answer=_created,
)
def create_open_id_connect_provider(
    call: Write,
    *,
    url: str,
    client_id_list: list[str] | None = None,
    thumbprint_list: list[str] | None = None,
    tags: list[dict[str, str]] | None = None,
    context_provider: dict[str, Any] | None = None,
) -> OpenIdProvider:
    """Create a provider."""
    return openid_providers.create(
        call.transaction,
        call.caller.account,
        issuer=url,
        client_ids=client_id_list or (),
        thumbprints=thumbprint_list or (),
        given_tags=facts.pairs(tags),
        context_provider=context_providers.read(context_provider),
        now=call.now,
    )


@operation(
    "iam",
    "GetOpenIDConnectProvider",
    asks=about(credential_facts.openid_provider),
    answer=_provider,
)
def get_open_id_connect_provider(
    call: Read, *, open_id_connect_provider_arn: str
) -> OpenIdProvider:
    """Return a provider."""
    return _found(call, open_id_connect_provider_arn)


@operation("iam", "ListOpenIDConnectProviders", asks=about(facts.everything), answer=_listed)
def list_open_id_connect_providers(call: Read) -> tuple[OpenIdProvider, ...]:
    """Return the account's providers by ARN."""
    return call.directory.find(OpenIdProvider, account=call.caller.account)


@operation("iam", "DeleteOpenIDConnectProvider", asks=about(credential_facts.openid_provider))
def delete_open_id_connect_provider(call: Write, *, open_id_connect_provider_arn: str) -> None:
    """Delete a provider."""
    openid_providers.delete(call.transaction, _found(call, open_id_connect_provider_arn))


@operation(
    "iam", "AddClientIDToOpenIDConnectProvider", asks=about(credential_facts.openid_provider)
)
def add_client_id_to_open_id_connect_provider(
    call: Write, *, open_id_connect_provider_arn: str, client_id: str
) -> None:
    """Add an audience; one that is there already is no error."""
    provider = _found(call, open_id_connect_provider_arn)
    openid_providers.add_client(call.transaction, provider, client_id)


@operation(
    "iam", "RemoveClientIDFromOpenIDConnectProvider", asks=about(credential_facts.openid_provider)
)
def remove_client_id_from_open_id_connect_provider(
    call: Write, *, open_id_connect_provider_arn: str, client_id: str
) -> None:
    """Remove an audience; one that is not there is no error."""
    provider = _found(call, open_id_connect_provider_arn)
    openid_providers.remove_client(call.transaction, provider, client_id)


@operation(
    "iam",
    "UpdateOpenIDConnectProvider",
    asks=about(credential_facts.openid_provider, credential_facts.propagation),
)
def update_open_id_connect_provider(
    call: Write,
    *,
    open_id_connect_provider_arn: str,
    context_provider: dict[str, Any] | None = None,
    remove_context_provider: bool | None = None,
) -> None:
    """Set or remove a provider's context provider."""
    openid_providers.update(
        call.transaction,
        _found(call, open_id_connect_provider_arn),
        context_providers.read(context_provider),
        remove=bool(remove_context_provider),
    )


@operation(
    "iam", "UpdateOpenIDConnectProviderThumbprint", asks=about(credential_facts.openid_provider)
)
def update_open_id_connect_provider_thumbprint(
    call: Write, *, open_id_connect_provider_arn: str, thumbprint_list: list[str]
) -> None:
    """Replace all thumbprints."""
    provider = _found(call, open_id_connect_provider_arn)
    openid_providers.set_thumbprints(call.transaction, provider, thumbprint_list)


@operation(
    "iam",
    "TagOpenIDConnectProvider",
    asks=about(credential_facts.openid_provider, facts.request_tags),
)
def tag_open_id_connect_provider(
    call: Write, *, open_id_connect_provider_arn: str, tags: list[dict[str, str]]
) -> None:
    """Add tags, or replace them."""
    provider = _found(call, open_id_connect_provider_arn)
    openid_providers.tag(call.transaction, provider, facts.pairs(tags))


@operation(
    "iam",
    "UntagOpenIDConnectProvider",
    asks=about(credential_facts.openid_provider, facts.removed_tags),
)
def untag_open_id_connect_provider(
    call: Write, *, open_id_connect_provider_arn: str, tag_keys: list[str]
) -> None:
    """Remove tags."""
    provider = _found(call, open_id_connect_provider_arn)
    openid_providers.untag(call.transaction, provider, tag_keys)


@operation(
    "iam",
    "ListOpenIDConnectProviderTags",
    asks=about(credential_facts.openid_provider),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_open_id_connect_provider_tags(
    call: Read,
    *,
    open_id_connect_provider_arn: str,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[tuple[str, str]]:
    """Return a provider's tags by key."""
    provider = _found(call, open_id_connect_provider_arn)
    return facts.tags_page(provider.tags, marker, max_items)


def _found(call: Read, arn: str) -> OpenIdProvider:
    return openid_providers.get(call.directory, call.caller.account, arn)
