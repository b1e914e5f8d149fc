"""Markers on their way out and back: each is good for the list that gave it, and as it was given.

Source: IAM API Reference, ``Marker``: its value is "the value of the Marker element in the
response that you received". A marker that was altered, or comes from another operation or account,
is one that no list reads: the operation refuses it in its own words.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

from doorward.api.call import Read
from doorward.api.operation import ServedOperation
from doorward.credentials.sealing import MARK_BYTES

PARAMETERS = ("marker", "next_token")
"""The parameters that take a marker, by their names in Python."""

MEMBERS = ("Marker", "NextToken")
"""The members of answers that give one."""

NOT_OURS = "!"
"""What an operation is given for a marker that is not its own; base64 has no such letter."""


def opened(served: ServedOperation, call: Read, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a call's arguments with the marker as ``pages.page`` made it."""
    for name in PARAMETERS:
        if name in arguments:
            return {**arguments, name: _opened(served, call, arguments[name])}
    return arguments


def closed(served: ServedOperation, call: Read, answer: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an answer with its marker, if it has one, marked as ours."""
    for name in MEMBERS:
        if answer.get(name) is not None:
            return {**answer, name: _closed(served, call, answer[name])}
    return answer


def _opened(served: ServedOperation, call: Read, marker: str) -> str:
    try:
        content = base64.b64decode(marker, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return NOT_OURS
    place, mark = content[:-MARK_BYTES], content[-MARK_BYTES:]
    ours = call.vault.marked(place, mark, _context(served, call))
    return base64.urlsafe_b64encode(place).decode() if ours else NOT_OURS


def _closed(served: ServedOperation, call: Read, marker: str) -> str:
    place = base64.urlsafe_b64decode(marker)
    mark = call.vault.mark(place, _context(served, call))
    return base64.urlsafe_b64encode(place + mark).decode()


def _context(served: ServedOperation, call: Read) -> tuple[str, ...]:
    return "marker", call.caller.account, served.action
