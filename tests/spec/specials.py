"""What AWS keeps for itself, sessions and root users (S4, S6, S9, S10), and its roles (S7, S8)."""

from __future__ import annotations

from typing import Any

from tests.engine.build import (
    ALICE,
    FEDERATED,
    FULL,
    NONE,
    QUEUE,
    ROOT,
    SESSION,
    TARGET,
    A,
    B,
    allow,
    deny,
    doc,
    to,
)
from tests.spec import estate
from tests.spec.rows import ALLOWED, DENIED, SILENT, UNMATCHED, Json, Row, Section, ask, live

MANAGED = 'IAM User Guide, "Managed policies and inline policies"'
RESERVED = 'IAM Identity Center User Guide, "Referencing permission sets in resource policies"'
COMPARED = 'IAM User Guide, "Comparing the AWS STS API operations"'
LINKED_ROLES = 'IAM User Guide, "Service-linked roles"'
RCPS = 'AWS Organizations User Guide, "Resource control policies (RCPs)"'

ROOT_TASKS = 'AWS STS API Reference, "AssumeRoot"'

REPOSITORIES = 'Amazon ECR User Guide, "Private repository policies"'
OWNERS = 'Amazon S3 API Reference, "DeleteBucketPolicy"'

AWS_POLICY = "arn:aws:iam::aws:policy/ReadOnlyAccess"
OWN_POLICY = f"arn:aws:iam::{A}:policy/ReadOnlyAccess"
SSO_ROLE = f"arn:aws:iam::{A}:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_Admin_1"
BY_AWS, BY_LIMIT = "reserved-by-aws", "session-limit"

S4 = (
    *(
        ask("changing an AWS managed policy", f"{action} on an AWS managed policy", BY_AWS,
            action=f"iam:{action}", on=AWS_POLICY, identity=FULL)
        for action in ("DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion",
                       "SetDefaultPolicyVersion", "TagPolicy", "UntagPolicy")
    ),
    ask("changing an AWS managed policy", "the root user on an AWS managed policy", BY_AWS,
        who=ROOT, action="iam:DeletePolicy", on=AWS_POLICY),
    ask("an AWS managed policy", "DeletePolicy on the account's own", ALLOWED,
        action="iam:DeletePolicy", on=OWN_POLICY, identity=FULL),
    ask("changing", "reading an AWS managed policy", ALLOWED, action="iam:GetPolicyVersion",
        on=AWS_POLICY, identity=FULL),
    *(
        ask("changing a role under /aws-reserved/", f"{action} on a reserved role", BY_AWS,
            action=f"iam:{action}", on=SSO_ROLE, identity=FULL, source=RESERVED)
        for action in ("DeleteRole", "UpdateAssumeRolePolicy", "AttachRolePolicy",
                       "PutRolePolicy", "TagRole")
    ),
    ask("changing", "reading a reserved role", ALLOWED, action="iam:GetRole", on=SSO_ROLE,
        identity=FULL, source=RESERVED),
    ask("a role under the path /aws-reserved/", "a role under another path than "
        "/aws-reserved/", ALLOWED, action="iam:DeleteRole",
        on=SSO_ROLE.replace("aws-reserved", "app"), identity=FULL, source=RESERVED),
    ask("a role under the path /aws-reserved/", "a role whose path only holds it", ALLOWED,
        action="iam:DeleteRole", on=SSO_ROLE.replace("role/", "role/app/"), identity=FULL,
        source=RESERVED),
    ask("changing an AWS managed policy", "a Deny is named before it", DENIED,
        action="iam:DeletePolicy", on=AWS_POLICY, identity=[doc(deny())]),
)  # fmt: skip

PASSING: Json = {"aws:TokenIssueTime": "2026-01-01T00:00:00Z"}
BY_MFA = PASSING | {"aws:MultiFactorAuthPresent": "true"}
AS_ROOT = PASSING | {"aws:AssumedRoot": "true"}
NOT_BY_MFA = PASSING | {"aws:MultiFactorAuthPresent": "false"}
TRUSTED = doc(allow(Principal={"AWS": ALICE}, Action="sts:*", Resource=None))
FREE = "no-permission-needed"
TEMPORARY = "a user with temporary credentials"

