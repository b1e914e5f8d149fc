"""What an estate's files show beside its directory, when a source is known, and what breaks it.

Provenance: IAM API Reference, the operations named in each row and the shapes of botocore's model
of them; IAM User Guide, "Generate credential reports for your AWS account" (columns, tokens).
"""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from doorward.importers.credential_report import COLUMNS
from doorward.importers.estate.listings import FORMS
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.certificate import ServerCertificate, ServiceCredential
from doorward.model.credential import AccessKey, KeyStatus, LoginProfile, MfaDevice, PasswordPolicy
from doorward.model.directory import one
from doorward.model.evidence import OF_ORGANIZATIONS, Access, Source
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import InstanceProfile, ManagedPolicy, PolicyVersion, User
from doorward.model.organization import Account, Organization, RootFeature
from doorward.model.regional import AccessFinding, Instance
from doorward.model.schema import SCHEMAS
from doorward.policy.partitions import PARTITIONS
from doorward.policy.problem import Severity
from tests.importers.test_estate_problems import HOSTILE, places, put
from tests.importers.test_policy_files import written

A, B = "111122223333", "444455556666"
ANA, BEN = f"arn:aws:iam::{A}:user/ana", f"arn:aws:iam::{A}:user/ben"
RUN = f"arn:aws:iam::{A}:role/run"
ANALYZER = f"arn:aws:access-analyzer:eu-west-1:{A}:analyzer/all"
DEFAULT = frozenset(PARTITIONS["aws"])
T = "2026-01-02T03:04:05+00:00"
TIME = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def user(name: str, account: str = A, partition: str = "aws") -> dict[str, Any]:
    return {
        "Path": "/", "UserName": name, "UserId": f"AIDA{name.upper():E<17}", "CreateDate": T,
        "Arn": f"arn:{partition}:iam::{account}:user/{name}", "GroupList": [],
        "AttachedManagedPolicies": [],
    }  # fmt: skip


TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}
PROFILE = {
    "Path": "/m/", "InstanceProfileName": "box", "InstanceProfileId": "AIPAEXAMPLEBOX0000001",
    "Arn": f"arn:aws:iam::{A}:instance-profile/m/box", "CreateDate": T, "Roles": [],
}  # fmt: skip
ROLE = {
    "Path": "/", "RoleName": "run", "RoleId": "AROAEXAMPLERUN0000001", "Arn": RUN,
    "CreateDate": T, "AssumeRolePolicyDocument": TRUST, "InstanceProfileList": [PROFILE],
    "RoleLastUsed": {"LastUsedDate": T, "Region": "eu-west-1"},
}  # fmt: skip
DETAILS: dict[str, Any] = {
    "UserDetailList": [user("ana"), user("ben")],
    "GroupDetailList": [],
    "RoleDetailList": [ROLE],
    "Policies": [],
}


def row(name: str, **more: str) -> str:
    arn = f"arn:aws:iam::{A}:root" if name == "<root_account>" else f"arn:aws:iam::{A}:user/{name}"
    usual = {
        column: "false" if column.endswith(("active", "enabled")) else "N/A" for column in COLUMNS
    }
    told = usual | {"user": name, "arn": arn, "user_creation_time": T} | more
    return ",".join(told[column] for column in COLUMNS)


