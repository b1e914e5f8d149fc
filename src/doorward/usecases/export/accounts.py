"""The files of one account: what AWS's tools would print of it, page by page.

Secrets, hashes of passwords and private keys are in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from doorward.analysis.report import credentials
from doorward.api.iam import shapes
from doorward.api.iam.account_details import (
    Details,
    Kind,
    answer,
    detailed,
    entities,
    place,
)
from doorward.api.iam.account_summary import summary
from doorward.control.mfa import is_virtual
from doorward.importers.credential_report import ROOT
from doorward.model.certificate import ServerCertificate, ServiceCredential, SigningCertificate
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice, PasswordPolicy
from doorward.model.evidence import Evidence
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import ManagedPolicy, Role, User
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.model.use import Use
from doorward.render.csv import csv_text
from doorward.usecases.export.form import NOTHING
from doorward.usecases.export.organizations import public_access

PAGE: Final = 1000
"""Entities on a page of details: the most that AWS gives at once."""

Files = Iterator[tuple[str, object]]
"""Names of files, with their text or the shape that they hold."""


def account_files(
    snapshot: Snapshot, account: Account, evidence: Evidence, uses: Mapping[str, Use]
) -> Files:
    """Yield the files of an account; ``uses`` are the last ones of keys and roles as a whole."""
    users = snapshot.find(User, account=account.id)
    yield from _details(snapshot, account.id, uses)
    report = credentials.rows(snapshot, account, uses)
    yield "credential-report.csv", csv_text(report)
    yield "account-summary.json", {"SummaryMap": summary(snapshot, account.id)}
    policy = snapshot.get(PasswordPolicy, account.id)
    rules = shapes.password_policy(policy) if policy is not None else NOTHING
    yield "password-policy.json", {"PasswordPolicy": rules}
    if account.restricts_public is not None:
        yield "public-access.json", public_access(account)
    yield from _by_user(snapshot, account.id, users)
    yield "virtual-mfa-devices.json", {"VirtualMFADevices": _virtual(snapshot, account)}
    yield (
        "server-certificates.json",
        {
            "ServerCertificateMetadataList": [
                _certificate(each) for each in snapshot.find(ServerCertificate, account=account.id)
            ]
        },
    )
    yield (
        "saml-providers.json",
        {
            "SAMLProviderList": [
                {"Arn": each.arn, "ValidUntil": each.valid_until, "CreateDate": each.created}
                for each in snapshot.find(SamlProvider, account=account.id)
            ]
        },
    )
    yield (
        "openid-connect-providers.json",
        {
            "OpenIDConnectProviderList": [
                _provider(each) for each in snapshot.find(OpenIdProvider, account=account.id)
            ]
        },
    )
    yield "last-accessed.json", [*_accesses(snapshot, account.id, evidence)]
    if account.organization_id is None:
        yield "organization.json", {"Organization": NOTHING}


def _details(snapshot: Snapshot, account: str, uses: Mapping[str, Use]) -> Files:
    """The authorization details, in pages where one would be too large."""
    found = sorted(entities(snapshot, account, set(Kind)), key=place)
    pages = [found[start : start + PAGE] for start in range(0, len(found), PAGE)] or [[]]
    for number, page in enumerate(pages, 1):
        last = number == len(pages)
        marker = None if last else str(number)
        listed = tuple(detailed(snapshot, account, page, uses))
        shape = answer(Details(listed, marker))
        _add_told_elsewhere(snapshot, shape)
        suffix = "" if len(pages) == 1 else f"-{number:04}"
        yield f"authorization-details{suffix}.json", shape


def _add_told_elsewhere(snapshot: Snapshot, page: shapes.Shape) -> None:
    """Add what GetRole and GetPolicy tell, and AWS's details leave out."""
    for shape in page["RoleDetailList"]:
        role = next(iter(snapshot.find(Role, id=shape["RoleId"])))
        shape |= {
            "Description": role.description,
            "MaxSessionDuration": role.max_session_duration,
            "MaxSigninSessionDuration": role.max_signin_session,
        }
    for shape in page["Policies"]:
        found = snapshot.find(ManagedPolicy, arn=shape["Arn"])
        shape["Tags"] = [shapes.tag(each) for policy in found for each in policy.tags]


