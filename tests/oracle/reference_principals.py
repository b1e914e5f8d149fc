"""The literal reference evaluator, principals (P): who asks, whom a policy names, derived keys."""

import re
from collections.abc import Mapping
from typing import Any

from tests.oracle.reference_text import fold

Principal = dict[str, Any]
"""`kind`, `name`, `linked`; of AWS principals also partition, account, session, ARNs, id, tags."""

ARN_FORMS = {
    "user": r"arn:([^:]+):iam::(\d{12}):user/(?:[^:]*/)?([^/:]+)()",
    "role": r"arn:([^:]+):iam::(\d{12}):role/(?:[^:]*/)?([^/:]+)()",
    "session": r"arn:([^:]+):sts::(\d{12}):assumed-role/([^/:]+)/([^/:]+)",
    "federated": r"arn:([^:]+):sts::(\d{12}):federated-user/([^/:]+)()",
    "root": r"arn:([^:]+):iam::(\d{12}):(root)()",
}
TYPES = {
    "user": "User",
    "role": "AssumedRole",
    "session": "AssumedRole",
    "federated": "FederatedUser",
    "root": "Account",
    "Anonymous": "Anonymous",
}
NAME_FIELDS = {
    "Anonymous": "type",
    "Service": "name",
    "Federated": "provider",
    "CanonicalUser": "id",
}
FEDERATED_ACTIONS = ("sts:assumerolewithsaml", "sts:assumerolewithwebidentity")


class MalformedError(Exception):
    """The question or one of its documents cannot be read."""


def read_arn(arn: str) -> Principal | None:
    """An AWS principal by its ARN alone."""
    for kind, form in ARN_FORMS.items():
        if found := re.fullmatch(form, arn, re.ASCII):
            partition, account, name, session = found.groups()
            principal = {"kind": kind, "arn": arn, "name": name, "session": session}
            role_arn = f"arn:{partition}:iam::{account}:role/{name}" if session else arn
            return principal | {"partition": partition, "account": account, "role_arn": role_arn}
    return None


def read_principal(given: Any) -> Principal:
    """The principal of the question, in any of its public forms."""
    if isinstance(given, str):
        given = {"type": "AWS", "arn": given}
    if given.get("type") in NAME_FIELDS:
        name = given[NAME_FIELDS[given["type"]]]
        return {"kind": given["type"], "name": name, "linked": False}
    principal = read_arn(given["arn"])
    if principal is None:
        raise MalformedError("no such kind of principal")
    principal["linked"] = given.get("serviceLinked", False)
    principal["role_arn"] = given.get("roleArn", principal["role_arn"])
    return principal | {"id": given.get("uniqueId"), "tags": given.get("tags", {})}


def statement_kinds(
    statement: Mapping[str, Any], layer: str, case: Mapping[str, Any]
) -> set[str | None]:
    """P2–P4: how a statement of a resource or endpoint policy names the caller, if it does."""
    asked = (layer, case["principal"]["kind"], statement["Effect"])
    if asked == ("resource", "Federated", "Allow"):
        return matched_kinds(statement.get("Principal", []), layer, case) & {"direct"}
    if "Principal" in statement:
        return matched_kinds(statement["Principal"], layer, case)
    if "NotPrincipal" not in statement:
        return set()  # P2
    if case["bounded"] and statement["Effect"] == "Deny":
        return {"star"}  # P4
    return set() if matched_kinds(statement["NotPrincipal"], layer, case) else {"star"}  # P3


def matched_kinds(element: Any, layer: str, case: Mapping[str, Any]) -> set[str | None]:
    """§1.6: how the entries of a `Principal` or `NotPrincipal` element match the caller."""
    if isinstance(element, list):
        return {"star"} if element == ["*"] else set()
    pairs = [(family, entry) for family, entries in element.items() for entry in entries]
    return {entry_kind(family, entry, layer, case) for family, entry in pairs} - {None}


def entry_kind(family: str, entry: str, layer: str, case: Mapping[str, Any]) -> str | None:
    """§1.6: one entry; None when it names somebody else."""
    principal = case["principal"]
    if (family, entry) == ("AWS", "*"):
        return "star"
    if family == "AWS":
        return aws_entry_kind(entry, layer, principal) if "account" in principal else None
    if family == "Federated" and case["action"] not in FEDERATED_ACTIONS:
        return None
    return "direct" if (family, entry) == (principal["kind"], principal["name"]) else None


def aws_entry_kind(entry: str, layer: str, principal: Principal) -> str | None:
    """§1.6, P5: an account, a user, a role, a session or a unique id against an AWS principal."""
    kind = principal["kind"]
    if entry in (
        principal["account"],
        f"arn:{principal['partition']}:iam::{principal['account']}:root",
    ):
        return "account" if kind == "root" or layer != "endpoint" else None
    if entry == principal["id"] and kind in ("user", "role", "session"):
        return "direct" if kind == "user" else "role"
    named = read_arn(entry)
    if named and named["kind"] == "role" and kind in ("role", "session"):
        parts = ("partition", "account", "name")
        return (
            "role" if all(fold(named[part]) == fold(principal[part]) for part in parts) else None
        )
    return "direct" if entry == principal["arn"] and kind not in ("role", "root") else None


def derived_keys(principal: Principal) -> dict[str, str]:
    """The condition keys that follow from the principal alone (§1.9)."""
    kind, name, account, unique_id = map(principal.get, ("kind", "name", "account", "id"))
    user_ids = {
        "user": unique_id,
        "session": unique_id and f"{unique_id}:{principal.get('session')}",
        "root": account,
        "federated": f"{account}:{name}",
    }
    keys = {
        "aws:PrincipalIsAWSService": "true" if kind == "Service" else "false",
        "aws:PrincipalServiceName": name if kind == "Service" else None,
        "aws:PrincipalType": TYPES.get(str(kind)),
        "aws:PrincipalAccount": "anonymous" if kind == "Anonymous" else account,
        "aws:PrincipalArn": principal.get("role_arn"),
        "aws:username": name if kind == "user" else None,
        "aws:userid": user_ids.get(str(kind)),
    }
    tags = {f"aws:PrincipalTag/{tag}": value for tag, value in principal.get("tags", {}).items()}
    return {key: value for key, value in keys.items() if value is not None} | tags