ROWS = [
    row("<root_account>", password_enabled="not_supported", mfa_active="TRUE"),
    row("ana", access_key_1_active="true", access_key_1_last_rotated=T),
    row("ben"),
]
CSV = "\n".join([",".join(COLUMNS), *ROWS])
FULL: dict[str, Any] = {
    f"{A}/details.json": DETAILS,
    f"{A}/report.csv": CSV,
    f"{A}/summary.json": {"SummaryMap": {"Users": 2, "Roles": 1, "AccountMFAEnabled": 1}},
    f"{A}/password.json": {"PasswordPolicy": {"MinimumPasswordLength": 14, "HardExpiry": True}},
    f"{A}/virtual.json": {"VirtualMFADevices": [
        {"SerialNumber": f"arn:aws:iam::{A}:mfa/root", "EnableDate": T,
         "User": {"UserId": A, "Arn": f"arn:aws:iam::{A}:root"}, "Base32StringSeed": "SECRETSEED"},
        {"SerialNumber": f"arn:aws:iam::{A}:mfa/ana", "EnableDate": T, "User": user("ana"),
         "Tags": [{"Key": "k", "Value": "v"}]},
        {"SerialNumber": f"arn:aws:iam::{A}:mfa/spare"},
    ]},
    f"{A}/devices.json": {"Users": ["ana", "ben"], "MFADevices": [
        {"UserName": "ana", "SerialNumber": f"arn:aws:iam::{A}:mfa/ana", "EnableDate": T},
        {"UserName": "ben", "SerialNumber": "GAHT12345678", "EnableDate": T},
    ]},
    f"{A}/keys.json": {"Users": ["ana", "ben"], "AccessKeyMetadata": [
        {"UserName": "ana", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Inactive",
         "CreateDate": T}]},
    f"{A}/services.json": {"Users": ["ana", "ben"], "ServiceSpecificCredentials": [
        {"UserName": "ben", "ServiceSpecificCredentialId": "ACCAEXAMPLE000000001",
         "ServiceName": "codecommit.amazonaws.com", "Status": "Active", "CreateDate": T,
         "ServiceUserName": f"ben-at-{A}"}]},
    f"{A}/login.json": {"LoginProfile": {"UserName": "ana", "CreateDate": T,
                                         "PasswordResetRequired": True}},
    f"{A}/certificates.json": {"ServerCertificateMetadataList": [
        {"Path": "/c/", "ServerCertificateName": "site", "UploadDate": T, "Expiration": T,
         "ServerCertificateId": "ASCAEXAMPLE0000000001",
         "Arn": f"arn:aws:iam::{A}:server-certificate/c/site"}]},
    f"{A}/saml.json": {"SAMLProviderList": [
        {"Arn": f"arn:aws:iam::{A}:saml-provider/corp", "CreateDate": T, "ValidUntil": T}]},
    f"{A}/oidc.json": {"OpenIDConnectProviderList": [
        {"Arn": f"arn:aws:iam::{A}:oidc-provider/token.example.com/x"}]},
    f"{A}/accessed.json": [
        {"Arn": arn, "JobStatus": "COMPLETED", "JobCreationDate": T, "JobCompletionDate": T,
         "JobType": "SERVICE_LEVEL", "ServicesLastAccessed": [
             {"ServiceName": "Amazon S3", "ServiceNamespace": "s3", "LastAuthenticated": T,
              "TotalAuthenticatedEntities": 1},
             {"ServiceName": "AWS Lambda", "ServiceNamespace": "lambda",
              "TotalAuthenticatedEntities": 0}]}
        for arn in (ANA, BEN, RUN)],
    f"{A}/contact.json": {"ContactInformation": {
        "FullName": "PRIVATE", "AddressLine1": "PRIVATE", "City": "PRIVATE", "CountryCode": "FR",
        "PostalCode": "PRIVATE", "PhoneNumber": "PRIVATE", "CompanyName": "Example"},
        "VerificationStatus": "VERIFIED"},
    f"{A}/alternate.json": {
        "AlternateContactTypes": ["BILLING", "OPERATIONS", "SECURITY"],
        "AlternateContacts": [
            {"AlternateContactType": "SECURITY", "Name": "PRIVATE", "Title": "PRIVATE",
             "EmailAddress": "Security@example.com", "PhoneNumber": "PRIVATE"}]},
    f"{A}/organization.json": {"Organization": None},
    f"{A}/regions.json": {"Regions": [
        {"RegionName": each, "OptInStatus": "opt-in-not-required",
         "Endpoint": f"ec2.{each}.amazonaws.com"}
        for each in sorted(DEFAULT)]},
    f"{A}/eu-west-1/instances.json": {"Reservations": [
        {"ReservationId": "r-0a", "OwnerId": A, "Groups": [], "Instances": [
            {"InstanceId": "i-0a", "ImageId": "ami-0a", "State": {"Code": 16, "Name": "running"},
             "Placement": {"AvailabilityZone": "eu-west-1b", "Tenancy": "default"},
             "IamInstanceProfile": {"Arn": PROFILE["Arn"], "Id": PROFILE["InstanceProfileId"]}}]},
        {"ReservationId": "r-0b", "OwnerId": A, "Instances": [
            {"InstanceId": "i-0b", "State": {"Code": 80, "Name": "stopped"},
             "Placement": {"AvailabilityZone": "eu-west-1a"}}]}]},
    f"{A}/eu-west-1/analyzers.json": {"analyzers": [
        {"arn": ANALYZER, "name": "all", "type": "ACCOUNT", "createdAt": T, "status": "ACTIVE",
         "tags": {}},
        {"arn": f"{ANALYZER}-idle", "name": "all-idle", "type": "ACCOUNT_UNUSED_ACCESS",
         "createdAt": T, "status": "ACTIVE", "configuration": {"unusedAccess": {
             "unusedAccessAge": 90, "analysisRule": {"exclusions": [
                 {"resourceTags": [{"team": "x"}]}, {"accountIds": [B]}]}}}}]},
    f"{A}/eu-west-1/findings.json": {"analyzerArn": ANALYZER, "findings": [
        {"id": "f-1", "resource": "arn:aws:s3:::open", "resourceType": "AWS::S3::Bucket",
         "resourceOwnerAccount": A, "status": "ACTIVE", "findingType": "ExternalAccess",
         "analyzedAt": T, "createdAt": T, "updatedAt": T}]},
    "resources.json": {"Resources": []},
    "estate.json": {"Taken": T},
}  # fmt: skip
"""Everything that can be known of an account in no organization."""


def without(name: str, files: dict[str, Any] = FULL) -> dict[str, Any]:
    return {key: value for key, value in files.items() if key != f"{A}/{name}"}


def test_everything_that_can_be_known_is_known(tmp_path: Path) -> None:
    found = read_estate(written(tmp_path, FULL))
    assert found.problems == ()
    assert found.broken == {}
    assert found.evidence.known == {A: frozenset(Source)}
    assert found.evidence.taken == TIME


