"""Which calls only take away, and so are written when the disk has room for nothing else.

Whoever finds a key stolen must be able to end it, full disk or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_VERBS = ("Delete", "Detach", "Remove", "Deactivate", "Disable", "Untag")
_INACTIVE = {"Status": "Inactive"}


def takes_away(operation: str, parameters: Mapping[str, Any]) -> bool:
    """Tell whether a call of a writing operation ends, deletes or detaches something."""
    if operation.startswith(_VERBS):
        return True
    return operation.startswith("Update") and all(
        parameters.get(name) == value for name, value in _INACTIVE.items()
    )
