"""A live pull by AWS's standard client, killed and gone on with, against a live server."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from doorward.importers.estate.read import Estate, read_estate
from doorward.model.contact import ContactType
from doorward.model.credential import AccessKey, MfaDevice
from doorward.model.evidence import BY_REGION, OF_ORGANIZATIONS, Source
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Role,
    User,
)
from doorward.model.organization import Account, Organization
from doorward.model.organization_report import DeclaredType, Delegate
from tests.importers import regions_served, resources_served
from tests.importers.recorded import DENIED, Answer, Answers, recorded, refused
from tests.live import ACCOUNT, KEY, SECRET, LiveServer, serving

ROOT = Path(__file__).parents[2]
HOW_TO = ROOT / "docs" / "how-to" / "audit-an-aws-account.md"
SOURCES = "".join(
    each.read_text(encoding="utf-8")
    for each in (ROOT / "src" / "doorward" / "importers" / "pull").glob("*.py")
)

TRUST = json.dumps({
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}
    ],
})  # fmt: skip
READER = {"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Resource": "*",
    "Action": ["iam:Get*", "iam:List*", "iam:Generate*", "sts:GetCallerIdentity"],
}]}  # fmt: skip


REGIONS = regions_served.Estate()
"""What there is by Region, beside the server: no Region has anything."""

KEYS: dict[str, tuple[str, str]] = {}
"""Access keys of users, made with the server: no test changes what others look at."""


CONTACT = {
    "FullName": "Ana Example", "AddressLine1": "1 Private Road", "City": "Springfield",
    "CountryCode": "FR", "PostalCode": "12345", "PhoneNumber": "+33 555 0100",
    "CompanyName": "Example Corp.",
}  # fmt: skip
SECURITY = {
    "Name": "Ben Example", "Title": "CISO", "EmailAddress": "security@example.com",
    "PhoneNumber": "+33 555 0199", "AlternateContactType": "SECURITY",
}  # fmt: skip


def alternate_contact(asked: Mapping[str, Any]) -> Answer:
    """What AWS answers of an account with a contact for security alone."""
    if asked["AlternateContactType"] == "SECURITY":
        return 200, {"AlternateContact": SECURITY}
    return refused("ResourceNotFoundException")


ACCOUNTS: Answers = {
    "getContactInformation": lambda _asked: (
        200, {"ContactInformation": CONTACT, "VerificationStatus": "VERIFIED"}
    ),
    "getAlternateContact": alternate_contact,
}  # fmt: skip
"""Account Management, which Doorward does not serve."""

DELEGATED = "222233334444"
ADMINISTRATOR = {
    "Id": DELEGATED, "Email": "private@example.com", "Name": "PRIVATE", "Status": "ACTIVE",
    "DelegationEnabledDate": 1700000000,
}  # fmt: skip
DELEGATION = json.dumps({"Version": "2012-10-17", "Statement": [{
    "Effect": "Allow", "Principal": {"AWS": DELEGATED}, "Action": "organizations:AttachPolicy",
    "Resource": "*",
}]})  # fmt: skip
OPT_OUT = '{"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}'
DECLARED = {"Id": "p-optout0001", "Name": "ai", "Type": "AISERVICES_OPT_OUT_POLICY"}


def services(asked: Mapping[str, Any]) -> Answer:
    """What AWS answers of a delegated administrator's services, in two pages."""
    more = "NextToken" in asked
    name = "config" if more else "guardduty"
    row = {"ServicePrincipal": f"{name}.amazonaws.com", "DelegationEnabledDate": 1700000000}
    return 200, {"DelegatedServices": [row]} | ({} if more else {"NextToken": "more"})


DELEGATIONS: Answers = {
    "ListDelegatedAdministrators": lambda _asked: (
        200, {"DelegatedAdministrators": [ADMINISTRATOR]}
    ),
    "ListDelegatedServicesForAccount": services,
    "DescribeResourcePolicy": lambda _asked: (
        200, {"ResourcePolicy": {"ResourcePolicySummary": {"Id": "rp-1"}, "Content": DELEGATION}}
    ),
}  # fmt: skip
"""What Doorward's Organizations does not serve."""


def how_to_policy() -> str:
    """The policy that the how-to gives."""
    return HOW_TO.read_text(encoding="utf-8").partition("```json\n")[2].partition("```")[0]


