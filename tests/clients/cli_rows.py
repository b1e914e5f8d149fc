"""What the AWS CLI, version 1, is asked: commands in order, and what each must print.

In a command and in what it says ``{name}`` is a value that was prepared or kept from an earlier
answer; ``keep`` names what to keep of this one, by its place in it. ``says`` is the whole of what
is printed: JSON, or text where the command asks for text; ``refusal`` is part of an error. Rows
that are ``quick`` are run by the check, too.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from tests.accounts import allow, policy, trust
from tests.live import ACCOUNT

ANYTHING: Final = object()
REFUSED = 255
ARN = f"arn:aws:iam::{ACCOUNT}"
NAMES = [f"cli-{n}" for n in range(5)]
READS = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::cli/*"}],
}
"""The document in the file ``reads.json``."""


class Row(NamedTuple):
    """A command, what is typed into it, and what comes of it."""

    command: str
    says: Any = ANYTHING
    keep: Mapping[str, str] = {}
    code: int = 0
    refusal: str = ""
    typed: str = ""
    quick: bool = False


def _listing(options: str, says: Any = ANYTHING, **more: Any) -> Row:
    return Row(f"iam list-users --path-prefix /cli/ {options}", says, **more)


PAGES = (
    *(Row(f"iam create-user --user-name {name} --path /cli/", quick=True) for name in NAMES[:3]),
    *(Row(f"iam create-user --user-name {name} --path /cli/") for name in NAMES[3:]),
    _listing("--query Users[].UserName --page-size 2", NAMES),
    _listing("--query Users[].UserName --page-size 1 --max-items 3", NAMES[:3], quick=True),
    _listing("--max-items 1", keep={"token": "NextToken"}, quick=True),
    _listing("--query Users[1:].UserName --max-items 2 --starting-token {token}", NAMES[2:3]),
    _listing(
        "--query Users[0].UserName --max-items 1 --starting-token {token}", NAMES[1], quick=True
    ),
    _listing("--query Users[].UserName --starting-token {token}", NAMES[1:]),
    _listing("--no-paginate --max-items 4", keep={"marker": "Marker"}),
    _listing("--no-paginate --marker {marker} --query [length(Users),IsTruncated]", [1, False]),
    _listing("--query Users[].UserName --output text", "\t".join(NAMES)),
    _listing("--no-paginate --marker nonsense!", code=REFUSED, refusal="(ValidationError)"),
    Row("iam list-policies --scope AWS --page-size 7 --max-items 20 --query length(Policies)", 20),
    Row("iam list-policies --scope AWS --query length(Policies[?IsAttachable])>`1000`", True),
)
THINGS = (
    Row("iam create-group --group-name cli-group --query Group.Arn", f"{ARN}:group/cli-group"),
    Row("iam add-user-to-group --group-name cli-group --user-name cli-1", ""),
    Row("iam get-group --group-name cli-group --page-size 1 --query Users[].UserName", ["cli-1"]),
    Row(
        "iam create-policy --policy-name cli-policy --policy-document file://reads.json"
        " --tags Key=team,Value=blue Key=empty,Value= --query Policy.DefaultVersionId",
        "v1",
        quick=True,
    ),
    Row(
        f"iam get-policy-version --policy-arn {ARN}:policy/cli-policy --version-id v1"
        " --query PolicyVersion.Document",
        READS,
        quick=True,
    ),
    Row(f"iam attach-user-policy --user-name cli-1 --policy-arn {ARN}:policy/cli-policy", ""),
    Row(
        f"iam list-entities-for-policy --policy-arn {ARN}:policy/cli-policy"
        " --query PolicyUsers[].UserName",
        ["cli-1"],
    ),
    Row(
        "iam create-role --role-name cli-role --assume-role-policy-document file://trust.json"
        " --query Role.AssumeRolePolicyDocument.Statement[0].Condition",
        {"StringEquals": {"sts:ExternalId": "cli"}},
        quick=True,
    ),
    Row("iam create-instance-profile --instance-profile-name cli-profile", quick=True),
    Row(
        "iam add-role-to-instance-profile --instance-profile-name cli-profile"
        " --role-name cli-role",
        "",
    ),
    Row(
        "iam put-role-policy --role-name cli-role --policy-name o --policy-document file://o.json"
    ),
    Row(
        "iam get-role-policy --role-name cli-role --policy-name o"
        " --query PolicyDocument.Statement[0].Action",
        ["iam:GetUser", "sts:AssumeRole"],
    ),
    Row(
        "iam simulate-principal-policy --policy-source-arn {role} --action-names iam:GetUser"
        " iam:GetRole --query EvaluationResults[].EvalDecision",
        ["allowed", "implicitDeny"],
    ),
    Row(
        "ec2 describe-regions --filters Name=region-name,Values=us-* --query"
        " Regions[].RegionName --output text",
        "us-east-1\tus-east-2\tus-west-1\tus-west-2",
        quick=True,
    ),
    Row(
        "ec2 describe-regions --region-names af-south-1 --query Regions[0].[OptInStatus,Endpoint]",
        ["not-opted-in", "ec2.af-south-1.amazonaws.com"],
    ),
    Row("ec2 describe-regions --dry-run", code=REFUSED, refusal="(DryRunOperation)"),
    Row("ec2 describe-instances", code=REFUSED, refusal="(InvalidAction)"),
    Row("iam create-user --user-name cli-0", code=REFUSED, refusal="(EntityAlreadyExists)"),
    Row("iam get-user --user-name cli-none", code=REFUSED, refusal="(NoSuchEntity)", quick=True),
    Row("iam delete-user --user-name cli-1", code=REFUSED, refusal="(DeleteConflict)"),
    Row("iam generate-credential-report --query State!=`INPROGRESS`", True),
    Row("iam get-credential-report --query ReportFormat", "text/csv"),
    Row("iam get-account-authorization-details --max-items 2 --query length(UserDetailList)", 2),
    Row(
        "iam create-virtual-mfa-device --virtual-mfa-device-name cli-left --outfile seed"
        " --bootstrap-method Base32StringSeed --query VirtualMFADevice.SerialNumber",
        f"{ARN}:mfa/cli-left",
    ),
)
WAITERS = (
    Row("iam wait user-exists --user-name cli-0", "", quick=True),
    Row("iam wait role-exists --role-name cli-role", "", quick=True),
    Row(f"iam wait policy-exists --policy-arn {ARN}:policy/cli-policy", "", quick=True),
    Row("iam wait instance-profile-exists --instance-profile-name cli-profile", "", quick=True),
)
_WHO = "sts get-caller-identity --query Arn --profile"
_SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role"
PROFILES = (
    Row(f"{_WHO} base", f"{ARN}:user/cli/cli-0", quick=True),
    Row("iam get-user --profile base", code=REFUSED, refusal="(AccessDenied)"),
    Row(f"{_WHO} role", f"{_SESSION}/cli-role/cli", quick=True),
    Row("iam get-user --user-name cli-2 --query User.UserName --profile role", "cli-2"),
    Row("iam list-users --profile role", code=REFUSED, refusal="(AccessDenied)"),
    Row(f"{_WHO} stranger", code=REFUSED, refusal="(AccessDenied)"),
    Row(f"{_WHO} chained", f"{_SESSION}/cli-second/cli"),
    Row(f"{_WHO} unguarded", code=REFUSED, refusal="(AccessDenied)", quick=True),
    Row(f"{_WHO} guarded", typed="000000\n", code=REFUSED, refusal="(AccessDenied)"),
    Row(f"{_WHO} guarded", f"{_SESSION}/cli-guarded/cli", typed="{code}\n", quick=True),
    Row(f"{_WHO} guarded", f"{_SESSION}/cli-guarded/cli", quick=True),
)
"""The second time nothing is typed: the CLI keeps the session that the code opened."""

ROWS: tuple[Row, ...] = (*PAGES, *THINGS, *WAITERS, *PROFILES)

TRUST = trust({"AWS": ACCOUNT}, Condition={"StringEquals": {"sts:ExternalId": "cli"}})
GUARDED = trust({"AWS": ACCOUNT}, Condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
ASSUMES = policy(allow("sts:AssumeRole"))
MAY = policy(allow(["iam:GetUser", "sts:AssumeRole"]))


class Skeleton(NamedTuple):
    """An operation whose empty input the CLI writes, what is filled in, and what it answers."""

    command: str
    filled: Mapping[str, Any]
    place: str = ""
    value: Any = ""
    quick: bool = False


SKELETONS: tuple[Skeleton, ...] = (
    Skeleton(
        "iam create-user",
        {"UserName": "cli-skeleton", "Path": "/cli/", "Tags": [{"Key": "a", "Value": "1"}]},
        "User.Tags",
        [{"Key": "a", "Value": "1"}],
        quick=True,
    ),
    Skeleton(
        "iam create-role",
        {
            "RoleName": "cli-skeleton",
            "AssumeRolePolicyDocument": TRUST,
            "MaxSessionDuration": 7200,
            "Description": "ü",
        },
        "Role.Arn",
        f"{ARN}:role/cli-skeleton",
    ),
    Skeleton(
        "iam create-policy",
        {"PolicyName": "cli-skeleton", "PolicyDocument": MAY},
        "Policy.AttachmentCount",
        0,
    ),
    Skeleton("iam update-user", {"UserName": "cli-skeleton", "NewPath": "/"}),
    Skeleton(
        "iam update-account-password-policy",
        {"MinimumPasswordLength": 9, "RequireSymbols": False},
    ),
    Skeleton(
        "iam create-open-id-connect-provider",
        {
            "Url": "https://cli.example.org",
            "ClientIDList": ["a", "b"],
            "ThumbprintList": ["ab" * 20],
        },
        "OpenIDConnectProviderArn",
        f"{ARN}:oidc-provider/cli.example.org",
    ),
    Skeleton(
        "iam simulate-custom-policy",
        {
            "PolicyInputList": [MAY],
            "ActionNames": ["iam:GetRole"],
            "ContextEntries": [
                {
                    "ContextKeyName": "aws:username",
                    "ContextKeyType": "string",
                    "ContextKeyValues": ["a"],
                }
            ],
        },
        "EvaluationResults.0.EvalDecision",
        "implicitDeny",
    ),
)
