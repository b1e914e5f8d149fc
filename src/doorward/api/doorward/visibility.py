"""What of a decision a reader may see: the verdict always, the text of policies that are its own.

Whose policies they are is told by the principal's ARN and by the directory, never by the record's
context, which an asker may have given.
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read
from doorward.api.doorward.resources import owning_account
from doorward.api.operation import owner
from doorward.engine.layers import Layer
from doorward.model.organization import Account
from doorward.render.text import text_from_record

_SUBJECT_LAYERS = frozenset({Layer.IDENTITY, Layer.PERMISSIONS_BOUNDARY, Layer.SESSION})
_ORGANIZATION_LAYERS = frozenset({Layer.SERVICE_CONTROL, Layer.RESOURCE_CONTROL})
_QUOTED = ("sid", "line", "column", "excerpt", "excerptCut")


def hidden_layers(call: Read, principal: str, resource: str) -> frozenset[Layer]:
    """Return the layers of a decision whose policies are not the caller's to read.

    The account that runs the installation reads everything.
    """
    reader = call.directory.get(Account, call.caller.account)
    if reader is not None and reader.installation:
        return frozenset()
    hidden = _ORGANIZATION_LAYERS
    if owner(principal) != call.caller.account:
        hidden |= _SUBJECT_LAYERS
    if owning_account(call.directory, resource) != call.caller.account:
        hidden |= {Layer.RESOURCE}
    return hidden


def visible(record: dict[str, Any], call: Read) -> dict[str, Any]:
    """Return a decision's record without the text of policies that the caller may not read."""
    hidden = {
        layer.value for layer in hidden_layers(call, record["principal"], record["resource"])
    }
    if not hidden:
        return record
    determining = [
        {name: value for name, value in each.items() if name not in _QUOTED}
        if each["layer"] in hidden
        else each
        for each in record["determining"]
    ]
    seen = {**record, "determining": determining}
    return {**seen, "text": text_from_record(seen)}
