"""One file of an estate while it is read: its values by place, and what is wrong with them.

What cannot be used becomes a problem with its place; reading goes on with the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import UTC, datetime
from typing import Final, TypeVar
from urllib.parse import unquote

import msgspec

from doorward.engine.compile import read_document
from doorward.engine.reading import Field, fail, items, mapping, text
from doorward.errors import InvalidInput
from doorward.importers.estate.json_files import Unreadable
from doorward.importers.estate.problems import FileProblem, Problems
from doorward.importers.times import read_time
from doorward.model.evidence import Source as Known
from doorward.model.organization import PolicyType
from doorward.model.principal import Tags
from doorward.policy.folding import fold
from doorward.policy.problem import MalformedPolicy, Severity

T = TypeVar("T")

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands for a time that a file does not say; no decision rests on one."""

UNKNOWN: Final = ""
"""Stands for the text of a policy that is not known: whoever gathers it is told so."""

Needs = tuple[str, ...]
"""Elements that every statement of a policy must have, where it is attached."""

OF_WHOEVER_ASKS: Final[Needs] = ("Resource",)
OF_A_ROLE: Final[Needs] = ("Principal",)
OF_A_RESOURCE: Final[Needs] = ("Principal", "Resource")
OF_ORGANIZATIONS: Final[Mapping[PolicyType, Needs]] = {
    PolicyType.SERVICE_CONTROL_POLICY: OF_WHOEVER_ASKS,
    PolicyType.RESOURCE_CONTROL_POLICY: OF_A_RESOURCE,
}
_ELEMENTS: Final = {"Principal": "principals", "Resource": "resources"}
"""The members of ``policy.document.Statement`` that hold an element, or its negation."""

_WORD_STARTS: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def unknown_name(name: str) -> str:
    """Return what a reference to something unknown refers to: nothing can have that id."""
    return f"?{name}"


def is_unknown(identifier: str | None) -> bool:
    """Whether this was made by ``unknown_name``."""
    return identifier is not None and identifier.startswith("?")


class Source:
    """A file: its name, its text, and where its problems go.

    ``folder`` is the account id by which an enclosing folder is named, if one is, and ``region``
    the Region. ``kinds`` is what it tells of, once that is known: its problems touch that alone.
    """

    def __init__(
        self,
        file: str,
        text: str,
        folder: str | None,
        problems: Problems,
        region: str | None = None,
    ) -> None:
        """Read ``file``, which holds ``text``."""
        self.file = file
        self.folder = folder
        self.region = region
        self.kinds: tuple[Known, ...] = ()
        self._text: str | None = text
        self._size = len(text)
        self._again: Callable[[], str] = str
        self._problems = problems

    def telling_of(self, *kinds: Known) -> Source:
        """Return the same file, to report what it tells of something else than its own."""
        other = copy(self)
        other.kinds = kinds
        return other

    def put_away(self, again: Callable[[], str]) -> None:
        """Let go of the text once the file is read, for the texts of a large estate are many.

        ``again`` reads it for the lines of what is found later: the same, or none if it cannot.
        """
        self._text, self._again = None, again

    def _written(self) -> str:
        return self._again() if self._text is None else self._text

    def report(
        self,
        code: str,
        severity: Severity,
        pointer: str,
        message: str,
        *,
        hint: str = "",
        about: tuple[str, ...] = (),
        line: int | None = None,
        breaks: bool = False,
    ) -> None:
        """Record a problem; an error, and what ``breaks``, leaves something that is not whole."""
        problem = FileProblem(
            code, severity, self.file, pointer, message, hint, line, about, self.kinds
        )
        self._problems.add(problem, self._written, self._size)
        if breaks or severity is Severity.ERROR:
            self._problems.fault(problem, self.folder)

    def another(self, what: str, pointer: str, about: tuple[str, ...]) -> None:
        """Record that something says that it is of another account than its folder.

        Either may be wrong: neither account is whole. ``about`` names the other one.
        """
        self.report(
            "OTHER_ACCOUNT",
            Severity.WARNING,
            pointer,
            f"{what} stands in the folder of account {self.folder}",
            about=(*about, self.folder or ""),
            breaks=True,
        )

    def refuse(
        self,
        error: InvalidInput,
        field: Field,
        about: tuple[str, ...],
        severity: Severity = Severity.ERROR,
    ) -> None:
        """Record that ``field``, or what ``error`` points at below it, cannot be used."""
        pointer = field.pointer if error.pointer is None else error.pointer
        unreadable = _at(field, pointer)
        message = f"this is {unreadable.why}" if unreadable is not None else error.message
        code = _WORD_STARTS.sub("_", error.code).upper()
        self.report(
            code, severity, pointer, message, hint=error.hint or "", about=about, breaks=True
        )

    def attempt(
        self,
        read: Callable[[Field], T],
        field: Field,
        about: tuple[str, ...],
        severity: Severity = Severity.ERROR,
    ) -> T | None:
        """Return what ``read`` makes of ``field``; ``None``, and a problem, if it cannot.

        An error keeps what it touches from being allowed; for what decides nothing, a warning is
        enough.
        """
        try:
            return read(field)
        except InvalidInput as error:
            self.refuse(error, field, about, severity)
            return None

    def fields(
        self, field: Field, known: frozenset[str], about: tuple[str, ...] = ()
    ) -> dict[str, Field]:
        """Read an object; what is not ``known`` in it is a problem and left out.

        Raises:
            InvalidInput: it is no object.
        """
        found = {name: field.child(name, value) for name, value in mapping(field).items()}
        for name in [name for name in found if name not in known]:
            unknown = found.pop(name)
            self.report(
                "UNKNOWN_FIELD",
                Severity.WARNING,
                unknown.pointer,
                "this field is not known, and not read",
                about=about,
            )
        return found

    def each(self, field: Field, about: tuple[str, ...]) -> Iterator[Field]:
        """Yield the items of a list; a problem if it is none."""
        yield from self.attempt(items, field, about) or ()

    def document(
        self, field: Field, about: tuple[str, ...], needs: Needs = OF_WHOEVER_ASKS
    ) -> str:
        """Return the text of a policy: an object, JSON text, or that URL-encoded.

        ``needs`` are the elements that its statements must have, where it is attached: the engine
        takes one without for one that is about nothing, even if it denies. What cannot be
        evaluated is a problem, and answered as it stands (``UNKNOWN`` if it is no text, or lacks
        what it needs): it is not to be gathered as if it said nothing.
        """
        found = self.attempt(_document, field, about)
        if found is None:
            return UNKNOWN
        try:
            read = read_document(found)
        except MalformedPolicy as error:
            self._unread(field, about, error.code, error.pointer or "", error.message, error.hint)
            return found
        for each in read.statements:
            for name in needs:
                if getattr(each, _ELEMENTS[name]) is None:
                    code, message = f"MISSING_{name.upper()}", f"the statement has no {name}"
                    self._unread(field, about, code, each.pointer, message, "add it")
                    return UNKNOWN
        return read.source  # equal texts become one

    def _unread(
        self,
        field: Field,
        about: tuple[str, ...],
        code: str,
        pointer: str,
        message: str,
        hint: str | None,
    ) -> None:
        """Record that a policy cannot be evaluated, for what is at a pointer into it."""
        within = "" if mapping_like(field) else f" (at {pointer or 'the top'})"
        place = f"{field.pointer}{pointer}" if mapping_like(field) else field.pointer
        message = f"this policy cannot be evaluated: {message}{within}"
        self.report(code, Severity.ERROR, place, message, hint=hint or "", about=about)

    def time(self, fields: Mapping[str, Field], name: str, about: tuple[str, ...]) -> datetime:
        """Return a time, ``EPOCH`` if there is none; a problem if it cannot be read."""
        if name not in fields:
            return EPOCH
        return self.attempt(moment, fields[name], about, Severity.WARNING) or EPOCH


