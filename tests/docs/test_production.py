"""The files for a real host say what the program understands."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import click

from doorward.cli import cli
from doorward.usecases.config import settings

FOLDER = Path(__file__).parents[2] / "examples" / "production"


def test_the_configuration_is_one() -> None:
    found = settings({}, {}, FOLDER / "doorward.toml")
    assert (found.workers, found.port, found.tls_key) == (4, 8443, "/etc/doorward/key.pem")


def commands() -> list[list[str]]:
    """Every call of doorward in the units and in the container."""
    lines = [
        re.sub(r"\$\(.*\)", "NOW", line.removeprefix("ExecStart="))
        .replace("/bin/sh -c 'exec ", "")
        .rstrip("'")
        for unit in FOLDER.glob("*.service")
        for line in unit.read_text("utf-8").splitlines()
        if line.startswith("ExecStart=")
    ]
    assert len(lines) == 3
    container = (FOLDER / "Containerfile").read_text("utf-8").splitlines()[-1]
    inner = container.removeprefix("CMD [").rstrip("]").replace(",", " ")
    return [shlex.split(line)[1:] for line in lines] + [shlex.split(inner)]


def test_every_command_has_its_options() -> None:
    for name, *arguments in commands():
        command = cli.get_command(click.Context(cli), name)
        assert command is not None
        command.make_context(name, arguments)  # raises for an option that is not there
