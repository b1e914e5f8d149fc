"""Checks of trust policies: whom roles let in.

The engine is asked whether somebody who may ask for everything is let in, so conditions, Deny
statements, wildcards and case are judged as AWS would. Service-linked roles are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from doorward.analysis.registry import IF_ORGANIZED, PASSED, Miss, Passed, Scope, check
from doorward.analysis.remedies import Value, changing, on, rewritten, trust, with_condition
from doorward.analysis.trust import (
    EXTERNAL_ID,
    FROM_ANYWHERE,
    MFA,
    STRANGER,
    Trusting,
    accounts_named,
    can_be_had,
    each_role,
    elsewhere,
    outsider,
)
from doorward.analysis.zone import zone_of_trust
from doorward.model.evidence import Source
from doorward.model.home import Home
from doorward.policy.document import Effect, PrincipalKind, Statement
from doorward.policy.folding import fold
from doorward.results.finding import Remedy, Severity

_ASSUME: Final = "sts:AssumeRole"


def _names_everybody(statement: Statement) -> bool:
    principals = statement.principals
    return principals is not None and (
        principals.negated or any(entry.text.value == "*" for entry in principals.entries)
    )


def _names(accounts: frozenset[str]) -> Callable[[Statement], bool]:
    def meant(statement: Statement) -> bool:
        principals = statement.principals
        return principals is not None and any(
            entry.kind is PrincipalKind.AWS
            and any(account in entry.text.value for account in accounts)
            for entry in principals.entries
        )

    return meant


@check(
    "role.trust_any",
    "No role can be assumed by anybody",
    Severity.CRITICAL,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP4", "BP18"),
)
def trust_any(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role whose trust policy lets in whoever has an AWS account.

    It is asked whether a role of an account that nobody has, in an organization that nobody has,
    from a public address, is let in. So ``"Principal": "*"`` passes where a condition narrows it
    to an organization, accounts, ARNs or networks, and fails where the condition is met by
    everybody (``"aws:PrincipalOrgID": "*"``). What a caller fills in itself, such as an external
    id, the name of its session or a tag of its own (``aws:PrincipalTag``), narrows nothing, nor
    does MFA, which is the caller's own: then the finding is of high severity. ``NotPrincipal`` is
    judged likewise, and a resource control policy of the organization that keeps others out
    counts.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        if not any(_names_everybody(each) for each in found.allowing(fold(_ASSUME))):
            yield PASSED
            return
        said = found.admits(
            outsider(Home(STRANGER, found.role.partition)), _ASSUME, elsewhere(), can_be_had
        )
        if not said.granted:
            yield PASSED
            return
        yield Miss(
            found.role.arn,
            "anybody may assume the role"
            + (f" who knows, or has, {' and '.join(said.keys)}" if said.keys else ""),
            facts=tuple(("only with", key) for key in said.keys),
            remedy=changing(
                found,
                _names_everybody,
                lambda value: {
                    **{key: each for key, each in value.items() if key != "NotPrincipal"},
                    "Principal": {"AWS": scope.home.root},
                },
                "Name those who are to assume the role; here, the account itself.",
            ),
            severity=Severity.HIGH if said.keys else None,
        )

    yield from each_role(scope, judge)


def _outside(scope: Scope, found: Trusting, given: Mapping[str, str]) -> dict[str, frozenset[str]]:
    """Accounts outside that are let in, and the keys that each needs to have."""
    let_in: dict[str, frozenset[str]] = {}
    zone = zone_of_trust(scope)
    for account, arn in accounts_named(found, fold(_ASSUME)):
        if account in zone:
            continue
        home = Home(account, found.role.partition)
        said = found.admits(outsider(home, arn), _ASSUME, elsewhere(**given), _any_but_place)
        if said.granted:
            keys = frozenset(fold(key) for key in said.keys)
            let_in[account] = keys & let_in.get(account, keys)
    return let_in


def _any_but_place(key: str) -> bool:
    """Whether somebody who is trusted can come to have a key: addresses are their own here."""
    return can_be_had(key) or key in {"aws:sourceip", "aws:sourcevpc", "aws:sourcevpce"}


def _without(found: Trusting, accounts: frozenset[str], text: str) -> Remedy:
    """The remedy that takes the principals of accounts out of a trust policy."""
    meant = _names(accounts)

    def changed(statement: Statement, value: Value) -> list[Value]:
        if statement.effect is not Effect.ALLOW or not meant(statement):
            return [value]
        named = value["Principal"]["AWS"]
        texts = [named] if isinstance(named, str) else named
        left = [each for each in texts if not any(account in each for account in accounts)]
        rest = {key: each for key, each in value["Principal"].items() if key != "AWS"}
        principal = {**rest, "AWS": left} if left else rest
        return [{**value, "Principal": principal}] if principal else []

    after = rewritten(found.document, changed)
    if '"Statement": []' in after:
        return Remedy(
            "Nobody else is trusted: delete the role once nothing uses it.",
            (on("delete", found.role),),
        )
    return trust(found.role, found.text, after, text)


@check(
    "role.trust_external",
    "Roles trust no account outside the zone of trust",
    Severity.MEDIUM,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP4", "BP22"),
)
def trust_external(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that lets in identities of accounts outside.

    The zone of trust are the accounts of the same organization, as far as the estate has them, and
    those of the setting ``trusted_accounts``; without an organization, the accounts of the estate.
    Audit an organization as a whole, or its other accounts count as outside. Services that act
    for AWS are not accounts, and are not told of.

    An account that is named and yet never let in, by a Deny, by a condition on the organization
    or by a resource control policy, passes. Suppress the findings of accounts that you mean to
    trust, with the reason: a finding is another one as soon as another account is trusted.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        accounts = _outside(scope, found, {})
        if not accounts:
            yield PASSED
            return
        told = sorted(accounts)
        yield Miss(
            found.role.arn,
            f"trusts {', '.join(told)}, outside the zone of trust",
            facts=tuple(
                fact
                for account in told
                for fact in (
                    ("account", account),
                    *(("only with", key) for key in sorted(accounts[account])),
                )
            ),
            remedy=_without(found, frozenset(told), "Take them out of the trust policy."),
            about=",".join(told),
        )

    yield from each_role(scope, judge)


@check(
    "role.trust_external_no_extid",
    "Accounts outside need an external id or MFA to assume a role",
    Severity.HIGH,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP4",),
)
def trust_external_no_extid(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that an account outside may assume with neither external id nor MFA.

    A provider that works for many customers can be made to use one customer's role for another,
    unless each role asks for an external id that the provider gives that customer alone. For
    people, MFA is the other way. An external id that may be anything (``"*"``) is none. Outside
    are the accounts that ``role.trust_external`` tells of.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        accounts = _outside(scope, found, {"sts_ExternalId": EXTERNAL_ID})
        open_to = frozenset(account for account, keys in accounts.items() if not keys & MFA)
        if not open_to:
            yield PASSED
            return
        yield Miss(
            found.role.arn,
            f"account {', '.join(sorted(open_to))} needs neither external id nor MFA",
            facts=tuple(("account", account) for account in sorted(open_to)),
            remedy=changing(
                found,
                _names(open_to),
                lambda value: with_condition(
                    value, "StringEquals", {"sts:ExternalId": "<external-id>"}
                ),
                "Ask for an external id that you agree on with the other side.",
            ),
        )

    yield from each_role(scope, judge)


@check(
    "role.trust_no_mfa",
    "Roles that trust their whole account ask for MFA",
    Severity.LOW,
    needs=(Source.DETAILS, IF_ORGANIZED),
    practices=("BP19", "BP4"),
)
def trust_no_mfa(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails for a role that trusts its own account as a whole, without MFA.

    ``arn:aws:iam::ACCOUNT:root`` leaves it to the policies of users and roles who may assume the
    role; a key that leaked is then enough. It is asked whether a user without MFA is let in, who
    signs with a long-term key, so that aws:MultiFactorAuthPresent is absent: ``BoolIfExists``
    holds then and asks for nothing. Roles for programs cannot ask for MFA; name the roles that
    assume them instead, or suppress the finding.
    """

    def judge(found: Trusting) -> Iterator[Passed | Miss]:
        whole = any(
            account == scope.id and arn is None
            for account, arn in accounts_named(found, fold(_ASSUME))
        )
        who = outsider(scope.home, scope.home.iam(f"user/{EXTERNAL_ID}"))
        if (
            not whole
            or not found.admits(
                who, _ASSUME, FROM_ANYWHERE, lambda key: can_be_had(key) and key not in MFA
            ).granted
        ):
            yield PASSED
            return
        yield Miss(
            found.role.arn,
            "trusts the whole account, without MFA",
            remedy=changing(
                found,
                _names(frozenset({scope.id})),
                lambda value: with_condition(
                    value, "Bool", {"aws:MultiFactorAuthPresent": "true"}
                ),
                "Ask for MFA.",
            ),
        )

    yield from each_role(scope, judge)
