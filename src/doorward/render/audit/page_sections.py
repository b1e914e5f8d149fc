"""The parts of an audit's page beside its findings: numbers, scores, gaps, pictures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final
from xml.etree import ElementTree as ET

from doorward.render.audit.look import Look
from doorward.render.audit.picture_credentials import credentials_picture
from doorward.render.audit.picture_organization import organization_picture
from doorward.render.audit.picture_trend import trend_picture
from doorward.render.audit.wording import (
    STATES_WORST_FIRST,
    account_words,
    checks_by_id,
    count_of_accounts,
    gaps,
    moment,
    number,
    open_verdicts,
    practice_words,
    reach_words,
    references_words,
    score_words,
    severity_counts,
)
from doorward.render.markup import Node, code, element, table
from doorward.render.printable import printable
from doorward.results.finding import Report, State
from doorward.results.tally import Score, Tally

_MOST_REASONS: Final = 30
_MOST_NAMES: Final = 5
_MOST_ACCOUNTS: Final = 3
_MOST_ROWS: Final = 500
_FINE, _POOR = 90, 60


def facts(rows: list[tuple[str, str]]) -> ET.Element:
    """List names and values in a line."""
    pairs = (
        element(
            "div",
            {},
            element("dt", {}, name),
            element("dd", {}, element("bdi", {}, printable(value))),
        )
        for name, value in rows
    )
    return element("dl", {"class": "facts"}, *pairs)


def about(report: Report, look: Look) -> ET.Element:
    """Say when the audit was made, of what, by which data."""
    rows = [("made", moment(report.made))]
    if report.taken:
        rows.append(("exported", moment(report.taken)))
    rows += [
        ("accounts", f"{count_of_accounts(report):,}"),
        ("checks", f"{len(report.checks):,}"),
    ]
    if report.catalog:
        rows.append(("data on AWS's services", report.catalog))
    if look.version:
        rows.append(("Doorward", look.version))
    return facts(rows)


def tiles(counted: Tally) -> ET.Element:
    """Say in large figures what it comes to."""
    score = counted.score
    listed = [("score", score_words(score), _grade(score), reach_words(score))]
    listed += [
        (severity.value, f"{count:,}", severity.value if count else "none", "")
        for severity, count in severity_counts(counted)
    ]
    listed.append(("suppressed", f"{counted.suppressed:,}", "none", ""))
    return element(
        "ul",
        {"class": "tiles"},
        *(
            element(
                "li",
                {"class": f"tile {tone}", **({"title": more} if more else {})},
                element("b", {}, figure),
                word,
            )
            for word, figure, tone, more in listed
        ),
    )


def _grade(score: Score) -> str:
    value = score.value
    if value is None:
        return "none"
    if value >= _FINE:
        return "pass"
    return "medium" if value >= _POOR else "critical"


def not_known(report: Report) -> Iterator[ET.Element]:
    """Say which checks gave no answer, why, and what to bring: the same reason once."""
    found = gaps(report)
    if not found:
        return
    has_errors = found[0].state is State.ERROR
    total = len(open_verdicts(report))
    yield element(
        "section",
        {"class": "callout error" if has_errors else "callout", "aria-labelledby": "open"},
        element("h2", {"id": "open"}, f"{number(total, 'verdict')} without a full answer"),
        element(
            "p",
            {},
            "What was not looked at, or not to its end, is no pass. Why, and what to bring:",
        ),
        table(
            ("state", "checks", "accounts", "why, and what to bring"),
            (
                (
                    element("td", {"class": "state"}, element("b", {}, gap.state.value)),
                    element("td", {}, *_names(gap.checks)),
                    element("td", {}, _accounts(report, gap.accounts)),
                    element("td", {"class": "free"}, printable(gap.reason)),
                )
                for gap in found[:_MOST_REASONS]
            ),
        ),
        *_left_out(len(found) - _MOST_REASONS),
    )


def _names(names: tuple[str, ...]) -> list[Node]:
    nodes: list[Node] = []
    for name in names[:_MOST_NAMES]:
        nodes += [", ", code(name)] if nodes else [code(name)]
    more = len(names) - _MOST_NAMES
    return [*nodes, f" and {more:,} more"] if more > 0 else nodes


def _accounts(report: Report, accounts: tuple[str, ...]) -> str:
    if len(accounts) > _MOST_ACCOUNTS:
        return number(len(accounts), "account")
    return ", ".join(account_words(report, each) for each in accounts)


def _left_out(count: int) -> Iterator[ET.Element]:
    if count > 0:
        yield element("p", {"class": "quiet"}, f"and {count:,} more: the JSON form lists them all")


def practices(counted: Tally) -> ET.Element:
    """Draw the score of every practice, the worst first."""
    return element(
        "section",
        {"aria-labelledby": "practices"},
        element("h2", {"id": "practices"}, "Score by practice"),
        element(
            "p",
            {"class": "quiet"},
            "The share of the verdicts (a check on an account) that passed. An error counts as"
            " failed; what was not checked, or cannot be decided, stands apart.",
        ),
        table(
            ("practice", "score", "of 100 %", "verdicts"),
            (
                (
                    element("th", {"scope": "row"}, practice_words(each.practice)),
                    element("td", {"class": "number"}, score_words(each.score)),
                    element("td", {}, bar(each.score)),
                    element("td", {}, reach_words(each.score)),
                )
                for each in counted.practices
            ),
        ),
    )


def bar(score: Score) -> ET.Element:
    """Draw a score as a bar; it says nothing that the number beside it does not."""
    value = score.value
    given = {"class": "bar", "viewBox": "0 0 100 10", "preserveAspectRatio": "none"}
    parts = [element("rect", {"class": "ground", "width": "100", "height": "10"})]
    if value:
        filled = {"class": _grade(score), "width": str(value), "height": "10"}
        parts.append(element("rect", filled))
    return element("svg", {**given, "aria-hidden": "true"}, *parts)


def pictures(look: Look) -> Iterator[ET.Element]:
    """Draw what there is to be drawn."""
    figures: list[ET.Element] = []
    if len(look.trend) > 1:
        figures.append(_figure("Findings from run to run", trend_picture(look.trend)))
    for index, each in enumerate(look.organizations):
        drawn = organization_picture(each, f"organization-{index}")
        words = f"Organization {printable(each.id)}: guardrails, and findings by account"
        figures.append(_figure(words, drawn))
    if look.credentials is not None and look.credentials.holders:
        words = "Credentials by age and last use, the oldest first"
        figures.append(_figure(words, credentials_picture(look.credentials)))
    if figures:
        yield element(
            "section",
            {"aria-labelledby": "pictures"},
            element("h2", {"id": "pictures"}, "Pictures"),
            *figures,
        )


def _figure(words: str, drawn: ET.Element) -> ET.Element:
    # It scrolls where there is little room: so it can be reached by the keyboard.
    scrolls = {"tabindex": "0", "aria-label": words}
    return element("figure", scrolls, element("figcaption", {}, words), drawn)


def suppressed(report: Report) -> Iterator[ET.Element]:
    """List what somebody took the responsibility for."""
    if not report.suppressed:
        return
    yield element(
        "section",
        {"aria-labelledby": "suppressed"},
        element("h2", {"id": "suppressed"}, f"{len(report.suppressed):,} suppressed"),
        table(
            ("severity", "check", "subject", "reason", "until"),
            (
                (
                    element("td", {}, each.finding.severity.value),
                    element("td", {}, code(each.finding.check)),
                    element("td", {}, code(each.finding.subject)),
                    element("td", {"class": "free"}, printable(each.reason)),
                    element("td", {}, moment(each.until)),
                )
                for each in report.suppressed[:_MOST_ROWS]
            ),
        ),
        *_left_out(len(report.suppressed) - _MOST_ROWS),
    )


def troubles(report: Report) -> Iterator[ET.Element]:
    """List what is wrong with what was audited."""
    if not report.troubles:
        return
    ordered = sorted(report.troubles, key=lambda each: not each.is_error)
    has_errors = ordered[0].is_error
    yield element(
        "section",
        {"aria-labelledby": "troubles", **({"class": "callout error"} if has_errors else {})},
        element("h2", {"id": "troubles"}, "Problems with what was audited"),
        table(
            ("kind", "place", "what", "what to do"),
            (
                (
                    element("td", {}, "error" if each.is_error else "note"),
                    element("td", {}, code(each.place)),
                    element(
                        "td",
                        {"class": "free"},
                        printable(each.message),
                        " (",
                        code(each.code),
                        ")",
                    ),
                    element("td", {"class": "free"}, printable(each.hint)),
                )
                for each in ordered[:_MOST_ROWS]
            ),
        ),
        *_left_out(len(ordered) - _MOST_ROWS),
    )


def checks(report: Report) -> ET.Element:
    """List every check, with how its verdicts ended: what passed is told here."""
    counts: dict[str, Counter[State]] = {}
    for verdict in report.verdicts:
        counts.setdefault(verdict.check, Counter())[verdict.state] += 1
    return element(
        "section",
        {"aria-labelledby": "checks"},
        element("h2", {"id": "checks"}, "What was checked"),
        table(
            ("check", "answers to", "verdicts"),
            (
                (
                    element(
                        "th", {"scope": "row"}, printable(check.title), " (", code(check.id), ")"
                    ),
                    element(
                        "td",
                        {},
                        " · ".join(filter(None, [*check.practices, references_words(check)])),
                    ),
                    element("td", {}, _ended(counts.get(check.id, Counter()))),
                )
                for check in checks_by_id(report).values()
            ),
        ),
    )


def _ended(count: Counter[State]) -> str:
    told = [f"{count[state]:,} {state.value}" for state in STATES_WORST_FIRST if count[state]]
    return ", ".join(told) or "not carried out"
