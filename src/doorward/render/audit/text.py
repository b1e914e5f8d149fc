"""An audit for a terminal: the numbers first, then what is wrong, the worst first."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import Final

from doorward.render.audit.look import PLAIN, Look
from doorward.render.audit.wording import (
    STATE_WORDS,
    account_words,
    checks_by_id,
    count_of_accounts,
    gaps,
    moment,
    number,
    practice_words,
    reach_words,
    references_words,
    score_words,
    severity_counts,
    verdict_counts,
)
from doorward.render.printable import printable
from doorward.results.finding import Finding, Report, Severity, State
from doorward.results.tally import Tally, tally, worst_first

_COLORS: Final = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
}
_BOLD: Final = "1"
_NARROWEST: Final = 40
_MOST_OPEN: Final = 12
_BAR: Final = 20
_SCORE: Final = 11  # "not known", and what parts it from the title
_TITLE: Final = 30  # of a title at least so much is shown, or else nothing beside it


def text_report(report: Report, look: Look = PLAIN) -> str:
    """Return a report as text.

    Lines keep to ``look.width`` where names allow; colours are there only with ``look.color``. Of
    more than ``look.limit`` findings the worst are shown, and how many more there are.
    """
    lines = (
        *_head(report, look),
        *_summary(tally(report), look),
        *_open(report, look),
        *_troubles(report, look),
        *_findings(report, look),
    )
    return "\n".join(lines) + "\n"


def paint(words: str, code: str, look: Look) -> str:
    """Colour words, where that is wanted."""
    return f"\x1b[{code}m{words}\x1b[0m" if look.color and words else words


def severity_paint(words: str, severity: Severity, look: Look) -> str:
    """Colour words as their severity."""
    return paint(words, _COLORS[severity], look)


def wrapped(text: str, look: Look, indent: int, hang: int | None = None) -> list[str]:
    """Break text at its spaces; a name that is too long stays whole, to be copied."""
    first, later = " " * indent, " " * (indent if hang is None else hang)
    width = max(look.width, _NARROWEST)
    return textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _head(report: Report, look: Look) -> Iterator[str]:
    yield paint(f"Audit of {printable(report.estate)}", _BOLD, look)
    taken = f", of an export of {moment(report.taken)}" if report.taken else ""
    yield from wrapped(f"made {moment(report.made)}{taken}", look, 2)
    data = f"; data on AWS's services: {printable(report.catalog)}" if report.catalog else ""
    told = (
        f"{number(len(report.checks), 'check')} on {number(count_of_accounts(report), 'account')}"
    )
    yield from wrapped(f"{told}{data}", look, 2)


def _summary(counted: Tally, look: Look) -> Iterator[str]:
    yield ""
    each = (
        severity_paint(f"{count:,} {severity.value}", severity, look)
        if count
        else f"0 {severity.value}"
        for severity, count in severity_counts(counted)
    )
    yield f"{paint(number(counted.findings, 'finding'), _BOLD, look)}: {', '.join(each)}"
    if counted.suppressed:
        yield f"  and {counted.suppressed:,} suppressed"
    states = (
        f"{count:,} {STATE_WORDS[state]}"
        for state, count in verdict_counts(counted.score)
        if count
    )
    yield from wrapped(f"Verdicts: {', '.join(states) or 'none'}", look, 0, 2)
    yield ""
    yield paint(f"Score {score_words(counted.score)}", _BOLD, look)
    yield from _practices(counted, look)


def _practices(counted: Tally, look: Look) -> Iterator[str]:
    """A line for each practice: its title as far as there is room beside what was reached."""
    told = [(practice_words(one.practice), one.score) for one in counted.practices]
    reach = max((len(reach_words(score)) for _, score in told), default=0)
    room = max(look.width, _NARROWEST) - _SCORE - 2
    longest = max((len(name) for name, _ in told), default=0)
    beside = room - reach - 2 >= min(longest, _TITLE)
    width = min(longest, room - reach - 2 if beside else room)
    bars = beside and room - reach - _BAR - 4 >= width
    for name, score in told:
        line = f"  {_cut(name, width).ljust(width)}{score_words(score):>{_SCORE}}"
        line += f"  {_bar(score.value)}" if bars else ""
        yield f"{line}  {reach_words(score)}" if beside else line


def _cut(name: str, width: int) -> str:
    return name if len(name) <= width else f"{name[: width - 1].rstrip()}…"


def _bar(value: int | None) -> str:
    filled = 0 if value is None else value * _BAR // 100
    return "█" * filled + "·" * (_BAR - filled)


def _open(report: Report, look: Look) -> Iterator[str]:
    """What was not looked at, or not to its end: each reason only once."""
    found = gaps(report)
    if not found:
        return
    yield ""
    yield paint("Not known, because not looked at or not to the end", _BOLD, look)
    for gap in found[:_MOST_OPEN]:
        where = (
            account_words(report, gap.accounts[0])
            if len(gap.accounts) == 1
            else number(len(gap.accounts), "account")
        )
        yield from wrapped(f"{gap.state.value}  {where}: {_listed(gap.checks)}", look, 2, 4)
        yield from wrapped(printable(gap.reason), look, 4)
    yield from _more(len(found) - _MOST_OPEN, look)


def _listed(names: tuple[str, ...], most: int = 4) -> str:
    shown = ", ".join(printable(name) for name in names[:most])
    return f"{shown} and {len(names) - most} more" if len(names) > most else shown


def _troubles(report: Report, look: Look) -> Iterator[str]:
    if not report.troubles:
        return
    yield ""
    yield paint("Problems with what was audited", _BOLD, look)
    for trouble in sorted(report.troubles, key=lambda each: not each.is_error)[:_MOST_OPEN]:
        word = "error" if trouble.is_error else "note"
        said = f"{word}  {printable(trouble.place)}: {printable(trouble.message)}"
        yield from wrapped(f"{said} ({printable(trouble.code)})", look, 2, 4)
        if trouble.hint:
            yield from wrapped(f"hint: {printable(trouble.hint)}", look, 4)
    yield from _more(len(report.troubles) - _MOST_OPEN, look)


def _more(count: int, look: Look) -> Iterator[str]:
    if count > 0:
        yield from wrapped(f"… {count:,} more; --output json lists them all", look, 2)


def _findings(report: Report, look: Look) -> Iterator[str]:
    ordered = worst_first(report.findings())
    grouped: dict[tuple[int, str], list[Finding]] = {}
    for finding in ordered[: look.limit]:
        grouped.setdefault((finding.severity.rank, finding.check), []).append(finding)
    totals: dict[tuple[int, str], int] = {}
    for finding in ordered:
        key = finding.severity.rank, finding.check
        totals[key] = totals.get(key, 0) + 1
    checks = checks_by_id(report)
    for key, findings in grouped.items():
        check, severity = checks[key[1]], findings[0].severity
        yield ""
        word = severity_paint(severity.value.upper(), severity, look)
        yield f"{word}  {paint(printable(check.title), _BOLD, look)}"
        told = [check.id, number(totals[key], "finding"), references_words(check)]
        yield from wrapped(printable(" · ".join(filter(None, told))), look, 2)
        for finding in findings:
            yield from _finding(report, finding, look)
    if len(ordered) > look.limit:
        yield ""
        yield from _more(len(ordered) - look.limit, look)


def _finding(report: Report, finding: Finding, look: Look) -> Iterator[str]:
    state = "" if finding.state is State.FAIL else f" [{finding.state.value}]"
    yield f"  - {printable(finding.subject)}{state}"
    where = "" if finding.account in finding.subject else account_words(report, finding.account)
    message = printable(finding.message) + (f" (in {where})" if where else "")
    yield from wrapped(message, look, 4)
    if finding.remedy is None:
        return
    yield from _first_step(finding.remedy.text, finding.remedy.commands, look)


def _first_step(text: str, commands: Iterable[str], look: Look) -> Iterator[str]:
    first = next(iter(commands), None)
    if first is None:
        yield from wrapped(f"remedy: {printable(text)}", look, 4, 6)
    else:
        yield f"    $ {printable(first)}"