@pytest.fixture(scope="module")
def server() -> Iterator[LiveServer]:
    with regions_served.regions_served(REGIONS), serving() as running:
        iam = running.client("iam")
        for name in ("ana", "ben", "cleo"):
            iam.create_user(UserName=name, Tags=[{"Key": "team", "Value": name}])
            iam.create_access_key(UserName=name)
        iam.create_user(UserName="auditor")
        made = iam.create_policy(PolicyName="read-estate", PolicyDocument=how_to_policy())
        iam.attach_user_policy(UserName="auditor", PolicyArn=made["Policy"]["Arn"])
        for name in ("ben", "auditor"):
            key = iam.create_access_key(UserName=name)["AccessKey"]
            KEYS[name] = (key["AccessKeyId"], key["SecretAccessKey"])
        iam.create_login_profile(UserName="ana", Password="Xy12!xy12!xy12!")
        iam.create_virtual_mfa_device(VirtualMFADeviceName="phone")
        iam.create_role(RoleName="ops", AssumeRolePolicyDocument=TRUST)
        iam.attach_role_policy(RoleName="ops", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
        iam.put_user_policy(UserName="ben", PolicyName="read", PolicyDocument=json.dumps(READER))
        organizations = running.client("organizations")
        organizations.create_organization()
        organizations.create_account(Email="b@example.com", AccountName="second")
        yield running


def command(folder: Path, *more: str) -> list[str]:
    return [sys.executable, "-m", "doorward.cli", "import", "aws", str(folder), *more]


def environment(server: LiveServer, key: str = KEY, secret: str = SECRET) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return (
        kept
        | REGIONS.environment()
        | {
            "AWS_ENDPOINT_URL": server.endpoint,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": secret,
            "AWS_CONFIG_FILE": os.devnull,
            **ELSEWHERE,
        }
    )


@pytest.fixture(scope="module", autouse=True)
def elsewhere(server: LiveServer) -> Iterator[None]:
    """What Doorward does not serve, as AWS answers it, for every pull."""
    with recorded(ACCOUNTS) as accounts, recorded(DELEGATIONS, server.endpoint) as organizations:
        ELSEWHERE["AWS_ENDPOINT_URL_ACCOUNT"] = accounts
        ELSEWHERE["AWS_ENDPOINT_URL_ORGANIZATIONS"] = organizations
        yield


ELSEWHERE: dict[str, str] = {}
"""Where services are that Doorward does not serve, as the environment says it."""


def pulled(
    server: LiveServer, folder: Path, *more: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Pull as the administrator; resources, which take long, if they are named."""
    without = () if "--resources" in more else ("--no-resources",)
    return subprocess.run(
        command(folder, *more, *without),
        env=environment(server) | changes,
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def whole(server: LiveServer, tmp_path_factory: pytest.TempPathFactory) -> Estate:
    """The account, pulled without interruption."""
    folder = tmp_path_factory.mktemp("pulled") / "out"
    assert pulled(server, folder, "--resources").returncode == 0
    return read_estate(folder)


def says(estate: Estate) -> Any:
    """What an estate holds, but for what its own reading changed."""
    held = [
        [str(each) for each in estate.snapshot.all(kind)]
        for kind in (User, Role, AccessKey, MfaDevice, Account, Organization)
    ]
    return held, estate.evidence.known


def test_an_organization_is_pulled_whole(server: LiveServer, tmp_path: Path) -> None:
    done = pulled(server, tmp_path / "out", "--organization", "--resources")
    assert done.returncode == 0, done.stderr
    estate = read_estate(tmp_path / "out")
    assert estate.problems == ()
    accounts = [each.id for each in estate.snapshot.all(Account)]
    assert len(accounts) == 2
    (organization,) = estate.snapshot.all(Organization)
    assert organization.management_account == ACCOUNT
    for account in accounts:
        assert frozenset(Source) == estate.evidence.known[account]
    assert estate.evidence.unasked == {}
    names = {each.name for each in estate.snapshot.find(User, account=ACCOUNT)}
    assert {"ana", "ben", "cleo"} < names
    modes = {each.stat().st_mode & 0o777 for each in (tmp_path / "out").rglob("*.json")}
    assert modes == {0o600}


def test_a_pull_that_is_killed_goes_on_where_it_was(
    server: LiveServer, whole: Estate, tmp_path: Path
) -> None:
    """Killed again and again, whenever it has written some files more."""
    folder = tmp_path / "killed"
    for wanted in (3, 6, 9):
        process = subprocess.Popen(
            command(folder), env=environment(server), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        deadline = time.monotonic() + 60
        while len(list(folder.rglob("*.json"))) < wanted and time.monotonic() < deadline:
            assert process.poll() is None or len(list(folder.rglob("*.json"))) >= wanted
            time.sleep(0.001)
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=10)
        assert all(json.loads(each.read_text()) for each in folder.rglob("*.json"))
    before = {each: each.stat().st_mtime_ns for each in folder.rglob("*.json")}
    done = pulled(server, folder, "--resources")
    assert done.returncode == 0, done.stderr
    assert (
        before.items()
        <= {each: each.stat().st_mtime_ns for each in folder.rglob("*.json")}.items()
    )
    assert len(before) < len(list(folder.rglob("*.json")))
    assert says(read_estate(folder)) == says(whole)
    assert read_estate(folder).problems == ()


def cli(server: LiveServer, *arguments: str) -> str:
    """What the AWS CLI prints."""
    program = str(Path(sys.executable).parent / "aws")
    done = subprocess.run(
        [program, "iam", *arguments, "--output", "json", "--region", "us-east-1"],
        env=environment(server), capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def cli_pages(server: LiveServer, folder: Path) -> None:
    """Three entities a file, named so that the last page is read first."""
    more: list[str] = []
    for number in range(99, 0, -1):
        page = cli(server, "get-account-authorization-details", "--max-items", "3", *more)
        (folder / f"{number:02}.json").write_text(page, encoding="utf-8")
        token = json.loads(page).get("NextToken")
        if token is None:
            return
        more = ["--starting-token", token]


def cli_whole(server: LiveServer, folder: Path) -> None:
    """As PowerShell writes what it is piped: UTF-16, CRLF."""
    text = cli(server, "get-account-authorization-details").replace("\n", "\r\n")
    (folder / "details.json").write_bytes(text.encode("utf-16"))


@pytest.mark.parametrize("details", [cli_pages, cli_whole])
def test_what_the_aws_cli_prints_is_the_same_estate(
    details: Any, server: LiveServer, whole: Estate, tmp_path: Path
) -> None:
    folder = tmp_path / "printed"
    folder.mkdir()
    details(server, folder)
    answer = json.loads(cli(server, "get-credential-report"))
    report = base64.b64decode(answer["Content"])
    (folder / "credentials.csv").write_bytes(report.replace(b"\n", b"\r\n"))
    for name in ("get-account-summary", "list-virtual-mfa-devices", "list-saml-providers"):
        (folder / f"{name}.json").write_text(cli(server, name), encoding="utf-8")
    printed, there = read_estate(folder), whole
    assert printed.problems == ()
    for kind in (User, Group, Role, InlinePolicy, Attachment, ManagedPolicy):
        mine = [
            each for each in there.snapshot.all(kind)
            if getattr(each, "account", ACCOUNT) in {ACCOUNT, "aws"}
        ]  # fmt: skip
        assert [*printed.snapshot.all(kind)] == mine
        assert mine or kind is Group
    assert printed.evidence.reported[ACCOUNT] == there.evidence.reported[ACCOUNT]
    assert printed.evidence.known[ACCOUNT] == {
        Source.DETAILS, Source.CREDENTIAL_REPORT, Source.SUMMARY, Source.ROLE_LAST_USED,
    }  # fmt: skip


def test_what_may_not_be_read_is_named_and_left_out(server: LiveServer, tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path / "out", "--no-last-accessed"),
        env=environment(server, *KEYS["ben"]),
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert f"not brought: organization of account {ACCOUNT}: AccessDenied" in done.stderr
    known = read_estate(tmp_path / "out").evidence.known[ACCOUNT]
    assert frozenset(Source) - known == {*OF_ORGANIZATIONS, Source.LAST_ACCESSED}


def test_the_permissions_of_the_how_to_are_enough_and_all_needed(
    server: LiveServer, tmp_path: Path
) -> None:
    """For a whole organization, by a user who has nothing else."""
    done = subprocess.run(
        command(tmp_path / "out", "--organization", "--no-resources"),
        env=environment(server, *KEYS["auditor"]), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    named = {
        each for statement in json.loads(how_to_policy())["Statement"]
        for each in statement["Action"] if isinstance(statement["Action"], list)
    } - {*resources_served.ACTIONS}  # fmt: skip
    operations = {each.removesuffix("_v2") for each in re.findall(r'"([a-z_]+[0-9]?)"', SOURCES)}
    called = {each.partition(":")[2].lower() for each in named}
    assert called <= {each.replace("_", "") for each in operations}
    asked = {operation for _, operation in REGIONS.asked} - {*resources_served.ACTIONS}
    elsewhere = {regions_served.ACTIONS[operation] for operation in asked}
    elsewhere.add(regions_served.ACTIONS["ListFindingsV2"])  # there is no analyzer to ask here
    assert elsewhere == {each for each in named if each.startswith(("ec2:", "access-analyzer:"))}


def test_what_exists_by_region_can_be_left_out(server: LiveServer, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    done = pulled(server, folder, "--no-regions", "--no-last-accessed", "--resources")
    assert done.returncode == 0, done.stderr
    evidence = read_estate(folder).evidence
    assert frozenset(Source) - evidence.known[ACCOUNT] == {Source.LAST_ACCESSED, *BY_REGION}
    assert {each.why for each in evidence.unasked[ACCOUNT]} == {"the Regions were left out"}


def test_resources_can_be_left_out(server: LiveServer, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    assert pulled(server, folder, "--no-resources", "--no-last-accessed").returncode == 0
    known = read_estate(folder).evidence.known[ACCOUNT]
    assert frozenset(Source) - known == {Source.RESOURCES, Source.LAST_ACCESSED}


def test_what_is_missing_for_one_reason_is_said_once(server: LiveServer, tmp_path: Path) -> None:
    REGIONS.refused = {(each, "DescribeInstances") for each in ("eu-west-1", "us-west-2")}
    try:
        done = pulled(server, tmp_path / "out", "--no-last-accessed")
    finally:
        REGIONS.refused = set()
    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if line.startswith("not brought: ")]
    (line,) = said
    wanted = f"eu-west-1/instances, us-west-2/instances of account {ACCOUNT}: UnauthorizedOp"
    assert line.startswith(f"not brought: {wanted}")


def test_contacts_are_brought_without_what_is_peoples_own(whole: Estate) -> None:
    contact = whole.evidence.contacts[ACCOUNT]
    assert (contact.missing, contact.company) == ((), "Example Corp.")
    assert contact.phone_status == "VERIFIED"
    (security,) = whole.evidence.alternate_contacts[ACCOUNT]
    assert (security.type, security.email) == (ContactType.SECURITY, "security@example.com")
    assert security.missing == ()
    assert {Source.CONTACT, Source.ALTERNATE_CONTACTS} < whole.evidence.known[ACCOUNT]


def test_no_name_street_or_number_is_written(server: LiveServer, tmp_path: Path) -> None:
    assert pulled(server, tmp_path / "out").returncode == 0
    texts = "".join(each.read_text() for each in (tmp_path / "out").rglob("*contact*.json"))
    for said in (*CONTACT.values(), *SECURITY.values()):
        kept = said in {"Example Corp.", "FR", "security@example.com", "SECURITY"}
        assert (f'"{said}"' in texts) is kept, said


def test_contacts_that_may_not_be_read_are_named_and_left_out(
    server: LiveServer, tmp_path: Path
) -> None:
    with recorded({"getContactInformation": ACCOUNTS["getContactInformation"]}) as endpoint:
        done = pulled(server, tmp_path / "out", AWS_ENDPOINT_URL_ACCOUNT=endpoint)
    assert done.returncode == 1
    what = f"alternate-contacts of account {ACCOUNT}: AccessDeniedException: refused"
    told = [line for line in done.stderr.splitlines() if "not brought" in line]
    assert told == [f"not brought: {what}"]
    known = read_estate(tmp_path / "out").evidence.known[ACCOUNT]
    assert {Source.SECURITY_CONTACT, Source.ALTERNATE_CONTACTS}.isdisjoint(known)
    assert Source.CONTACT in known


def organization_of(folder: Path) -> tuple[Estate, str]:
    """What is in a folder, and the id of its one organization."""
    found = read_estate(folder)
    assert found.problems == ()
    (organization,) = found.snapshot.all(Organization)
    return found, organization.id


def test_delegations_are_brought(server: LiveServer, tmp_path: Path) -> None:
    assert pulled(server, tmp_path / "out").returncode == 0
    found, organization = organization_of(tmp_path / "out")
    report = found.evidence.organizations[organization]
    both = ("guardduty.amazonaws.com", "config.amazonaws.com")
    assert report.delegates == (Delegate(DELEGATED, both),)
    assert report.resource_policy == DELEGATION
    assert found.evidence.known[organization] >= OF_ORGANIZATIONS
    assert (report.declared, report.is_enabled(DeclaredType.TAG_POLICY)) == ((), False)
    texts = "".join(each.read_text() for each in (tmp_path / "out").glob("delegated-*.json"))
    assert not re.search("private", texts, re.IGNORECASE)


def test_policies_that_declare_are_brought(server: LiveServer, tmp_path: Path) -> None:
    """And no resource policy is one: nobody delegated anything."""
    only = {"AISERVICES_OPT_OUT_POLICY": [DECLARED]}
    whole = {"PolicySummary": DECLARED, "Content": OPT_OUT}
    answers: Answers = {
        "ListPolicies": lambda asked: (200, {"Policies": only.get(asked["Filter"], [])}),
        "DescribePolicy": lambda _asked: (200, {"Policy": whole}),
        "ListTargetsForPolicy": lambda _asked: (200, {"Targets": [{"TargetId": "r-exam"}]}),
        "DescribeResourcePolicy": lambda _asked: refused("ResourcePolicyNotFoundException"),
        "ListDelegatedAdministrators": lambda _asked: (200, {"DelegatedAdministrators": []}),
    }
    with recorded(answers, server.endpoint) as endpoint:
        done = pulled(server, tmp_path / "out", AWS_ENDPOINT_URL_ORGANIZATIONS=endpoint)
    assert done.returncode == 0, done.stderr
    found, organization = organization_of(tmp_path / "out")
    report = found.evidence.organizations[organization]
    (policy,) = report.declared
    assert (policy.id, policy.content, policy.targets) == ("p-optout0001", OPT_OUT, ("r-exam",))
    assert (report.delegates, report.resource_policy) == ((), None)
    assert found.evidence.known[organization] >= OF_ORGANIZATIONS


def test_delegations_that_may_not_be_read_are_named_and_left_out(
    server: LiveServer, tmp_path: Path
) -> None:
    def list_policies(asked: Mapping[str, Any]) -> Answer:
        return DENIED if asked["Filter"] == "TAG_POLICY" else (200, {"Policies": []})

    denied: dict[str, Callable[[Mapping[str, Any]], Answer]]
    denied = {each: lambda _asked: DENIED for each in DELEGATIONS}
    with recorded(denied | {"ListPolicies": list_policies}, server.endpoint) as endpoint:
        done = pulled(server, tmp_path / "out", AWS_ENDPOINT_URL_ORGANIZATIONS=endpoint)
    assert done.returncode == 1
    names = (
        "policies of type TAG_POLICY", "delegated-administrators", "delegated-services",
        "organization-resource-policy",
    )  # fmt: skip
    told = [line for line in done.stderr.splitlines() if "not brought" in line]
    why = f"of account {ACCOUNT}: AccessDeniedException: refused"
    assert told == [f"not brought: {', '.join(names)} {why}"]
    found, organization = organization_of(tmp_path / "out")
    assert OF_ORGANIZATIONS - found.evidence.known[organization] == {
        Source.TAG_POLICIES, Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES,
        Source.DELEGATION_POLICY,
    }  # fmt: skip


def test_a_wrong_key_or_profile_is_said(server: LiveServer, tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path / "out"), env=environment(server, secret="x" * 40),
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, "SignatureDoesNotMatch" in done.stderr) == (1, True)
    done = pulled(server, tmp_path / "out", "--profile", "nobody")
    assert (done.returncode, "nobody" in done.stderr) == (2, True)
    assert not (tmp_path / "out").exists()
