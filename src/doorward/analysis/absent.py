"""What an audit of AWS accounts is often asked and this one does not look at, and why.

Listed, so that nobody takes what is not looked at for what is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Absent(msgspec.Struct, frozen=True):
    """A check that is not there: what it would look at, why it cannot, and what it would need.

    ``references`` are the controls that nothing here answers for that reason, written as those of
    checks are (``analysis.registry.check``).
    """

    id: str
    title: str
    reason: str
    needed: str
    references: Mapping[str, str] = {}


ABSENT: Final = (
    Absent(
        "policy.privesc",
        "Nobody can reach more than was meant",
        "Paths over several permissions need symbolic reasoning over the whole estate, which is"
        " not there yet. user.admin, policy.passrole_any, policy.assume_any, boundary.missing and"
        " account.granters look at single steps.",
        "the analysis of escalation paths",
    ),
)
"""In the order in which the page of checks tells of them."""
