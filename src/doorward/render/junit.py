"""Results of tests in JUnit's XML, as continuous integration reads them.

Source: the schema that Jenkins publishes for its xUnit plugin (``junit-10.xsd``).
"""

from __future__ import annotations

import enum
from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Ending(enum.Enum):
    """How a case ends that does not pass; the value is the element that says so."""

    FAILURE = "failure"
    ERROR = "error"
    SKIPPED = "skipped"


class Case(NamedTuple):
    """A test by name; ``failure`` says in one line what is wrong, ``text`` more of it.

    It counts only with ``failure``; ``ended`` says as what.
    """

    name: str
    file: str | None = None
    line: int | None = None
    failure: str | None = None
    text: str = ""
    ended: Ending | None = Ending.FAILURE


def junit(suite: str, cases: Iterable[Case]) -> str:
    """Return the XML document of one suite."""
    return junit_suites([(suite, cases)])


def junit_suites(suites: Iterable[tuple[str, Iterable[Case]]]) -> str:
    """Return the XML document of suites by name."""
    listed = [(name, tuple(cases)) for name, cases in suites]
    whole = _counts(case for _, cases in listed for case in cases)
    whole.pop("skipped", None)
    root = ET.Element("testsuites", whole)
    for name, cases in listed:
        parent = ET.SubElement(root, "testsuite", {"name": _legal(name), **_counts(cases)})
        for case in cases:
            _add(parent, name, case)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _counts(cases: Iterable[Case]) -> dict[str, str]:
    endings = [case.ended if case.failure is not None else None for case in cases]
    counts = {
        "tests": str(len(endings)),
        "failures": str(endings.count(Ending.FAILURE)),
        "errors": str(endings.count(Ending.ERROR)),
    }
    skipped = endings.count(Ending.SKIPPED)
    return {**counts, "skipped": str(skipped)} if skipped else counts


def _add(parent: ET.Element, suite: str, case: Case) -> None:
    given = {"name": _legal(case.name), "classname": _legal(suite)}
    if case.file is not None:
        given["file"] = _legal(case.file)
    if case.line is not None:
        given["line"] = str(case.line)
    element = ET.SubElement(parent, "testcase", given)
    if case.failure is not None and case.ended is not None:
        ending = ET.SubElement(element, case.ended.value, {"message": _legal(case.failure)})
        ending.text = _legal(case.text) or None


def _legal(text: str) -> str:
    """Escape what XML 1.0 cannot hold in any way."""
    return "".join(
        letter
        if letter in "\t\n"
        or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