def whose(devices: tuple[MfaDevice, ...]) -> dict[str, str | None]:
    return {device.serial.rpartition("/")[2]: device.owner_id for device in devices}


def test_what_files_tell_is_there(tmp_path: Path) -> None:
    found = read_estate(written(tmp_path, FULL))
    estate, seen = found.snapshot, found.evidence
    ana, ben = (estate.get(User, A, each) for each in ("ana", "ben"))
    assert ana is not None
    assert ben is not None
    root, first, _ = seen.reported[A]
    assert (root.is_root, root.mfa, root.password) == (True, True, None)
    assert (first.keys[0].active, first.keys[0].rotated) == (True, TIME)
    assert seen.summaries == {A: {"Users": 2, "Roles": 1, "AccountMFAEnabled": 1}}
    assert estate.all(PasswordPolicy) == (PasswordPolicy(A, 14, hard_expiry=True),)
    devices = estate.all(MfaDevice)
    owners = whose(devices)
    assert owners == {"root": A, "ana": ana.id, "spare": None, "GAHT12345678": ben.id}
    assert sorted(device.tags for device in devices) == [(), (), (), (("k", "v"),)]
    (key,) = estate.all(AccessKey)
    assert (key.owner_id, key.status, key.created) == (ana.id, KeyStatus.INACTIVE, TIME)
    (credential,) = estate.all(ServiceCredential)
    assert (credential.owner_id, credential.alias) == (ben.id, f"ben-at-{A}")
    (login,) = estate.all(LoginProfile)
    assert (login.user_id, login.reset_required, login.password_hash) == (ana.id, True, "")
    (certificate,) = estate.all(ServerCertificate)
    assert (certificate.arn, certificate.expires) == (
        f"arn:aws:iam::{A}:server-certificate/c/site",
        TIME,
    )
    assert [each.name for each in estate.all(SamlProvider)] == ["corp"]
    assert [each.url for each in estate.all(OpenIdProvider)] == ["token.example.com/x"]
    (profile,) = estate.all(InstanceProfile)
    assert (profile.arn, profile.role_id) == (PROFILE["Arn"], ROLE["RoleId"])
    assert seen.role_uses == {ROLE["RoleId"]: TIME}
    assert seen.accesses[BEN] == (Access("s3", TIME), Access("lambda", None))
    there = seen.seen_in_regions(A)
    assert there.enabled == DEFAULT
    assert there.instances_in == there.analyzers_in == {"eu-west-1"}
    assert there.analyzed == {ANALYZER}
    assert there.instances == (
        Instance(A, "eu-west-1", "i-0a", "running", str(PROFILE["Arn"])),
        Instance(A, "eu-west-1", "i-0b", "stopped"),
    )
    assert [(each.kind, each.status, each.excluded) for each in there.analyzers] == [
        ("ACCOUNT", "ACTIVE", frozenset()),
        ("ACCOUNT_UNUSED_ACCESS", "ACTIVE", {B}),
    ]
    assert there.findings == (
        AccessFinding(ANALYZER, "f-1", "arn:aws:s3:::open", A, "ACTIVE", is_external=True),
    )


def test_no_secret_is_kept(tmp_path: Path) -> None:
    found = read_estate(written(tmp_path, FULL))
    assert all(each.sealed_seed == b"" for each in found.snapshot.all(MfaDevice))
    assert all(each.sealed_secret == b"" for each in found.snapshot.all(AccessKey))
    everything: list[Any] = [found.snapshot.all(kind) for kind in SCHEMAS]
    said = repr((everything, found.problems, found.evidence))
    assert "SECRETSEED" not in said
    assert "PRIVATE" not in said


NEEDED = {
    "report.csv": {Source.CREDENTIAL_REPORT},
    "summary.json": {Source.SUMMARY},
    "password.json": {Source.PASSWORD_POLICY},
    "virtual.json": {Source.MFA_DEVICES},
    "devices.json": {Source.MFA_DEVICES},
    "keys.json": {Source.ACCESS_KEYS},
    "services.json": {Source.SERVICE_CREDENTIALS},
    "certificates.json": {Source.SERVER_CERTIFICATES},
    "saml.json": {Source.PROVIDERS},
    "oidc.json": {Source.PROVIDERS},
    "accessed.json": {Source.LAST_ACCESSED},
    "contact.json": {Source.CONTACT},
    "alternate.json": {Source.SECURITY_CONTACT, Source.ALTERNATE_CONTACTS},
    "organization.json": OF_ORGANIZATIONS,
    "regions.json": {Source.REGIONS},
    "eu-west-1/instances.json": {Source.INSTANCES},
    "eu-west-1/analyzers.json": {Source.ANALYZERS, Source.ACCESS_FINDINGS},
    "eu-west-1/findings.json": {Source.ACCESS_FINDINGS},
    "details.json": {
        Source.DETAILS, Source.ROLE_LAST_USED, Source.MFA_DEVICES, Source.ACCESS_KEYS,
        Source.SERVICE_CREDENTIALS, Source.LAST_ACCESSED,
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NEEDED)
def test_what_is_not_brought_is_not_known(name: str, tmp_path: Path) -> None:
    found = read_estate(written(tmp_path, without(name)))
    assert frozenset(Source) - found.evidence.known[A] == NEEDED[name]
    assert found.broken == {}


def changed(name: str, change: Any) -> dict[str, Any]:
    files = json.loads(json.dumps(FULL))
    value = files[f"{A}/{name}"]
    new = change(value)
    files[f"{A}/{name}"] = new if isinstance(new, type(value) | list) else value
    return dict(files)


def cut_lists() -> list[tuple[str, Source]]:
    return [
        ("details.json", Source.DETAILS),
        ("virtual.json", Source.MFA_DEVICES),
        ("devices.json", Source.MFA_DEVICES),
        ("keys.json", Source.ACCESS_KEYS),
        ("services.json", Source.SERVICE_CREDENTIALS),
        ("certificates.json", Source.SERVER_CERTIFICATES),
        ("saml.json", Source.PROVIDERS),
        ("regions.json", Source.REGIONS),
        ("eu-west-1/instances.json", Source.INSTANCES),
        ("eu-west-1/analyzers.json", Source.ANALYZERS),
    ]


@pytest.mark.parametrize(("name", "kind"), cut_lists())
@pytest.mark.parametrize("how", [{"IsTruncated": True, "Marker": "m"}, {"NextToken": "n"}])
def test_a_page_that_others_follow_is_not_whole(
    name: str, kind: Source, how: dict[str, Any], tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, changed(name, lambda page: page.update(how))))
    assert kind not in found.evidence.known[A]
    assert kind in found.broken[A]
    assert "PAGES_MISSING" in [each.code for each in found.problems]


