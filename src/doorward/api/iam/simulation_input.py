"""What a simulation is asked, read from its parameters.

Sources: IAM API Reference, "SimulateCustomPolicy" and "SimulatePrincipalPolicy"; errors recorded
from AWS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from doorward.api.operation import owner
from doorward.control import messages
from doorward.engine.compile import read_document
from doorward.engine.context import Context, ContextValue, Provenance
from doorward.engine.layers import Policies, Policy
from doorward.engine.request import Resource
from doorward.model.principal import IamUser, Principal, RoleSession
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.conditions.binary import octets
from doorward.policy.conditions.boolean import truth
from doorward.policy.conditions.date import instant
from doorward.policy.conditions.ip import block
from doorward.policy.conditions.numeric import number
from doorward.policy.folding import fold
from doorward.policy.problem import MalformedPolicy

MOST_RESOURCES = 1000
"""Resources of one simulation. AWS publishes no bound; ours keeps a call short."""

_ACTION = re.compile(r"[^\s:,*?]+:[^\s:,*?]+")
_ARN_PARTS = 6

# ------------------------------------------------------------------------- policies


def input_policies(texts: Iterable[str] | None, name: str = "PolicyInputList") -> Policies:
    """Read policies that are given as texts; they are called ``PolicyInputList.1`` and so on.

    Raises ``ControlError`` (InvalidInput) for one that cannot be evaluated.
    """
    return tuple(
        _policy(text, f"{name}.{number}") for number, text in enumerate(texts or (), start=1)
    )


def resource_policy(text: str | None) -> Policy | None:
    """Read the policy that every resource of the simulation is taken to have."""
    return None if text is None else _policy(text, "ResourcePolicy")


def boundary(texts: list[str] | None) -> Policies | None:
    """Read the permissions boundary; raise InvalidInput for more than one."""
    if not texts:
        return None
    if len(texts) > 1:
        raise messages.ONE_BOUNDARY.error()
    return input_policies(texts, "PermissionsBoundaryPolicyInputList")


def organization_levels(levels: list[dict[str, Any]] | None) -> tuple[Policies, ...] | None:
    """Read service control policies by level, the root's first."""
    if not levels:
        return None
    return tuple(
        input_policies(
            level.get("ServiceControlPolicyInputList"),
            f"OrderedOrganizationPolicyInputList.{number}.ServiceControlPolicyInputList",
        )
        for number, level in enumerate(levels, start=1)
    )


def _policy(text: str, name: str) -> Policy:
    try:
        return Policy(read_document(text), name=name)
    except MalformedPolicy as error:
        first = next(problem for problem in error.problems if problem.refused)
        raise messages.INPUT_POLICY.error(
            name=name, problem=first.message, line=first.line, column=first.column
        ) from error


# ---------------------------------------------------------------- what is asked, by whom


def action_names(names: list[str]) -> list[str]:
    """Return the actions as they are spelt; raise InvalidInput for what is none."""
    for name in names:
        if not _ACTION.fullmatch(name):
            raise messages.ACTION_NAME.error(name=name)
    return names


def resources(
    names: list[str] | None, given_owner: str | None, account: str
) -> tuple[Resource, ...]:
    """Return the resources, each with its owner: as its ARN says, else as is given, else ours.

    ``*`` is no resource, and has no owner. Raises InvalidInput for what is no ARN, and for more
    than there is room for.
    """
    arns = list(dict.fromkeys(names or ["*"]))
    if len(arns) > MOST_RESOURCES:
        raise messages.TOO_MANY_RESOURCES.error(limit=MOST_RESOURCES)
    other = _owner(given_owner) or account
    return tuple(_resource(arn, other) for arn in arns)


def _resource(arn: str, other: str) -> Resource:
    if arn == "*":
        return Resource(arn)
    parts = arn.split(":", 5)
    if parts[0] != "arn" or len(parts) != _ARN_PARTS or not parts[5]:
        raise messages.RESOURCE_NAMES.error(name=arn)
    return Resource(arn, parts[4] if is_account_id(parts[4]) else other)