S6 = (
    *(
        ask("a role session", f"{action} by a role session", BY_LIMIT, who=SESSION,
            action=f"sts:{action}", on="*", identity=FULL)
        for action in ("GetFederationToken", "GetSessionToken")
    ),
    ask("a role session", "another action of STS by a role session", ALLOWED, who=SESSION,
        action="sts:GetAccessKeyInfo", on="*", identity=FULL),
    ask("a role session", "IAM by a role session", ALLOWED, who=SESSION, action="iam:ListUsers",
        on="*", identity=FULL),
    ask("a role session", "GetFederationToken by a user", ALLOWED, action="sts:GetFederationToken",
        on=FEDERATED, identity=FULL),
    ask("a federated user: IAM", "IAM by a federated user", BY_LIMIT, who=FEDERATED,
        action="iam:ListUsers", on="*", identity=FULL, session=FULL),
    *(
        ask("a federated user: of STS only GetCallerIdentity", f"{action} by a federated user",
            BY_LIMIT, who=FEDERATED, action=f"sts:{action}", on=on, identity=FULL, session=FULL)
        for action, on in (("GetSessionToken", "*"), ("GetFederationToken", "*"),
                           ("GetAccessKeyInfo", "*"))
    ),
    ask("a federated user: of STS only GetCallerIdentity", "AssumeRole by a federated user",
        BY_LIMIT, who=FEDERATED, action="sts:AssumeRole", on=TARGET, identity=FULL, session=FULL,
        resource=doc(allow(Principal={"AWS": FEDERATED}, Action="sts:*", Resource=None))),
    ask("a federated user: of STS only GetCallerIdentity",
        "GetCallerIdentity by a federated user with a Deny", FREE, who=FEDERATED,
        action="sts:GetCallerIdentity", on="*", identity=[doc(deny())]),
    ask("a federated user", "another service by a federated user", ALLOWED, who=FEDERATED,
        identity=FULL, session=FULL),
    *(
        ask(f"{TEMPORARY}: IAM without MFA", f"IAM by a user, {word}", expected,
            action="iam:ListUsers", on="*", identity=FULL, context=context)
        for word, context, expected in (
            ("with temporary credentials", PASSING, BY_LIMIT),
            ("with temporary credentials and MFA", BY_MFA, ALLOWED),
            ("with temporary credentials and false MFA", NOT_BY_MFA, BY_LIMIT),
            ("with an access key", {}, ALLOWED),
        )
    ),
    ask("a root user with temporary credentials", "IAM by the root user, with temporary "
        "credentials", BY_LIMIT, who=ROOT, action="iam:ListUsers", on="*", context=PASSING),
    ask("a root user with temporary credentials", "IAM by the root user, with MFA",
        "root-user-allow", who=ROOT, action="iam:ListUsers", on="*", context=BY_MFA),
    *(
        ask("a session of sts:AssumeRoot", f"{action} by a session of AssumeRoot", expected,
            who=ROOT, action=action, on="*", context=AS_ROOT)
        for action, expected in (
            ("iam:ListUsers", "root-user-allow"),
            ("sts:GetSessionToken", BY_LIMIT),
            ("sts:GetAccessKeyInfo", BY_LIMIT),
            ("sts:GetCallerIdentity", FREE),
        )
    ),
    ask("a session of sts:AssumeRoot", "IAM by the root user, whose session is none of AssumeRoot",
        BY_LIMIT, who=ROOT, action="iam:ListUsers", on="*",
        context=PASSING | {"aws:AssumedRoot": "false"}),
    *(
        ask(f"{TEMPORARY}: of STS only AssumeRole and GetCallerIdentity",
            f"{action} with temporary credentials and MFA", BY_LIMIT, action=f"sts:{action}",
            on="*", identity=FULL, context=BY_MFA)
        for action in ("GetFederationToken", "GetAccessKeyInfo")
    ),
    ask(f"{TEMPORARY}: of STS only AssumeRole and GetCallerIdentity",
        "GetAccessKeyInfo by the root user with temporary credentials", BY_LIMIT, who=ROOT,
        action="sts:GetAccessKeyInfo", on="*", context=BY_MFA),
    ask(f"{TEMPORARY}: of STS only AssumeRole and GetCallerIdentity",
        "GetSessionToken with temporary credentials", BY_LIMIT, action="sts:GetSessionToken",
        on="*", identity=FULL, context=BY_MFA),
    ask(f"{TEMPORARY}: of STS only AssumeRole and GetCallerIdentity",
        "AssumeRole with temporary credentials", "resource-allow", action="sts:AssumeRole",
        on=TARGET, context=PASSING, resource=TRUSTED),
    ask(f"{TEMPORARY}: of STS only AssumeRole and GetCallerIdentity",
        "GetCallerIdentity with temporary credentials", FREE, action="sts:GetCallerIdentity",
        on="*", context=PASSING),
    ask(TEMPORARY, "another service with temporary credentials", ALLOWED, identity=FULL,
        context=PASSING),
    ask("a federated user without session policies", "a federated user with an empty session "
        "layer", "session-implicit-deny", who=FEDERATED, identity=FULL, session=NONE),
    live("a federated user without session policies", "a federated user's session without "
         "policies, from the estate", "session-implicit-deny", estate.people(),
         who=estate.FEDERATED),
    live("a federated user without session policies", "a federated user's session with a policy, "
         "from the estate", ALLOWED, estate.people(), who=estate.FEDERATED,
         session=(estate.ALL,)),
)  # fmt: skip