def test_a_truncated_report_of_last_accesses_is_not_whole(tmp_path: Path) -> None:
    def change(pages: Any) -> None:
        pages[1] |= {"IsTruncated": True, "Marker": "m"}

    found = read_estate(written(tmp_path, changed("accessed.json", change)))
    assert Source.LAST_ACCESSED not in found.evidence.known[A]
    assert list(found.broken[A]) == [Source.LAST_ACCESSED]


@pytest.mark.parametrize(("name", "kind"), cut_lists())
def test_pages_make_the_whole_in_any_order(name: str, kind: Source, tmp_path: Path) -> None:
    """Each item on a page of its own, the last page first or last."""
    page = FULL[f"{A}/{name}"]
    members = [each for each in page if isinstance(page[each], list) and each != "Users"]
    items = [(member, item) for member in members for item in page[member]]
    users = {"Users": page["Users"]} if "Users" in page else {}
    pages = [
        {member: [item], "IsTruncated": at < len(items) - 1}
        | (users if at == len(items) - 1 else {})
        for at, (member, item) in enumerate(items)
    ]
    there = read_estate(written(tmp_path / "one", FULL))
    for order in (pages, pages[::-1]):
        files = without(name) | {f"{A}/{name}": order}
        found = read_estate(written(tmp_path / "many", files))
        assert found.problems == ()
        assert contents(found) == contents(there)
        assert kind in found.evidence.known[A]


def contents(estate: Estate) -> Any:
    return [estate.snapshot.all(kind) for kind in SCHEMAS], estate.evidence


@pytest.mark.parametrize("seed", range(5))
def test_nothing_depends_on_the_order_of_files_and_entries(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)
    files = json.loads(json.dumps(FULL))
    for page in (files[f"{A}/details.json"], files[f"{A}/virtual.json"]):
        for value in page.values():
            chance.shuffle(value)
    names = list(files)
    chance.shuffle(names)
    shuffled = {
        f"{A}/{number}{Path(name).suffix}" if name.startswith(A) else name: files[name]
        for number, name in enumerate(names)
    }
    found = read_estate(written(tmp_path / "b", shuffled))
    there = read_estate(written(tmp_path / "a", FULL))
    assert found.problems == ()
    assert contents(found)[0] == contents(there)[0]
    assert found.evidence == there.evidence


ENCODED: dict[str, Any] = {
    "UTF-16 with a byte order mark": lambda text: text.encode("utf-16"),
    "UTF-8 with a byte order mark": lambda text: text.encode("utf-8-sig"),
    "CRLF": lambda text: text.replace("\n", "\r\n").encode(),
    "a line feed at the end": lambda text: (text + "\n").encode(),
    "every cell in quotes": lambda text: "\n".join(
        ",".join(f'"{cell}"' for cell in line.split(",")) for line in text.split("\n")
    ).encode(),
}


@pytest.mark.parametrize("encoding", ENCODED)
def test_a_credential_report_in_any_encoding(encoding: str, tmp_path: Path) -> None:
    there = read_estate(written(tmp_path, FULL))
    (tmp_path / A / "report.csv").write_bytes(ENCODED[encoding](CSV))
    found = read_estate(tmp_path)
    assert found.problems == ()
    assert found.evidence == there.evidence


def test_a_credential_report_as_the_api_answers_it(tmp_path: Path) -> None:
    earlier = "2025-12-31T00:00:00Z"
    answer = {
        "Content": base64.b64encode(CSV.encode()).decode(),
        "ReportFormat": "text/csv",
        "GeneratedTime": earlier,
    }
    found = read_estate(written(tmp_path, without("report.csv") | {"report.json": answer}))
    assert found.problems == ()
    assert found.evidence.known == {A: frozenset(Source)}
    assert found.evidence.taken == datetime(2025, 12, 31, tzinfo=UTC)


