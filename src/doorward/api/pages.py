"""Pages of a list: in the order of a key, so that what changes between two pages moves nothing.

A marker is the place of the last item of a page, base64url; clients must not look inside.
``markers`` makes sure that it comes back to the list that gave it.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Generic, TypeVar

import msgspec

from doorward.control.errors import Message

T = TypeVar("T")

LONGEST_KEY = 200
"""Bytes of a key that a marker carries: with its mark, IAM's have at most 320 characters."""

_NEVER_LONGER = LONGEST_KEY // 4
_DIGEST_DIGITS = 24

DEFAULT = 100
"""Items of a page when the caller does not say (IAM API Reference, ``MaxItems``)."""


class Page(msgspec.Struct, Generic[T], frozen=True):
    """Some items; ``marker`` asks for those after them, ``None`` if there are no more."""

    items: tuple[T, ...]
    marker: str | None = None

    def each(self, change: Callable[[T], T]) -> Page[T]:
        """Return the page with what ``change`` makes of every item."""
        return Page(tuple(change(item) for item in self.items), self.marker)


def page(
    items: Iterable[T],
    key: Callable[[T], str],
    marker: str | None,
    limit: int | None,
    invalid: Message,
) -> Page[T]:
    """Return the ``limit`` items after ``marker`` in the order of ``key``.

    Raises ``ControlError`` (``invalid``) for a marker that was not made here.
    """
    after = _decoded(marker, invalid)
    size = DEFAULT if limit is None else limit

    def place(item: T) -> str:
        found = key(item)
        return found if len(found) <= _NEVER_LONGER else _place(found)

    left = sorted((item for item in items if after is None or place(item) > after), key=place)
    if len(left) <= size:
        return Page(tuple(left))
    last = place(left[size - 1])
    return Page(tuple(left[:size]), base64.urlsafe_b64encode(last.encode()).decode())


def _place(key: str) -> str:
    """Return where a long key stands: by its beginning, and among the like by its digest."""
    encoded = key.encode()
    if len(encoded) <= LONGEST_KEY:
        return key
    beginning = encoded[: LONGEST_KEY - _DIGEST_DIGITS].decode(errors="ignore")
    return beginning + sha256(encoded).hexdigest()[:_DIGEST_DIGITS]


def _decoded(marker: str | None, invalid: Message) -> str | None:
    if marker is None:
        return None
    try:
        return base64.b64decode(marker, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise invalid.error() from None
