"""The tables of identity providers, certificates and what else users prove themselves with.

Part of ``store.tables``, whose rules hold here.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary, Table

from doorward.model.certificate import (
    ServerCertificate,
    ServiceCredential,
    SigningCertificate,
    SshPublicKey,
)
from doorward.model.credential import KeyStatus
from doorward.model.federation import ContextProvider, OpenIdProvider, SamlKey, SamlProvider
from doorward.model.principal import Tags
from doorward.model.service_linked import RoleDeletion
from doorward.store.columns import Choice
from doorward.store.parts import METADATA, index, json, key, text, time, unique

CREDENTIAL_TABLES: dict[type, Table] = {
    SshPublicKey: Table(
        "ssh_public_keys",
        METADATA,
        text("id"),
        text("account"),
        text("owner_id"),
        text("body"),
        time("uploaded"),
        Column("status", Choice(KeyStatus), nullable=False),
        key("id"),
        index("ssh_public_keys", "owner_id"),
    ),
    SigningCertificate: Table(
        "signing_certificates",
        METADATA,
        text("id"),
        text("account"),
        text("owner_id"),
        text("body"),
        text("fingerprint"),
        time("uploaded"),
        Column("status", Choice(KeyStatus), nullable=False),
        key("id"),
        index("signing_certificates", "owner_id"),
        index("signing_certificates", "account"),
    ),
    ServerCertificate: Table(
        "server_certificates",
        METADATA,
        text("account"),
        text("name_key"),
        text("name"),
        text("id"),
        text("body"),
        time("uploaded"),
        time("expires"),
        text("path"),
        text("chain", optional=True),
        json("tags", Tags),
        key("account", "name_key"),
        unique("server_certificates", "id"),
    ),
    ServiceCredential: Table(
        "service_credentials",
        METADATA,
        text("id"),
        text("account"),
        text("owner_id"),
        text("service"),
        text("alias"),
        Column("sealed_secret", LargeBinary, nullable=False),
        time("created"),
        Column("status", Choice(KeyStatus), nullable=False),
        time("expires", optional=True),
        key("id"),
        index("service_credentials", "owner_id"),
        index("service_credentials", "account"),
    ),
    OpenIdProvider: Table(
        "openid_providers",
        METADATA,
        text("arn"),
        text("account"),
        text("url"),
        time("created"),
        json("client_ids", tuple[str, ...]),
        json("thumbprints", tuple[str, ...]),
        json("tags", Tags),
        json("context_provider", ContextProvider, optional=True),
        key("arn"),
        index("openid_providers", "account"),
    ),
    SamlProvider: Table(
        "saml_providers",
        METADATA,
        text("arn"),
        text("account"),
        text("name"),
        text("id"),
        time("created"),
        text("metadata"),
        time("valid_until"),
        json("tags", Tags),
        text("encryption", optional=True),
        json("private_keys", tuple[SamlKey, ...]),
        json("context_provider", ContextProvider, optional=True),
        key("arn"),
        index("saml_providers", "account"),
    ),
    RoleDeletion: Table(
        "role_deletions",
        METADATA,
        text("id"),
        text("account"),
        time("completed"),
        key("id"),
    ),
}
"""The table of each kind of entity that ``model.certificate``, ``federation`` and
``service_linked`` define."""
