"""S3 Block Public Access: which bucket policies are public, and whom that keeps out (S5)."""

from __future__ import annotations

from typing import Any

from tests.engine.build import ALICE, FULL, ROLE, A, B, Json, allow, deny, doc, to
from tests.spec.rows import SILENT, Row, Section, ask

BLOCKING = 'Amazon S3 User Guide, "Blocking public access to your Amazon S3 storage"'

ANYONE = {"type": "Anonymous"}
SERVICE = {"type": "Service", "name": "logging.s3.amazonaws.com"}
BLOCKED, ACROSS = "block-public-access", "cross-account-allow"
OBJECT = "arn:aws:s3:::bucket/k"


def read(clause: str, name: str, expected: str, policy: Json, **rest: Any) -> Row:
    """Alice reads an object of account B, whose bucket restricts a public policy."""
    asked = {
        "action": "s3:GetObject", "on": OBJECT, "account": B, "identity": FULL,
        "facts": {"blockPublicAccess": True}, "resource": policy,
    } | rest  # fmt: skip
    return ask(clause, name, expected, **asked)


FIXED = "203.0.113.0/24"
CONTEXT = {
    "aws:SourceIp": "203.0.113.7", "aws:SourceArn": "arn:aws:sns:eu-west-1:222222222222:t",
    "aws:SourceVpc": "vpc-1", "aws:SourceVpce": "vpce-1", "aws:SourceOwner": B,
    "aws:SourceAccount": B, "aws:PrincipalOrgID": "o-1", "aws:userid": "AIDAALICE",
    "s3:DataAccessPointArn": f"arn:aws:s3:eu-west-1:{B}:accesspoint/ap",
    "s3:DataAccessPointAccount": B,
}  # fmt: skip


def unless(
    clause: str, name: str, operator: str, key: str, value: Any, *, fixed: bool, **rest: Any
) -> Row:
    """A statement for everyone under a condition that holds: is it public?"""
    context = CONTEXT | rest.pop("context", {})
    statement = allow(Principal="*", Condition={operator: {key: value}})
    return read(clause, name, ACROSS if fixed else BLOCKED, doc(statement), context=context,
                **rest)  # fmt: skip


EXACT_KEYS = tuple(key for key in CONTEXT if key != "aws:SourceIp")
ALLOWS_NOTHING = "it allows nothing to callers of other accounts and of none"
PUBLIC = "a policy is public if one of its Allow statements is"
ADDRESSES = "a block wider than /8, or /32 in IPv6, is not fixed"
NOT_FIXED = "a value with a wildcard or a variable is not fixed"
NEVER = "never IfExists or ForAllValues"