def test_a_report_alone_makes_its_account(tmp_path: Path) -> None:
    (tmp_path / "report.csv").write_text(CSV, encoding="utf-8")
    found = read_estate(tmp_path / "report.csv")
    assert [each.id for each in found.snapshot.all(Account)] == [A]
    assert found.evidence.known == {A: frozenset({Source.CREDENTIAL_REPORT})}


def leave_out(value: dict[str, Any], name: str) -> None:
    del value[name]


BROKEN: list[tuple[str, Any, str, Source]] = [
    ("report.csv", lambda text: text[:-1], "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text[:-4], "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.rpartition("\n")[0], "INCOMPLETE_REPORT",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text[:40], "MISSING_FIELD", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.partition("\n")[0], "INCOMPLETE_REPORT",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.replace(ROWS[0] + "\n", ""), "INCOMPLETE_REPORT",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: f"{text}\n{ROWS[1]}", "INCOMPLETE_REPORT",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.replace("mfa_active", "mfa"), "MISSING_FIELD",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.replace(",false", ",maybe", 1), "INVALID_VALUE",
     Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text + '\n"', "INVALID_VALUE", Source.CREDENTIAL_REPORT),
    ("report.csv", lambda text: text.replace("arn:aws:", "arn:aws-moon:"), "INVALID_VALUE",
     Source.CREDENTIAL_REPORT),
    ("summary.json", lambda page: page["SummaryMap"].update(Roles=2), "INCOMPLETE_DETAILS",
     Source.DETAILS),
    ("summary.json", lambda page: {"SummaryMap": {"Users": "2"}}, "INVALID_TYPE", Source.SUMMARY),
    ("summary.json", lambda page: [page, {"SummaryMap": {"Users": 1}}], "CONFLICTING_ENTRIES",
     Source.SUMMARY),
    ("password.json", lambda page: {"PasswordPolicy": {"HardExpiry": "no"}}, "INVALID_TYPE",
     Source.PASSWORD_POLICY),
    ("password.json", lambda page: [page, {"PasswordPolicy": None}], "CONFLICTING_ENTRIES",
     Source.PASSWORD_POLICY),
    ("virtual.json", lambda page: page["VirtualMFADevices"].append({}), "MISSING_FIELD",
     Source.MFA_DEVICES),
    ("devices.json", lambda page: page["MFADevices"].append(
        {"UserName": "nobody", "SerialNumber": "x", "EnableDate": T}), "UNKNOWN_USER",
     Source.MFA_DEVICES),
    ("virtual.json", lambda page: page["VirtualMFADevices"][1].update(User=user("ben")),
     "CONFLICTING_ENTRIES", Source.MFA_DEVICES),
    ("keys.json", lambda page: page["AccessKeyMetadata"][0].update(Status="On"), "INVALID_VALUE",
     Source.ACCESS_KEYS),
    ("keys.json", lambda page: {"AccessKeyMetadata": 1}, "INVALID_TYPE", Source.ACCESS_KEYS),
    ("services.json", lambda page: leave_out(
        page["ServiceSpecificCredentials"][0], "ServiceName"),
     "MISSING_FIELD", Source.SERVICE_CREDENTIALS),
    ("certificates.json", lambda page: page["ServerCertificateMetadataList"][0].update(
        Expiration="soon"), "INVALID_VALUE", Source.SERVER_CERTIFICATES),
    ("saml.json", lambda page: page["SAMLProviderList"][0].update(Arn=ANA), "INVALID_VALUE",
     Source.PROVIDERS),
    ("accessed.json", lambda pages: pages[0].update(JobStatus="IN_PROGRESS"), "INVALID_VALUE",
     Source.LAST_ACCESSED),
    ("accessed.json", lambda pages: leave_out(pages[0], "Arn"), "MISSING_FIELD",
     Source.LAST_ACCESSED),
    ("regions.json", lambda page: page["Regions"].__delitem__(0), "INCOMPLETE_REGIONS",
     Source.REGIONS),
    ("regions.json", lambda page: {"Regions": []}, "INCOMPLETE_REGIONS", Source.REGIONS),
    ("regions.json", lambda page: page["Regions"][0].update(OptInStatus="maybe"), "INVALID_VALUE",
     Source.REGIONS),
    ("eu-west-1/instances.json", lambda page: leave_out(page["Reservations"][0], "OwnerId"),
     "MISSING_FIELD", Source.INSTANCES),
    ("eu-west-1/instances.json", lambda page: page["Reservations"][1].update(OwnerId=B),
     "INVALID_VALUE", Source.INSTANCES),
    ("eu-west-1/instances.json", lambda page: leave_out(
        page["Reservations"][0]["Instances"][0], "State"), "MISSING_FIELD", Source.INSTANCES),
    ("eu-west-1/instances.json", lambda page: page["Reservations"][0]["Instances"][0].update(
        Placement={"AvailabilityZone": "us-east-1a"}), "INVALID_VALUE", Source.INSTANCES),
    ("eu-west-1/instances.json", lambda page: {"Reservations": 1}, "INVALID_TYPE",
     Source.INSTANCES),
    ("eu-west-1/instances.json", lambda page: [page, {"Reservations": [
        {"OwnerId": A, "Instances": [{"InstanceId": "i-0a", "State": {"Name": "stopped"}}]}]}],
     "CONFLICTING_ENTRIES", Source.INSTANCES),
    ("eu-west-1/analyzers.json", lambda page: leave_out(page["analyzers"][1], "status"),
     "MISSING_FIELD", Source.ANALYZERS),
    ("eu-west-1/analyzers.json", lambda page: page["analyzers"][0].update(arn=ANA),
     "INVALID_VALUE", Source.ANALYZERS),
    ("eu-west-1/analyzers.json", lambda page: page["analyzers"][1]["configuration"].update(
        unusedAccess={"analysisRule": {"exclusions": {}}}), "INVALID_TYPE", Source.ANALYZERS),
    ("eu-west-1/findings.json", lambda page: leave_out(page, "analyzerArn"), "MISSING_FIELD",
     Source.ACCESS_FINDINGS),
    ("eu-west-1/findings.json", lambda page: page["findings"][0].update(status="OPEN"),
     "INVALID_VALUE", Source.ACCESS_FINDINGS),
    ("eu-west-1/findings.json", lambda page: page.update(nextToken="n"), "PAGES_MISSING",
     Source.ACCESS_FINDINGS),
    ("details.json", lambda page: page["UserDetailList"][0].update(CreateDate="once"),
     "INVALID_VALUE", Source.DETAILS),
    ("details.json", lambda page: page["RoleDetailList"][0].update(RoleLastUsed=1),
     "INVALID_TYPE", Source.DETAILS),
    ("details.json", lambda page: leave_out(
        page["RoleDetailList"][0]["InstanceProfileList"][0], "Arn"),
     "MISSING_FIELD", Source.DETAILS),
    ("details.json", lambda page: page["UserDetailList"][0].update(GroupList=["gone"]),
     "UNKNOWN_GROUP", Source.DETAILS),
    ("details.json", lambda page: page["RoleDetailList"][0].update(
        AssumeRolePolicyDocument="{"), "JSON_SYNTAX_ERROR", Source.DETAILS),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "change", "code", "kind"),
    BROKEN,
    ids=[f"{b[0]} {b[2]} {i}" for i, b in enumerate(BROKEN)],
)
def test_what_cannot_be_used_leaves_its_source_broken(
    name: str, change: Any, code: str, kind: Source, tmp_path: Path
) -> None:
    found = read_estate(written(tmp_path, changed(name, change)))
    assert code in [each.code for each in found.problems]
    assert list(found.broken) == [A]
    assert list(found.broken[A]) == [kind]
    assert f"{A}/{name}" in found.broken[A][kind]


