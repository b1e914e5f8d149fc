"""The status of keys, certificates and credentials as callers may set it."""

from __future__ import annotations

from doorward.control import credential_messages as messages
from doorward.model.credential import KeyStatus

_SETTABLE = {status.value: status for status in KeyStatus}


def settable(status: str) -> KeyStatus:
    """Return a status; raise InvalidInput for ``Expired``, which time alone brings."""
    if status not in _SETTABLE:
        raise messages.EXPIRED_STATUS.error()
    return _SETTABLE[status]
