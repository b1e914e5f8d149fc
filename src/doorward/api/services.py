"""The services that are served: importing their modules registers their operations."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from doorward.api.operation import REGISTRY
from doorward.wire import models, validate

SERVICES = ("iam", "sts", "ec2", "organizations", "doorward")
"""The packages of this layer that hold operations; they do not know of each other."""


def load() -> None:
    """Register every operation of every service, ready to be called.

    After the first time it does nothing.
    """
    for service in SERVICES:
        package = import_module(f"doorward.api.{service}")
        for module in iter_modules(package.__path__):
            import_module(f"{package.__name__}.{module.name}")
    validate.prepare(models.operation(*name) for name in REGISTRY)
