"""Policy documents that IAM refuses: the text that it answers, and where that is recorded.

Nothing is left to chance about which of several faults is named: ``PRECEDENCE`` lists the faults
in the order in which they are complained of, and every pair of them is tried.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any, NamedTuple

SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."

LISTED = "IAM's list of texts (recorded from AWS)"
GRAMMAR = "IAM User Guide, Grammar of the IAM JSON policy language"

Policy = dict[str, Any]


class Fault(NamedTuple):
    """One fault of a document: how it is made, what AWS says, and where that is recorded.

    ``of_managed``: whether managed policies alone are refused for it.
    """

    name: str
    text: str
    source: str
    make: Callable[[Policy], None]
    of_managed: bool = False


def sound() -> Policy:
    """Return a document of two statements in which nothing is wrong."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "First", "Effect": "Allow", "Action": "s3:Get*", "Resource": "*"},
            {"Sid": "Second", "Effect": "Deny", "Action": ["s3:Put*"], "Resource": ["*"]},
        ],
    }


def put(statement: int, **elements: Any) -> Callable[[Policy], None]:
    """Return how to set elements of a statement."""
    return lambda policy: policy["Statement"][statement].update(copy.deepcopy(elements))


def drop(statement: int, *elements: str) -> Callable[[Policy], None]:
    """Return how to take elements out of a statement."""

    def make(policy: Policy) -> None:
        for element in elements:
            policy["Statement"][statement].pop(element, None)

    return make


def top(**elements: Any) -> Callable[[Policy], None]:
    """Return how to set elements of the document; ``None`` takes one out."""

    def make(policy: Policy) -> None:
        for name, value in elements.items():
            policy.pop(name, None)
            if value is not None:
                policy[name] = value

    return make


PRECEDENCE = (
    Fault("unknown element", SYNTAX, GRAMMAR, put(0, Colour="red")),
    Fault(
        "a principal",
        "Policy document should not specify a principal.",
        "hashicorp/terraform issue 13449",
        put(0, Principal="*"),
    ),
    Fault(
        "no version", VERSION, "Meteor-CollectionFS issue 630", top(Version=None), of_managed=True
    ),
    Fault(
        "effect in lower case", LEGACY, "hashicorp/terraform issue 10057", put(1, Effect="deny")
    ),
    Fault(
        "a Sid twice",
        "Statement IDs (SID) in a single policy must be unique.",
        LISTED,
        put(0, Sid="Second"),
    ),
    Fault(
        "no action",
        "Policy statement must contain actions.",
        "aws/aws-cdk issue 7615",
        drop(0, "Action"),
    ),
    Fault(
        "no resource",
        "Policy statement must contain resources.",
        "terraform-aws-modules/terraform-aws-iam issue 603",
        drop(1, "Resource"),
    ),
    Fault(
        "condition key without a vendor",
        VENDOR,
        LISTED,
        put(0, Condition={"StringEquals": {"username": "ann"}}),
    ),
    Fault(
        "resource is no ARN",
        'Resource bucket must be in ARN format or "*".',
        "CloudSnorkel/CloudWatch2S3 issue 1",
        put(0, Resource="bucket"),
    ),
    Fault(
        "action with two colons",
        "Actions/Condition can contain only one colon.",
        "aws-cloudformation/cfn-lint issue 935",
        put(1, Action="s3:s3:PutObject"),
    ),
)
"""The first fault that a document has is the one that is named."""