def test_who_is_in_the_report_alone_is_deleted_or_missing(tmp_path: Path) -> None:
    """The summary tells which: AWS keeps a report for four hours."""
    files = changed("report.csv", lambda text: f"{text}\n{row('gone')}")
    assert read_estate(written(tmp_path / "counted", files)).problems == ()
    found = read_estate(written(tmp_path / "not", without("summary.json", files)))
    assert [each.code for each in found.problems] == ["INCOMPLETE_REPORT"]
    assert list(found.broken[A]) == [Source.DETAILS]


def test_who_was_made_after_the_report_is_not_missing_from_it(tmp_path: Path) -> None:
    """Where the report says when it was made: AWS keeps it for four hours."""
    later = [{**user("carla"), "CreateDate": "2026-01-04T00:00:00Z"}]
    files = without(
        "summary.json",
        changed("details.json", lambda page: page["UserDetailList"].extend(later)),
    )
    told = {"Content": base64.b64encode(CSV.encode()).decode(), "ReportFormat": "text/csv"}
    for made, codes in (("2026-01-03T00:00:00Z", []), ("2026-01-05T00:00:00Z", [_INCOMPLETE])):
        answer = told | {"GeneratedTime": made}
        report = without("report.csv", files) | {"report.json": answer}
        found = read_estate(written(tmp_path / made[:10], report))
        assert [each.code for each in found.problems] == codes, made


_INCOMPLETE = "INCOMPLETE_REPORT"


@pytest.mark.parametrize("page", range(3))
def test_a_page_in_the_middle_that_is_missing_is_noticed(page: int, tmp_path: Path) -> None:
    """AWS's markers do not tell it; the account summary does."""
    items = [("UserDetailList", each) for each in DETAILS["UserDetailList"]]
    items += [("RoleDetailList", ROLE)]
    pages = [{name: [each], "IsTruncated": at < 2} for at, (name, each) in enumerate(items)]
    del pages[page]
    found = read_estate(written(tmp_path, without("details.json") | {f"{A}/pages.json": pages}))
    assert Source.DETAILS in found.broken[A]


