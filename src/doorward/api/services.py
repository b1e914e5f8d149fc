"""The services that are served: importing their modules registers their operations."""

from __future__ import annotations

from importlib import import_module

SERVICES = ("iam", "sts", "organizations", "doorward")
"""The packages of this layer that hold operations; they do not know of each other."""

MODULES: dict[str, tuple[str, ...]] = {
    "sts": ("roles", "identity"),
    "doorward": ("resources", "accounts", "decisions"),
}
"""The modules of a service that hold operations, where its package does not import them itself."""


def load() -> None:
    """Register every operation; after the first time it does nothing."""
    for service in SERVICES:
        import_module(f"doorward.api.{service}")
        for module in MODULES.get(service, ()):
            import_module(f"doorward.api.{service}.{module}")
