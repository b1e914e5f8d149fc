"""What the engine keeps between decisions, in one place, to be emptied.

Every memo is bounded and keyed by all that its value depends on, so none can change an answer.
"""

from __future__ import annotations

from doorward.engine.combine import outcome_of
from doorward.engine.compile import forget_documents
from doorward.engine.derive import asker_of
from doorward.engine.principal_form import forget_principals
from doorward.engine.request_form import forget_values
from doorward.engine.stack import forget_stacks


def forget() -> None:
    """Empty the memos: what is asked next is answered as in a new process."""
    forget_documents()
    forget_stacks()
    forget_principals()
    forget_values()
    asker_of.cache_clear()
    outcome_of.cache_clear()
