"""Files of JSON as tools write them: any Unicode encoding, with or without a byte order mark.

A value that can be read in two ways, or in none, is ``Unreadable`` in its place, so that the rest
of the file still says what it says.
"""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path
from typing import Final

import msgspec

from doorward.policy.problem import quoted

MOST_BYTES: Final = 256 * 1024 * 1024
"""The largest file that is read."""

_LONGEST_NUMBER: Final = 64


class Unreadable(msgspec.Struct, frozen=True):
    """A value that says nothing for certain; ``why`` goes with "this is"."""

    why: str


class FileFault(Exception):
    """A file says nothing at all: a code, what is wrong, what to do about it, the line."""

    def __init__(self, code: str, message: str, hint: str, line: int | None = None) -> None:
        """Keep the parts."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.line = line


def read_json_file(path: Path) -> tuple[object, str]:
    """Return what a file holds, and its text.

    Raises:
        FileFault: it cannot be read, is too large, or is no JSON.
    """
    text = read_text(path)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda name: Unreadable(f"{name}, which is not JSON"),
            parse_int=_whole,
            parse_float=_broken,
        )
        return (_without_surrogates(value) if _SURROGATE.search(text) else value), text
    except json.JSONDecodeError as error:
        raise FileFault(
            "INVALID_JSON",
            f"this is not JSON: {error.msg}, column {error.colno}",
            "write it anew, with the AWS CLI's --output json",
            error.lineno,
        ) from None
    except RecursionError:
        raise FileFault(
            "NESTING_TOO_DEEP",
            "objects and arrays stand too deep inside each other",
            "no file that AWS writes does that",
        ) from None


def read_text(path: Path) -> str:
    """Return the text of a file; raise ``FileFault`` as ``read_json_file`` does."""
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            raise FileFault("UNKNOWN_FILE", "this is no regular file", "give files of JSON")
        if found.st_size > MOST_BYTES:
            raise FileFault(
                "FILE_TOO_LARGE",
                f"it has {found.st_size} bytes; at most {MOST_BYTES} are read",
                "export it in pages, a file for each",
            )
        data = path.read_bytes()
    except OSError as error:
        raise FileFault(
            "UNREADABLE_FILE", f"it cannot be read: {error.strerror}", "look at its permissions"
        ) from None
    encoding = json.detect_encoding(data)
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise FileFault(
            "INVALID_ENCODING",
            f"it is not {error.encoding}: {error.reason} at byte {error.start}",
            "save it as UTF-8",
        ) from None


def _object(members: list[tuple[str, object]]) -> object:
    """An object, unless a key stands twice in it: then which of the two counts is not known."""
    found = dict(members)
    if len(found) == len(members):
        return found
    seen: set[str] = set()
    for key, _ in members:
        if key in seen:
            return Unreadable(f"an object in which the key {quoted(key)} stands twice")
        seen.add(key)
    raise AssertionError("a key stands twice")


def _whole(text: str) -> object:
    if len(text) > _LONGEST_NUMBER:
        return Unreadable(f"a number of more than {_LONGEST_NUMBER} digits")
    return int(text)


def _broken(text: str) -> object:
    """A number, if it reads back as it is written: policies compare numbers as texts, too."""
    value = float(text)
    return value if repr(value) == text else Unreadable(f"the number {quoted(text)}")


_SURROGATE: Final = re.compile(r"\\u[dD][89abAB]|\\u[dD][c-fC-F]")
_LONE: Final = re.compile("[\ud800-\udfff]")


def _without_surrogates(value: object) -> object:
    """The value, in which texts with half a character are unreadable."""
    if isinstance(value, str):
        return Unreadable("text with half a character") if _LONE.search(value) else value
    if isinstance(value, list):
        return [_without_surrogates(each) for each in value]
    if isinstance(value, dict):
        if any(_LONE.search(key) for key in value):
            return Unreadable("an object with half a character in a key")
        return {key: _without_surrogates(each) for key, each in value.items()}
    return value