NOT_BY_RCP = "resource-control-implicit-deny"
KEY = f"arn:aws:kms:eu-west-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
LINKED_ROLE = f"arn:aws:iam::{A}:role/aws-service-role/sns.amazonaws.com/AWSServiceRoleForSNS"
LINKED_SESSION = f"arn:aws:sts::{A}:assumed-role/AWSServiceRoleForSNS/s1"
LINKED = {"type": "AWS", "arn": LINKED_SESSION, "roleArn": LINKED_ROLE}
SAID_LINKED = {"type": "AWS", "arn": SESSION, "serviceLinked": True}
SERVICE = {"type": "Service", "name": "sns.amazonaws.com"}
BY_SERVICE = doc(allow(Principal={"Service": "sns.amazonaws.com"}, Action="sts:*", Resource=None))
OF_ACCOUNT = to({"AWS": A})

S7 = (
    *(
        ask("apply to these services", f"{action} under RCPs", NOT_BY_RCP, action=action, on=on,
            account=account, identity=FULL, resource_control=[NONE])
        for action, on, account in (
            ("s3:GetObject", "arn:aws:s3:::b/k", A), ("sqs:SendMessage", QUEUE, None),
            ("kms:Decrypt", KEY, None),
            ("secretsmanager:GetSecretValue", f"arn:aws:secretsmanager:r:{A}:secret:s", None),
            ("dynamodb:GetItem", f"arn:aws:dynamodb:r:{A}:table/t", None),
            ("ecr:GetDownloadUrlForLayer", f"arn:aws:ecr:r:{A}:repository/x", None),
            ("logs:PutLogEvents", f"arn:aws:logs:r:{A}:log-group:g", None),
        )
    ),
    *(
        ask("not to other services", f"{action} under RCPs", ALLOWED, action=action, on=on,
            identity=FULL, resource_control=[NONE])
        for action, on in (
            ("sns:Publish", f"arn:aws:sns:eu-west-1:{A}:t"),
            ("iam:GetRole", TARGET),
            ("ec2:StopInstances", f"arn:aws:ec2:r:{A}:instance/i-1"),
        )
    ),
    ask("by the service of the action", "the assumption of a role under RCPs", NOT_BY_RCP,
        action="sts:AssumeRole", on=TARGET, resource=TRUSTED, resource_control=[NONE]),
    ask("apply to these services", "a service under RCPs that allow", ALLOWED, identity=FULL,
        resource_control=[[to("*")]]),
    ask("not to other services", "a Deny of RCPs for another service", ALLOWED,
        action="sns:Publish", on=f"arn:aws:sns:eu-west-1:{A}:t", identity=FULL,
        resource_control=[[doc(deny(Principal="*"))]]),
    live("not to the management account's resources", "a resource of the management account",
         ALLOWED, estate.management(A, estate.RCP)),
    live("not to the management account's resources", "a resource of a member account", DENIED,
         estate.member(A, estate.RCP)),
    ask("not to what service-linked roles do", "a service-linked role under RCPs", ALLOWED,
        who=SAID_LINKED, identity=FULL, resource_control=[NONE]),
    ask("not to the assumption of service-linked roles", "a service-linked role, assumed under "
        "RCPs", "non-account-allow", who=SERVICE, action="sts:AssumeRole", on=LINKED_ROLE,
        resource=BY_SERVICE, resource_control=[NONE]),
    ask("not to the assumption of service-linked roles", "another role, assumed under RCPs",
        NOT_BY_RCP, who=SERVICE, action="sts:AssumeRole", on=TARGET, resource=BY_SERVICE,
        resource_control=[NONE]),
    ask("not to AWS managed keys", "an AWS managed key under RCPs", ALLOWED,
        action="kms:Decrypt", on=KEY, facts={"awsManagedKey": True}, identity=FULL,
        resource=OF_ACCOUNT, resource_control=[NONE]),
    ask("not to AWS managed keys", "a customer's key under RCPs", NOT_BY_RCP,
        action="kms:Decrypt", on=KEY, facts={"awsManagedKey": False}, identity=FULL,
        resource=OF_ACCOUNT, resource_control=[NONE]),
    ask("not to kms:RetireGrant", "RetireGrant under RCPs", ALLOWED, action="kms:RetireGrant",
        on=KEY, identity=FULL, resource=OF_ACCOUNT, resource_control=[[doc(deny(Principal="*"))]]),
    ask("not to kms:RetireGrant", "RevokeGrant under RCPs", NOT_BY_RCP, action="kms:RevokeGrant",
        on=KEY, identity=FULL, resource=OF_ACCOUNT, resource_control=[NONE]),
)  # fmt: skip


