"""The example organization: loaded at the first start, found again afterwards.

::

    management account M
    └── organization
        ├── OU Data          account A: bucket acme-sensitive-data, DataAccessRole, Developer
        └── OU Applications  account B: users analyst (may assume the role) and intern (may not)
    account C, outside: user outsider
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from examples.main_job.clients import Identity

BUCKET = "arn:aws:s3:::acme-sensitive-data"
EXTERNAL_ID = "acme-2026"
ACCESS_ROLE = "OrganizationAccountAccessRole"


@dataclass(frozen=True)
class Estate:
    """What the story needs to know: ids, ARNs, and the key of account C's administrator."""

    data_account: str
    apps_account: str
    outside_account: str
    data_unit: str
    scp: str
    role_arn: str
    developer_arn: str
    outside_key: str
    outside_secret: str

    def __repr__(self) -> str:
        """Show no secret."""
        return f"Estate(A={self.data_account}, B={self.apps_account}, C={self.outside_account})"


def policy(*statements: dict[str, Any]) -> str:
    """Return a policy document's text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(sid: str, action: str | list[str], resource: str | list[str]) -> dict[str, Any]:
    """Return an Allow statement of an identity-based policy."""
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": resource}


def bucket_policy(data_account: str, *more: dict[str, Any]) -> str:
    """Return the bucket's policy: its own account may list it."""
    own = {
        "Sid": "OwnAccountMayList",
        "Effect": "Allow",
        "Principal": {"AWS": data_account},
        "Action": "s3:ListBucket",
        "Resource": BUCKET,
    }
    return policy(own, *more)


def load(administrator: Identity, kept: Path) -> Estate:
    """Return the example estate, creating it unless ``kept`` says that it is there."""
    if kept.exists():
        return Estate(**json.loads(kept.read_text()))
    estate = _create(administrator)
    kept.touch(mode=0o600)
    kept.write_text(json.dumps(asdict(estate), indent=2))
    return estate


def _create(administrator: Identity) -> Estate:
    """Create the organization, its accounts, and what is in them."""
    organizations = administrator.client("organizations")
    organizations.create_organization(FeatureSet="ALL")
    root = organizations.list_roots()["Roots"][0]["Id"]
    organizations.enable_policy_type(RootId=root, PolicyType="SERVICE_CONTROL_POLICY")
    units = {
        name: organizations.create_organizational_unit(ParentId=root, Name=name)[
            "OrganizationalUnit"
        ]["Id"]
        for name in ("Data", "Applications")
    }
    accounts = {}
    for name, unit in (("data", "Data"), ("applications", "Applications")):
        status = organizations.create_account(
            AccountName=name, Email=f"{name}@example.com", RoleName=ACCESS_ROLE
        )["CreateAccountStatus"]
        account = status["AccountId"]
        organizations.move_account(
            AccountId=account, SourceParentId=root, DestinationParentId=units[unit]
        )
        accounts[name] = account
    scp = organizations.create_policy(
        Name="NoReadsOfSensitiveData",
        Description="Closes the sensitive data to everybody in the account that holds it",
        Type="SERVICE_CONTROL_POLICY",
        Content=policy(
            {
                "Sid": "NoReads",
                "Effect": "Deny",
                "Action": "s3:GetObject",
                "Resource": f"{BUCKET}/*",
            }
        ),
    )["Policy"]["PolicySummary"]["Id"]
    outside = administrator.client("doorward").create_account(
        Name="outsider", Email="outsider@example.com"
    )
    data, apps = accounts["data"], accounts["applications"]
    role_arn, developer_arn = _create_data_account(administrator, data, apps)
    _create_apps_account(administrator, apps, role_arn)
    key = outside["AdministratorAccessKey"]
    _create_outsider(
        Identity(administrator.endpoint, key["AccessKeyId"], key["SecretAccessKey"]), role_arn
    )
    return Estate(
        data_account=data,
        apps_account=apps,
        outside_account=outside["Account"]["Id"],
        data_unit=units["Data"],
        scp=scp,
        role_arn=role_arn,
        developer_arn=developer_arn,
        outside_key=key["AccessKeyId"],
        outside_secret=key["SecretAccessKey"],
    )


def inside(administrator: Identity, account: str) -> Identity:
    """Return the management account's way into a member account."""
    return administrator.assuming(f"arn:aws:iam::{account}:role/{ACCESS_ROLE}", "story")


def _create_data_account(administrator: Identity, data: str, apps: str) -> tuple[str, str]:
    """Create what account A holds; return the ARNs of its two roles."""
    owner = inside(administrator, data)
    iam = owner.client("iam")
    trust = policy(
        {
            "Sid": "AnalystsOfApplications",
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{apps}:root"},
            "Action": "sts:AssumeRole",
            "Condition": {
                "StringEquals": {"sts:ExternalId": EXTERNAL_ID},
                "Bool": {"aws:MultiFactorAuthPresent": "true"},
            },
        }
    )
    role = iam.create_role(RoleName="DataAccessRole", AssumeRolePolicyDocument=trust)["Role"][
        "Arn"
    ]
    iam.put_role_policy(
        RoleName="DataAccessRole",
        PolicyName="ReadSensitiveData",
        PolicyDocument=policy(
            allow("Read", "s3:GetObject", f"{BUCKET}/*"), allow("List", "s3:ListBucket", BUCKET)
        ),
    )
    boundary = iam.create_policy(
        PolicyName="DeveloperBoundary",
        PolicyDocument=policy(allow("DataOnly", ["s3:*", "sqs:*", "dynamodb:*"], "*")),
    )["Policy"]["Arn"]
    own = {"Effect": "Allow", "Principal": {"AWS": data}, "Action": "sts:AssumeRole"}
    developer = iam.create_role(
        RoleName="Developer", AssumeRolePolicyDocument=policy(own), PermissionsBoundary=boundary
    )["Role"]["Arn"]
    iam.attach_role_policy(
        RoleName="Developer", PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess"
    )
    owner.client("doorward").put_resource(
        Arn=BUCKET, Account=data, Policy=bucket_policy(data), Type="AWS::S3::Bucket"
    )
    return role, developer


def _create_apps_account(administrator: Identity, apps: str, role_arn: str) -> None:
    """Create account B's users: one with the identity policy, one without."""
    iam = inside(administrator, apps).client("iam")
    for name in ("analyst", "intern"):
        iam.create_user(UserName=name)
    iam.put_user_policy(
        UserName="analyst",
        PolicyName="MayAssumeDataAccessRole",
        PolicyDocument=policy(allow("AssumeIt", "sts:AssumeRole", role_arn)),
    )


def _create_outsider(administrator: Identity, role_arn: str) -> None:
    """Create account C's user, whom its own account lets assume any role."""
    iam = administrator.client("iam")
    iam.create_user(UserName="outsider")
    iam.put_user_policy(
        UserName="outsider",
        PolicyName="MayAssumeAnything",
        PolicyDocument=policy(allow("AssumeIt", "sts:AssumeRole", [role_arn, "*"])),
    )
