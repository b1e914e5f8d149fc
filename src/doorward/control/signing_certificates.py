"""X.509 signing certificates of users and of the root user.

Source: IAM API Reference (UploadSigningCertificate, UpdateSigningCertificate,
DeleteSigningCertificate).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import credential_messages as messages
from doorward.control.credential_status import settable
from doorward.control.ids import Ids
from doorward.control.quotas import within
from doorward.control.users import Owner
from doorward.credentials import certificates
from doorward.errors import InvalidInput
from doorward.model.certificate import SigningCertificate
from doorward.model.directory import Directory, Transaction


def of(directory: Directory, owner: Owner) -> tuple[SigningCertificate, ...]:
    """Return an owner's certificates, oldest first."""
    found = directory.find(SigningCertificate, owner_id=owner.id)
    return tuple(sorted(found, key=lambda each: (each.uploaded, each.id)))


def get(directory: Directory, owner: Owner, certificate_id: str) -> SigningCertificate:
    """Return one of an owner's certificates; raise NoSuchEntity for any other."""
    found = directory.get(SigningCertificate, certificate_id)
    if found is None or found.owner_id != owner.id:
        raise messages.NO_SUCH_CERTIFICATE.error(id=certificate_id)
    return found


def upload(
    transaction: Transaction, owner: Owner, text: str, *, now: datetime, ids: Ids
) -> SigningCertificate:
    """Add a certificate to a user or the root user.

    Raises ``ControlError``: MalformedCertificate, InvalidCertificate outside its time,
    DuplicateCertificate when anybody in the account has it, LimitExceeded.
    """
    try:
        read = certificates.certificate(text)
    except InvalidInput:
        raise messages.MALFORMED_CERTIFICATE.error() from None
    if not read.not_before <= now <= read.not_after:
        raise messages.INVALID_CERTIFICATE.error()
    held = transaction.find(SigningCertificate, account=owner.account)
    if any(each.fingerprint == read.fingerprint for each in held):
        raise messages.CERTIFICATE_EXISTS.error()
    within(transaction, owner.account, "CertificatesPerUser", len(of(transaction, owner)) + 1)
    certificate = SigningCertificate(
        id=ids.long_id("", owner.account),
        account=owner.account,
        owner_id=owner.id,
        body=text,
        fingerprint=read.fingerprint,
        uploaded=now,
    )
    transaction.add(certificate)
    return certificate


def update(transaction: Transaction, owner: Owner, certificate_id: str, status: str) -> None:
    """Set a certificate Active or Inactive; raises NoSuchEntity, InvalidInput."""
    found = get(transaction, owner, certificate_id)
    transaction.put(msgspec.structs.replace(found, status=settable(status)))


def delete(transaction: Transaction, owner: Owner, certificate_id: str) -> None:
    """Delete a certificate; raises NoSuchEntity."""
    transaction.remove(get(transaction, owner, certificate_id))