def role(path: str) -> Json:
    """A session of a role with that path."""
    return LINKED | {"roleArn": LINKED_ROLE.replace("aws-service-role/sns.amazonaws.com", path)}


S8 = (
    ask("under the path /aws-service-role/", "its session under SCPs", ALLOWED, who=LINKED,
        identity=FULL, service_control=[NONE], source=LINKED_ROLES),
    ask("under the path /aws-service-role/", "its session under RCPs", ALLOWED, who=LINKED,
        identity=FULL, resource_control=[NONE]),
    ask("under the path /aws-service-role/", "the role itself under SCPs", ALLOWED,
        who=LINKED_ROLE, identity=FULL, service_control=[NONE]),
    *(
        ask("a role under that path", f"a role under {word}", "service-control-implicit-deny",
            who=role(path), identity=FULL, service_control=[NONE])
        for word, path in (("another path", "app"), ("a path that only holds it",
                           "app/aws-service-role"), ("a path that only begins so",
                           "aws-service-roles"))
    ),
    ask("is service-linked", "its session without an identity policy", UNMATCHED, who=LINKED),
    ask("a role", "a user under that path", "service-control-implicit-deny",
        who=f"arn:aws:iam::{A}:user/aws-service-role/alice", identity=FULL,
        service_control=[NONE], source=SILENT),
)  # fmt: skip

MEMBER_ROOT = f"arn:aws:iam::{B}:root"
OWN_SIDE = "the caller's own side decides"

S9 = (
    ask(OWN_SIDE, "AssumeRoot of another account's root user", ALLOWED, action="sts:AssumeRoot",
        on=MEMBER_ROOT, identity=FULL),
    ask(OWN_SIDE, "AssumeRoot by a role session", ALLOWED, who=SESSION, action="sts:AssumeRoot",
        on=MEMBER_ROOT, identity=FULL),
    ask(OWN_SIDE, "AssumeRoot without an identity policy", UNMATCHED, action="sts:AssumeRoot",
        on=MEMBER_ROOT),
    ask(OWN_SIDE, "AssumeRoot under a boundary of nothing", "boundary-implicit-deny",
        action="sts:AssumeRoot", on=MEMBER_ROOT, identity=FULL, permissions_boundary=NONE),
    ask(OWN_SIDE, "AssumeRoot under SCPs of nothing", "service-control-implicit-deny",
        action="sts:AssumeRoot", on=MEMBER_ROOT, identity=FULL, service_control=[NONE]),
    ask("RCPs of that account limit it", "AssumeRoot under RCPs of nothing",
        "resource-control-implicit-deny", action="sts:AssumeRoot", on=MEMBER_ROOT, identity=FULL,
        resource_control=[NONE]),
    ask("not for root users", "AssumeRoot by a root user", "resource-implicit-deny", who=ROOT,
        action="sts:AssumeRoot", on=MEMBER_ROOT, identity=FULL, resource=to({"AWS": B})),
    ask("on the root user", "AssumeRoot of another account's user", "resource-implicit-deny",
        action="sts:AssumeRoot", on=f"arn:aws:iam::{B}:user/root", identity=FULL,
        resource=to({"AWS": B}), source=SILENT),
    ask("sts:AssumeRoot", "another action on another account's root user",
        "resource-implicit-deny", action="iam:GetUser", on=MEMBER_ROOT, identity=FULL,
        resource=to({"AWS": B})),
)  # fmt: skip

