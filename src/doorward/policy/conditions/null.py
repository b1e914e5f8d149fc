"""The Null operator: whether a key is in the request at all (C4).

``true`` holds when the key is absent, ``false`` when it is present and not null (an empty list and
empty strings are null, C5). It compares no values, so it is no ``Operator``, and takes neither set
prefix nor ``IfExists``.
"""

from __future__ import annotations

from collections.abc import Callable

from doorward.policy.folding import fold
from doorward.policy.variables import Values

NAME = "Null"


def presence(key: str, values: tuple[str, ...]) -> Callable[[Values], bool]:
    """Compile ``Null`` for the folded ``key``; several policy values are alternatives (C1)."""
    wanted = {fold(value) for value in values}

    def check(context: Values) -> bool:
        value = context.entries.get(key)
        if value is None:
            return "true" in wanted
        return any(value.values) and "false" in wanted

    return check
