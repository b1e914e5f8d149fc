"""The checks, a module for each thing that they look at; each registers its own.

``load`` imports them all. They are independent of each other.
"""

from __future__ import annotations

from importlib import import_module

MODULES = (
    "root",
    "credentials",
    "passwords",
    "certificates",
    "users",
    "groups",
    "roles",
    "policies",
    "boundaries",
    "access",
    "organization",
    "guardrails",
    "resources",
    "root_central",
    "mfa",
    "trusts",
    "service_trusts",
    "policy_forms",
    "policy_upkeep",
    "instances",
    "analyzers",
    "contacts",
    "delegation",
    "declared",
)
"""The modules in the order in which reports tell of their checks."""


def load() -> None:
    """Register every check."""
    for name in MODULES:
        import_module(f"{__name__}.{name}")
