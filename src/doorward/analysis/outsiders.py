"""Who is outside: strangers, and whom the policy of a resource names.

What a policy says is read only to know whom to ask about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from doorward.model.home import Home
from doorward.model.principal import (
    CanonicalUser,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    ServicePrincipal,
)
from doorward.policy.arn import is_account_id, parse_arn
from doorward.policy.document import Document, PrincipalEntry, PrincipalKind, Statement
from doorward.policy.document import Effect as StatementEffect
from doorward.policy.folding import fold

STRANGER: Final = "000000000000"
"""An account that nobody knows: what it may, every account may."""

NOBODY_KNOWS: Final = "000000000001"
"""Stands for the owner of a resource of which nothing says whose it is: none of those asked."""

PATHS: Final = "aws:PrincipalOrgPaths"
"""The one key of an outsider that has several values."""

PROBE: Final = "probe"
"""What those are called whom nobody named, and the things that they ask for."""


class Outsider(msgspec.Struct, frozen=True):
    """Somebody to ask about: ``name`` is what reports say, ``given`` the keys of the calls."""

    name: str
    principal: Principal
    given: tuple[tuple[str, str], ...] = ()


def strangers(document: Document, partition: str) -> tuple[Outsider, ...]:
    """Return roles of an account that nobody knows: any, and those that conditions name."""
    arns = [_role(STRANGER, partition)]
    for statement in document.statements:
        for value in _values(statement, "aws:principalarn"):
            parts = value.split(":", 5)
            if len(parts) == 6 and "*" in parts[4]:
                arns.append(example(":".join((*parts[:4], STRANGER, parts[5]))))
    found = (_somebody("every AWS account", arn) for arn in dict.fromkeys(arns))
    return tuple(each for each in found if each is not None)


class Zone(msgspec.Struct, frozen=True):
    """Who is not outside: accounts, and an organization; all in one partition."""

    accounts: frozenset[str]
    organization: str | None
    partition: str


def named(document: Document, zone: Zone) -> Iterator[Outsider]:
    """Yield the outsiders that Allow statements name."""
    for statement in document.statements:
        if statement.effect is StatementEffect.ALLOW and statement.principals is not None:
            yield from _in_conditions(statement, zone)
            if not statement.principals.negated:
                yield from _among_principals(statement, statement.principals.entries, zone)


def _role(account: str, partition: str) -> str:
    return Home(account, partition).iam(f"role/{PROBE}")


def _in_conditions(statement: Statement, zone: Zone) -> Iterator[Outsider]:
    for account in _values(statement, "aws:principalaccount"):
        yield from _from_account(account, zone)
    for value in _values(statement, "aws:principalarn"):
        yield from _from_arn(example(value), zone)
    for key in ("aws:PrincipalOrgID", PATHS):
        yield from _from_organizations(statement, key, zone)


def _among_principals(
    statement: Statement, entries: Iterable[PrincipalEntry], zone: Zone
) -> Iterator[Outsider]:
    for entry in entries:
        text = entry.text.value
        if entry.kind is PrincipalKind.AWS:
            yield from _from_account(text, zone)
            yield from _from_arn(text, zone)
        elif entry.kind is PrincipalKind.SERVICE:
            yield from _through_service(text, statement, zone)
        elif entry.kind is PrincipalKind.CANONICAL_USER:
            yield Outsider(text, CanonicalUser(text))


def _values(statement: Statement, key: str) -> Iterator[str]:
    """Yield the values of a statement's conditions on a folded key."""
    for condition in statement.conditions:
        if fold(condition.key.value) == key:
            yield from (value.value for value in condition.values)


def _from_account(text: str, zone: Zone) -> Iterator[Outsider]:
    if is_account_id(text) and text not in zone.accounts:
        yield Outsider(text, RoleSession(_role(text, zone.partition), PROBE))


def _from_arn(text: str, zone: Zone) -> Iterator[Outsider]:
    parsed = parse_arn(text)
    if parsed is None or not is_account_id(parsed.account) or parsed.account in zone.accounts:
        return
    found = _somebody(parsed.account, text)
    if found is not None:
        yield found


def _somebody(name: str, arn: str) -> Outsider | None:
    """Return who bears an ARN; for an account's, one of its roles."""
    parsed = parse_arn(arn)
    if parsed is None:
        return None
    start = f"arn:{parsed.partition}:iam::{parsed.account}"
    if parsed.resource == "root":
        return Outsider(name, RoleSession(f"{start}:role/{PROBE}", PROBE))
    if parsed.resource_type == "role":
        return Outsider(name, RoleSession(arn, PROBE))
    if parsed.resource_type == "user":
        return Outsider(name, IamUser(arn))
    if parsed.resource_type == "assumed-role":
        role, _, session = parsed.resource_id.partition("/")
        return Outsider(name, RoleSession(f"{start}:role/{role}", session or PROBE))
    if parsed.resource_type == "federated-user":
        return Outsider(name, FederatedUser(arn))
    return None


def _from_organizations(statement: Statement, key: str, zone: Zone) -> Iterator[Outsider]:
    for value in _values(statement, fold(key)):
        theirs = value.partition("/")[0]
        if theirs == zone.organization or re.search(r"[*?$]", theirs):
            continue
        paths = ((PATHS, example(value)),) if key == PATHS else ()
        somebody = RoleSession(_role(STRANGER, zone.partition), PROBE)
        yield Outsider(theirs, somebody, (("aws:PrincipalOrgID", theirs), *paths))


def _through_service(service: str, statement: Statement, zone: Zone) -> Iterator[Outsider]:
    """Yield services that act for accounts outside, where conditions say for which."""
    sources = list(_values(statement, "aws:sourcearn"))
    accounts = [
        *_values(statement, "aws:sourceaccount"),
        *(each.split(":", 5)[4] for each in sources if each.count(":") >= 5),
    ]
    for account in dict.fromkeys(accounts):
        if is_account_id(account) and account not in zone.accounts:
            theirs = [each for each in sources if f":{account}:" in each or ":::" in each]
            source = (("aws:SourceArn", example(theirs[0])),) if theirs else ()
            yield Outsider(
                account, ServicePrincipal(service), (("aws:SourceAccount", account), *source)
            )


def example(pattern: str) -> str:
    """Return a text that a pattern matches, with plain words for wildcards and variables."""
    return re.sub(r"\$\{[^}]*\}|\*", PROBE, pattern).replace("?", "x")
