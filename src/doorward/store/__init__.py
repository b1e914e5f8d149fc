"""The store: an estate in a database, its versions, its change feed and its events.

It keeps sealed bytes as they are and never holds a key.
"""

from __future__ import annotations

from doorward.store.database import Store
from doorward.store.together import Committed

__all__ = ["Committed", "Store"]
