"""Text as XML 1.0 content.

Source: XML 1.0 §2.2 (characters), §2.4 (escapes), §2.11 (a parser turns a bare carriage return
into a line feed, hence its reference).
"""

from __future__ import annotations

import re

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
"""What some of AWS's services begin a reply with."""

_SPECIAL = re.compile("[&<>\r]")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
_ILLEGAL = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


_find_special = re.compile("[^\t\n -%'-;=?-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]").search


def is_special(value: str) -> bool:
    """Say whether a string is not content as it is: whether ``text`` escapes or refuses it.

    What is printable needs no look at each character: XML carries all of those but three.
    """
    if value.isprintable() and "&" not in value and "<" not in value and ">" not in value:
        return False
    return _find_special(value) is not None


def text(value: str) -> str:
    """Escape a string as element content.

    Raises ``ValueError`` for a character that XML 1.0 cannot carry in any form (most control
    characters, lone surrogates): replacing it would answer something that was never stored.
    """
    if not is_special(value):
        return value
    if _ILLEGAL.search(value):
        raise ValueError("the text has a character that XML cannot carry")
    return _SPECIAL.sub(lambda match: _ESCAPES[match[0]], value)


def legible(value: str) -> str:
    """Escape a message for people, with U+FFFD for every character that XML cannot carry."""
    return text(_ILLEGAL.sub("\ufffd", value))


def carries(value: str) -> bool:
    """Say whether XML 1.0 can carry every character of a string."""
    return not _ILLEGAL.search(value)
