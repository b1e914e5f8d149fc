"""A domain verb refused: AWS's error code and text, as a value to raise."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.errors import DoorwardError

_NOTHING: Mapping[str, str] = MappingProxyType({})


class ControlError(DoorwardError):
    """A domain verb refused.

    ``code`` is AWS's short code on the wire (``NoSuchEntity``), ``message`` its text; ``details``
    are further members of the modelled error (Organizations' ``Reason``). The HTTP status is the
    service model's.
    """

    def __init__(self, code: str, message: str, details: Mapping[str, str] | None = None) -> None:
        """Keep the parts; the text of the exception is the message."""
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details or _NOTHING


class Message(msgspec.Struct, frozen=True):
    """One row of the table of errors."""

    code: str
    text: str
    reason: str | None = None

    def error(self, **fields: object) -> ControlError:
        """Return the error to raise, the text filled in with its fields."""
        details = {"Reason": self.reason} if self.reason else None
        return ControlError(self.code, self.text.format(**fields), details)
