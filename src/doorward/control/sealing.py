"""How the verbs seal and open secrets: as functions that are given to them."""

from __future__ import annotations

from collections.abc import Callable

SealContext = tuple[str, str, str]
"""What a secret is bound to: account, owner, id."""

Seal = Callable[[bytes, SealContext], bytes]
"""Seals a secret under its context."""

Unseal = Callable[[bytes, SealContext], bytes]
"""Opens what was sealed under the same context."""
