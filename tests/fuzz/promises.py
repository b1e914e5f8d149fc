"""What is promised of every text: no exception, a place for each problem, a bounded time.

A text is parsed; what parses is validated as every kind of policy, written down and parsed again,
and asked for a decision; and whether it parses or not, IAM's writes answer it with an error of
theirs or take it.
"""

from __future__ import annotations

import json
import signal
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import process_time
from typing import Any, NamedTuple

import doorward
from doorward.control import documents
from doorward.control.errors import ControlError
from doorward.policy.document import Document
from doorward.policy.format import compact, pretty
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.problem import Problem, Severity
from doorward.policy.validate import validate
from tests.policy.test_parse_laws import shape

Stage = Callable[[str], Any]


class Broken(Exception):
    """A promise was not kept."""


class Examined(NamedTuple):
    """What became of a text: the codes said of it, and the longest of its stages in seconds."""

    parsed: bool
    codes: frozenset[str]
    slowest: tuple[float, str]


class Watch:
    """Measures stages in CPU seconds, and ends what takes ten times too long."""

    def __init__(self, bound: float) -> None:
        """Allow ``bound`` seconds for each stage."""
        self._bound = bound
        self.slowest = (0.0, "")

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Run a stage; raise ``Broken`` for whatever it raises, and when it is slow."""
        signal.setitimer(signal.ITIMER_VIRTUAL, 10 * self._bound)
        began = process_time()
        try:
            yield
        except Broken:
            raise
        except Exception as error:
            raise Broken(f"{name}: {type(error).__name__}: {error}") from error
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        taken = process_time() - began
        self.slowest = max(self.slowest, (taken, name))
        if taken > self._bound:
            raise Broken(f"{name}: {taken:.1f} s of CPU for at most {self._bound}")


def stop_what_hangs() -> None:
    """Let the timer of ``Watch`` raise; call it once, in the main thread."""

    def ring(_number: int, _frame: object) -> None:
        raise TimeoutError("it does not end")

    signal.signal(signal.SIGVTALRM, ring)


def examine(text: str, bound: float) -> Examined:
    """Try a text; raise ``Broken`` for the first promise that is not kept."""
    watch = Watch(bound)
    with watch.stage("parse"):
        document, problems = parse(text)
    promise(document is None or not problems, "parse: problems of a text that parses")
    promise(document is not None or bool(problems), "parse: no document, and no problem")
    promise(all(problem.refused for problem in problems), "parse: a problem that is not refused")
    places(text, problems)
    codes = {problem.code for problem in problems}
    writes(text, watch)
    if document is not None:
        for kind in (None, *PolicyKind):
            with watch.stage(f"validate as {kind.value if kind else 'any kind'}"):
                found = validate(document, kind, service="s3")
            places(text, found)
            pointers(text, found)
            codes |= {problem.code for problem in found}
        comes_back(document, watch)
    decides(text, document, watch)
    return Examined(document is not None, frozenset(codes), watch.slowest)


def promise(kept: object, what: str) -> None:
    """Raise ``Broken`` unless a promise was kept."""
    if not kept:
        raise Broken(what)


def places(text: str, problems: tuple[Problem, ...]) -> None:
    """Every problem has words, and a place inside the text."""
    starts = [0, *(at + 1 for at, letter in enumerate(text) if letter == "\n")]
    promise(len(problems) <= 2000, "more problems than there is room for")
    for problem in problems:
        span = problem.span
        promise(span is not None and 0 <= span.start <= span.end <= len(text), f"span: {problem}")
        promise(span is not None and problem.line == bisect_right(starts, span.start), "line")
        column = span.start - starts[(problem.line or 1) - 1] + 1 if span else None
        promise(problem.column == column, f"column: {problem}")
        promise(problem.message and len(problem.message) < 1000, f"message: {problem}")
        promise(len(problem.hint) < 1000, f"hint: {problem}")
        promise(not problem.refused or problem.severity is Severity.ERROR, f"severity: {problem}")


def pointers(text: str, problems: tuple[Problem, ...]) -> None:
    """Every pointer leads to something in the text."""
    value = json.loads(text)
    for problem in problems:
        node = value
        for token in problem.pointer.split("/")[1:]:
            name = token.replace("~1", "/").replace("~0", "~")
            try:
                node = node[int(name)] if isinstance(node, list) else node[name]
            except (LookupError, ValueError, TypeError):
                raise Broken(f"pointer: {problem}") from None


def comes_back(document: Document, watch: Watch) -> None:
    """A document written down and read again is the same."""
    expected = shape(document)
    for write in (compact, pretty):
        with watch.stage(write.__name__):
            written = write(document)
        if len(written) <= 131_072:
            promise(shape(parse(written)[0]) == expected, f"{write.__name__}: another document")


def writes(text: str, watch: Watch) -> None:
    """What IAM would answer to a write is an answer of IAM's."""
    for kind in (PolicyKind.IDENTITY, PolicyKind.TRUST, PolicyKind.SESSION):
        with watch.stage(f"write as {kind.value}"):
            try:
                documents.written(text, kind)
            except ControlError as error:
                promise(error.code == "MalformedPolicyDocument", f"write: {error.code}")


def decides(text: str, document: Document | None, watch: Watch) -> None:
    """A question with the policy in every layer is answered: by a decision if it parses."""
    question = {
        "id": 1,
        "request": {
            "principal": "arn:aws:iam::111122223333:user/alice",
            "action": "iam:PassRole",
            "resource": "arn:aws:iam::111122223333:role/app/App",
            "context": {"aws:SourceIp": "10.1.2.3", "aws:TagKeys": ["a", "b"], "aws:x": "red"},
        },
        "policies": {
            **{name: [text] for name in ("identity", "permissionsBoundary", "session")},
            **{name: [[text]] for name in ("serviceControl", "resourceControl")},
            "resource": text,
            "endpoint": [text],
        },
    }
    with watch.stage("decide"):
        answer = doorward.answer(question)
    promise(("error" in answer) == (document is None), f"decide: {answer}")
    json.dumps(answer)
