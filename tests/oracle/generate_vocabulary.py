"""The words that random questions are made of: callers, requests, patterns, names.

Nothing here is drawn or decided; weights stand in the first column of the tables that have them.
"""

from typing import Any

Json = dict[str, Any]

HOME, OTHER, THIRD = "111111111111", "222222222222", "333333333333"
TOPIC = f"arn:aws:sns:eu-west-1:{HOME}:red"
SESSION_ID, ROLE_ID, USER_ID = "reporting", "AROAREADERREADERREAD", "AIDAALICEALICEALICEA"

PRINCIPALS: list[tuple[int, Any]] = [
    (6, f"arn:aws:iam::{HOME}:user/alice"),
    (3, f"arn:aws:iam::{HOME}:user/team/red/bob"),
    (
        4,
        {
            "type": "AWS",
            "arn": f"arn:aws:iam::{HOME}:user/alice",
            "uniqueId": USER_ID,
            "tags": {"team": "red", "Stage": "prod"},
        },
    ),
    (4, f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}"),
    (
        7,
        {
            "type": "AWS",
            "arn": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}",
            "roleArn": f"arn:aws:iam::{HOME}:role/team/red/Reader",
            "uniqueId": ROLE_ID,
            "tags": {"team": "red"},
        },
    ),
    (2, f"arn:aws:iam::{HOME}:role/team/red/Reader"),
    (2, {"type": "AWS", "arn": f"arn:aws:iam::{HOME}:role/team/red/Reader", "uniqueId": ROLE_ID}),
    (
        1,
        {
            "type": "AWS",
            "arn": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}",
            "serviceLinked": True,
        },
    ),
    (
        2,
        {
            "type": "AWS",
            "arn": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}",
            "roleArn": f"arn:aws:iam::{HOME}:role/aws-service-role/ecs.amazonaws.com/Reader",
        },
    ),
    (1, f"arn:aws:iam::{HOME}:role/aws-service-role/ecs.amazonaws.com/Reader"),
    (1, f"arn:aws:iam::{HOME}:role/team/aws-service-role/Reader"),
    (3, f"arn:aws:sts::{HOME}:federated-user/alice"),
    (3, f"arn:aws:iam::{HOME}:root"),
    (1, f"arn:aws-cn:iam::{HOME}:user/alice"),
    (2, {"type": "Anonymous"}),
    (2, {"type": "Service", "name": "backup.amazonaws.com"}),
    (1, {"type": "Federated", "provider": "accounts.example.com"}),
    (1, {"type": "CanonicalUser", "id": "79a59df900b949e55d96a1e698fbaced"}),
]

KEY_ACTIONS = (
    "kms:Decrypt",
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:CreateGrant",
    "kms:DescribeKey",
    "kms:RetireGrant",
    "kms:RetireGrant",
    "kms:PutKeyPolicy",
)
ALIAS_ACTIONS = ("kms:CreateAlias", "kms:UpdateAlias", "kms:DeleteAlias")
ROLE_ACTIONS = ("iam:GetRole", "iam:PassRole", "iam:UpdateRole", "iam:AttachRolePolicy")

BUCKET_POLICY = "s3:GetBucketPolicy"

