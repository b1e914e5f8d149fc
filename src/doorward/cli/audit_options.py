"""The options of ``doorward audit``, and how its report is spelt."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click
from msgspec import structs

if TYPE_CHECKING:
    from doorward.render.audit.look import Look
    from doorward.results.finding import Report

Function = TypeVar("Function", bound=Callable[..., Any])


class Options(NamedTuple):
    """The options of an audit, as the command line gave them; ``file`` is ``--to``."""

    output: str
    file: Path | None
    fail_on: str
    names: tuple[str, ...]
    thresholds: Path | None
    suppressions: Path | None
    since: Path | None
    at: datetime | None
    history: Path | None
    webhook: str | None


FORMS = ("text", "json", "csv", "html", "sarif", "ocsf", "junit")
"""The forms of a report."""

_FILE = click.Path(path_type=Path, dir_okay=False)
_SPAN = re.compile(r"([1-9][0-9]{0,5})([smhd])")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


def moment_of(
    _context: click.Context, _parameter: click.Parameter, text: str | None
) -> datetime | None:
    """Read a time that an option gives; without a zone it is in UTC."""
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a time such as 2026-01-31T12:00:00Z is wanted") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def _span(_context: click.Context, _parameter: click.Parameter, text: str | None) -> int | None:
    if text is None:
        return None
    found = _SPAN.fullmatch(text)
    if found is None:
        raise click.BadParameter("a span such as 30m, 6h or 1d is wanted")
    return int(found[1]) * _SECONDS[found[2]]


def audit_options(function: Function) -> Function:
    """Add the options of an audit."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


_OPTIONS = (
    click.option(
        "--output",
        type=click.Choice(FORMS),
        default="text",
        show_default=True,
        help="The form of the report.",
    ),
    click.option("--to", "file", metavar="FILE", type=_FILE, help="Write the report to a file."),
    click.option(
        "--fail-on",
        type=click.Choice(["critical", "high", "medium", "low", "never"]),
        default="high",
        show_default=True,
        help="The least severity of a finding that makes the exit code 3.",
    ),
    click.option(
        "--check",
        "names",
        metavar="ID",
        multiple=True,
        help="Carry out this check, or those whose ids begin so (root), and no others.",
    ),
    click.option(
        "--thresholds", metavar="FILE", type=_FILE, help="TOML: the numbers that checks go by."
    ),
    click.option(
        "--suppressions",
        metavar="FILE",
        type=_FILE,
        help="TOML: findings that are accepted, why, and until when.",
    ),
    click.option(
        "--since",
        metavar="PATH",
        type=click.Path(path_type=Path),
        help="An earlier report (JSON), or the folder of an earlier estate: say what is new and"
        " what is gone.",
    ),
    click.option("--at", metavar="TIME", callback=moment_of, help="Count ages to this time."),
    click.option(
        "--history",
        metavar="FOLDER",
        type=click.Path(path_type=Path, file_okay=False),
        help="Keep each report here: for the trend, and to say what is new since the last.",
    ),
    click.option(
        "--webhook",
        metavar="URL",
        envvar="DOORWARD_WEBHOOK",
        help="Where to post what is new and as bad as --fail-on; signed with the secret in"
        " DOORWARD_WEBHOOK_SECRET.",
    ),
    click.option(
        "--every", metavar="SPAN", callback=_span, help="Audit again and again, e.g. every 1d."
    ),
)


def spell(
    draw: Callable[[Report, Look], str], report: Report, look: Look, *, is_terminal: bool
) -> str:
    """Return a report, in the width and colours of the terminal where one shows it."""
    if not (is_terminal and sys.stdout.isatty()):
        return draw(report, look)
    width = shutil.get_terminal_size().columns
    return draw(report, structs.replace(look, width=width, color=True))