def elsewhere(partition: str) -> dict[str, Any]:
    """Return the files of account A as those of account B in another partition."""
    text = json.dumps({name: value for name, value in FULL.items() if name.startswith(A)})
    for here, there in (
        ("arn:aws:", f"arn:{partition}:"), (A, B), ("AIDA", "AIDB"), ("AROA", "AROB"),
        ("AKIA", "AKIB"), ("ACCA", "ACCB"), ("ASCA", "ASCB"), ("AIPA", "AIPB"), ("GAHT", "GAHU"),
        ("eu-west-1", PARTITIONS[partition][0]),
    ):  # fmt: skip
        text = text.replace(here, there)
    other: dict[str, Any] = json.loads(text)
    told = {"OptInStatus": "opt-in-not-required"}
    rows = [{"RegionName": each, **told} for each in PARTITIONS[partition]]
    return other | {f"{B}/regions.json": {"Regions": rows}}


def awss(partition: str) -> dict[str, Any]:
    """Return a page with a policy of AWS's own, of the same name and id in every partition."""
    statement = {"Effect": "Allow", "Action": "s3:*", "Resource": f"arn:{partition}:s3:::*"}
    version = {
        "VersionId": "v1", "IsDefaultVersion": True, "CreateDate": T,
        "Document": {"Version": "2012-10-17", "Statement": statement},
    }  # fmt: skip
    managed = {
        "PolicyName": "X", "PolicyId": "ANPAEXAMPLE0000000001", "DefaultVersionId": "v1",
        "Arn": f"arn:{partition}:iam::aws:policy/X", "CreateDate": T, "UpdateDate": T,
        "PolicyVersionList": [version],
    }  # fmt: skip
    return {"Policies": [managed], "IsTruncated": False}


@pytest.mark.parametrize("partition", ["aws-cn", "aws-us-gov"])
def test_accounts_in_several_partitions_are_one_estate(partition: str, tmp_path: Path) -> None:
    """Of each all is known, and everything of it is where it is; AWS's policies are told apart."""
    other = elsewhere(partition)
    other |= {f"{A}/managed.json": awss("aws"), f"{B}/managed.json": awss(partition)}
    found = read_estate(written(tmp_path, FULL | other))
    assert [each.message for each in found.problems] == []
    assert found.broken == {}
    assert {each.id: each.partition for each in found.snapshot.all(Account)} == {
        A: "aws", B: partition,
    }  # fmt: skip
    assert found.evidence.known[A] == frozenset(Source)
    assert found.evidence.known[A] - found.evidence.known[B] <= {
        Source.ORGANIZATION, Source.RESOURCES, Source.ROOT_FEATURES,
    }  # fmt: skip
    for kind in SCHEMAS:
        entities: tuple[Any, ...] = found.snapshot.all(kind)
        for entity in entities:
            arn = getattr(entity, "arn", "")
            account = getattr(entity, "account", "")
            if arn and account in {A, B}:
                assert arn.split(":")[1] == ("aws" if account == A else partition), arn
    for where in ("aws", partition):
        policy = one(found.snapshot, ManagedPolicy, arn=f"arn:{where}:iam::aws:policy/X")
        assert policy is not None
        version = found.snapshot.get(PolicyVersion, policy.id, "v1")
        assert version is not None
        assert f"arn:{where}:s3:::*" in version.document


def test_the_accounts_of_an_organization_are_where_one_of_them_is(tmp_path: Path) -> None:
    """Source: AWS Organizations User Guide: organizations are of one partition."""
    head = {"Id": "o-exampleorg", "MasterAccountId": B}
    bundle: dict[str, Any] = {
        "Organization": head,
        "Roots": [{"Id": "r-exam"}],
        "Accounts": [{"Id": each, "ParentId": "r-exam"} for each in (A, B)],
    }
    details: dict[str, Any] = {
        f"{A}/details.json": {"UserDetailList": [user("eve", A, "aws-us-gov")]}
    }
    estate = read_estate(written(tmp_path / "one", {"organization.json": bundle} | details))
    assert {each.partition for each in estate.snapshot.all(Account)} == {"aws-us-gov"}
    (organization,) = estate.snapshot.all(Organization)
    assert organization.arn == f"arn:aws-us-gov:organizations::{B}:organization/o-exampleorg"
    arn = f"arn:aws:organizations::{B}:organization/o-exampleorg"
    told: dict[str, Any] = {"organization.json": bundle | {"Organization": head | {"Arn": arn}}}
    estate = read_estate(written(tmp_path / "two", told | details))
    assert "CONFLICTING_PARTITIONS" in [each.code for each in estate.problems]
    assert estate.broken


def test_an_unreadable_file_breaks_every_source_of_its_account(tmp_path: Path) -> None:
    files: dict[str, Any] = {
        f"{A}/details.json": DETAILS,
        f"{B}/details.json": {
            "UserDetailList": [user("eve", B) | {"UserId": "AIDAEVE" + "E" * 14}]
        },
    }
    found = read_estate(written(tmp_path / "own", files | {f"{A}/what.json": '{"a"'}))
    assert found.broken.keys() == {A}
    assert found.broken[A].keys() == set(Source)
    found = read_estate(written(tmp_path / "all", files | {"what.json": '{"a"'}))
    assert found.broken.keys() == {A, B}


