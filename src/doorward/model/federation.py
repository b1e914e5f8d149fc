"""Identity providers that an account trusts: OpenID Connect and SAML 2.0."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.model.principal import Tags
from doorward.policy.partitions import COMMERCIAL


class KeyMapping(msgspec.Struct, frozen=True):
    """A key of an identity provider's token that becomes a key of the trusted context."""

    source: str
    target: str | None = None


class ContextProvider(msgspec.Struct, frozen=True):
    """How a provider's tokens would make a trusted context ("trusted identity propagation").

    The subject's type is a fixed text or is read from a key of the token; at most one is set.
    """

    subject_key: str
    mappings: tuple[KeyMapping, ...] = ()
    subject_type: str | None = None
    subject_type_key: str | None = None


class OpenIdProvider(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An OpenID Connect provider; ``url`` is the issuer's without ``https://``.

    ``client_ids`` are the audiences that it may vouch to, ``thumbprints`` the SHA-1 hashes of
    certificates, both in the order in which they were given.
    """

    account: str
    url: str
    created: datetime
    client_ids: tuple[str, ...] = ()
    thumbprints: tuple[str, ...] = ()
    tags: Tags = ()
    context_provider: ContextProvider | None = None
    partition: str = COMMERCIAL

    @property
    def arn(self) -> str:
        """The provider's ARN, which its URL makes."""
        return f"arn:{self.partition}:iam::{self.account}:oidc-provider/{self.url}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class SamlKey(msgspec.Struct, frozen=True):
    """A private key that opens a provider's encrypted assertions.

    ``sealed`` is readable by ``credentials.sealing`` alone, under the context
    ``(account, provider's id, id)``.
    """

    id: str
    added: datetime
    sealed: bytes


class SamlProvider(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A SAML provider; ``metadata`` is the document's text, byte-exact.

    ``id`` is what GetSAMLProvider calls ``SAMLProviderUUID``; ``encryption`` is ``Required``,
    ``Allowed`` or not said.
    """

    account: str
    name: str
    id: str
    created: datetime
    metadata: str
    valid_until: datetime
    tags: Tags = ()
    encryption: str | None = None
    private_keys: tuple[SamlKey, ...] = ()
    context_provider: ContextProvider | None = None
    partition: str = COMMERCIAL

    @property
    def arn(self) -> str:
        """The provider's ARN, which its name makes."""
        return f"arn:{self.partition}:iam::{self.account}:saml-provider/{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
