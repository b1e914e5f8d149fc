"""Cases of the checks in ``analysis.checks.resources``."""

from __future__ import annotations

from doorward.model.evidence import Source, Unasked
from doorward.model.organization import PolicyType
from doorward.model.resource import RegisteredResource
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL_ACCESS,
    ORGANIZATION,
    OTHER,
    ROOT_ID,
    Case,
    account,
    days_ago,
    joined,
    on,
    organization,
    resource,
    scp,
)
from tests.analysis.checks.seen import unasked

BUCKET = "arn:aws:s3:::example-bucket"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:work"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:news"
KEY = f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:page"
OWN = f"arn:aws:iam::{ACCOUNT}:root"
THEIRS = f"arn:aws:iam::{OTHER}:root"
RCP = PolicyType.RESOURCE_CONTROL_POLICY
PERIMETER = scp(
    "perimeter",
    {
        "Effect": "Deny",
        "Principal": "*",
        "Action": "s3:*",
        "Resource": "*",
        "Condition": {"StringNotEqualsIfExists": {"aws:PrincipalOrgID": ORGANIZATION}},
    },
    kind=RCP,
)
PAGES: dict[str, object] = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "s3:GetObject",
    "Resource": f"{BUCKET}/pages/*",
}
ALL_DENIED: dict[str, object] = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": f"{BUCKET}/*",
}
CLOSED = Unasked("sqs", "us-west-2", why="AccessDenied: by a service control policy")
KEPT = Unasked("kms", "eu-central-1", KEY)
TORN = RegisteredResource(QUEUE, ACCOUNT, days_ago(9), "{")
NO_RESOURCES = (Source.RESOURCES,)
IN_ORGANIZATION = (*organization(), joined(), joined(OTHER), on(FULL_ACCESS, ACCOUNT))
GUARDED = (
    *organization(PolicyType.SERVICE_CONTROL_POLICY, RCP),
    joined(),
    PERIMETER,
    on(PERIMETER, ROOT_ID, 1),
)


REPOSITORY = f"arn:aws:ecr:eu-central-1:{ACCOUNT}:repository/images"


def use(arn: str, action: str, principal: object, **condition: object) -> dict[str, object]:
    """Return a statement that allows an action on a resource."""
    found = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": arn}
    return {**found, **({"Condition": condition} if condition else {})}


def everybody(**condition: object) -> dict[str, object]:
    """Return a statement that lets everybody send to the queue."""
    return use(QUEUE, "sqs:SendMessage", "*", **condition)


def passing(name: str, *statements: dict[str, object], arn: str = QUEUE) -> Case:
    """Return a case of one resource that nobody from outside may use."""
    return Case(name, State.PASS, (account(), resource(arn, *statements)))


def failing(name: str, *statements: dict[str, object], arn: str = QUEUE) -> Case:
    """Return a case of one resource that somebody from outside may use."""
    return Case(name, State.FAIL, (account(), resource(arn, *statements)), subjects=(arn,))


CASES = {
    "res.public": (
        Case("no policy", State.PASS, (account(), resource(BUCKET))),
        passing("the owner", use(QUEUE, "sqs:*", {"AWS": OWN})),
        passing("another account", use(QUEUE, "sqs:*", {"AWS": THEIRS})),
        passing("the organization", everybody(StringEquals={"aws:PrincipalOrgID": ORGANIZATION})),
        passing("one address", everybody(IpAddress={"aws:SourceIp": "198.51.100.7/32"})),
        passing("one account's topics", everybody(StringEquals={"aws:SourceAccount": ACCOUNT})),
        passing("a role by name", everybody(ArnLike={"aws:PrincipalArn": OWN})),
        passing(
            "SNS's own policy",
            use(TOPIC, "SNS:Publish", {"AWS": "*"}, StringEquals={"AWS:SourceOwner": ACCOUNT}),
            arn=TOPIC,
        ),
        passing(
            "AWS's policy of a key for a service",
            use(
                "*",
                "kms:Decrypt",
                {"AWS": "*"},
                StringEquals={
                    "kms:CallerAccount": ACCOUNT,
                    "kms:ViaService": "ebs.eu-central-1.amazonaws.com",
                },
            ),
            arn=KEY,
        ),
        passing("allowed, and denied", PAGES, ALL_DENIED, arn=BUCKET),
        passing("objects, said of the bucket", use(BUCKET, "s3:GetObject", "*"), arn=BUCKET),
        failing(
            "a repository, whose policy names no resource",
            {"Effect": "Allow", "Principal": "*", "Action": "ecr:BatchGetImage"},
            arn=REPOSITORY,
        ),
        Case(
            "a resource control policy is around it",
            State.PASS,
            (*GUARDED, resource(BUCKET, PAGES)),
        ),
        Case(
            "S3 Block Public Access of the bucket",
            State.PASS,
            (account(), resource(BUCKET, PAGES, restricts_public=True)),
        ),
        Case(
            "S3 Block Public Access of its account",
            State.PASS,
            (account(restricts_public=True), resource(BUCKET, PAGES, restricts_public=False)),
        ),
        Case(
            "S3 Block Public Access of the account limits no topic",
            State.FAIL,
            (account(restricts_public=True), resource(TOPIC, use(TOPIC, "sns:Publish", "*"))),
            subjects=(TOPIC,),
            cleared=False,
            why="what is served has no buckets, and no Block Public Access",
        ),
        Case(
            "a resource control policy is around a topic, which it does not limit",
            State.FAIL,
            (*GUARDED, resource(TOPIC, use(TOPIC, "sns:Publish", "*"))),
            subjects=(TOPIC,),
        ),
        failing(
            "a path of an organization, which S3 does not count",
            {
                **PAGES,
                "Condition": {
                    "ForAnyValue:StringLike": {"aws:PrincipalOrgPaths": [f"{ORGANIZATION}/*"]}
                },
            },
            arn=BUCKET,
        ),
        failing("a website", PAGES, arn=BUCKET),
        failing("every action", use(f"{BUCKET}/*", "s3:*", {"AWS": "*"}), arn=BUCKET),
        failing("everybody may send", everybody()),
        failing(
            "everybody but one",
            {
                "Effect": "Allow",
                "NotPrincipal": {"AWS": THEIRS},
                "Action": "sqs:SendMessage",
                "Resource": QUEUE,
            },
        ),
        failing(
            "every address, in halves",
            everybody(IpAddress={"aws:SourceIp": ["0.0.0.0/1", "128.0.0.0/1"]}),
        ),
        failing(
            "who says where it comes from",
            {**PAGES, "Condition": {"StringLike": {"aws:Referer": "https://example.com/*"}}},
            arn=BUCKET,
        ),
        failing("who bears a tag", everybody(StringEquals={"aws:PrincipalTag/team": "blue"})),
        failing(
            "a role's name in any account",
            everybody(ArnLike={"aws:PrincipalArn": "arn:aws:iam::*:role/reader"}),
        ),
        failing(
            "a function's URL",
            use(
                FUNCTION,
                "lambda:InvokeFunctionUrl",
                "*",
                StringEquals={"lambda:FunctionUrlAuthType": "NONE"},
            ),
            arn=FUNCTION,
        ),
        failing("every account's keys", use("*", "kms:Decrypt", {"AWS": "*"}), arn=KEY),
        Case(
            "nobody's, and closed",
            State.PASS,
            (account(), resource(BUCKET, use(f"{BUCKET}/*", "s3:*", {"AWS": OWN}), number="")),
        ),
        Case(
            "nobody's, and open",
            State.UNKNOWN,
            (account(), account(OTHER), resource(BUCKET, PAGES, number="")),
            subjects=(BUCKET,),
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (account(), TORN), subjects=(QUEUE,)),
        Case(
            "a Region was not asked",
            State.NOT_CHECKED,
            (account(), resource(QUEUE, use(QUEUE, "sqs:*", {"AWS": OWN}))),
            evidence=unasked(CLOSED),
        ),
        Case(
            "a key was not asked, and a queue is open",
            State.FAIL,
            (account(), resource(QUEUE, everybody())),
            evidence=unasked(KEPT),
            subjects=(QUEUE,),
            cleared=False,
            why="the key remains unknown",
        ),
        Case("no resources read", State.NOT_CHECKED, without=NO_RESOURCES),
    ),
    "res.cross_account": (
        Case("no policy", State.PASS, (account(), resource(BUCKET))),
        passing("the owner", use(QUEUE, "sqs:*", {"AWS": OWN})),
        Case(
            "another of the organization",
            State.PASS,
            (*IN_ORGANIZATION, resource(QUEUE, use(QUEUE, "sqs:*", {"AWS": THEIRS}))),
        ),
        Case(
            "one that is trusted",
            State.PASS,
            (account(), resource(QUEUE, use(QUEUE, "sqs:*", {"AWS": OTHER}))),
            thresholds={"trusted_accounts": (OTHER,)},
        ),
        Case(
            "named, but not of the organization that it must be of",
            State.PASS,
            (
                *organization(),
                joined(),
                resource(
                    QUEUE,
                    use(
                        QUEUE,
                        "sqs:*",
                        {"AWS": THEIRS},
                        StringEquals={"aws:PrincipalOrgID": ORGANIZATION},
                    ),
                ),
            ),
        ),
        Case(
            "named, and kept out by a resource control policy",
            State.PASS,
            (*GUARDED, resource(BUCKET, use(f"{BUCKET}/*", "s3:GetObject", {"AWS": THEIRS}))),
        ),
        passing(
            "a service for the own account",
            use(
                QUEUE,
                "sqs:SendMessage",
                {"Service": "sns.amazonaws.com"},
                StringEquals={"aws:SourceAccount": ACCOUNT},
            ),
        ),
        passing(
            "allowed, and denied",
            use(QUEUE, "sqs:SendMessage", {"AWS": THEIRS}),
            {"Effect": "Deny", "Principal": {"AWS": OTHER}, "Action": "*", "Resource": "*"},
        ),
        failing("an account", use(QUEUE, "sqs:*", {"AWS": OTHER})),
        failing("an account beside the own", use(QUEUE, "sqs:*", {"AWS": [OWN, THEIRS]})),
        failing(
            "a role, from an address",
            use(
                f"{BUCKET}/*",
                "s3:GetObject",
                {"AWS": f"arn:aws:iam::{OTHER}:role/reader"},
                IpAddress={"aws:SourceIp": "198.51.100.7/32"},
            ),
            arn=BUCKET,
        ),
        failing(
            "a user of a key",
            use("*", "kms:Decrypt", {"AWS": f"arn:aws:iam::{OTHER}:user/ana"}),
            arn=KEY,
        ),
        failing(
            "a session", use(QUEUE, "sqs:*", {"AWS": f"arn:aws:sts::{OTHER}:assumed-role/app/one"})
        ),
        failing(
            "everybody of another organization",
            everybody(StringEquals={"aws:PrincipalOrgID": "o-otherorg12"}),
        ),
        failing(
            "an account, in a condition",
            everybody(StringEquals={"aws:PrincipalAccount": OTHER}),
        ),
        failing(
            "a service for another account",
            use(
                QUEUE,
                "sqs:SendMessage",
                {"Service": "sns.amazonaws.com"},
                ArnLike={"aws:SourceArn": f"arn:aws:sns:*:{OTHER}:*"},
            ),
        ),
        Case(
            "a canonical user",
            State.UNKNOWN,
            (
                account(),
                resource(
                    BUCKET,
                    use(f"{BUCKET}/*", "s3:GetObject", {"CanonicalUser": "79a59df900b949e"}),
                ),
            ),
            subjects=(BUCKET,),
        ),
        Case(
            "nobody's",
            State.UNKNOWN,
            (account(), resource(BUCKET, use(f"{BUCKET}/*", "s3:*", {"AWS": OWN}), number="")),
            subjects=(BUCKET,),
        ),
        Case("a policy that cannot be read", State.UNKNOWN, (account(), TORN), subjects=(QUEUE,)),
        Case(
            "a Region was not asked",
            State.NOT_CHECKED,
            (account(), resource(QUEUE, use(QUEUE, "sqs:*", {"AWS": OWN}))),
            evidence=unasked(CLOSED),
        ),
        Case("no resources read", State.NOT_CHECKED, without=NO_RESOURCES),
    ),
}