REQUESTS: list[tuple[int, tuple[str, ...], Any]] = [
    (8, ("s3:GetObject", "s3:PutObject"), "arn:aws:s3:::acme-red/alice/report.csv"),
    (1, ("s3:GetObject",), "arn:aws:s3:::acme-red/a+b (1)\nalice.csv"),
    (1, ("s3:ListBucket",), "arn:aws:s3:::acme-red"),
    (1, (BUCKET_POLICY, "s3:PutBucketPolicy"), "arn:aws:s3:::acme-red"),
    (2, ("ecr:BatchGetImage", "ecr:PutImage"), f"arn:aws:ecr:eu-west-1:{HOME}:repository/red"),
    (1, ("ecr:BatchGetImage",), f"arn:aws:ecr:eu-west-1:{OTHER}:repository/red"),
    (1, ("s3:GetObject",), f"arn:aws:s3:eu-west-1:{OTHER}:accesspoint/red/object/alice"),
    (4, ("sqs:SendMessage", "sqs:ReceiveMessage"), f"arn:aws:sqs:eu-west-1:{HOME}:orders-red"),
    (4, ("sqs:SendMessage",), f"arn:aws:sqs:eu-west-1:{OTHER}:orders-red"),
    (1, ("sqs:SendMessage",), f"arn:aws-cn:sqs:cn-north-1:{HOME}:orders-red"),
    (6, KEY_ACTIONS, f"arn:aws:kms:eu-west-1:{HOME}:key/red"),
    (3, KEY_ACTIONS, f"arn:aws:kms:eu-west-1:{OTHER}:key/red"),
    (1, (*ALIAS_ACTIONS, "kms:DescribeKey"), f"arn:aws:kms:eu-west-1:{HOME}:alias/aws/red"),
    (1, (*ALIAS_ACTIONS, "kms:DescribeKey"), f"arn:aws:kms:eu-west-1:{HOME}:alias/red"),
    (
        1,
        ALIAS_ACTIONS,
        [f"arn:aws:kms:eu-west-1:{HOME}:alias/red", f"arn:aws:kms:eu-west-1:{HOME}:key/red"],
    ),
    (1, ("kms:ListKeys", "kms:ListAliases"), "*"),
    (2, ("iam:GetUser", "iam:UpdateUser"), f"arn:aws:iam::{HOME}:user/alice"),
    (1, ("logs:PutLogEvents",), f"arn:aws:logs:eu-west-1:{HOME}:log-group:red:log-stream:alice"),
    (2, ("lambda:InvokeFunction",), f"arn:aws:lambda:eu-west-1:{HOME}:function:red"),
    (1, ("ec2:StopInstances",), f"arn:aws:ec2:eu-west-1:{HOME}:instance/red"),
    (2, ("s3:ListAllMyBuckets", "ec2:DescribeInstances"), "*"),
    (1, ("sts:GetCallerIdentity", "sts:GetSessionToken"), "*"),
    (1, ("sts:GetFederationToken",), f"arn:aws:sts::{HOME}:federated-user/alice"),
    (3, ("sts:AssumeRole",), f"arn:aws:iam::{HOME}:role/team/red/Target"),
    (2, ("sts:AssumeRoot",), f"arn:aws:iam::{OTHER}:root"),
    (2, ("sts:AssumeRole", "sts:TagSession"), f"arn:aws:iam::{OTHER}:role/Target"),
    (
        1,
        ("sts:AssumeRole", "sts:AssumeRole", "sts:TagSession"),
        f"arn:aws:iam::{HOME}:role/aws-service-role/ecs.amazonaws.com/red",
    ),
    (
        1,
        ("sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity", "sts:SetSourceIdentity"),
        f"arn:aws:iam::{HOME}:role/team/red/Target",
    ),
    (1, ROLE_ACTIONS, f"arn:aws:iam::{HOME}:role/team/red/Target"),
    (1, ROLE_ACTIONS, f"arn:aws:iam::{HOME}:role/aws-reserved/sso.amazonaws.com/red"),
    (1, ROLE_ACTIONS, f"arn:aws:iam::{HOME}:role/team/aws-reserved/red"),
    (
        1,
        ("iam:GetPolicy", "iam:CreatePolicyVersion", "iam:DeletePolicy", "iam:TagPolicy"),
        "arn:aws:iam::aws:policy/red/alice",
    ),
    (1, ("iam:DeletePolicy", "iam:SetDefaultPolicyVersion"), f"arn:aws:iam::{HOME}:policy/red"),
    (1, ("sts:TagSession", "sts:SetSourceIdentity"), "*"),
    (
        1,
        ("ec2:RunInstances",),
        [f"arn:aws:ec2:eu-west-1:{HOME}:instance/*", f"arn:aws:ec2:eu-west-1:{HOME}:subnet/red"],
    ),
]

