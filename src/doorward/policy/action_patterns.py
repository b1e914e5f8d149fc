"""Entries of ``Action`` and ``NotAction``: a service prefix and a name, in any case.

Source: IAM User Guide, "IAM JSON policy elements: Action";
``docs/reference/evaluation.md``, rules A1, A2.
"""

from __future__ import annotations

import re

from doorward.policy.folding import fold
from doorward.policy.patterns import Matcher, compile_glob

_UNUSABLE = re.compile(r"[\s,]")


def compile_action(text: str) -> Matcher:
    """Compile one entry into a matcher of folded actions (``folding.fold``).

    ``*`` alone is every action. A bare prefix, white space, a comma, or no colon at all: no match.
    """
    service, colon, name = text.partition(":")
    if text != "*" and (not (service and colon and name) or _UNUSABLE.search(text)):
        return lambda _action: False
    return compile_glob(fold(text)).matches
