"""Results of tests in JUnit's XML, as continuous integration reads them.

Source: the schema that Jenkins publishes for its xUnit plugin (``junit-10.xsd``).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple
from xml.etree import ElementTree as ET


class Case(NamedTuple):
    """A test by name; ``failure`` says in one line what is wrong, ``text`` more of it."""

    name: str
    file: str
    line: int
    failure: str | None = None
    text: str = ""


def junit(suite: str, cases: Iterable[Case]) -> str:
    """Return the XML document of one suite."""
    listed = tuple(cases)
    failures = sum(case.failure is not None for case in listed)
    counts = {"tests": str(len(listed)), "failures": str(failures), "errors": "0"}
    root = ET.Element("testsuites", counts)
    parent = ET.SubElement(root, "testsuite", {"name": suite, **counts})
    for case in listed:
        element = ET.SubElement(
            parent,
            "testcase",
            {
                "name": _legal(case.name),
                "classname": _legal(suite),
                "file": _legal(case.file),
                "line": str(case.line),
            },
        )
        if case.failure is not None:
            failure = ET.SubElement(element, "failure", {"message": _legal(case.failure)})
            failure.text = _legal(case.text)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _legal(text: str) -> str:
    """Escape what XML 1.0 cannot hold in any way."""
    return "".join(
        letter
        if letter in "\t\n"
        or (letter >= " " and not "\ud800" <= letter <= "\udfff" and letter not in "\ufffe\uffff")
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