S5 = (
    read(ALLOWS_NOTHING, "a public policy, for another account", BLOCKED, to("*")),
    read(ALLOWS_NOTHING, "a public policy, for the anonymous", BLOCKED, to("*"), who=ANYONE),
    read(ALLOWS_NOTHING, "a public policy that names the caller, too", BLOCKED,
         doc(allow(Principal="*"), allow(Principal={"AWS": ALICE}))),
    read(ALLOWS_NOTHING, "a public policy, for the owner's account", "resource-allow", to("*"),
         account=A, identity=[]),
    read("but for AWS services", "a public policy that names a service", "non-account-allow",
         doc(allow(Principal="*"), allow(Principal={"Service": SERVICE["name"]})), who=SERVICE),
    read("RestrictPublicBuckets", "a public policy that nothing restricts", ACROSS, to("*"),
         facts={"blockPublicAccess": False}),
    read("RestrictPublicBuckets", "a public policy of which nothing is said", ACROSS, to("*"),
         facts={}),
    read("RestrictPublicBuckets", "a public policy that nothing restricts, for the anonymous",
         "non-account-allow", to("*"), who=ANYONE, facts={"blockPublicAccess": False}),
    read(PUBLIC, "a policy for an account", ACROSS, to({"AWS": A})),
    read(PUBLIC, "a policy for a role and a user", ACROSS, to({"AWS": [ROLE, ALICE]})),
    read(PUBLIC, "everyone of AWS", BLOCKED, to({"AWS": "*"})),
    read(PUBLIC, "everyone among others", BLOCKED, to({"AWS": [A, "*"]})),
    read(PUBLIC, "a second statement for everyone", BLOCKED,
         doc(allow(Principal={"AWS": A}), allow(Principal="*", Action="s3:ListBucket"))),
    read(PUBLIC, "a Deny for everyone is not public", ACROSS,
         doc(allow(Principal={"AWS": A}), deny(Principal="*", Action="s3:PutObject"))),
    read("one with NotPrincipal", "an Allow for all but somebody", BLOCKED,
         doc(allow(NotPrincipal={"AWS": ROLE}))),
    read("a name with a wildcard in it", "a name with a wildcard beside an account", BLOCKED,
         to({"AWS": [A, f"arn:aws:iam::{A}:user/*"]}), source=SILENT),
    unless("aws:SourceIp, operator IpAddress", "a block of addresses", "IpAddress",
           "aws:SourceIp", FIXED, fixed=True),
    unless("aws:SourceIp, operator IpAddress", "a block of addresses under NotIpAddress",
           "NotIpAddress", "aws:SourceIp", "198.51.100.0/24", fixed=False),
    unless("aws:SourceIp, operator IpAddress", "an address as a text", "StringEquals",
           "aws:SourceIp", "203.0.113.7", fixed=False, source=SILENT),
    unless(ADDRESSES, "a block of /8", "IpAddress", "aws:SourceIp", "203.0.0.0/8", fixed=True),
    unless(ADDRESSES, "a block of /7", "IpAddress", "aws:SourceIp", "202.0.0.0/7", fixed=False),
    unless(ADDRESSES, "a narrow block and a wide one", "IpAddress", "aws:SourceIp",
           [FIXED, "0.0.0.0/0"], fixed=False),
    unless(ADDRESSES, "an IPv6 block of /32", "IpAddress", "aws:SourceIp", "2001:db8::/32",
           context={"aws:SourceIp": "2001:db8::1"}, fixed=True),
    unless(ADDRESSES, "an IPv6 block of /31", "IpAddress", "aws:SourceIp", "2001:db8::/31",
           context={"aws:SourceIp": "2001:db8::1"}, fixed=False),
    unless("private ranges of RFC 1918 excepted", "a private range", "IpAddress", "aws:SourceIp",
           ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
           context={"aws:SourceIp": "10.0.0.1"}, fixed=True),
    *(
        unless(key, f"a fixed value of {key}", "StringEquals", key, CONTEXT[key], fixed=True)
        for key in EXACT_KEYS
    ),
    unless("fixed values of these keys", "a fixed value of another key", "StringEquals",
           "aws:UserAgent", "app", context={"aws:UserAgent": "app"}, fixed=False),
    unless("fixed values of these keys", "a fixed value of the principal's account",
           "StringEquals", "aws:PrincipalAccount", A, fixed=False, source=SILENT),
    unless("fixed values of these keys", "a fixed value of the principal's ARN",
           "ArnEquals", "aws:PrincipalArn", ALICE, fixed=False, source=SILENT),
    unless("fixed values of these keys", "a key in other letters", "StringEquals",
           "AWS:SOURCEVPC", "vpc-1", fixed=True),
    unless("aws:userid, but not AROA…:…", "a role session as userid", "StringLike",
           "aws:userid", "AROAREADER:s1", context={"aws:userid": "AROAREADER:s1"}, fixed=False),
    unless("s3:DataAccessPointArn: its last part may have wildcards", "access points of a name",
           "StringLike", "s3:DataAccessPointArn", f"arn:aws:s3:eu-west-1:{B}:accesspoint/*",
           fixed=True),
    unless("s3:DataAccessPointArn: its account may not", "access points of any account",
           "StringLike", "s3:DataAccessPointArn", "arn:aws:s3:eu-west-1:*:accesspoint/ap",
           fixed=False),
    *(
        unless("under these operators", f"fixed under {operator}", operator, key, CONTEXT[key],
               fixed=True)
        for operator, key in (
            ("StringEqualsIgnoreCase", "aws:SourceVpc"), ("StringLike", "aws:SourceVpc"),
            ("ArnEquals", "aws:SourceArn"), ("ArnLike", "aws:SourceArn"),
        )
    ),
    unless("under these operators", "a vpc under StringNotEquals", "StringNotEquals",
           "aws:SourceVpc", "vpc-2", fixed=False),
    unless("with or without ForAnyValue", "a vpc under ForAnyValue", "ForAnyValue:StringEquals",
           "aws:SourceVpc", "vpc-1", fixed=True),
    unless(NEVER, "a vpc under ForAllValues", "ForAllValues:StringEquals", "aws:SourceVpc",
           "vpc-1", fixed=False),
    unless(NEVER, "a vpc under IfExists", "StringEqualsIfExists", "aws:SourceVpc", "vpc-1",
           fixed=False),
    unless(NEVER, "a block of addresses under IfExists", "IpAddressIfExists", "aws:SourceIp",
           FIXED, fixed=False),
    unless(NOT_FIXED, "a vpc with a wildcard", "StringLike", "aws:SourceVpc", "vpc-*",
           fixed=False),
    unless(NOT_FIXED, "an ARN with a wildcard", "ArnLike", "aws:SourceArn",
           "arn:aws:sns:eu-west-1:222222222222:*", fixed=False),
    unless(NOT_FIXED, "a variable", "StringEquals", "aws:SourceVpc", "${app:Vpc}",
           context={"app:Vpc": "vpc-1"}, fixed=False),
    unless(NOT_FIXED, "one fixed value and one with a wildcard", "StringLike", "aws:SourceVpc",
           ["vpc-1", "vpc-*"], fixed=False),
    read("a condition limits it", "one condition of two limits it", ACROSS,
         doc(allow(Principal="*", Condition={"StringEquals": {
             "aws:SourceVpc": "vpc-1", "aws:UserAgent": "app"}})),
         context=CONTEXT | {"aws:UserAgent": "app"}),
)  # fmt: skip

SECTIONS = (Section("S5", BLOCKING, S5),)