OTHER_ACTIONS = ("s3:DeleteObject", "sqs:*", "ec2:Start*", "s3:", "s3:Get Object", "s3:Get,Put")
OTHER_RESOURCES = (
    "arn:aws:s3:::other/*",
    f"arn:aws:sqs:eu-west-1:{THIRD}:*",
    "arn:aws:s3:::acme-red/${app:Absent}/*",
    "arn:aws:sqs:*:*:${aws:TagKeys}",
    "arn:aws:sqs:*:${aws:PrincipalAccount}:*",
    "${app:Colour}",
    "arn:aws:s3",
    "arn:aws:s?",
    "arn:aws:sq?:*",
    "**",
)
OTHER_PRINCIPALS: tuple[Json, ...] = (
    {"AWS": f"arn:aws:iam::{HOME}:user/mallory"},
    {"AWS": [f"arn:aws:iam::{THIRD}:root", f"arn:aws:iam::{HOME}:role/Writer"]},
    {"AWS": f"arn:aws:sts::{HOME}:assumed-role/Reader/another"},
    {"AWS": f"arn:aws-cn:iam::{HOME}:root", "Service": "ec2.amazonaws.com"},
    {"AWS": ["AIDAMALLORYMALLORYMAL", f"arn:aws:iam::{HOME}:user/Alice"]},
    {"AWS": [f"arn:aws:iam::{OTHER}:role/team/red/Reader", f"arn:aws-cn:iam::{HOME}:role/Reader"]},
    {"AWS": [f"arn:aws:iam::{OTHER}:user/alice", f"arn:aws:iam::{HOME}:user/team/alice"]},
    {"AWS": f"arn:aws:sts::{HOME}:federated-user/bob"},
    {"Service": ["ec2.amazonaws.com"]},
    {"Federated": "sso.example.com"},
    {"CanonicalUser": "0000"},
)
PRINCIPAL_ENTRIES: tuple[tuple[str, Json], ...] = (
    ("user/alice", {"AWS": f"arn:aws:iam::{HOME}:user/alice"}),
    ("user/alice", {"AWS": USER_ID}),
    ("user/team", {"AWS": [f"arn:aws:iam::{HOME}:user/team/red/bob"], "Service": "a.example"}),
    ("Reader", {"AWS": f"arn:aws:iam::{HOME}:role/team/red/Reader"}),
    ("Reader", {"AWS": [f"arn:aws:iam::{HOME}:role/READER", f"arn:aws:iam::{OTHER}:root"]}),
    ("Reader", {"AWS": ROLE_ID}),
    ("Reader/", {"AWS": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}"}),
    ("Reader/", {"AWS": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}"}),
    ("federated-user", {"AWS": f"arn:aws:sts::{HOME}:federated-user/alice"}),
    ("arn:", {"AWS": HOME}),
    ("arn:", {"AWS": [f"arn:aws:iam::{HOME}:root"]}),
    ("Service", {"Service": "backup.amazonaws.com"}),
    ("Federated", {"Federated": ["accounts.example.com"], "AWS": THIRD}),
    ("CanonicalUser", {"CanonicalUser": "79a59df900b949e55d96a1e698fbaced"}),
)
MALFORMED: tuple[Any, ...] = (
    "{not json",
    {"Statement": {"Action": "*", "Resource": "*"}},
    {"Statement": [{"Effect": "allow", "Action": "*", "Resource": "*"}]},
    {"Statement": {"Effect": "Allow", "Resource": "*"}},
    {"Statement": {"Effect": "Deny", "Action": "*", "NotAction": "s3:*", "Resource": "*"}},
    {"Version": "2020-01-01", "Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}},
    {"Version": "2012-10-17"},
    "[]",
    '{"Statement": {"Effect": "Deny", "Effect": "Allow", "Action": "*", "Resource": "*"}}',
)

GRANTEES: tuple[tuple[str, Json], ...] = (
    ("user/alice", {"GranteePrincipal": f"arn:aws:iam::{HOME}:user/alice"}),
    ("user/team", {"GranteePrincipal": f"arn:aws:iam::{HOME}:user/team/red/bob"}),
    ("Reader", {"GranteePrincipal": f"arn:aws:iam::{HOME}:role/team/red/Reader"}),
    ("Reader", {"GranteePrincipal": f"arn:aws:iam::{HOME}:role/Reader"}),
    ("Reader/", {"GranteePrincipal": f"arn:aws:sts::{HOME}:assumed-role/Reader/{SESSION_ID}"}),
    ("federated-user", {"GranteePrincipal": f"arn:aws:sts::{HOME}:federated-user/alice"}),
    ("root", {"GranteePrincipal": f"arn:aws:iam::{HOME}:root"}),
    ("arn:", {"GranteePrincipal": f"arn:aws:iam::{HOME}:root"}),
    ("arn:", {"GranteePrincipal": HOME}),
    ("Service", {"GranteeServicePrincipal": "backup.amazonaws.com"}),
    ("Service", {"GranteeServicePrincipal": "backup.amazonaws.com"}),
)
"""Mark in the caller → a grantee that may be this caller."""
OTHER_GRANTEES: tuple[Json, ...] = (
    {"GranteePrincipal": f"arn:aws:iam::{HOME}:user/mallory"},
    {"GranteePrincipal": f"arn:aws:iam::{HOME}:user/Alice"},
    {"GranteePrincipal": f"arn:aws:iam::{HOME}:role/Writer"},
    {"GranteePrincipal": f"arn:aws:sts::{HOME}:assumed-role/Reader/another"},
    {"GranteePrincipal": f"arn:aws:iam::{OTHER}:user/alice"},
    {"GranteePrincipal": f"arn:aws:iam::{THIRD}:root"},
    {"GranteeServicePrincipal": "ec2.amazonaws.com"},
)

POINT = f"arn:aws:s3:eu-west-1:{HOME}:accesspoint/red"
BORDER: dict[str, tuple[list[Any], list[str], list[str]]] = {
    "aws:SourceIp": (
        [],
        [
            *("10.0.0.0/8", "10.1.2.3", "11.0.0.0/8", "10.1.2.3/8", "10.1.0.0/16"),
            *("192.168.0.0/16", "172.16.0.0/12", "2001:db8::/32", "2001:db8::/33", "2001:db8::1"),
        ],
        ["10.0.0.0/7", "0.0.0.0/0", "8.0.0.0/5", "::/0", "2001:db8::/31", "nowhere"],
    ),
    "aws:SourceArn": (
        [TOPIC],
        [TOPIC, "arn:aws:s3:::acme-red"],
        [f"{TOPIC[:-1]}?", "arn:aws:sns:*:*:red", "*", "arn:aws:sns:*:${aws:PrincipalAccount}:*"],
    ),
    "aws:SourceVpc": (["vpc-1"], ["vpc-1", "vpc-2"], ["vpc-*", "vpc-?"]),
    "aws:SourceVpce": (["vpce-1"], ["vpce-1", "vpce-2"], ["vpce-*", "${aws:SourceVpce}"]),
    "aws:SourceOwner": ([THIRD], [THIRD, HOME], ["33333333333?", "*"]),
    "aws:SourceAccount": ([THIRD], [THIRD, OTHER], ["3*", "${aws:SourceAccount}"]),
    "aws:PrincipalOrgID": (["o-red"], ["o-red", "o-blue"], ["o-*", "${app:Absent, 'o-red'}"]),
    "aws:userid": (
        [],
        [USER_ID, ROLE_ID, f"{HOME}:alice", HOME],
        [f"{ROLE_ID}:{SESSION_ID}", f"{ROLE_ID}:*", f"*:{SESSION_ID}", "AIDA*", "${aws:userid}"],
    ),
    "s3:DataAccessPointArn": (
        [POINT],
        [POINT, f"{POINT[:-3]}*", f"arn:aws:s3:eu-west-1:{HOME}:*", f"{POINT[:-1]}?"],
        [
            *(f"arn:aws:s3:*:{HOME}:accesspoint/red", "arn:aws:s3:eu-west-1:*:accesspoint/red"),
            *(f"{POINT[:-3]}${{app:Colour}}", f"arn:aws:s3:eu-west-1:{HOME[:-1]}?:accesspoint/*"),
            "*",
        ],
    ),
    "s3:DataAccessPointAccount": ([HOME], [HOME, OTHER], ["1*", "${aws:PrincipalAccount}"]),
}
"""Key that can keep a policy from being public → what requests give, fixed values, others."""
NO_BORDER: tuple[tuple[str, list[str], list[str]], ...] = (
    ("aws:PrincipalArn", [f"arn:aws:iam::{HOME}:user/alice"], ["arn:aws:iam::*:role/Reader"]),
    ("aws:PrincipalAccount", [HOME], ["*"]),
    ("app:Colour", ["red"], ["r*"]),
)
BORDER_NAMES: tuple[Any, ...] = (
    *["*", "*", {"AWS": "*"}, {"AWS": ["*"]}] * 3,
    {"AWS": ["*", f"arn:aws:iam::{HOME}:user/mallory"]},
    {"AWS": f"arn:aws:iam::{HOME}:user/mallory", "Service": "*"},
    {"CanonicalUser": "*"},
    {"AWS": f"arn:aws:iam::{HOME}:user/al*"},
    {"AWS": f"arn:aws:iam::{HOME}:user/mallory"},
)
