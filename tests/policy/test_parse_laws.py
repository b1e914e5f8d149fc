"""Laws of the parser: what it says about places is so, and nothing makes it raise."""

from __future__ import annotations

import json
import string
from collections.abc import Iterator
from typing import Any

import msgspec
from hypothesis import example, given
from hypothesis import strategies as st

from doorward.policy.document import Document, Span, Text
from doorward.policy.format import compact, pretty, to_value
from doorward.policy.json_source import Array, Literal, Node, Object, String, child, read_json
from doorward.policy.parse import parse, parse_object
from doorward.policy.problem import Collector, Problem
from tests.policy.document_strategies import WRITTEN, documents


def resolve(value: Any, pointer: str) -> Any:
    """Follow a JSON pointer (RFC 6901)."""
    for token in pointer.split("/")[1:]:
        name = token.replace("~1", "/").replace("~0", "~")
        value = value[int(name)] if isinstance(value, list) else value[name]
    return value


def nodes(value: object) -> Iterator[Any]:
    """Every node of a tree that has a pointer and a span, but for names of keys."""
    if isinstance(value, tuple):
        for item in value:
            yield from nodes(item)
    elif isinstance(value, msgspec.Struct):
        fields = value.__struct_fields__
        if "pointer" in fields and "span" in fields:
            yield value
        for field in fields:
            if field not in {"operator", "key"}:
                yield from nodes(getattr(value, field))


def as_text(value: object) -> str:
    """Numbers and booleans as the language compares them (G2)."""
    return value if isinstance(value, str) else json.dumps(value)


def without_places(value: Any) -> Any:
    """A tree without spans and source."""
    if isinstance(value, dict):
        return {k: without_places(v) for k, v in value.items() if k not in {"span", "source"}}
    return [without_places(item) for item in value] if isinstance(value, list | tuple) else value


def shape(document: Document | None) -> Any:
    return without_places(msgspec.to_builtins(document))


@given(WRITTEN)
def test_pointers_and_spans_lead_to_the_text_as_written(text: str) -> None:
    document, problems = parse(text)
    assert problems == ()
    assert document is not None
    assert document.source == text
    value = json.loads(text)
    for node in nodes(document.statements):
        written = json.loads(text[node.span.start : node.span.end])
        assert written == resolve(value, node.pointer)
        if isinstance(node, Text):
            assert as_text(written) == node.value
    for statement in document.statements:
        for condition in statement.conditions:
            assert condition.pointer == condition.key.pointer
            assert child(condition.operator.pointer, condition.key.value) == condition.pointer
            for name in (condition.operator, condition.key):
                assert json.loads(text[name.span.start : name.span.end]) == name.value


@given(documents())
def test_a_value_and_its_text_are_one_document(value: dict[str, Any]) -> None:
    from_value, problems = parse_object(value)
    assert problems == ()
    from_text, _ = parse(json.dumps(value, indent=4))
    assert shape(from_value) == shape(from_text)


@given(WRITTEN)
def test_formatting_loses_nothing(text: str) -> None:
    document, _ = parse(text)
    assert document is not None
    for again in (compact(document), pretty(document)):
        assert shape(parse(again)[0]) == shape(document)
    assert compact(document) == compact(parse(compact(document))[0] or document)
    assert json.loads(pretty(document)) == to_value(document)


def check_problems(text: str, problems: tuple[Problem, ...]) -> None:
    """Every problem has a code, words, and a place inside the text."""
    for problem in problems:
        assert problem.code.replace("_", "").isalpha()
        assert problem.message
        assert problem.pointer == "" or problem.pointer.startswith("/")
        assert problem.span is not None
        assert 0 <= problem.span.start <= problem.span.end <= len(text)
        assert problem.line is not None
        assert problem.column is not None
        lines = text.split("\n")
        before = sum(len(line) + 1 for line in lines[: problem.line - 1])
        assert before + problem.column - 1 == problem.span.start
        (problem.message + problem.hint + problem.pointer).encode()


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=12,
)
SCRAPS = st.sampled_from(
    [*'{}[]",:\\-.eE0123456789 \n\t/', "true", "null", "NaN", "\\u", "\\ud800", "\ud800", "\0",
     "\ufeff", '"Effect"', '"effect":', "'", "1e9", "[]", "{}", "\u2028", "é"]
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few characters inserted, removed or replaced."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(SCRAPS | st.just("")) + text[at + draw(st.integers(0, 3)) :]
    return text


ANYTHING = (
    st.text(st.characters(codec=None))
    | st.binary().map(lambda raw: raw.decode("utf-8", "surrogateescape"))
    | st.lists(SCRAPS).map("".join)
    | st.text(string.printable)
    | mutated(WRITTEN)
    | mutated(JSON_VALUES.map(json.dumps))
    | JSON_VALUES.map(json.dumps)
)


@given(ANYTHING)
@example('{"a":' * 70)
@example('"\\')
def test_nothing_makes_the_parser_raise(text: str) -> None:
    document, problems = parse(text)
    assert (document is None) == bool(problems)
    check_problems(text, problems)


def plain(node: Node) -> Any:
    """A node as the standard library's reader gives it."""
    match node:
        case String(value=value):
            return value
        case Literal(value=value):
            return json.loads(value)
        case Array(items=items):
            return [plain(item) for item in items]
        case Object(members=members):
            return {member.key.value: plain(member.value) for member in members}


def strictly(text: str) -> Any:
    """Read by the standard library, without the constants that it adds to JSON."""

    def refuse(constant: str) -> Any:
        raise ValueError(constant)

    return json.loads(text, parse_constant=refuse)


@given(ANYTHING)
@example("-")
@example('{"a": 1, "\\u0061": 2}')
def test_it_reads_as_json_what_the_standard_library_reads(text: str) -> None:
    """The standard library is the oracle for what JSON is; ours only refuses more."""
    collector = Collector(text)
    node = read_json(collector)
    try:
        expected = strictly(text)
    except ValueError:
        assert node is None
        assert [problem.code for problem in collector.problems][-1] == "JSON_SYNTAX_ERROR"
        return
    assert "JSON_SYNTAX_ERROR" not in {problem.code for problem in collector.problems}
    if not collector.failed:
        assert node is not None
        assert plain(node) == expected
        assert node.span == Span(
            len(text) - len(text.lstrip(" \t\r\n")), len(text.rstrip(" \t\r\n"))
        )
