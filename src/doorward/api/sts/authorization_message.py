"""DecodeAuthorizationMessage: what a denied call's encoded message stands for.

Source: AWS STS API Reference. It does not say which accounts a message opens for: here for the one
whose caller was denied, and for no other.
"""

from __future__ import annotations

import json
from typing import Any

from doorward.api.authorization_message import request_id_of
from doorward.api.call import Read
from doorward.api.operation import on_everything, operation
from doorward.api.visibility import visible
from doorward.control.errors import ControlError
from doorward.model.event import Event
from doorward.render.decoded import decoded_message

_INVALID = "Message is not valid"


def _answer(decoded: dict[str, Any]) -> dict[str, str]:
    """Project to the output: JSON in a text."""
    return {"DecodedMessage": json.dumps(decoded, separators=(",", ":"))}


@operation(
    "sts",
    "DecodeAuthorizationMessage",
    asks=on_everything(),
    answer=_answer,
    reads_store=True,
)
def decode_authorization_message(call: Read, *, encoded_message: str) -> dict[str, Any]:
    """Return the recorded decision of a denied call, as far as the reader's account may see it.

    Raises ``ControlError`` (InvalidAuthorizationMessageException), alike for a message that was
    forged, altered, issued to another account, or whose event is no longer kept.
    """
    event = _event(call, encoded_message)
    records = [visible(record, call) for record in json.loads(event.decisions)]
    return decoded_message(json.loads(event.record), records)


def _event(call: Read, encoded: str) -> Event:
    """Return the event that an encoded message refers to."""
    account = call.caller.account
    request_id = request_id_of(call.vault, account, encoded)
    event = call.events.by_request(request_id) if request_id is not None else None
    if event is None or event.account != account:
        raise ControlError("InvalidAuthorizationMessageException", _INVALID)
    return event
