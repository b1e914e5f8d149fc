"""How values are written as JSON: without absent members, times in ISO 8601, policies as text.

Of a policy the text is kept to the byte, where the AWS CLI would show an object: what is read back
is then what was there.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote

Json = Any
"""A value as ``json`` writes it."""


class Nothing:
    """Stands for ``null``, where a member that is absent would say something else."""


NOTHING: Final = Nothing()

_DOCUMENTS: Final = frozenset({"AssumeRolePolicyDocument", "PolicyDocument", "Document"})


def text_of(value: object) -> str:
    """Return what a file holds: text as it is, anything else as JSON."""
    return value if isinstance(value, str) else json.dumps(plain(value), indent=1) + "\n"


def plain(value: object, name: str = "") -> Json:
    """Return a shape of the API as it is written to a file; ``name`` is the member it stands in.

    Raises ``TypeError`` for what no shape holds: bytes, for example.
    """
    match value:
        case Nothing():
            return None
        case datetime():
            return value.isoformat()
        case Mapping():
            return {key: plain(each, key) for key, each in value.items() if each is not None}
        case str():
            return unquote(value) if name in _DOCUMENTS else value
        case bool() | int():
            return value
        case Iterable() if not isinstance(value, bytes):
            return [plain(each) for each in value]
        case _:
            raise TypeError(f"{type(value).__name__} in {name}")