def test_of_an_account_of_which_nothing_can_be_read_it_is_still_known_that_it_is_there(
    tmp_path: Path,
) -> None:
    found = read_estate(written(tmp_path, {f"{A}/what.json": "{"}))
    assert [each.id for each in found.snapshot.all(Account)] == [A]
    assert found.broken[A].keys() == set(Source)


@pytest.mark.parametrize(
    "page",
    [
        {"SummaryMap": {}}, {"PasswordPolicy": None}, {"SAMLProviderList": []},
        {"Users": ["ana"], "AccessKeyMetadata": []}, {"ContactInformation": {}},
        {"AlternateContactTypes": ["SECURITY"]},
    ],
    ids=lambda page: str(next(iter(page))),
)  # fmt: skip
def test_a_file_that_names_no_account(page: dict[str, Any], tmp_path: Path) -> None:
    """It is its folder's, else the only account's, else a problem."""
    other = {"UserDetailList": [user("eve", B) | {"UserId": "AIDAEVE" + "E" * 14}]}
    one = read_estate(written(tmp_path / "one", {"d.json": DETAILS, "x.json": page}))
    assert one.problems == ()
    two: dict[str, Any] = {"a/d.json": DETAILS, "b/d.json": other}
    own = read_estate(written(tmp_path / "own", two | {f"{A}/x.json": page}))
    assert own.problems == ()
    neither = read_estate(written(tmp_path / "neither", two | {"x.json": page}))
    assert [(each.code, each.severity) for each in neither.problems] == [
        ("UNKNOWN_ACCOUNT", Severity.ERROR)
    ]
    assert neither.broken.keys() == {A, B}


def test_an_organization_tells_of_root_access_and_of_trusted_services(tmp_path: Path) -> None:
    bundle: dict[str, Any] = {
        "Organization": {"Id": "o-exampleorg", "MasterAccountId": A, "FeatureSet": "ALL"},
        "Roots": [{"Id": "r-exam"}],
        "Accounts": [{"Id": each, "ParentId": "r-exam"} for each in (A, B)],
    }
    found = read_estate(written(tmp_path, {"organization.json": bundle}))
    told = {Source.ORGANIZATION}
    assert found.evidence.known == {A: told, B: told, "o-exampleorg": told}
    bundle |= {
        "EnabledFeatures": ["RootSessions"],
        "EnabledServicePrincipals": [{"ServicePrincipal": "iam.amazonaws.com", "DateEnabled": T}],
    }
    found = read_estate(written(tmp_path, {"organization.json": bundle}))
    told |= {Source.ROOT_FEATURES, Source.TRUSTED_SERVICES}
    assert found.evidence.known == {A: told, B: told, "o-exampleorg": told}
    (organization,) = found.snapshot.all(Organization)
    assert organization.root_features == (RootFeature.ROOT_SESSIONS,)
    assert [each.principal for each in organization.trusted_services] == ["iam.amazonaws.com"]
    bundle["EnabledFeatures"] = ["Other"]
    found = read_estate(written(tmp_path, {"organization.json": bundle}))
    assert {each: list(kinds) for each, kinds in found.broken.items()} == {
        each: [Source.ORGANIZATION, Source.ROOT_FEATURES] for each in (A, B, "o-exampleorg")
    }


@pytest.mark.parametrize("name", NEEDED)
def test_whatever_a_file_is_cut_to_none_of_it_is_taken_for_the_whole(
    name: str, tmp_path: Path
) -> None:
    """At places all over it: its sources are not known, or known to be broken."""
    value = FULL[f"{A}/{name}"]
    text = value if isinstance(value, str) else json.dumps(value)
    for at in sorted({len(text) * part // 16 for part in range(16)} | {len(text) - 1}):
        found = read_estate(written(tmp_path / str(at), FULL | {f"{A}/{name}": text[:at]}))
        known = found.evidence.known[A] - found.broken.get(A, {}).keys()
        assert not NEEDED[name] & known - {Source.ROOT_FEATURES}, (at, text[:at][-40:])


@pytest.mark.parametrize("kind", range(len(HOSTILE)))
def test_whatever_stands_anywhere_is_never_an_exception(kind: int, tmp_path: Path) -> None:
    """Nor does the account go away by it."""
    every = [(name, each) for name, value in FULL.items() if not isinstance(value, str)
             for each in places(value)]  # fmt: skip
    for name, pointer in every[kind % 16 :: 16]:
        files = json.loads(json.dumps(FULL))
        put(name, pointer, HOSTILE[kind])(files)
        found = read_estate(written(tmp_path, files))
        assert A in found.evidence.known, (name, pointer)


def test_every_member_that_aws_may_send_is_known() -> None:
    """Held against the service model, so that a member which AWS adds is noticed here."""
    model = botocore.session.get_session().get_service_model("iam")
    for form in FORMS.values():
        name = "".join(each.title() for each in form.operation.split("-")).replace("Mfa", "MFA")
        name = name.replace("Saml", "SAML").replace("Open", "Open").replace("Id", "ID")
        shape = model.operation_model(name).output_shape.members
        member = shape.get(form.member) or shape["LoginProfile"]
        entry = member.member if member.type_name == "list" else member
        assert set(entry.members) <= form.fields, form.member
