"""Pages of a list: in the order of a key, so that what changes between two pages moves nothing.

A marker is the key of the last item of a page, base64url; clients must not look inside.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

import msgspec

from doorward.control.errors import Message

T = TypeVar("T")

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
    left = sorted((item for item in items if after is None or key(item) > after), key=key)
    if len(left) <= size:
        return Page(tuple(left))
    last = key(left[size - 1])
    return Page(tuple(left[:size]), base64.urlsafe_b64encode(last.encode()).decode())


def _decoded(marker: str | None, invalid: Message) -> str | None:
    if marker is None:
        return None
    try:
        return base64.b64decode(marker, altchars=b"-_", validate=True).decode()
    except (binascii.Error, UnicodeError):
        raise invalid.error() from None
