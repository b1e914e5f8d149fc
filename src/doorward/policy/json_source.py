"""JSON text to nodes that know where they stand.

The standard library's reader keeps no positions, silently takes the last of two equal keys, and
falls over on deep nesting and on integers of thousands of digits. This one is strict (RFC 8259)
and bounded: one pass, never deeper than ``Limits.depth``, problems instead of exceptions. Beyond
RFC 8259 it refuses what could be read in two ways: keys that are equal, or equal but for ASCII
case; surrogates without their pair; NUL; numbers that are not in plain decimal notation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from doorward.policy.document import Span
from doorward.policy.folding import fold
from doorward.policy.problem import Collector, quoted


class Limits(msgspec.Struct, frozen=True, gc=False):
    """How large a text may be: characters in all, nested containers, characters in a key.

    The defaults are the longest policy document that AWS's APIs take (IAM service model,
    ``policyDocumentType``); well above the seven levels of the policy grammar (the reader
    recurses: keep ``depth`` below 200); and well above the longest condition keys (an OIDC
    provider's URL of 255 characters with a claim). Pointers repeat keys, so the last bounds the
    memory of a document.
    """

    size: int = 131_072
    depth: int = 64
    key: int = 512


class String(msgspec.Struct, frozen=True, gc=False):
    """A string, unescaped; its span includes the quotation marks."""

    value: str
    span: Span


class Literal(msgspec.Struct, frozen=True, gc=False):
    """A number, ``true``, ``false`` or ``null``: ``value`` is its text as written."""

    value: str
    span: Span


class Member(msgspec.Struct, frozen=True, gc=False):
    """One key of an object with its value."""

    key: String
    value: Node


class Object(msgspec.Struct, frozen=True, gc=False):
    """An object; its members in the order written."""

    members: tuple[Member, ...]
    span: Span


class Array(msgspec.Struct, frozen=True, gc=False):
    """An array."""

    items: tuple[Node, ...]
    span: Span


Node = String | Literal | Array | Object
"""One JSON value."""


def child(pointer: str, token: str) -> str:
    """Return the JSON pointer of a member of what ``pointer`` points at (RFC 6901, section 3)."""
    if "~" in token or "/" in token:
        token = token.replace("~", "~0").replace("/", "~1")
    return f"{pointer}/{token}"


def read_json(collector: Collector, limits: Limits | None = None) -> Node | None:
    """Read ``collector.source``; errors go to ``collector``.

    Returns ``None`` where the text is not JSON at all; a text with refused keys, characters or
    numbers is returned all the same, its errors in ``collector``.
    """
    limits = limits or Limits()
    size = len(collector.source)
    if size > limits.size:
        collector.error(
            "POLICY_TOO_LARGE",
            "",
            Span(limits.size, size),
            f"The text has {size} characters; at most {limits.size} are read",
            "Split the policy into several",
        )
        return None
    try:
        return _Reader(collector, limits).read()
    except _NotJson:
        return None


# A group is never repeated possessively, it stands in an atomic group: CPython before 3.11.5
# mis-matches the former (gh-106052).
_SPACE = re.compile(r"[ \t\n\r]*+")
_TOKEN = re.compile(
    r"""[ \t\n\r]*+(?:
      "([^"\\\x00-\x1f\ud800-\udfff]*+)"                                    # 1 plain string
    | ([{}\[\]:,])                                                          # 2 punctuation
    | "((?>(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*))"       # 3 any other string
    | (true|false|null)(?![0-9A-Za-z_])                                     # 4 word
    | (-?(?:0|[1-9][0-9]*+)(?>(?:\.[0-9]++)?)(?>(?:[eE][+-]?[0-9]++)?))       # 5 number
      (?![0-9A-Za-z_.+-])
    )""",
    re.VERBOSE,
)
_PLAIN, _PUNCTUATION, _ESCAPED, _WORD, _NUMBER = 1, 2, 3, 4, 5
_COLON = re.compile(r"[ \t\n\r]*+:")
_CLOSE = {"]": re.compile(r"[ \t\n\r]*+\]"), "}": re.compile(r"[ \t\n\r]*+\}")}
_AFTER = {"]": re.compile(r"[ \t\n\r]*+([,\]])"), "}": re.compile(r"[ \t\n\r]*+([,}])")}
_STRING_START = re.compile(r'"(?>(?:[^"\\\x00-\x1f]++|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)')
_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u(.{4})|(.))"
)
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_REFUSED_CHARACTER = re.compile("[\0\ud800-\udfff]")
_PLAIN_DECIMAL = re.compile(r"(?!-0(?:\.0*)?\Z)-?[0-9]++(?:\.[0-9]++)?")
_LONGEST_NUMBER = 64
_UNREADABLE = (
    ("\ufeff", "A byte order mark", "Save the text as UTF-8 without a byte order mark"),
    ("/", "A comment", "JSON has no comments"),
    ("'", "An apostrophe", "JSON strings stand in double quotation marks"),
    ("NaN", "NaN", "JSON has no such number"),
    ("Infinity", "Infinity", "JSON has no such number"),
    ("-Infinity", "-Infinity", "JSON has no such number"),
)


class _NotJson(Exception):
    """The text is not JSON; the place is recorded already."""


class _Reader:
    """Recursive descent over tokens, within the limits."""

    def __init__(self, collector: Collector, limits: Limits) -> None:
        self._collector = collector
        self._text = collector.source
        self._limits = limits
        self._at = 0
        self._path: list[str] = []

    def read(self) -> Node:
        """Read the one value of the text, and nothing after it."""
        node = self._value()
        self._skip_space()
        if self._at < len(self._text):
            raise self._syntax(self._at, "Something follows the end of the document", "Remove it")
        return node

    def _value(self) -> Node:
        token = self._token("a value")
        kind = token.lastindex or 0
        if kind == _PLAIN:
            return String(token[_PLAIN], Span(token.start(_PLAIN) - 1, self._at))
        if kind == _ESCAPED:
            return self._unescape(token)
        if kind == _PUNCTUATION:
            return self._container(token[_PUNCTUATION], token.start(_PUNCTUATION))
        literal = Literal(token[kind], Span(token.start(kind), self._at))
        if kind == _NUMBER:
            self._check_number(literal)
        return literal

    def _container(self, bracket: str, start: int) -> Node:
        if bracket not in "{[":
            hint = "Remove the comma before it" if bracket == "]" else ""
            raise self._syntax(start, f"A value should stand here, not {bracket}", hint)
        if len(self._path) >= self._limits.depth:
            message = f"More than {self._limits.depth} objects and arrays inside each other"
            self._error("NESTING_TOO_DEEP", Span(start, start + 1), message, "A policy needs 7")
            raise _NotJson
        if bracket == "[":
            return Array(tuple(self._items()), Span(start, self._at))
        return Object(tuple(self._members()), Span(start, self._at))

    def _items(self) -> Iterator[Node]:
        if self._closes("]"):
            return
        index = 0
        while True:
            self._path.append(str(index))
            yield self._value()
            self._path.pop()
            if self._separator("]") == "]":
                return
            index += 1

    def _members(self) -> Iterator[Member]:
        if self._closes("}"):
            return
        seen: dict[str, str] = {}
        while True:
            key = self._key()
            self._path.append(key.value)
            folded = fold(key.value)
            if folded in seen:
                self._refuse_duplicate(key, seen[folded])
            seen[folded] = key.value
            self._colon()
            yield Member(key, self._value())
            self._path.pop()
            if self._separator("}") == "}":
                return

    def _key(self) -> String:
        token = self._token("a key in quotation marks")
        kind = token.lastindex or 0
        if kind not in {_PLAIN, _ESCAPED}:
            hint = "Remove the comma before it" if token[kind] == "}" else ""
            raise self._syntax(
                token.start(kind), "A key in quotation marks should stand here", hint
            )
        span = Span(token.start(kind) - 1, self._at)
        if span.end - span.start > self._limits.key:
            message = f"A key of more than {self._limits.key} characters"
            self._error(
                "KEY_TOO_LONG", span, message, "No element and no condition key is so long"
            )
            raise _NotJson
        return String(token[kind], span) if kind == _PLAIN else self._unescape(token)

    def _token(self, wanted: str) -> re.Match[str]:
        token = _TOKEN.match(self._text, self._at)
        if token is None:
            raise self._unreadable(wanted)
        self._at = token.end()
        return token

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._at)
        self._at = space.end() if space else self._at

    def _closes(self, bracket: str) -> bool:
        found = _CLOSE[bracket].match(self._text, self._at)
        if found is None:
            return False
        self._at = found.end()
        return True

    def _colon(self) -> None:
        found = _COLON.match(self._text, self._at)
        if found is None:
            self._skip_space()
            raise self._syntax(self._at, "A colon should stand here, after the key", "")
        self._at = found.end()

    def _separator(self, bracket: str) -> str:
        found = _AFTER[bracket].match(self._text, self._at)
        if found is None:
            self._skip_space()
            raise self._syntax(self._at, f"A comma or {bracket} should stand here", "")
        self._at = found.end()
        return found[1]

    def _unescape(self, token: re.Match[str]) -> String:
        span = Span(token.start(_ESCAPED) - 1, self._at)
        value = _ESCAPE.sub(_unescaped, token[_ESCAPED])
        refused = _REFUSED_CHARACTER.search(value)
        if refused is None:
            return String(value, span)
        message = f"The character U+{ord(refused[0]):04X} is not allowed in a policy"
        hint = "Remove it" if refused[0] == "\0" else "A surrogate stands only in a pair"
        self._error("INVALID_CHARACTER", span, message, hint)
        return String(_REFUSED_CHARACTER.sub("\ufffd", value), span)

    def _check_number(self, literal: Literal) -> None:
        text = literal.value
        if len(text) > _LONGEST_NUMBER or not _PLAIN_DECIMAL.fullmatch(text):
            self._error(
                "INVALID_NUMBER",
                literal.span,
                "The number is not in plain decimal notation of at most 64 characters",
                "Write it in quotation marks, as it should be compared",
            )

    def _refuse_duplicate(self, key: String, first: str) -> None:
        if key.value == first:
            message = f"The key {quoted(key.value)} stands twice in one object"
            self._error("DUPLICATE_KEY", key.span, message, "Keep one of them")
        else:
            message = f"The keys {quoted(first)} and {quoted(key.value)} differ only in case"
            code = "DUPLICATE_KEYS_WITH_DIFFERENT_CASE"
            self._error(code, key.span, message, "Keep one of them")

    def _unreadable(self, wanted: str) -> _NotJson:
        self._skip_space()
        start = self._at
        if start >= len(self._text):
            return self._syntax(start, f"The text ends where {wanted} should stand", "")
        body = _STRING_START.match(self._text, start)
        if body is None:
            for beginning, what, hint in _UNREADABLE:
                if self._text.startswith(beginning, start):
                    return self._syntax(start, f"{what} is not JSON", hint)
            return self._syntax(start, f"This is not {wanted}", "")
        end = body.end()
        if end >= len(self._text):
            return self._syntax(end, "The text ends inside a string", "")
        if self._text[end] == "\\":
            return self._syntax(end, "This is no escape sequence of JSON", "Write \\\\ for \\")
        code = ord(self._text[end])
        return self._syntax(end, f"A control character (U+{code:04X}) in a string", "Escape it")

    def _syntax(self, at: int, message: str, hint: str) -> _NotJson:
        at = min(at, len(self._text))
        self._error("JSON_SYNTAX_ERROR", Span(at, min(at + 1, len(self._text))), message, hint)
        return _NotJson()

    def _error(self, code: str, span: Span, message: str, hint: str) -> None:
        pointer = "".join(child("", token) for token in self._path)
        self._collector.error(code, pointer, span, message, hint)
        if self._collector.full:
            raise _NotJson


def _unescaped(escape: re.Match[str]) -> str:
    high, low, unit, short = escape.groups()
    if high:
        return chr(0x10000 + ((int(high, 16) - 0xD800) << 10) + int(low, 16) - 0xDC00)
    return chr(int(unit, 16)) if unit else _SHORT_ESCAPES.get(short, short)