def _by_user(snapshot: Snapshot, account: str, users: Iterable[User]) -> Files:
    """What AWS lists user by user, of all of them and the root user."""
    owners = [(ROOT, account), *((each.name, each.id) for each in users)]
    asked = [name for name, _ in owners]

    def listed(member: str, rows: Iterable[shapes.Shape]) -> dict[str, object]:
        return {"Users": asked, member: [*rows]}

    yield "mfa-devices.json", listed("MFADevices", (
        shapes.mfa_device(each, name)
        for name, owner in owners for each in snapshot.find(MfaDevice, owner_id=owner)
        if each.enabled
    ))  # fmt: skip
    yield "access-keys.json", listed("AccessKeyMetadata", (
        shapes.key_metadata(each, name)
        for name, owner in owners for each in snapshot.find(AccessKey, owner_id=owner)
    ))  # fmt: skip
    yield "service-specific-credentials.json", listed("ServiceSpecificCredentials", (
        _service_credential(each, name)
        for name, owner in owners for each in snapshot.find(ServiceCredential, owner_id=owner)
    ))  # fmt: skip
    yield "signing-certificates.json", listed("Certificates", (
        {"UserName": name, "CertificateId": each.id, "CertificateBody": each.body,
         "Status": each.status.value, "UploadDate": each.uploaded}
        for name, owner in owners for each in snapshot.find(SigningCertificate, owner_id=owner)
    ))  # fmt: skip
    profiles = ((name, snapshot.get(LoginProfile, owner)) for name, owner in owners)
    yield "login-profiles.json", listed("LoginProfiles", (
        shapes.login_profile(each, name) for name, each in profiles if each is not None
    ))  # fmt: skip


def _service_credential(credential: ServiceCredential, name: str) -> shapes.Shape:
    return {
        "UserName": name,
        "Status": credential.status.value,
        "ServiceUserName": credential.alias,
        "CreateDate": credential.created,
        "ExpirationDate": credential.expires,
        "ServiceSpecificCredentialId": credential.id,
        "ServiceName": credential.service,
    }


def _virtual(snapshot: Snapshot, account: Account) -> list[shapes.Shape]:
    """The virtual devices, as ListVirtualMFADevices has them."""
    found = []
    for device in snapshot.find(MfaDevice, account=account.id):
        if not is_virtual(device):
            continue
        holder: User | Account | None = account if device.owner_id == account.id else None
        if holder is None and device.owner_id is not None:
            holder = next(iter(snapshot.find(User, id=device.owner_id)), None)
        found.append({
            "SerialNumber": device.serial,
            "EnableDate": device.enabled,
            "User": shapes.anybody(holder) if holder is not None else None,
            "Tags": shapes.tag_list(device.tags),
        })  # fmt: skip
    return found


def _certificate(certificate: ServerCertificate) -> shapes.Shape:
    return {
        "Path": certificate.path,
        "ServerCertificateName": certificate.name,
        "ServerCertificateId": certificate.id,
        "Arn": certificate.arn,
        "UploadDate": certificate.uploaded,
        "Expiration": certificate.expires,
    }


def _provider(provider: OpenIdProvider) -> shapes.Shape:
    return {
        "Arn": provider.arn,
        "Url": provider.url,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created,
        "Tags": shapes.tag_list(provider.tags),
    }


def _accesses(snapshot: Snapshot, account: str, evidence: Evidence) -> Iterator[shapes.Shape]:
    """A report of last accesses for each user and role: the services that it used."""
    found: list[User | Role] = [
        *snapshot.find(User, account=account),
        *snapshot.find(Role, account=account),
    ]
    for entity in found:
        yield {
            "Arn": entity.arn,
            "JobStatus": "COMPLETED",
            "JobType": "SERVICE_LEVEL",
            "JobCreationDate": evidence.taken,
            "JobCompletionDate": evidence.taken,
            "ServicesLastAccessed": [
                {
                    "ServiceName": access.service,
                    "ServiceNamespace": access.service,
                    "LastAuthenticated": access.used,
                }
                for access in evidence.accesses.get(entity.arn, ())
            ],
            "IsTruncated": False,
        }
