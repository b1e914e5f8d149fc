"""Pages of a list: in the order of a key, so that what changes between two pages moves nothing.

A marker is the place of the last item of a page, base64url; clients must not look inside.
``markers`` makes sure that it comes back to the list that gave it.
"""

from __future__ import annotations

import base64
import binascii
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from hashlib import sha256
from itertools import islice
from operator import itemgetter
from typing import Generic, TypeVar

import msgspec

from doorward.control.errors import Message
from doorward.model.directory import Directory
from doorward.model.identity import Group, InstanceProfile, Role, User

T = TypeVar("T")
N = TypeVar("N", User, Group, Role, InstanceProfile)

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
    return _after(_Ordered.by(items, key), _decoded(marker, invalid), limit)


def named_page(
    directory: Directory,
    kind: type[N],
    account: str,
    path_prefix: str | None,
    marker: str | None,
    limit: int | None,
    invalid: Message,
) -> Page[N]:
    """Return a page, as ``page`` does, of an account's entities of a kind by name.

    A path prefix leaves others out. A page costs the same wherever in the list it stands.
    """
    ordered = directory.derived(_by_name(kind), account)
    after = _decoded(marker, invalid)
    if path_prefix in {None, "/"}:
        return _after(ordered, after, limit)
    return _after(ordered, after, limit, lambda item: item.path.startswith(path_prefix))


class _Ordered(msgspec.Struct, Generic[T], frozen=True):
    """Items in the order of their places."""

    places: list[str]
    items: tuple[T, ...]

    @classmethod
    def by(cls, items: Iterable[T], key: Callable[[T], str]) -> _Ordered[T]:
        """Put items in the order of a key."""
        found = [(_place(key(item)), item) for item in items]
        found.sort(key=itemgetter(0))
        return cls([place for place, _ in found], tuple(item for _, item in found))


@cache
def _by_name(kind: type[N]) -> Callable[[Directory, str], _Ordered[N]]:
    """Return what puts an account's entities of a kind in order, for ``Directory.derived``."""

    def ordered(directory: Directory, account: str) -> _Ordered[N]:
        return _Ordered.by(directory.find(kind, account=account), lambda item: item.name_key)

    return ordered


def _after(
    ordered: _Ordered[T],
    after: str | None,
    limit: int | None,
    among: Callable[[T], bool] | None = None,
) -> Page[T]:
    """Return the items after a place, as many as a page has, of those that are ``among`` them."""
    size = DEFAULT if limit is None else limit
    begin = 0 if after is None else bisect_right(ordered.places, after)
    chosen: Sequence[int] = range(begin, len(ordered.items))
    if among is not None:
        fitting = (number for number in chosen if among(ordered.items[number]))
        chosen = tuple(islice(fitting, size + 1))
    taken = chosen[:size]
    items = tuple([ordered.items[number] for number in taken])
    if len(chosen) <= size:
        return Page(items)
    last = ordered.places[taken[-1]]
    return Page(items, base64.urlsafe_b64encode(last.encode()).decode())


def _place(key: str) -> str:
    """Return where a key stands: a long one by its beginning, and among the like by its digest."""
    if len(key) <= _NEVER_LONGER:
        return key
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
