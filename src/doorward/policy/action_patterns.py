"""Entries of ``Action`` and ``NotAction``: a service prefix and a name, in any case.

Source: IAM User Guide, "IAM JSON policy elements: Action";
``docs/reference/evaluation.md``, rules A1, A2.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from doorward.policy.folding import fold
from doorward.policy.patterns import Glob, Matcher, compile_glob

_UNUSABLE = re.compile(r"[\s,]")
_LONGEST_KEPT: Final = 128
"""No action that AWS knows is longer; so what is kept is small."""


def action_glob(text: str) -> Glob | None:
    """Compile one entry to a glob over folded actions (``folding.fold``), ``None`` if none match.

    ``*`` alone is every action. A bare prefix, white space, a comma, or no colon at all: no match.
    """
    service, colon, name = text.partition(":")
    if text != "*" and (not (service and colon and name) or _UNUSABLE.search(text)):
        return None
    return compile_glob(fold(text))


def compile_action(text: str) -> Matcher:
    """Compile one entry into a matcher of folded actions; the same few stand in every policy."""
    return _kept(text) if len(text) <= _LONGEST_KEPT else _compiled(text)


def _compiled(text: str) -> Matcher:
    glob = action_glob(text)
    return (lambda _action: False) if glob is None else glob.matches


_kept = lru_cache(maxsize=4096)(_compiled)
