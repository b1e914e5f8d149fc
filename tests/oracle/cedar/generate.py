"""Random questions about identity policies alone, in the words that Cedar has too.

Most patterns are cut from the request, so that statements match often, and miss by one element
when they miss. "Hit" and "miss" are intentions; both evaluators say what they came to.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

Json = dict[str, Any]
T = TypeVar("T")

HOME, OTHER = "111111111111", "222222222222"
USER, PATH_USER = f"arn:aws:iam::{HOME}:user/alice", f"arn:aws:iam::{HOME}:user/team/red/bob"
ROLE = f"arn:aws:iam::{HOME}:role/team/red/Reader"
TOPIC = f"arn:aws:sns:eu-west-1:{HOME}:red"
TAGS = {"team": "red", "Stage": "prod"}

PRINCIPALS: list[Any] = [
    USER,
    {"type": "AWS", "arn": USER, "tags": TAGS},
    {"type": "AWS", "arn": PATH_USER, "tags": {"team": "blue"}},
    {
        "type": "AWS",
        "arn": f"arn:aws:sts::{HOME}:assumed-role/Reader/reporting",
        "roleArn": ROLE,
        "tags": {"team": "red"},
    },
]

REQUESTS: list[tuple[tuple[str, ...], str]] = [
    (("s3:GetObject", "s3:PutObject"), "arn:aws:s3:::acme/red/alice/report.csv"),
    (("s3:GetObject", "s3:DeleteObject"), "arn:aws:s3:::acme/a+b (1)\n*\\\"'ü.csv"),
    (("s3:ListBucket",), "arn:aws:s3:::acme"),
    (("sqs:SendMessage", "sqs:ReceiveMessage"), f"arn:aws:sqs:eu-west-1:{HOME}:red"),
    (("dynamodb:GetItem", "dynamodb:Query"), f"arn:aws:dynamodb:eu-west-1:{HOME}:table/red"),
    (("iam:GetUser", "iam:UpdateUser"), f"arn:aws:iam::{HOME}:user/alice"),
    (("logs:PutLogEvents",), f"arn:aws:logs:eu-west-1:{HOME}:log-group:red:log-stream:alice"),
    (("ec2:DescribeInstances", "s3:ListAllMyBuckets"), "*"),
]

OTHER_ACTIONS = ("kms:*", "lambda:Invoke*", "lambda:ListTags", "KMS:Decrypt")
OTHER_RESOURCES = (
    "arn:aws:s3:::other/*",
    f"arn:aws:sqs:eu-west-1:{OTHER}:*",
    f"arn:aws:dynamodb:*:{OTHER}:table/${{aws:PrincipalTag/team}}",
    "arn:aws-cn:s3:*:*:*",
    "arn:aws:s3:::acme/${app:Absent}/*",
)

KEYS: dict[str, tuple[str, list[Any]]] = {
    "app:Colour": ("string", ["red", "red", "Red", "blue", "r*d", "red\n", 'q"\\', ""]),
    "aws:TagKeys": (
        "string",
        [["team"], ["team", "red"], [], [""], ["", "red"], ["Team", "red", "stage"], "team", ""],
    ),
    "app:Callers": ("arn", [[USER], [USER, TOPIC], USER]),
    "aws:SourceArn": ("arn", [TOPIC, TOPIC, "arn:aws:sns", "arn:aws:s3:::a:b:c"]),
    "s3:max-keys": ("numeric", ["10", 10, "10.0", "-3", "+7.50", "10abc", ["10", "20"]]),
    "app:Level": ("numeric", ["7.5", "12", 0]),
    "aws:CurrentTime": ("date", ["2026-03-01T12:00:00Z", "2026-03-01", "noon", 1772366400]),
    "aws:EpochTime": ("date", ["1772366400", "2026-03-01T13:00:00.5+01:00"]),
    "aws:SecureTransport": ("bool", ["true", "FALSE", True, False, "yes"]),
    "aws:SourceIp": ("ip", ["10.1.2.3", "10.1.2.3", "2001:db8::1", "192.0.2.7", "here"]),
}
"""Context key → family of its values, and values a request may give it."""

DERIVED: dict[str, list[str]] = {
    "aws:username": ["alice", "bob", "a*"],
    "aws:PrincipalTag/team": ["red", "blue", "r*"],
    "aws:principaltag/STAGE": ["prod", "PROD"],
    "aws:PrincipalArn": [USER, ROLE, f"arn:aws:iam::{HOME}:role/*"],
    "aws:PrincipalAccount": [HOME, OTHER],
    "aws:PrincipalType": ["User", "AssumedRole"],
    "app:Absent": ["red"],
}
"""Keys that the request has without giving them, and values they may then have."""

OPERATORS: dict[str, tuple[list[str], list[str], list[Any]]] = {
    "string": (
        ["StringEquals", "StringEquals", "StringLike", "StringEqualsIgnoreCase"],
        ["StringNotEquals", "StringNotLike", "StringNotEqualsIgnoreCase"],
        [
            "red",
            "r*d",
            "*e*",
            "r${*}d",
            "r${*}*",
            "RED",
            "team",
            "t*",
            "*",
            "${app:Colour}",
            "${aws:PrincipalTag/team}",
            "${aws:PrincipalTag/Cost, 'red'}",
            "${app:Absent}",
        ],
    ),
    "arn": (
        ["ArnEquals", "ArnLike"],
        ["ArnNotEquals", "ArnNotLike"],
        [
            TOPIC,
            "arn:aws:sns:*:*:r*",
            f"arn:*:*:*:{HOME}:*",
            "arn:aws:s3:::a:*:c",
            "arn:aws:iam::*:user/alice",
            "arn:aws:iam::*:${app:Absent, 'user/alice'}",
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
        ["10", "10.00", "7.5", "-3", 10, 7],
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
            "2026-03-01T12:00:00Z",
            "2026-03-01",
            "1772366400",
            "2027-01-01",
        ],
    ),
    "bool": (["Bool"], [], ["true", "false", "TRUE", True, False]),
    "ip": (
        ["IpAddress"],
        ["NotIpAddress"],
        [
            "10.0.0.0/8",
            "10.1.2.3",
            "10.1.2.3/8",
            "192.0.2.0/24",
            "2001:DB8:0:0::1",
            "2001:db8::/32",
            "0.0.0.0/0",
            "::/0",
        ],
    ),
}
"""Family → positive operators, negated operators, policy values."""


def questions(seed: int, numbers: Iterable[int]) -> Iterator[Json]:
    """The questions of these numbers; each depends on seed and number alone."""
    for number in numbers:
        yield Generator(random.Random(f"cedar/{seed}/{number}")).question(f"{seed}/{number}")


class Generator:
    """One question: the request is drawn first, then policies around it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.principal = rng.choice(PRINCIPALS)
        actions, self.resource = rng.choice(REQUESTS)
        self.action = rng.choice(actions)
        self.context = {
            key: rng.choice(values) for key, (_, values) in KEYS.items() if self.chance(0.6)
        }
        if self.chance(0.05):
            self.context["AWS:PrincipalTag/team"] = "blue"  # given wins over derived

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def question(self, name: str) -> Json:
        request: Json = {
            "principal": self.principal,
            "action": self.rng.choice([self.action, self.action.swapcase()]),
            "resource": self.resource,
            "context": self.context,
        }
        documents = [self.document() for _ in range(self.rng.choice([1, 1, 2, 3]))]
        return {"id": name, "request": request, "policies": {"identity": documents}}

    def document(self) -> Json:
        variables = self.chance(0.85)
        statements = [
            self.statement("Deny" if self.chance(0.3) else "Allow", variables=variables)
            for _ in range(self.rng.choice([1, 1, 2, 3]))
        ]
        one = len(statements) == 1 and self.chance(0.5)
        body: Json = {"Statement": statements[0] if one else statements}
        version = "2012-10-17" if variables else self.rng.choice(["2008-10-17", None])
        return body | ({"Version": version} if version else {})

    def statement(self, effect: str, *, variables: bool) -> Json:
        """A statement meant to match, or to miss by one element."""
        elements = ("Action", "Resource", "Condition")
        hit = self.chance(0.65 if effect == "Allow" else 0.5)
        miss = None if hit else self.rng.choice(elements)
        statement: Json = {"Effect": effect}
        statement |= self.either("Action", self.actions(), OTHER_ACTIONS, miss != "Action")
        resources = self.resources(variables=variables)
        statement |= self.either("Resource", resources, OTHER_RESOURCES, miss != "Resource")
        if miss == "Condition" or self.chance(0.6):
            statement["Condition"] = self.conditions(hit=miss != "Condition")
        return statement

    def either(self, name: str, hits: Sequence[str], misses: Sequence[str], hit: bool) -> Json:
        """An element or its negation, as a scalar or a list."""
        negated = self.chance(0.15)
        first = self.rng.choice(hits if hit is not negated else misses)
        if negated and "${" in first:
            first = self.resource  # R7 is a choice of ours; Cedar cannot judge it
        if self.chance(0.5):
            return {f"Not{name}" if negated else name: first}
        second = self.rng.choice([p for p in misses if "${" not in p])
        several = self.rng.sample([first, second], self.rng.choice([1, 2, 2]))
        return {f"Not{name}" if negated else name: several}

    def actions(self) -> list[str]:
        service, name = self.action.split(":")
        return [
            self.action,
            self.action.upper(),
            f"{service}:*",
            f"{service}:{name[:3]}*",
            f"{service}:*{name[-4:]}",
            f"{service}:{name[:1]}*{name[2:4]}*",
            "*",
        ]

    def resources(self, *, variables: bool) -> list[str]:
        if self.resource == "*":
            return ["*", "*", "*", "arn:aws:ec2:*:*:*"]
        *head, tail = self.resource.split(":", 5)
        start = ":".join(head)
        plain = [
            "*",
            self.resource if variables or "*" not in tail else f"{start}:*",
            f"{start}:*",
            f"{start}:{tail[:3]}*",
            f"{start}:*{tail[-3:]}",
            f"{start}:{tail[:2]}*{tail[3:]}",
            f"arn:*:{head[2]}:*:*:{tail}",
            f"{start.upper().replace('ARN', 'arn')}:{tail}",
            f"{start}:{tail.upper()}",
        ]
        return [*plain, *self.with_variables(start, tail)]

    def with_variables(self, start: str, tail: str) -> list[str]:
        """The resource with a whole piece of its name replaced by a variable."""
        found = []
        for word, names in {
            "red": ("app:Colour", "aws:PrincipalTag/team", "app:Absent, 'red'"),
            "alice": ("aws:username", "app:Absent, 'alice'"),
        }.items():
            pieces = tail.split("/")
            if word in pieces and "*" not in tail:
                pieces[pieces.index(word)] = f"${{{self.rng.choice(names)}}}"
                if len(pieces) > 2 and self.chance(0.5):
                    pieces[-1] = "*"
                found += [f"{start}:{'/'.join(pieces)}"] * 3
        return found

    def conditions(self, *, hit: bool) -> Json:
        """One or two operators with a key each; a miss has at least one meant to fail."""
        first = self.condition(hit=hit)
        ((operator, keys),) = first.items()
        free = "aws:principalaccount" not in {key.lower() for key in keys}
        if free and operator.startswith("String") and self.chance(0.2):
            keys["aws:PrincipalAccount"] = [HOME, OTHER][: self.rng.choice([1, 2])]
        return self.condition(hit=self.chance(0.9)) | first if self.chance(0.25) else first

    def condition(self, *, hit: bool) -> Json:
        """One operator over one key, meant to hold or not."""
        if self.chance(0.1):
            key = self.rng.choice([*KEYS, "app:Absent"])
            absent = (key not in self.context) is hit
            return {"Null": {key: self.rng.choice([absent, str(absent).lower()])}}
        key = self.rng.choice([*KEYS, *KEYS, *DERIVED, *["aws:TagKeys"] * 6])
        family = KEYS[key][0] if key in KEYS else "string"
        positive, negated, values = OPERATORS[family]
        negate = bool(negated) and self.chance(0.35)
        operator = self.rng.choice(negated if negate else positive)
        pool = DERIVED[key] if key in DERIVED and self.chance(0.8) else values
        chosen = [self.rng.choice(pool) for _ in range(self.rng.choice([1, 1, 2, 3]))]
        given = self.context.get(key)
        several = isinstance(given, list)
        meet = (hit is not negate) or (several and self.chance(0.5))
        if meet and family == "string" and given and "*" not in given:
            of_given = given if several else [given]
            chosen[:1] = self.rng.sample(of_given, self.rng.randint(1, len(of_given)))
        prefix = ""
        if self.chance(0.8 if several else 0.1):
            prefix = self.rng.choice(["ForAllValues:", "ForAnyValue:"])
        absent = given is None and key in KEYS
        suffix = "IfExists" if self.chance(0.5 if absent and hit else 0.1) else ""
        if self.chance(0.2):
            key = self.rng.choice([key.upper(), key.lower()])
        return {f"{prefix}{operator}{suffix}": {key: chosen[0] if len(chosen) == 1 else chosen}}
