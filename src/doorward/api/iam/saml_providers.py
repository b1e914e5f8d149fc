"""SAML providers: create, get, list, update, delete, tags.

``SAMLKeyHashes`` is left out of answers: AWS does not publish what is hashed.
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read, Write
from doorward.api.iam import context_providers, credential_facts, facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page
from doorward.control import saml_providers
from doorward.control.saml_providers import Change
from doorward.model.federation import SamlProvider


def _created(provider: SamlProvider) -> shapes.Shape:
    return {
        "SAMLProviderArn": provider.arn,
        "Tags": shapes.tag_list(tuple(sorted(provider.tags))),
    }


def _updated(provider: SamlProvider) -> shapes.Shape:
    return {"SAMLProviderArn": provider.arn}


def _provider(provider: SamlProvider) -> shapes.Shape:
    keys = [{"KeyId": key.id, "Timestamp": key.added} for key in provider.private_keys]
    return {
        "SAMLProviderUUID": provider.id,
        "SAMLMetadataDocument": provider.metadata,
        "CreateDate": provider.created,
        "ContextProvider": context_providers.shape(provider.context_provider),
        "ValidUntil": provider.valid_until,
        "Tags": shapes.tag_list(tuple(sorted(provider.tags))),
        "AssertionEncryptionMode": provider.encryption,
        "PrivateKeyList": keys or None,
    }


def _listed(providers: tuple[SamlProvider, ...]) -> shapes.Shape:
    return {
        "SAMLProviderList": [
            {"Arn": each.arn, "ValidUntil": each.valid_until, "CreateDate": each.created}
            for each in providers
        ]
    }


@operation(
    "iam",
    "CreateSAMLProvider",
    asks=about(
        credential_facts.new_saml_provider,
        facts.request_tags,
        credential_facts.propagation,
        tagging="iam:TagSAMLProvider",
    ),
    answer=_created,
)
def create_saml_provider(
    call: Write,
    *,
    saml_metadata_document: str,
    name: str,
    tags: list[dict[str, str]] | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    context_provider: dict[str, Any] | None = None,
) -> SamlProvider:
    """Create a provider."""
    return saml_providers.create(
        call.transaction,
        call.caller.account,
        name=name,
        metadata=saml_metadata_document,
        encryption=assertion_encryption_mode,
        private_key=add_private_key,
        given_tags=facts.pairs(tags),
        context_provider=context_providers.read(context_provider),
        now=call.now,
        ids=call.ids,
        seal=call.vault.seal,
    )


@operation("iam", "GetSAMLProvider", asks=about(credential_facts.saml_provider), answer=_provider)
def get_saml_provider(call: Read, *, saml_provider_arn: str) -> SamlProvider:
    """Return a provider with its metadata."""
    return _found(call, saml_provider_arn)


@operation("iam", "ListSAMLProviders", asks=about(facts.everything), answer=_listed)
def list_saml_providers(call: Read) -> tuple[SamlProvider, ...]:
    """Return the account's providers by ARN."""
    return call.directory.find(SamlProvider, account=call.caller.account)


@operation(
    "iam",
    "UpdateSAMLProvider",
    asks=about(credential_facts.saml_provider, credential_facts.propagation),
    answer=_updated,
)
def update_saml_provider(
    call: Write,
    *,
    saml_provider_arn: str,
    saml_metadata_document: str | None = None,
    assertion_encryption_mode: str | None = None,
    add_private_key: str | None = None,
    remove_private_key: str | None = None,
    context_provider: dict[str, Any] | None = None,
    remove_context_provider: bool | None = None,
) -> SamlProvider:
    """Change a provider's metadata, encryption, private keys and context provider."""
    return saml_providers.update(
        call.transaction,
        _found(call, saml_provider_arn),
        Change(
            saml_metadata_document,
            assertion_encryption_mode,
            add_private_key,
            remove_private_key,
            context_providers.read(context_provider),
            bool(remove_context_provider),
        ),
        now=call.now,
        ids=call.ids,
        seal=call.vault.seal,
    )


@operation("iam", "DeleteSAMLProvider", asks=about(credential_facts.saml_provider))
def delete_saml_provider(call: Write, *, saml_provider_arn: str) -> None:
    """Delete a provider."""
    saml_providers.delete(call.transaction, _found(call, saml_provider_arn))


@operation(
    "iam", "TagSAMLProvider", asks=about(credential_facts.saml_provider, facts.request_tags)
)
def tag_saml_provider(call: Write, *, saml_provider_arn: str, tags: list[dict[str, str]]) -> None:
    """Add tags, or replace them."""
    saml_providers.tag(call.transaction, _found(call, saml_provider_arn), facts.pairs(tags))


@operation(
    "iam", "UntagSAMLProvider", asks=about(credential_facts.saml_provider, facts.removed_tags)
)
def untag_saml_provider(call: Write, *, saml_provider_arn: str, tag_keys: list[str]) -> None:
    """Remove tags."""
    saml_providers.untag(call.transaction, _found(call, saml_provider_arn), tag_keys)


@operation(
    "iam",
    "ListSAMLProviderTags",
    asks=about(credential_facts.saml_provider),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_saml_provider_tags(
    call: Read, *, saml_provider_arn: str, marker: str | None = None, max_items: int | None = None
) -> Page[tuple[str, str]]:
    """Return a provider's tags by key."""
    return facts.tags_page(_found(call, saml_provider_arn).tags, marker, max_items)


def _found(call: Read, arn: str) -> SamlProvider:
    return saml_providers.get(call.directory, call.caller.account, arn)
