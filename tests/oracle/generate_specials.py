"""What the rules about services (S1–S11) are asked with: facts, keys of the context, statements.

As in the rest of the generator, a "hit" is an intention: most misses differ in one thing only.
"""

import random
from collections.abc import Sequence
from typing import Any

from tests.oracle.generate_vocabulary import (
    BORDER,
    BORDER_NAMES,
    GRANTEES,
    NO_BORDER,
    OTHER_GRANTEES,
    TOPIC,
)

Json = dict[str, Any]

OPERATIONS = ("Decrypt", "Encrypt", "GenerateDataKey", "CreateGrant", "DescribeKey", "RetireGrant")
NOISE: Json = {
    "GrantId": "0c237476b39f8bc44e45212e08498fbe3151305030726c0590dd8d3e9f3d6a60",
    "Name": "reporting",
    "CreationDate": 1772366400.5,
    "IssuingAccount": "arn:aws:iam::111111111111:root",
}
ENCRYPTED = {"Department": "Finance", "Project": "red", "aws:s3:arn": "arn:aws:s3:::acme-red"}
FIXING = ("StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "arnlike")
NOT_FIXING = ("StringNotEquals", "StringNotLike", "ArnNotLike", "IpAddress", "NumericEquals")


def add_context(
    rng: random.Random, context: Json, action: str, resource: Any, *, aws: bool
) -> None:
    """Keys by which specials decide: temporary credentials, encryption context, ways into S3."""
    if aws and rng.random() < (0.3 if action.startswith(("iam:", "sts:")) else 0.15):
        context["aws:TokenIssueTime"] = rng.choice(["2026-03-01T12:00:00Z", 1772366400])
    if aws and rng.random() < 0.35:
        values = [True, "true", "TRUE", False, "false", ""]
        context[rng.choice(["aws:MultiFactorAuthPresent", "AWS:multifactorauthpresent"])] = (
            rng.choice(values)
        )
    if "aws:TokenIssueTime" in context and rng.random() < 0.25:
        context["aws:AssumedRoot"] = rng.choice([True, "true", "false"])
    if action.startswith("kms:"):
        prefix = rng.choice(["kms:EncryptionContext:"] * 4 + ["KMS:encryptioncontext:"])
        for name, value in ENCRYPTED.items():
            if rng.random() < 0.45:
                context[prefix + name] = value
    if ":s3:" in resource:
        for key, (given, _, _) in BORDER.items():
            if given and rng.random() < 0.5:
                context[key] = rng.choice(given)


def facts(rng: random.Random, whole: str, action: str, resource: Any, context: Json) -> Json:
    """What is known of the resource: tags anywhere, the rest mostly where it matters."""
    known: Json = {}
    if rng.random() < 0.3:
        known["tags"] = {"team": "red", "Colour": "blue"}
    if isinstance(resource, list):
        return {}
    if rng.random() < (0.7 if ":key/" in resource else 0.01):
        known["kmsGrants"] = [
            grant(rng, whole, action, resource, context)
            for _ in range(rng.choice([0, 1, 1, 1, 2, 3]))
        ]
    if rng.random() < (0.6 if ":s3:" in resource else 0.01):
        known["blockPublicAccess"] = rng.random() < 0.85
    if rng.random() < (0.25 if ":key/" in resource else 0):
        known["awsManagedKey"] = rng.random() < 0.6
    return known


def grant(rng: random.Random, whole: str, action: str, key: str, context: Json) -> Json:
    """A grant of the key that allows, or misses by one thing."""
    miss = rng.choice(["who", "what", "constraint"]) if rng.random() < 0.35 else None
    retiring = action == "kms:RetireGrant" and rng.random() < 0.6
    named = [entry for mark, entry in GRANTEES if mark in whole]
    who = rng.choice(named) if named and miss != "who" else rng.choice(OTHER_GRANTEES)
    fields: Json = dict(rng.choice(OTHER_GRANTEES) if retiring else who)
    if retiring or rng.random() < 0.15:
        other = who if retiring else rng.choice([*named, *OTHER_GRANTEES])
        fields |= {name.replace("Grantee", "Retiring"): value for name, value in other.items()}
    asked = action.removeprefix("kms:")
    others = [one for one in OPERATIONS if one != asked] + [f"{asked}WithoutPlaintext"]
    others = [one for one in others if one in (*OPERATIONS, "GenerateDataKeyWithoutPlaintext")]
    operations = rng.sample(others, rng.choice([0, 1, 2]))
    if asked in OPERATIONS and miss != "what" and not retiring:
        operations.append(asked)
    fields["Operations"] = operations or [rng.choice(others)]
    if miss == "constraint" or rng.random() < 0.5:
        fields["Constraints"] = constraints(rng, context, hit=miss != "constraint")
    if rng.random() < 0.4:
        fields |= NOISE | {"KeyId": rng.choice([key, key.rpartition("/")[2]])}
    if rng.random() < 0.2:
        fields = {small(name): value for name, value in fields.items()}
        if "constraints" in fields:
            found = fields["constraints"].items()
            fields["constraints"] = {small(name): value for name, value in found}
    return fields


def small(name: str) -> str:
    """A name with a small first letter."""
    return name[0].lower() + name[1:]


def constraints(rng: random.Random, context: Json, *, hit: bool) -> Json:
    """Constraints of a grant that the context satisfies, or nearly."""
    mark = "kms:encryptioncontext:"
    asked = {
        key[len(mark) :]: value for key, value in context.items() if key.lower().startswith(mark)
    }
    drawn = rng.random()
    if drawn < 0.3:
        source = context.get("aws:SourceArn", TOPIC) if hit else f"{TOPIC}y"
        return {"SourceArn": source if isinstance(source, str) else TOPIC}
    wanted = dict(asked)
    if drawn < 0.65 or not wanted:
        name = "EncryptionContextEquals"
    else:
        name = "EncryptionContextSubset"
        wanted = dict(rng.sample(sorted(wanted.items()), rng.randint(1, len(wanted))))
    if not hit or not wanted:
        wanted = nearly(rng, wanted)
    both = {"SourceArn": TOPIC} if drawn > 0.95 else {}
    return {name: wanted} | both


def nearly(rng: random.Random, pairs: dict[str, str]) -> dict[str, str]:
    """Pairs that differ from these in one name, one value or one pair."""
    changed = dict(pairs)
    name = rng.choice(sorted(changed)) if changed else ""
    how = rng.choice(["more", "less", "less", "name", "value"]) if name else "more"
    value = changed.pop(name) if how in ("less", "name", "value") else ""
    if how == "name":
        changed[name.swapcase()] = value
    if how == "value":
        changed[name] = value.swapcase()
    if how == "more" or not changed:
        changed["Stage"] = "prod"
    return changed


def open_bucket(rng: random.Random, named: Sequence[Json], context: Json) -> list[Json]:
    """A statement that allows the caller, by name if there is one, and another near public."""
    everything = {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}
    who = {"Principal": rng.choice(named)} if named else bordering(rng, named, context)
    return [everything | who, everything | bordering(rng, named, context)]


def bordering(rng: random.Random, named: Sequence[Json], context: Json) -> Json:
    """The principal and condition of an Allow that is just public, or just not."""
    statement: Json = {"Principal": rng.choice(BORDER_NAMES)}
    if rng.random() < 0.15:
        statement = {"Principal": rng.choice(named)} if named else statement
    if rng.random() < 0.06:
        statement = {"NotPrincipal": {"AWS": "arn:aws:iam::333333333333:root"}}
    if rng.random() < 0.75:
        statement["Condition"] = border_condition(rng, context)
        if rng.random() < 0.15:
            other, first = border_condition(rng, context), statement["Condition"]
            if next(iter(other)).lower() != next(iter(first)).lower():
                statement["Condition"] = other | first
    return statement


def border_condition(rng: random.Random, context: Json) -> Json:
    """One operator over one key that may limit a statement to fixed values."""
    key = rng.choice([*BORDER, *(key for key in BORDER if key in context)])
    _, fixed, free = BORDER[key]
    free_one = rng.random() < 0.45
    operator = rng.choice(("StringLike", "ArnLike") if free_one and rng.random() < 0.7 else FIXING)
    if rng.random() < 0.08:
        operator = rng.choice(NOT_FIXING)
    elif key == "aws:SourceIp" and rng.random() < 0.9:
        operator = rng.choice(["IpAddress", "IpAddress", "NotIpAddress"])
    if rng.random() < 0.06:
        key, fixed, free = rng.choice(NO_BORDER)
    values = [rng.choice(free if free_one else fixed)]
    if rng.random() < 0.25:
        values.append(rng.choice([*fixed, *fixed, *free]))
    prefix = rng.choice([""] * 6 + ["ForAnyValue:", "ForAllValues:", "foranyvalue:"])
    suffix = rng.choice([""] * 8 + ["IfExists"])
    if rng.random() < 0.2:
        key = rng.choice([key.upper(), key.lower()])
    return {prefix + operator + suffix: {key: values[0] if len(values) == 1 else values}}
