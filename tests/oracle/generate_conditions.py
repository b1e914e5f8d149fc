"""Random contexts and conditions: every operator, with values that often meet the request's."""

import random
from typing import Any

from tests.oracle.generate_vocabulary import HOME, TOPIC

Json = dict[str, Any]

ALICE = f"arn:aws:iam::{HOME}:user/alice"

KEYS: dict[str, tuple[str, list[Any]]] = {
    "app:Colour": ("string", ["red", "red", "Red", "blue", "", "r*d", "straße", "red\n", "${*}"]),
    "aws:TagKeys": (
        "string",
        [["team"], ["team", "red"], [], [""], [""], ["", "red"], ["Team", "stage"], "team"],
    ),
    "aws:SourceArn": ("arn", [TOPIC, TOPIC, "arn:aws:sns", "arn:aws:s3:::a:b:c", [TOPIC]]),
    "app:Callers": ("arn", [[ALICE], [ALICE, TOPIC], ALICE]),
    "s3:max-keys": (
        "numeric",
        ["10", 10, "10.0", "-3", "10abc", ".5", "\u0667", "1e3", "+7.50", ["10", "20"]],
    ),
    "aws:CurrentTime": (
        "date",
        ["2026-03-01T12:00:00Z", "2026-03-01", "noon", 1772366400, "2026-03-01T12:00Z"],
    ),
    "aws:EpochTime": ("date", ["1772366400", "1772366400", "2026-03-01T13:00:00.5+01:00"]),
    "aws:SecureTransport": ("bool", ["true", "FALSE", True, False, "False", "yes", " true"]),
    "aws:SourceIp": (
        "ip",
        [
            "10.1.2.3",
            "10.1.2.3",
            "2001:db8::1",
            "::ffff:10.1.2.3",
            "here",
            "10.1.2.3/32",
            "010.1.2.3",
        ],
    ),
    "app:Blob": ("binary", ["cmVk", "cmVk", "YmxhdWU=", "not base64!", "cmV", "cmVk\n", "_w=="]),
}
"""Context key → family of its values, and values a request may give it."""

ROLE = f"arn:aws:iam::{HOME}:role/team/red/Reader"
SERVICE = "backup.amazonaws.com"

DERIVED: dict[str, list[str]] = {
    "aws:username": ["alice", "bob"],
    "aws:PrincipalTag/team": ["red", "blue"],
    "aws:principaltag/TEAM": ["red", "RED"],
    "aws:ResourceTag/Colour": ["blue", "Blue"],
    "aws:PrincipalArn": [
        ALICE,
        ROLE,
        f"arn:aws:iam::{HOME}:role/Reader",
        f"arn:aws:iam::{HOME}:root",
    ],
    "aws:PrincipalAccount": [HOME, "222222222222", "anonymous"],
    "aws:PrincipalType": ["User", "AssumedRole", "FederatedUser", "Account", "Anonymous"],
    "aws:userid": [
        HOME,
        f"{HOME}:alice",
        "AIDAALICEALICEALICEA",
        "AROAREADERREADERREAD:reporting",
    ],
    "aws:ResourceAccount": [HOME, "222222222222"],
    "aws:PrincipalIsAWSService": ["true", "false"],
    "aws:PrincipalServiceName": [SERVICE],
    "app:Absent": [],
}
"""Keys that the request may have without giving them, and values they may then have."""

EXTRA: dict[str, tuple[str, list[Any]]] = {
    "aws:TokenIssueTime": ("date", []),
    "aws:MultiFactorAuthPresent": ("bool", ["true", "false"]),
    "s3:DataAccessPointArn": ("arn", []),
    "kms:EncryptionContext:Department": ("string", ["Finance", "finance", "F*"]),
    "kms:EncryptionContext:Project": ("string", ["red", "${aws:PrincipalTag/team}"]),
}
"""Keys that only some requests give, with the family of their values, and values of policies."""

VALUES: dict[str, list[str]] = {
    "alice": ["${aws:username}", "${AWS:UserName}", "${app:Absent, 'alice'}", "alice"],
    "red": [
        "${aws:PrincipalTag/team}",
        "${app:Colour}",
        "${app:Colour, 'red'}",
        "${aws:TagKeys, 'red'}",
        "${aws:PrincipalTag/TEAM, 'red'}",
        "${app:Absent}",
    ],
}
"""Word → variables that may stand for it."""