def _owner(given: str | None) -> str | None:
    """Read ResourceOwner: an account's ARN, or (as the page says of one of the two) its id."""
    if given is None or is_account_id(given):
        return given
    account = owner(given)
    if account is None or given != f"arn:aws:iam::{account}:root":
        raise messages.RESOURCE_OWNER.error(owner=given)
    return account


def entity(arn: str) -> Arn:
    """Take the ARN of a user, group or role apart; raise InvalidInput for any other."""
    parsed = entity_or_none(arn)
    if parsed is None:
        raise messages.UNCLEAR_ENTITY.error(arn=arn)
    return parsed


def entity_or_none(arn: str) -> Arn | None:
    """Take the ARN of a user, group or role apart; return ``None`` for any other."""
    parsed = parse_arn(arn)
    clear = (
        parsed is not None
        and parsed.service == "iam"
        and parsed.resource_type in {"user", "group", "role"}
        and parsed.name
        and is_account_id(parsed.account)
    )
    return parsed if clear else None


def simulated_caller(arn: str) -> Principal:
    """Return who an ARN names, as far as an ARN tells; raise InvalidInput for a group."""
    kind = entity(arn).resource_type
    if kind == "group":
        raise messages.GROUP_CALLS.error(arn=arn)
    return IamUser(arn) if kind == "user" else RoleSession(arn, None)


# --------------------------------------------------------------------------- context


def _address(text: str) -> object | None:
    return None if "/" in text else block(text)


_READERS: Mapping[str, Callable[[str], object | None]] = {
    "string": str,
    "numeric": number,
    "boolean": truth,
    "ip": _address,
    "binary": octets,
    "date": instant,
}
"""How the values of a context key are read, by the type; ``…List`` is a list of them."""


def context(entries: list[dict[str, Any]] | None) -> Context:
    """Return the context that is given; raise InvalidInput for a value that is not of its type.

    A list is multi-valued, even a list of one. Without a type, one value is text and several are
    a list.
    """
    found: dict[str, ContextValue] = {}
    for entry in entries or ():
        key, value = _entry(entry)
        if key in found:
            raise messages.CONTEXT_ENTRY.error(key=value.key, problem="it is given twice")
        found[key] = value
    return Context(found)


def _entry(entry: Mapping[str, Any]) -> tuple[str, ContextValue]:
    name = entry.get("ContextKeyName")
    if name is None:
        raise messages.CONTEXT_ENTRY.error(key="?", problem="there is no ContextKeyName")
    values = tuple(entry.get("ContextKeyValues") or ())
    kind = entry.get("ContextKeyType") or ("string" if len(values) == 1 else "stringList")
    single = kind.removesuffix("List")
    if kind == single and len(values) != 1:
        raise messages.CONTEXT_ENTRY.error(key=name, problem=f"one {kind} has one value")
    for value in values:
        if _READERS[single](value) is None:
            raise messages.CONTEXT_ENTRY.error(key=name, problem=f"{value!r} is not {single}")
    multi = kind != single
    return fold(name), ContextValue(name, values, multi=multi, provenance=Provenance.GIVEN)


# ------------------------------------------------------------------------ EC2 scenarios

_EC2 = ("instance", "image", "security-group", "network-interface")
_SCENARIOS: Mapping[str, tuple[str, ...]] = {
    "EC2-VPC-InstanceStore": _EC2,
    "EC2-VPC-InstanceStore-Subnet": (*_EC2, "subnet"),
    "EC2-VPC-EBS": (*_EC2, "volume"),
    "EC2-VPC-EBS-Subnet": (*_EC2, "subnet", "volume"),
}
"""The types of resources that each ResourceHandlingOption needs."""


def handle(option: str | None, given: Iterable[Resource]) -> None:
    """Raise InvalidInput where the resources are not those that the option needs."""
    if option is None:
        return
    if option not in _SCENARIOS:
        raise messages.HANDLING_OPTION.error(option=option)
    arns = [parse_arn(each.arn) for each in given]
    kinds = {arn.resource_type for arn in arns if arn is not None and arn.service == "ec2"}
    for kind in _SCENARIOS[option]:
        if kind not in kinds:
            raise messages.HANDLING_NEEDS.error(option=option, kind=kind)