BUCKET = "arn:aws:s3:::bucket"
LOCKED = doc(deny(Principal="*"))
NOT_KEPT = "the bucket's policy does not count"


def owner(
    clause: str, name: str, expected: str, action: str = "PutBucketPolicy", **rest: Any
) -> Row:
    """The root user of account A acts on the policy of a bucket of A that denies everybody."""
    asked = {"who": ROOT, "action": f"s3:{action}", "on": BUCKET, "account": A, "resource": LOCKED}
    return ask(clause, name, expected, **(asked | rest))


S10 = (
    *(
        owner(NOT_KEPT, f"{action} by the owner's root user", "root-user-allow", action)
        for action in ("GetBucketPolicy", "PutBucketPolicy", "DeleteBucketPolicy")
    ),
    owner(NOT_KEPT, "in other letters", "root-user-allow", "putbucketPOLICY"),
    owner(NOT_KEPT, "without a policy", "root-user-allow", resource=None),
    owner("of these three actions alone", "another action", "explicit-deny", "PutBucketTagging"),
    owner("of these three actions alone", "an object", "explicit-deny", "GetObject",
          on=f"{BUCKET}/k"),
    owner("for the root user of the owner's account alone", "a user of it", "explicit-deny",
          who=ALICE, identity=FULL),
    owner("for the root user of the owner's account alone", "a role session of it",
          "explicit-deny", who=SESSION, identity=FULL),
    owner("for the root user of the owner's account alone", "another account's root user",
          "explicit-deny", account=B),
    owner("organizations' policies and an endpoint's do", "under SCPs of nothing",
          "service-control-implicit-deny", service_control=[NONE]),
    owner("organizations' policies and an endpoint's do", "under RCPs of nothing",
          "resource-control-implicit-deny", resource_control=[NONE]),
    owner("organizations' policies and an endpoint's do", "through an endpoint of nothing",
          "endpoint-implicit-deny", endpoint=NONE),
)  # fmt: skip

REPOSITORY = f"arn:aws:ecr:eu-west-1:{A}:repository/images"
ITSELF = "a statement without Resource is about the repository"


def image(clause: str, name: str, expected: str, policy: Json, **rest: Any) -> Row:
    """Somebody pushes an image to a repository of account A."""
    asked = {"action": "ecr:PutImage", "on": REPOSITORY, "account": A, "resource": policy}
    return ask(clause, name, expected, **(asked | rest))


def bare(statement: Json) -> Json:
    """A policy of one statement without Resource."""
    return doc({key: each for key, each in statement.items() if key != "Resource"})


S11 = (
    image(ITSELF, "an Allow for the user", "resource-allow",
          bare(allow(Principal={"AWS": ALICE}))),
    image(ITSELF, "an Allow for everybody", "non-account-allow", bare(allow(Principal="*")),
          who={"type": "Anonymous"}),
    image(ITSELF, "a Deny", "explicit-deny", bare(deny(Principal="*")), identity=FULL),
    image("one that names resources means those", "another repository", UNMATCHED,
          doc(allow(Principal="*", Resource=f"{REPOSITORY}-2"))),
    image("one that names resources means those", "the repository", "resource-allow",
          doc(allow(Principal={"AWS": ALICE}, Resource=REPOSITORY))),
    image("of no other policy", "an identity policy without Resource", UNMATCHED,
          doc(allow(Principal={"AWS": B})), identity=[bare(allow())]),
)  # fmt: skip

SECTIONS = (
    Section("S4", MANAGED, S4),
    Section("S6", COMPARED, S6),
    Section("S7", RCPS, S7),
    Section("S8", LINKED_ROLES, S8),
    Section("S9", ROOT_TASKS, S9),
    Section("S10", OWNERS, S10),
    Section("S11", REPOSITORIES, S11),
)
