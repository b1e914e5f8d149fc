"""Signing certificates of users and of the root user: upload, list, update, delete."""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, signing_certificates
from doorward.model.certificate import SigningCertificate


class Named(msgspec.Struct, frozen=True):
    """A certificate and the name of its user, ``None`` for the root user."""

    certificate: SigningCertificate
    user_name: str | None


def _listed(named: Named) -> shapes.Shape:
    return {
        "UserName": named.user_name,
        "CertificateId": named.certificate.id,
        "CertificateBody": named.certificate.body,
        "Status": named.certificate.status.value,
        "UploadDate": named.certificate.uploaded,
    }


@operation(
    "iam",
    "UploadSigningCertificate",
    asks=about(facts.user),
    answer=shapes.wrapped("Certificate", _listed),
)
def upload_signing_certificate(
    call: Write, *, certificate_body: str, user_name: str | None = None
) -> Named:
    """Add a certificate to a user."""
    owner = facts.owner(call, user_name)
    made = signing_certificates.upload(
        call.transaction, owner, certificate_body, now=call.now, ids=call.ids
    )
    return Named(made, owner.name)


@operation(
    "iam",
    "ListSigningCertificates",
    asks=about(facts.user),
    answer=shapes.paged("Certificates", _listed),
)
def list_signing_certificates(
    call: Read,
    *,
    user_name: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Named]:
    """Return a user's certificates, oldest first."""
    owner = facts.owner(call, user_name)
    return page(
        (Named(each, owner.name) for each in signing_certificates.of(call.directory, owner)),
        lambda named: f"{named.certificate.uploaded.isoformat()} {named.certificate.id}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation("iam", "UpdateSigningCertificate", asks=about(facts.user))
def update_signing_certificate(
    call: Write, *, certificate_id: str, status: str, user_name: str | None = None
) -> None:
    """Set a certificate Active or Inactive."""
    owner = facts.owner(call, user_name)
    signing_certificates.update(call.transaction, owner, certificate_id, status)


@operation("iam", "DeleteSigningCertificate", asks=about(facts.user))
def delete_signing_certificate(
    call: Write, *, certificate_id: str, user_name: str | None = None
) -> None:
    """Delete a certificate."""
    owner = facts.owner(call, user_name)
    signing_certificates.delete(call.transaction, owner, certificate_id)