OPERATORS: dict[str, tuple[list[str], list[str], list[Any]]] = {
    "string": (
        ["StringEquals", "StringLike", "StringEqualsIgnoreCase", "stringequals"],
        ["StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase", "STRINGNOTLIKE"],
        [
            "red",
            "r?d",
            "R*",
            "r*d",
            "r${*}d",
            "${$}{app:Colour}",
            "r${?}*",
            "${app:Absent, '*'}",
            "${app:Colour",
            "${app:Colour}*",
            "${aws:PrincipalTag/Cost Center, 'r?d'}",
            "?*?",
            "red\n",
            "${app:Colour}",
            "${app:Absent}",
            "team",
            "t*",
            "${app:Absent, 'red'}",
            "",
            "*",
            "strasse",
            "${aws:PrincipalTag/team}",
            "${aws:TagKeys}",
        ],
    ),
    "arn": (
        ["ArnEquals", "ArnLike"],
        ["ArnNotEquals", "ArnNotLike"],
        [
            TOPIC,
            "arn:aws:sns:*:*:r?d",
            "arn:*:*:*:111111111111:*",
            "arn:aws:sns:*",
            "*",
            "arn:aws:sns:eu-west-1:${aws:PrincipalAccount}:*",
            "arn:aws:s3:::a:*:c",
            "arn:aws:iam::*:user/${aws:username}",
            "${aws:PrincipalArn}",
            "${app:Absent}",
        ],
    ),
    "numeric": (
        [
            "NumericEquals",
            "NumericLessThan",
            "NumericLessThanEquals",
            "NumericGreaterThan",
            "NumericGreaterThanEquals",
        ],
        ["NumericNotEquals"],
        [
            "10",
            "10.00",
            "7.5",
            "-3",
            "abc",
            "${app:Absent, '10'}",
            "${app:Absent, '10'}",
            " 10",
            ".5",
            "7.",
            "1e1",
            10,
            7.5,
        ],
    ),
    "date": (
        [
            "DateEquals",
            "DateLessThan",
            "DateLessThanEquals",
            "DateGreaterThan",
            "DateGreaterThanEquals",
        ],
        ["DateNotEquals"],
        [
            "2026-03-01T13:00:00+01:00",
            "2026-03-01T12:00:00.5Z",
            "2026-03-01T12:00:00.500Z",
            "2026-03-01T12:00:00Z",
            "2026-03-01",
            "1772366400",
            "2025-01-01T00:00:00+02:00",
            "2027-01-01",
            "tomorrow",
            "${app:Absent, '2026-03-01T12:00:00Z'}",
            "${app:Absent, '1772366400'}",
            "2026-13-01",
        ],
    ),
    "bool": (
        ["Bool"],
        [],
        ["true", "false", "TRUE", "1", "${aws:SecureTransport}", True, "true "],
    ),
    "ip": (
        ["IpAddress"],
        ["NotIpAddress"],
        [
            "10.0.0.0/8",
            "10.1.2.3",
            "2001:db8::/32",
            "2001:DB8:0:0::1",
            "192.0.2.0/24",
            "nowhere",
            "${app:Absent, '10.1.2.3'}",
            "10.1.2.3/8",
            "0.0.0.0/0",
            "::/0",
            "10.0.0.0/33",
        ],
    ),
    "binary": (["BinaryEquals"], [], ["cmVk", "YmxhdWU=", "red!", "cmV", "${app:Absent, 'cmVk'}"]),
}
"""Family → positive operators, negated operators, policy values."""

BEYOND = {"numeric": ("1000", "-1000"), "date": ("2027-01-01", "2025-01-01")}
"""Family → a value that most values of requests are less than, and one that they exceed."""

SETS = ("ForAllValues:", "ForAnyValue:", "forallvalues:", "foranyvalue:")
UNKNOWN = ("StringMatches", "NullIfExists", "ForAllValue:StringEquals", "BoolNot", "")


def context(rng: random.Random) -> Json:
    """The keys of a request: each there as often as not."""
    given: Json = {}
    for key, (_, values) in KEYS.items():
        if rng.random() < 0.6:
            given[key] = rng.choice(values)
    if rng.random() < 0.05:
        given["AWS:PrincipalTag/team"] = "blue"  # given wins over derived
    return given


def condition(rng: random.Random, context: Json, *, hit: bool) -> Json:
    """One operator over one key, meant to hold or not."""
    draw = rng.random()
    if draw < 0.03:
        return {rng.choice(UNKNOWN): {"app:Colour": "red"}}
    key = rng.choice([*KEYS, *KEYS, *DERIVED, *(key for key in EXTRA if key in context)])
    if draw < 0.12:
        wanted = (
            ["TRUE", "false", False, "perhaps", ["true", "false"]]
            if rng.random() < 0.2
            else ["true", "false"]
        )
        if hit and rng.random() < 0.7:
            wanted = ["false" if key in context else "true"]
        return {"Null": {key: rng.choice(wanted)}}
    family = (KEYS | EXTRA)[key][0] if key in KEYS or key in EXTRA else "string"
    if "Arn" in key and rng.random() < 0.5:
        family = rng.choice(["string", "arn"])
    positive, negated, values = OPERATORS[family]
    negate = bool(negated) and rng.random() < 0.35
    operator = rng.choice(negated if negate else positive)
    likely = DERIVED[key] if key in DERIVED else EXTRA[key][1] if key in EXTRA else None
    pool = likely if likely and rng.random() < 0.8 else values
    given = context.get(key)
    several = isinstance(given, list)
    meet = hit != negate and given is not None and rng.random() < 0.8
    chosen: list[Any] = [rng.choice(pool) for _ in range(rng.choice([1, 1, 1, 2, 3]))]
    if meet:
        chosen = (
            [*(given if several and given else [given]), *chosen[1:]] if given != [] else chosen
        )
    if "Than" in operator and "Equals" not in operator and hit:
        chosen = [BEYOND[family]["Greater" in operator]]
    quantifier = rng.random() < (0.75 if several else 0.2)
    prefix = rng.choice(SETS) if quantifier else ""
    absent = given is None and key in KEYS
    suffix = "IfExists" if rng.random() < (0.45 if absent and hit else 0.1) else ""
    if rng.random() < 0.2:
        key = rng.choice([key.upper(), key.lower()])
    block = chosen[0] if len(chosen) == 1 and rng.random() < 0.7 else chosen
    if rng.random() < 0.02:
        block = []
    return {f"{prefix}{operator}{suffix}": {key: block}}
