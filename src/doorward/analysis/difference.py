"""The difference between two audits, finding by finding, by their ids.

A finding is gone only if its check was carried out again, to its end, on its account. Whatever
else may have become of it, nobody looked: that is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from doorward.results.difference import Became, Difference, Lapse, Shift
from doorward.results.finding import Finding, Report, State, Verdict

_REACHED: Final = (State.PASS, State.FAIL, State.UNKNOWN)
_ORDER: Final = list(Became)

_Verdicts = Mapping[tuple[str, str], Verdict]


def difference(before: Report, after: Report) -> Difference:
    """Compare two reports, the earlier first."""
    verdicts = {(verdict.check, verdict.account): verdict for verdict in after.verdicts}
    shifts = [*_present(before, after), *_absent(before, after, verdicts)]
    told = [shift for shift in shifts if shift.became is not Became.SAME]
    told.sort(key=lambda shift: (_ORDER.index(shift.became), shift.finding.severity.rank))
    return Difference(
        before.made,
        after.made,
        (before.estate, after.estate),
        tuple(told),
        len(shifts) - len(told),
        tuple(_lapses(before, after, verdicts)),
        tuple({check.id: check for check in (*before.checks, *after.checks)}.values()),
        {**before.accounts, **after.accounts},
    )


def _present(before: Report, after: Report) -> Iterator[Shift]:
    """What became of the findings of the later report."""
    earlier = {finding.id: finding for finding in before.findings()}
    hidden = {each.finding.id for each in before.suppressed}
    for finding in after.findings():
        identifier = finding.id
        old = earlier.get(identifier)
        if old is None:
            yield Shift(Became.REOPENED if identifier in hidden else Became.NEW, finding)
        elif (old.state, old.severity) == (finding.state, finding.severity):
            yield Shift(Became.SAME, finding)
        else:
            yield Shift(Became.CHANGED, finding, old)


def _absent(before: Report, after: Report, verdicts: _Verdicts) -> Iterator[Shift]:
    """What became of the findings that the later report does not have."""
    present = {finding.id for finding in after.findings()}
    suppressed = {each.finding.id: each for each in after.suppressed}
    for finding in before.findings():
        identifier = finding.id
        if identifier in present:
            continue
        hidden = suppressed.get(identifier)
        if hidden is not None:
            yield Shift(Became.SUPPRESSED, hidden.finding, finding, hidden.reason)
            continue
        why = _unseen(finding, after, verdicts)
        yield Shift(Became.NOT_LOOKED_AT if why else Became.GONE, finding, reason=why)


def _unseen(finding: Finding, after: Report, verdicts: _Verdicts) -> str:
    """Why nobody knows what became of a finding; empty where it was looked for."""
    verdict = verdicts.get((finding.check, finding.account))
    return _unended(verdict, finding.check, finding.account, after)


def _unended(verdict: Verdict | None, check: str, account: str, after: Report) -> str:
    if verdict is None:
        if check not in {each.id for each in after.checks}:
            return "the check was not carried out"
        if account not in after.accounts:
            return "the account is not in the estate any more"
        return "the check was not carried out on the account"
    if verdict.state in _REACHED and not verdict.reason:
        return ""
    return f"{verdict.state.value}: {verdict.reason or 'the check did not come to its end'}"


def _lapses(before: Report, after: Report, verdicts: _Verdicts) -> Iterator[Lapse]:
    """The checks that came to an end before, and not now."""
    for old in before.verdicts:
        new = verdicts.get((old.check, old.account))
        if old.state not in _REACHED or old.reason:
            continue
        why = _unended(new, old.check, old.account, after)
        if why:
            state = State.NOT_CHECKED if new is None else new.state
            reason = why if new is None else new.reason
            yield Lapse(old.check, old.account, old.state, state, reason)
