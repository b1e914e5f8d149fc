"""The services that are served: importing their modules registers their operations."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

SERVICES = ("iam", "sts", "organizations", "doorward")
"""The packages of this layer that hold operations; they do not know of each other."""


def load() -> None:
    """Register every operation of every service; after the first time it does nothing."""
    for service in SERVICES:
        package = import_module(f"doorward.api.{service}")
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
