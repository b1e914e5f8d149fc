"""What users and accounts upload or have made besides access keys.

SSH public keys, certificates, and credentials for one service. What is secret is sealed bytes.
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.model.credential import KeyStatus
from doorward.model.principal import Tags
from doorward.policy.folding import fold
from doorward.policy.partitions import COMMERCIAL


class SshPublicKey(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An SSH public key (APKA…) of a user; ``body`` is ``ssh-rsa`` and base64, no comment."""

    id: str
    account: str
    owner_id: str
    body: str
    uploaded: datetime
    status: KeyStatus = KeyStatus.ACTIVE

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class SigningCertificate(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """An X.509 certificate of a user or, with the account as owner, of the root user.

    ``body`` is the PEM text as it was uploaded, ``fingerprint`` the SHA-256 of what it encodes,
    in hex: two texts may be one certificate.
    """

    id: str
    account: str
    owner_id: str
    body: str
    fingerprint: str
    uploaded: datetime
    status: KeyStatus = KeyStatus.ACTIVE

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class ServerCertificate(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A server certificate (ASCA…) of an account; PEM texts are as they were uploaded.

    Its private key is not kept: nothing here serves TLS with it, and nothing ever returns it.
    """

    account: str
    name: str
    id: str
    body: str
    uploaded: datetime
    expires: datetime
    path: str = "/"
    chain: str | None = None
    tags: Tags = ()
    partition: str = COMMERCIAL

    @property
    def name_key(self) -> str:
        """The name as uniqueness sees it."""
        return fold(self.name)

    @property
    def arn(self) -> str:
        """The certificate's ARN, path included."""
        return f"arn:{self.partition}:iam::{self.account}:server-certificate{self.path}{self.name}"

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account


class ServiceCredential(msgspec.Struct, frozen=True, tag_field="entity", tag=True):
    """A credential (ACCA…) with which a user calls one AWS service.

    ``alias`` is the user name, or the name of the API key, by which the service knows it;
    ``sealed_secret`` is readable by ``credentials.sealing`` alone, under the context
    ``(account, owner_id, id)``.
    """

    id: str
    account: str
    owner_id: str
    service: str
    alias: str
    sealed_secret: bytes
    created: datetime
    status: KeyStatus = KeyStatus.ACTIVE
    expires: datetime | None = None

    @property
    def scope(self) -> str:
        """The account whose version a change of this entity raises."""
        return self.account
