"""How much may still be done for checks that compare everything with everything."""

from __future__ import annotations

from typing import Final

_MOST: Final = 300_000


class Effort:
    """A budget, in steps of about a microsecond; the same for the same document, always.

    ``exhausted`` says that some comparison was asked for and not made: a rule that looks at pairs
    was not checked to the end.
    """

    def __init__(self) -> None:
        """Begin with the full budget."""
        self._left = _MOST
        self.exhausted = False

    def spend(self, steps: int) -> bool:
        """Take ``steps`` from the budget; say whether there were that many."""
        if steps > self._left:
            self.exhausted = True
            return False
        self._left -= steps
        return True
