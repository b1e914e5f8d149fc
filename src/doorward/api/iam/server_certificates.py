"""Server certificates: upload, get, list, update, delete, tags. A private key never comes out."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.iam import credential_facts, facts, shapes
from doorward.api.iam.facts import about, renaming
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, server_certificates
from doorward.control.server_certificates import Upload
from doorward.model.certificate import ServerCertificate


def _metadata(certificate: ServerCertificate) -> shapes.Shape:
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": certificate.arn,
        "UploadDate": certificate.uploaded,
        "Expiration": certificate.expires,
    }


def _uploaded(certificate: ServerCertificate) -> shapes.Shape:
    return {
        "ServerCertificateMetadata": _metadata(certificate),
        "Tags": shapes.tag_list(tuple(sorted(certificate.tags))),
    }


def _whole(certificate: ServerCertificate) -> shapes.Shape:
    return {
        "ServerCertificate": _uploaded(certificate)
        | {"CertificateBody": certificate.body, "CertificateChain": certificate.chain}
    }


@operation(
    "iam",
    "UploadServerCertificate",
    asks=about(
        credential_facts.new_server_certificate,
        facts.request_tags,
        tagging="iam:TagServerCertificate",
    ),
    answer=_uploaded,
)
def upload_server_certificate(
    call: Write,
    *,
    server_certificate_name: str,
    certificate_body: str,
    private_key: str,
    path: str | None = None,
    certificate_chain: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> ServerCertificate:
    """Keep a certificate whose private key is shown."""
    return server_certificates.upload(
        call.transaction,
        call.caller.account,
        Upload(certificate_body, private_key, certificate_chain),
        name=server_certificate_name,
        path=path,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )


@operation(
    "iam",
    "GetServerCertificate",
    asks=about(credential_facts.server_certificate),
    answer=_whole,
)
def get_server_certificate(call: Read, *, server_certificate_name: str) -> ServerCertificate:
    """Return a certificate with its chain."""
    return _found(call, server_certificate_name)


@operation(
    "iam",
    "ListServerCertificates",
    asks=about(facts.everything),
    answer=shapes.paged("ServerCertificateMetadataList", _metadata),
)
def list_server_certificates(
    call: Read,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[ServerCertificate]:
    """Return the account's certificates by name, without their texts."""
    found = call.directory.find(ServerCertificate, account=call.caller.account)
    return page(
        (each for each in found if each.path.startswith(path_prefix or "/")),
        lambda each: each.name_key,
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation(
    "iam",
    "UpdateServerCertificate",
    asks=renaming(credential_facts.server_certificate, "server-certificate"),
)
def update_server_certificate(
    call: Write,
    *,
    server_certificate_name: str,
    new_path: str | None = None,
    new_server_certificate_name: str | None = None,
) -> None:
    """Rename or move a certificate."""
    server_certificates.update(
        call.transaction,
        _found(call, server_certificate_name),
        new_name=new_server_certificate_name,
        new_path=new_path,
    )


@operation("iam", "DeleteServerCertificate", asks=about(credential_facts.server_certificate))
def delete_server_certificate(call: Write, *, server_certificate_name: str) -> None:
    """Delete a certificate."""
    server_certificates.delete(call.transaction, _found(call, server_certificate_name))


@operation(
    "iam",
    "TagServerCertificate",
    asks=about(credential_facts.server_certificate, facts.request_tags),
)
def tag_server_certificate(
    call: Write, *, server_certificate_name: str, tags: list[dict[str, str]]
) -> None:
    """Add tags, or replace them."""
    found = _found(call, server_certificate_name)
    server_certificates.tag(call.transaction, found, facts.pairs(tags))


@operation(
    "iam",
    "UntagServerCertificate",
    asks=about(credential_facts.server_certificate, facts.removed_tags),
)
def untag_server_certificate(
    call: Write, *, server_certificate_name: str, tag_keys: list[str]
) -> None:
    """Remove tags."""
    server_certificates.untag(call.transaction, _found(call, server_certificate_name), tag_keys)


@operation(
    "iam",
    "ListServerCertificateTags",
    asks=about(credential_facts.server_certificate),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_server_certificate_tags(
    call: Read,
    *,
    server_certificate_name: str,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[tuple[str, str]]:
    """Return a certificate's tags by key."""
    return facts.tags_page(_found(call, server_certificate_name).tags, marker, max_items)


def _found(call: Read, name: str) -> ServerCertificate:
    return server_certificates.get(call.directory, call.caller.account, name)
