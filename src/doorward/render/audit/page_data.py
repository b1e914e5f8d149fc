"""The findings of a page as data for its script: every text once, the rest numbers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from doorward.render.audit.lines import difference_lines
from doorward.render.audit.page_findings import edit_title, several
from doorward.render.audit.wording import account_words, checks_by_id, references_words
from doorward.render.printable import printable
from doorward.results.finding import CheckInfo, Edit, Finding, Remedy, Report, Severity, State
from doorward.results.tally import worst_first

_STATES: Final = list(State)
_ESCAPED: Final = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026"})


class _Texts:
    """Texts, each once."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self._places: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Return the number of a text as it is shown."""
        found = self._places.get(text)
        if found is None:
            found = self._places[text] = len(self.listed)
            self.listed.append(printable(text) if "\n" not in text else several(text))
        return found


class _Numbered:
    """Values, each once, by what they are made from."""

    def __init__(self) -> None:
        self.listed: list[Any] = []
        self._places: dict[Any, int] = {}

    def place(self, key: Any) -> int | None:  # noqa: ANN401 - whatever can be a key
        return self._places.get(key)

    def add(self, key: Any, value: Any) -> int:  # noqa: ANN401 - as above
        found = self._places[key] = len(self.listed)
        self.listed.append(value)
        return found


def page_data(report: Report) -> str:
    """Return the findings as JSON that can stand in a ``script`` element.

    It holds no ``<``, ``>`` or ``&`` and is all ASCII: nothing in it ends the element.
    """
    made = _Data(report)
    return json.dumps(made.whole(), separators=(",", ":")).translate(_ESCAPED)


class _Data:
    def __init__(self, report: Report) -> None:
        self._report = report
        self._text = _Texts()
        self._accounts = _Numbered()
        self._remedies = _Numbered()
        self._edits = _Numbered()
        self._checks = {
            check: number for number, check in enumerate(checks_by_id(report).values())
        }
        self._places = {check.id: number for check, number in self._checks.items()}

    def whole(self) -> dict[str, Any]:
        findings = [self._finding(each) for each in worst_first(self._report.findings())]
        return {
            "severities": [each.value for each in Severity],
            "states": [each.value for each in _STATES],
            "checks": [self._check(each) for each in self._checks],
            "accounts": self._accounts.listed,
            "findings": findings,
            "remedies": self._remedies.listed,
            "edits": self._edits.listed,
            "texts": self._text.listed,
        }

    def _check(self, check: CheckInfo) -> list[str]:
        about = [*check.practices, references_words(check)]
        return [
            printable(check.id),
            printable(check.title),
            printable(" · ".join(filter(None, about))),
        ]

    def _finding(self, finding: Finding) -> list[Any]:
        """Identity, check, severity, state, account, subject, message, remedy or -1, evidence."""
        return [
            finding.id,
            self._places[finding.check],
            finding.severity.rank,
            _STATES.index(finding.state),
            self._account(finding.account),
            self._text(finding.subject),
            self._text(finding.message),
            -1 if finding.remedy is None else self._remedy(finding.remedy),
            *(self._text(each) for fact in finding.facts for each in fact),
        ]

    def _account(self, account: str) -> int:
        found = self._accounts.place(account)
        if found is not None:
            return found
        return self._accounts.add(account, account_words(self._report, account))

    def _remedy(self, remedy: Remedy) -> int:
        found = self._remedies.place(remedy)
        if found is not None:
            return found
        commands = [self._text(each) for each in remedy.commands]
        edits = [self._edit(each) for each in remedy.edits]
        return self._remedies.add(remedy, [self._text(remedy.text), commands, edits])

    def _edit(self, edit: Edit) -> int:
        found = self._edits.place(edit)
        if found is not None:
            return found
        return self._edits.add(edit, [self._text(edit_title(edit)), *self._lines(edit)])

    def _lines(self, edit: Edit) -> Iterator[int]:
        """The lines of the difference, each begun by its mark."""
        for line in difference_lines(edit.before, edit.after):
            yield self._text(f"{line.mark.value}{line.text}")
