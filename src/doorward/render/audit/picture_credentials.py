"""Users and their credentials as a map of ages: the older or less used, the hotter."""

from __future__ import annotations

from typing import Final
from xml.etree import ElementTree as ET

from doorward.render import draw, fit
from doorward.render.audit.pictures import WIDTH, picture
from doorward.render.draw import Canvas, Face
from doorward.render.printable import printable
from doorward.results.picture import Credential, CredentialPicture, Holder

MOST: Final = 40
"""How many users are drawn, the root users and the oldest credentials first."""

MOST_ROOTS: Final = 12
"""How many of them are root users."""

_ROW: Final = 24
_NAME, _ACCOUNT, _CELLS = 20, 220, 344
_CELL: Final = 80
_HEADS: Final = (
    ("MFA", ""),
    ("password", "age"),
    ("password", "unused"),
    ("key 1", "age"),
    ("key 1", "unused"),
    ("key 2", "age"),
    ("key 2", "unused"),
)
_SMALL: Final = Face("t", 11, fit.sans)

_Cell = tuple[str, str, bool]
"""What stands in a cell, its tone (empty: nothing), and whether it is hatched."""
_EMPTY: Final[_Cell] = ("", "", False)


def credentials_picture(shown: CredentialPicture, name: str = "credentials") -> ET.Element:
    """Draw users in rows, their credentials in columns, days in the cells.

    A cell is calm up to the age that is allowed, then hotter at twice and four times of it; what
    was never used is hatched.
    """
    canvas = Canvas(WIDTH)
    _heads(canvas)
    roots = [each for each in shown.holders if each.is_root][:MOST_ROOTS]
    others = [each for each in shown.holders if not each.is_root]
    holders = (*roots, *others[: MOST - len(roots)])
    for holder in holders:
        _row(canvas, holder, shown)
    more = len(shown.holders) - len(holders)
    if more:
        canvas.move(_ROW)
        words = f"and {more:,} more, whose credentials are younger"
        canvas.text(_NAME, words, draw.SANS, "soft", WIDTH - 20)
    _legend(canvas, shown)
    return picture(canvas, name, "Credentials by age and last use", _words(holders, shown, more))


def _heads(canvas: Canvas) -> None:
    canvas.y = 24
    for index, (first, second) in enumerate(_HEADS):
        middle = _CELLS + index * _CELL + _CELL // 2
        canvas.y = 24
        canvas.text_around(middle, first, draw.BOLD, "ink")
        canvas.y = 40
        canvas.text_around(middle, second, draw.SANS, "soft")
    canvas.y = 40
    canvas.text(_NAME, "user", draw.BOLD, "ink", _ACCOUNT)
    canvas.text(_ACCOUNT, "account", draw.BOLD, "ink", _CELLS)
    canvas.y = 50


def _row(canvas: Canvas, holder: Holder, shown: CredentialPicture) -> None:
    top = canvas.y
    canvas.y = top + 17
    name = "root user" if holder.is_root else printable(holder.name)
    canvas.text(_NAME, name, draw.MONO_BOLD if holder.is_root else draw.MONO, "ink", _ACCOUNT - 8)
    canvas.text(_ACCOUNT, printable(holder.account), draw.MONO, "soft", _CELLS - 8)
    for index, (words, tone, hatched) in enumerate(cells(holder, shown)):
        x = _CELLS + index * _CELL
        if not tone:
            canvas.box(x + 1.5, top + 1.5, _CELL - 3, _ROW - 3, "g-page")
            canvas.y = top + 17
            canvas.text_around(x + _CELL // 2, "–", draw.SANS, "faint")
            continue
        box = canvas.box(x + 1.5, top + 1.5, _CELL - 3, _ROW - 3, f"g-{tone}")
        box.set("rx", "3")
        if hatched:
            _hatch(canvas, x + 2, top + 2, tone)
        canvas.y = top + 16
        canvas.text_around(x + _CELL // 2, words, _SMALL, "ink")
    canvas.y = top + _ROW


def _hatch(canvas: Canvas, x: int, top: int, tone: str) -> None:
    """Strokes at both ends of a cell, so that its words stay free."""
    low, high = top + _ROW - 4, top
    path = "".join(
        f"M{at} {low}L{at + 8} {high}" for at in (x, x + 6, x + _CELL - 20, x + _CELL - 14)
    )
    canvas.line(path, tone, dashed=False)
    canvas.elements[-1].set("stroke-width", "1")


def cells(holder: Holder, shown: CredentialPicture) -> list[_Cell]:
    """Return the cells of a user, in the order of the columns."""
    password = holder.password
    mfa = ("yes", "allow", False) if holder.mfa else ("no", "deny" if password else "", False)
    found: list[_Cell] = [mfa]
    for each in (password, *holder.keys):
        found += [_age(each, shown.limit), _idle(each, shown.unused)]
    return found


def _age(credential: Credential | None, limit: int) -> _Cell:
    if credential is None:
        return _EMPTY
    if credential.age is None:
        return ("not known", "silent", False)
    return (_days(credential.age), heat(credential.age, limit), False)


def _idle(credential: Credential | None, limit: int) -> _Cell:
    if credential is None:
        return _EMPTY
    if credential.never_used:
        return ("never", heat(credential.idle or 0, limit), True)
    if credential.idle is None:
        return ("not known", "silent", False)
    return (_days(credential.idle), heat(credential.idle, limit), False)


def _days(count: int) -> str:
    return f"{count:,} d"


def heat(days: int, limit: int) -> str:
    """Return the tone of an age: calm up to the limit, hottest beyond four times of it."""
    if days <= limit:
        return "allow"
    if days <= 2 * limit:
        return "silent"
    return "high" if days <= 4 * limit else "deny"


def _legend(canvas: Canvas, shown: CredentialPicture) -> None:
    canvas.move(14)
    x = _NAME
    marks = (
        ("allow", f"age to {shown.limit} d, unused to {shown.unused} d"),
        ("silent", "to twice of it"),
        ("high", "to four times"),
        ("deny", "more"),
    )
    canvas.y += 12
    for tone, words in marks:
        canvas.box(x, canvas.y - 11, 12, 12, f"g-{tone}")
        canvas.text(x + 18, words, draw.SANS, "soft", WIDTH)
        x += 60 + round(fit.sans(words) * 13)
    canvas.text_to(WIDTH - 20, "hatched: never used", draw.SANS, "soft")


def _words(holders: tuple[Holder, ...], shown: CredentialPicture, more: int) -> str:
    lines = [_line(holder, shown) for holder in holders]
    if more:
        lines.append(f"and {more:,} more users")
    return "\n".join(lines)


def _line(holder: Holder, shown: CredentialPicture) -> str:
    name = "root user" if holder.is_root else printable(holder.name)
    said = [
        f"{' '.join(head).strip()} {words}"
        for head, (words, tone, _) in zip(_HEADS, cells(holder, shown), strict=True)
        if tone
    ]
    return f"{name} of {printable(holder.account)}: {', '.join(said) or 'no credentials'}"
