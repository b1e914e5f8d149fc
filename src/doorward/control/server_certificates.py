"""Server certificates of an account.

Sources: IAM API Reference (UploadServerCertificate, UpdateServerCertificate,
DeleteServerCertificate); IAM User Guide, "Manage server certificates in IAM" (a certificate must
be valid when it is uploaded, its private key not encrypted). A private key is held against its
certificate and then forgotten: nothing here would ever use it.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import msgspec

from doorward.control import credential_messages as messages
from doorward.control import names, tags
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.renaming import renamed
from doorward.credentials import certificates
from doorward.errors import InvalidInput
from doorward.model.certificate import ServerCertificate
from doorward.model.directory import Directory, Transaction
from doorward.model.principal import Tags
from doorward.policy.folding import fold


class Upload(msgspec.Struct, frozen=True):
    """What is uploaded, all of it PEM."""

    body: str
    private_key: str
    chain: str | None = None

    def __repr__(self) -> str:
        """A private key is never shown."""
        return "Upload(…)"


def get(directory: Directory, account: str, name: str) -> ServerCertificate:
    """Return the certificate with this name, whatever its case; raise NoSuchEntity."""
    found = directory.get(ServerCertificate, account, fold(name))
    if found is None:
        raise messages.NO_SUCH_SERVER_CERTIFICATE.error(name=name)
    return found


def upload(
    transaction: Transaction,
    account: str,
    given: Upload,
    *,
    name: str,
    path: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> ServerCertificate:
    """Keep a certificate whose private key was shown.

    Raises ``ControlError``: MalformedCertificate for the certificate, the key, the chain or the
    time, KeyPairMismatch, EntityAlreadyExists, ValidationError for the path, InvalidInput for
    tags, LimitExceeded.
    """
    certificate = ServerCertificate(
        account=account,
        name=name,
        id=ids.unique_id("ASCA", account),
        body=given.body,
        uploaded=now,
        expires=_checked(given, now),
        path=names.path(path),
        chain=given.chain,
        tags=tags.merged((), given_tags, tags.exact),
    )
    if transaction.get(ServerCertificate, account, certificate.name_key) is not None:
        raise messages.SERVER_CERTIFICATE_EXISTS.error(name=name)
    held = transaction.find(ServerCertificate, account=account)
    within(transaction, account, "ServerCertificatesPerAccount", len(held) + 1)
    transaction.add(certificate)
    return certificate


def update(
    transaction: Transaction,
    certificate: ServerCertificate,
    *,
    new_name: str | None,
    new_path: str | None,
) -> None:
    """Rename or move a certificate; raises EntityAlreadyExists, ValidationError."""
    renamed(
        transaction,
        certificate,
        name=new_name,
        path=new_path,
        taken=messages.SERVER_CERTIFICATE_EXISTS,
    )


def delete(transaction: Transaction, certificate: ServerCertificate) -> None:
    """Delete a certificate: no service here uses one, so nothing is in the way."""
    transaction.remove(certificate)


def tag(transaction: Transaction, certificate: ServerCertificate, given: Tags) -> None:
    """Add tags, or replace them; raises InvalidInput, LimitExceeded."""
    merged = tags.merged(certificate.tags, given, tags.exact)
    transaction.put(msgspec.structs.replace(certificate, tags=merged))


def untag(transaction: Transaction, certificate: ServerCertificate, keys: Iterable[str]) -> None:
    """Remove tags; keys that are not there are no error."""
    left = tags.without(certificate.tags, keys, tags.exact)
    transaction.put(msgspec.structs.replace(certificate, tags=left))


def _checked(given: Upload, now: datetime) -> datetime:
    """Return when the certificate expires, once all of the upload fits together."""
    try:
        read = certificates.certificate(given.body)
        same = certificates.belongs(given.private_key, given.body)
        broken = None if given.chain is None else certificates.first_break(given.body, given.chain)
    except InvalidInput as refused:
        key = refused.code == "PRIVATE_KEY"
        raise (messages.MALFORMED_KEY if key else messages.MALFORMED_CERTIFICATE).error() from None
    if not same:
        raise messages.KEY_MISMATCH.error()
    if broken is not None:
        raise messages.BROKEN_CHAIN.error(index=broken)
    if not read.not_before <= now <= read.not_after:
        raise messages.SERVER_CERTIFICATE_OUT_OF_TIME.error()
    return read.not_after
