"""Cases of the checks in ``analysis.checks.passwords``."""

from __future__ import annotations

from typing import Any

from doorward.model.credential import PasswordPolicy
from doorward.model.evidence import Source
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, Case

STRONG: dict[str, Any] = {
    "minimum_length": 14,
    "require_symbols": True,
    "require_numbers": True,
    "require_uppercase": True,
    "require_lowercase": True,
    "users_may_change": True,
    "max_age": 90,
    "reuse_prevention": 24,
    "hard_expiry": True,
}


def policy(**changes: Any) -> tuple[PasswordPolicy]:
    """Return a policy that passes every check, but for what is changed."""
    return (PasswordPolicy(ACCOUNT, **{**STRONG, **changes}),)


def cases(
    field: str, good: tuple[Any, ...], bad: tuple[Any, ...], *more: Case
) -> tuple[Case, ...]:
    """Return the cases of one rule: values that pass, values that do not, no policy."""
    return (
        *(Case(f"{field} is {value}", State.PASS, policy(**{field: value})) for value in good),
        *(
            Case(f"{field} is {value}", State.FAIL, policy(**{field: value}), subjects=(ACCOUNT,))
            for value in bad
        ),
        Case(
            "the other rules do not matter",
            State.PASS,
            (PasswordPolicy(ACCOUNT, **{field: good[0]}),),
        ),
        Case("no policy", State.FAIL, subjects=(ACCOUNT,)),
        Case("not known", State.NOT_CHECKED, without=(Source.PASSWORD_POLICY,)),
        *more,
    )


CASES = {
    "pw.length": cases(
        "minimum_length", (14, 15, 128), (13, 6),
        Case(
            "as the account wants it", State.PASS, policy(minimum_length=8),
            thresholds={"password_length": 8},
        ),
    ),
    "pw.upper": cases("require_uppercase", (True,), (False,)),
    "pw.lower": cases("require_lowercase", (True,), (False,)),
    "pw.number": cases("require_numbers", (True,), (False,)),
    "pw.symbol": cases("require_symbols", (True,), (False,)),
    "pw.reuse": cases("reuse_prevention", (24,), (23, 0)),
    "pw.age": cases("max_age", (90, 1), (91, 0)),
    "pw.hard_expiry": cases("hard_expiry", (True,), (False,)),
    "pw.self_change": cases("users_may_change", (True,), (False,)),
}  # fmt: skip