SINGLE = (
    Fault("effect of another kind", SYNTAX, GRAMMAR, put(0, Effect="Maybe")),
    Fault("no effect", SYNTAX, GRAMMAR, drop(0, "Effect")),
    Fault("effect as a number", SYNTAX, GRAMMAR, put(0, Effect=1)),
    Fault("no statement", SYNTAX, GRAMMAR, top(Statement=None)),
    Fault("empty list of statements", SYNTAX, GRAMMAR, top(Statement=[])),
    Fault("statement as text", SYNTAX, GRAMMAR, top(Statement="all")),
    Fault("statement in a list in a list", SYNTAX, GRAMMAR, top(Statement=[[]])),
    Fault("element in lower case", SYNTAX, GRAMMAR, top(statement=[])),
    Fault("version as a number", SYNTAX, GRAMMAR, top(Version=2012)),
    Fault("id as a list", SYNTAX, GRAMMAR, top(Id=["x"])),
    Fault("sid as a number", SYNTAX, GRAMMAR, put(0, Sid=1)),
    Fault("action as an object", SYNTAX, GRAMMAR, put(0, Action={"s3": "*"})),
    Fault("action as a number", SYNTAX, GRAMMAR, put(0, Action=[1])),
    Fault("action as null", SYNTAX, GRAMMAR, put(0, Action=None)),
    Fault("action and its opposite", SYNTAX, GRAMMAR, put(0, NotAction="s3:*")),
    Fault("resource and its opposite", SYNTAX, GRAMMAR, put(0, NotResource="*")),
    Fault("resource as an object", SYNTAX, GRAMMAR, put(0, Resource={})),
    Fault("resource in a list in a list", SYNTAX, GRAMMAR, put(0, Resource=[["*"]])),
    Fault("condition as text", SYNTAX, GRAMMAR, put(0, Condition="x")),
    Fault("condition as a list", SYNTAX, GRAMMAR, put(0, Condition=[])),
    Fault("no such operator", SYNTAX, GRAMMAR, put(0, Condition={"Equals": {"aws:a": "b"}})),
    Fault("operator without keys", SYNTAX, GRAMMAR, put(0, Condition={"Bool": {}})),
    Fault("operator of text", SYNTAX, GRAMMAR, put(0, Condition={"Bool": "true"})),
    Fault("value as an object", SYNTAX, GRAMMAR, put(0, Condition={"Bool": {"aws:a": {}}})),
    Fault("unknown element above", SYNTAX, GRAMMAR, top(Comment="x")),
    Fault("version of 2008", VERSION, LISTED, top(Version="2008-10-17"), of_managed=True),
    Fault("version of the future", VERSION, LISTED, top(Version="2030-01-01")),
    Fault("empty list of actions", PRECEDENCE[5].text, LISTED, put(0, Action=[])),
    Fault(
        "empty list of excepted actions",
        PRECEDENCE[5].text,
        LISTED,
        lambda policy: (drop(0, "Action")(policy), put(0, NotAction=[])(policy))[0],
    ),
    Fault("empty list of resources", PRECEDENCE[6].text, LISTED, put(0, Resource=[])),
    Fault("action without a vendor", VENDOR, LISTED, put(0, Action="ListBuckets")),
    Fault("action of nothing", VENDOR, LISTED, put(0, Action="")),
    Fault("vendor with a space", "Vendor s 3 is not valid", LISTED, put(0, Action="s 3:Get")),
    Fault("vendor with a wildcard", "Vendor s* is not valid", LISTED, put(0, Action="s*:Get")),
    Fault(
        "Sid with a space",
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
        "expression [0-9A-Za-z]*",
        "IAM User Guide, IAM JSON policy elements: Sid",
        put(0, Sid="a b"),
    ),
    Fault(
        "partition of another kind",
        'Partition "aws-cn" is not valid for resource "arn:aws-cn:s3:::b".',
        "terraform-aws-modules/terraform-aws-iam issue 224",
        put(0, Resource="arn:aws-cn:s3:::b"),
    ),
    Fault(
        "partition that was not filled in",
        'Partition "${ARN_PARTITION}" is not valid for resource "arn:${ARN_PARTITION}:s3:::b".',
        "cloudera-labs/cloudera.exe issue 112",
        put(0, Resource="arn:${ARN_PARTITION}:s3:::b"),
    ),
    Fault(
        "vendor of a resource with a wildcard",
        "Resource vendor must be fully qualified and cannot contain regexes.",
        LISTED,
        put(0, Resource="arn:aws:s*:::b"),
    ),
    Fault(
        "IAM in a region",
        "IAM resource arn:aws:iam:us-east-1::user/u cannot contain region information.",
        "cloud-gov/terraform-provision pull request 1838",
        put(0, Resource="arn:aws:iam:us-east-1::user/u"),
    ),
    Fault(
        "bucket in a region",
        "Resource arn:aws:s3:us-east-1::b can not contain region information.",
        LISTED,
        put(0, Resource="arn:aws:s3:us-east-1::b"),
    ),
    Fault("half an ARN", LEGACY, LISTED, put(0, Resource="arn:aws")),
    Fault("ARN without a partition", LEGACY, LISTED, put(0, Resource="arn::s3:::b")),
    Fault(
        "region that is none",
        LEGACY,
        "aws-solutions/cognito-user-profiles-export-reference-architecture issue 2",
        put(0, Resource="arn:aws:dynamodb:us-west--2:111122223333:table/t"),
    ),
    Fault(
        "account that was not filled in",
        LEGACY,
        "ryanto/next-s3-upload issue 58",
        put(0, Resource="arn:aws:sts::ACCOUNT_ID:federated-user/S3UploadWebToken"),
    ),
)
"""Faults that are tried alone."""

KEPT: tuple[tuple[str, Callable[[Policy], None]], ...] = (
    (
        "GRAMMAR: NotAction, NotResource",
        lambda policy: policy.update(
            Statement={"Effect": "Deny", "NotAction": "s3:*", "NotResource": "*"}
        ),
    ),
    (
        "GRAMMAR: an Id, an empty Condition",
        lambda policy: (policy.update(Id="x"), put(0, Condition={})(policy))[1],
    ),
    (
        "duo-labs/parliament issue 220: a wildcard in the region, thirteen digits of an account",
        put(0, Resource="arn:aws:rds:us-west-?:0123456789012:*pg:*"),
    ),
    ("AWS managed policies: any partition", put(0, Resource="arn:*:s3:::b/*")),
    (
        "AWS managed policies: a variable as the account",
        put(0, Resource="arn:aws:iam::${aws:PrincipalAccount}:role/r"),
    ),
    (
        "S3 User Guide, access points have a region and an account",
        put(0, Resource="arn:aws:s3:us-west-2:111122223333:accesspoint/own/object/*"),
    ),
    ("IAM User Guide, policy variables", put(0, Resource="arn:aws:s3:::b/${aws:username}/*")),
    (
        "KMS Developer Guide: a condition key with two colons",
        put(0, Condition={"StringEquals": {"kms:EncryptionContext:App": "x"}}),
    ),
)
"""What looks odd and is written all the same, with its source."""
