"""Options of the commands that open the store themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

Function = TypeVar("Function", bound=Callable[..., Any])


def store_option(function: Function) -> Function:
    """Add ``--store``."""
    return click.option(
        "--store", metavar="URL", help="sqlite:///PATH, sqlite:///:memory: or postgresql://…"
    )(function)


def master_key_option(function: Function) -> Function:
    """Add ``--master-key-file``."""
    return click.option(
        "--master-key-file", metavar="FILE", help="The master keys that seal secrets."
    )(function)


def config_option(function: Function) -> Function:
    """Add ``--config``."""
    return click.option(
        "--config",
        metavar="FILE",
        type=click.Path(path_type=Path, dir_okay=False),
        envvar="DOORWARD_CONFIG",
        help="TOML file with settings of the same names.",
    )(function)
