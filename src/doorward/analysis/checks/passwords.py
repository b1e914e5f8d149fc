"""Checks of an account's rules for its users' passwords.

An account without a policy of its own fails all of them: AWS's default asks for eight characters
of three kinds, for no change ever, and remembers none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from doorward.analysis.command import aws
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.credential import PasswordPolicy
from doorward.model.evidence import Source
from doorward.results.finding import Remedy, Severity

_NEEDS: Final = (Source.PASSWORD_POLICY,)


def _rule(
    scope: Scope, *, holds: Callable[[PasswordPolicy], bool], message: str, wanted: str
) -> Iterator[Passed | Miss]:
    """Yield whether the account has a policy, and a rule of it holds."""
    policy = scope.snapshot.get(PasswordPolicy, scope.id)
    if policy is not None and holds(policy):
        yield PASSED
        return
    yield Miss(
        scope.id,
        message if policy is not None else "the account has no password policy of its own",
        facts=(("wanted", wanted),),
        remedy=Remedy(
            "Set the account's password policy. The command gives every rule, because what it does"
            " not name goes back to its default; rules that are stricter already stay.",
            (_whole(policy or PasswordPolicy(scope.id), scope),),
        ),
    )


_HARDEST: Final = {"length": 128, "reuse": 24, "age": 1095}
"""What AWS takes at the most."""


def _whole(policy: PasswordPolicy, scope: Scope) -> str:
    """Return the command that sets a policy which passes every check here."""
    wanted = scope.thresholds
    length = max(policy.minimum_length, wanted.password_length)
    reuse = max(policy.reuse_prevention, wanted.password_reuse)
    age = min(policy.max_age or wanted.password_age, wanted.password_age)
    return aws(
        "iam",
        "update-account-password-policy",
        "require-uppercase-characters",
        "require-lowercase-characters",
        "require-numbers",
        "require-symbols",
        "allow-users-to-change-password",
        "hard-expiry",
        minimum_password_length=str(min(length, _HARDEST["length"])),
        password_reuse_prevention=str(min(reuse, _HARDEST["reuse"])),
        max_password_age=str(min(age, _HARDEST["age"])),
    )


@check(
    "pw.length",
    "Passwords are long",
    Severity.MEDIUM,
    needs=_NEEDS,
    practices=("BP20", "BP22"),
    references={"cis5": "1.7", "cis7": "2.8", "hub": "IAM.7 IAM.10 IAM.15"},
)
def length(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords may have fewer than ``password_length`` characters (14).

    Length does more against guessing than any other rule.
    """
    least = scope.thresholds.password_length
    yield from _rule(
        scope,
        holds=lambda policy: policy.minimum_length >= least,
        message=f"passwords may have fewer than {least} characters",
        wanted=f"{least} characters",
    )


@check(
    "pw.upper",
    "Passwords have a capital letter",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP20",),
    references={"hub": "IAM.7 IAM.10 IAM.11"},
)
def upper(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords may be without a capital letter (A to Z)."""
    yield from _rule(
        scope,
        holds=lambda policy: policy.require_uppercase,
        message="passwords may be without a capital letter",
        wanted="a capital letter",
    )


@check(
    "pw.lower",
    "Passwords have a small letter",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP20",),
    references={"hub": "IAM.7 IAM.10 IAM.12"},
)
def lower(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords may be without a small letter (a to z)."""
    yield from _rule(
        scope,
        holds=lambda policy: policy.require_lowercase,
        message="passwords may be without a small letter",
        wanted="a small letter",
    )


@check(
    "pw.number",
    "Passwords have a digit",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP20",),
    references={"hub": "IAM.7 IAM.10 IAM.14"},
)
def number(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords may be without a digit (0 to 9)."""
    yield from _rule(
        scope,
        holds=lambda policy: policy.require_numbers,
        message="passwords may be without a digit",
        wanted="a digit",
    )


@check(
    "pw.symbol",
    "Passwords have a symbol",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP20",),
    references={"hub": "IAM.7 IAM.10 IAM.13"},
)
def symbol(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords may be without a character that is no letter or digit."""
    yield from _rule(
        scope,
        holds=lambda policy: policy.require_symbols,
        message="passwords may be without a symbol",
        wanted="a symbol",
    )


@check(
    "pw.reuse",
    "Earlier passwords are not taken again",
    Severity.MEDIUM,
    needs=_NEEDS,
    practices=("BP20", "BP21"),
    references={"cis5": "1.8", "cis7": "2.9", "hub": "IAM.16"},
)
def reuse(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when fewer than ``password_reuse`` earlier passwords (24) are remembered.

    A user who has to change a password else takes the one before, which others may know.
    """
    least = scope.thresholds.password_reuse
    yield from _rule(
        scope,
        holds=lambda policy: policy.reuse_prevention >= least,
        message=f"fewer than {least} earlier passwords are remembered",
        wanted=f"{least} remembered",
    )


@check(
    "pw.age",
    "Passwords expire",
    Severity.MEDIUM,
    needs=_NEEDS,
    practices=("BP21", "BP20"),
    references={"hub": "IAM.7 IAM.10 IAM.17"},
)
def age(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when passwords never expire, or live for more than ``password_age`` days (90).

    Newer guidance (NIST SP 800-63B) has passwords changed only when they may be known to others,
    and MFA in the place of expiry; who follows it suppresses this check with that reason.
    """
    most = scope.thresholds.password_age
    yield from _rule(
        scope,
        holds=lambda policy: 0 < policy.max_age <= most,
        message=f"passwords may be older than {most} days",
        wanted=f"{most} days at the most",
    )


@check(
    "pw.hard_expiry",
    "Expired passwords are no way in",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP21", "BP20"),
)
def hard_expiry(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when users may still sign in with an expired password, to choose another.

    Whoever finds an old password may do so, too. With hard expiry an administrator resets it: see
    that more than one can, or the last one is locked out.
    """
    yield from _rule(
        scope,
        holds=lambda policy: policy.hard_expiry,
        message="an expired password may still be used, to choose another",
        wanted="hard expiry",
    )


@check(
    "pw.self_change",
    "Users may change their own password",
    Severity.LOW,
    needs=_NEEDS,
    practices=("BP20",),
)
def self_change(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when the password policy does not let users change their own password.

    A password that somebody else chose, and knows, is then kept. A policy that gives users
    ``iam:ChangePassword`` is not looked at.
    """
    yield from _rule(
        scope,
        holds=lambda policy: policy.users_may_change,
        message="users may not change their own password",
        wanted="leave to change it",
    )