def mapping_like(field: Field) -> bool:
    """Whether a policy is written as an object, so that its pointers go on in the file."""
    return isinstance(field.value, Mapping)


def _document(field: Field) -> str:
    value = field.value
    if isinstance(value, Mapping):
        try:
            # Written in one line by the encoder in C, and that set out: ten times faster than
            # `indent=4`, and the same text.
            compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
            return msgspec.json.format(compact, indent=4)
        except (TypeError, ValueError, RecursionError):
            raise fail(
                field, "this policy has parts that say nothing for certain", code="InvalidPolicy"
            ) from None
    written = text(field)
    if not written.lstrip().startswith("%"):
        return written
    try:
        return unquote(written, errors="strict")
    except UnicodeDecodeError:
        raise fail(field, "this is not URL-encoded UTF-8", code="InvalidPolicy") from None


def moment(field: Field) -> datetime:
    """Read a time, which is UTC's where it does not say; raise ``InvalidInput`` if it is none."""
    try:
        return read_time(text(field))
    except ValueError:
        raise fail(field, "a time such as 2026-01-31T12:00:00Z is wanted here") from None


def tags(field: Field) -> Tags:
    """Read tags: a list of ``{"Key", "Value"}``, or an object.

    Raises:
        InvalidInput: they are not tags, or a key stands twice, in whatever case.
    """
    if isinstance(field.value, Mapping):
        found = tuple((key, field.child(key, value)) for key, value in field.value.items())
    else:
        found = tuple(_tag(each) for each in items(field))
    seen: set[str] = set()
    for key, value in found:
        if not isinstance(key, str) or not key:
            raise fail(field, "a tag's key is text that is not empty", code="InvalidType")
        if fold(key) in seen:
            raise fail(value, "this tag stands twice", code="DuplicateKey")
        seen.add(fold(key))
    return tuple((key, plain(value)) for key, value in found)


def _tag(field: Field) -> tuple[str, Field]:
    value = mapping(field)
    if set(value) != {"Key", "Value"}:
        raise fail(field, "a tag has a Key and a Value", code="MissingField")
    return text(field.child("Key", value["Key"])), field.child("Value", value["Value"])


def plain(field: Field) -> str:
    """Read text, which may be empty; raise ``InvalidInput`` if it is none."""
    if not isinstance(field.value, str):
        raise fail(field, "text is wanted here", code="InvalidType")
    return field.value


def wanted(fields: Mapping[str, Field], name: str, field: Field) -> Field:
    """Return a member of ``field``; raise ``InvalidInput`` (MissingField) if it is not there."""
    if name not in fields:
        raise fail(field, f"{name} is required", code="MissingField")
    return fields[name]


def _at(field: Field, pointer: str) -> Unreadable | None:
    """The unreadable value that ``pointer`` leads to or through, from ``field`` on."""
    value = field.value
    rest = pointer.removeprefix(field.pointer).split("/")[1:]
    for step in rest:
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(value, Mapping):
            value = value.get(key)
        elif isinstance(value, list) and key.isdecimal() and int(key) < len(value):
            value = value[int(key)]
    return value if isinstance(value, Unreadable) else None
