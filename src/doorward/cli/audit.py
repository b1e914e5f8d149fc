"""``doorward audit``: what is wrong with an estate, live or exported, and what ends it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from doorward.cli.audit_options import Options, audit_options, spell
from doorward.cli.collector import collect_seldom
from doorward.cli.settings import config_option, store_option
from doorward.errors import ConfigurationError, InvalidInput

if TYPE_CHECKING:
    from doorward.results.finding import Report, Severity
    from doorward.usecases.audit import Audited

SECRET = "DOORWARD_WEBHOOK_SECRET"  # noqa: S105 - its name
"""The variable with what alerts are signed by."""

_UNTOLD = 4
"""The exit code where an alert could not be sent: as if a check had not been carried out."""


@click.command("audit")
@click.argument("path", required=False, type=click.Path(path_type=Path))
@audit_options
@store_option
@config_option
def command(
    path: Path | None,
    store: str | None,
    config: Path | None,
    every: int | None,
    **options: Any,  # noqa: ANN401 - those of ``Options``
) -> None:
    """Audit an exported estate, or the live directory where no PATH is given.

    PATH is a file or folder of what AWS's own tools write (docs/reference/estate.md). The exit
    code is 0 where nothing is as bad as --fail-on, 3 where something is, and 4 where a check could
    not be carried out or a file not be read: then nobody knows.
    """
    collect_seldom()
    asked = Options(**options)
    if path is not None and store is not None:
        raise click.UsageError("either PATH or --store: which is to be audited?")
    if every is None:
        sys.exit(_once(path, store, config, asked))
    while True:
        _once(path, store, config, asked)
        threading.Event().wait(every)


def _once(path: Path | None, store: str | None, config: Path | None, asked: Options) -> int:
    """Carry out one audit; return the exit code."""
    from doorward.analysis.gate import exit_code
    from doorward.render.audit import FORMS
    from doorward.results.finding import Severity
    from doorward.usecases import audit
    from doorward.usecases.audit_history import History
    from doorward.usecases.clock import system_clock

    now = asked.at or system_clock()
    limits = None if asked.thresholds is None else audit.read_thresholds(asked.thresholds)
    audited = _audited(path, store, config, now)
    report = audit.audit(audited, now, names=asked.names, thresholds=limits, progress=_progress())
    report = _suppressed(report, asked.suppressions, now)
    kept = None if asked.history is None else History(asked.history)
    earlier = () if kept is None else kept.trend()
    look = audit.look(audited, report, thresholds=limits, earlier=earlier)
    text = spell(FORMS[asked.output], report, look, is_terminal=asked.file is None)
    _write(text, asked.file)
    least = None if asked.fail_on == "never" else Severity(asked.fail_on)
    code = exit_code(report, least)
    before = _before(asked.since, kept)
    if before is not None:
        code = max(code, _compared(before, report, asked.webhook, least or Severity.LOW))
    if kept is not None:
        kept.keep(FORMS["json"](report, look), now)
    return code


def _suppressed(report: Report, file: Path | None, now: datetime) -> Report:
    from doorward.analysis.suppressions import apply, parse

    return report if file is None else apply(report, parse(_text(file), str(file)), now)


def _audited(path: Path | None, store: str | None, config: Path | None, now: datetime) -> Audited:
    from doorward.usecases import audit

    if path is not None:
        return audit.exported(path, _progress())
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing

    with existing(settings({"store": store}, os.environ, config).store) as source:
        return audit.live(source, now)


def _before(since: Path | None, kept: Any) -> Report | None:  # noqa: ANN401 - imported late
    from doorward.importers.audit_report import read_report

    if since is not None:
        return read_report(_text(since))
    found: Report | None = None if kept is None else kept.latest()
    return found


def _compared(before: Report, after: Report, webhook: str | None, least: Severity) -> int:
    """Tell what is new on standard error, and to the webhook; return the exit code of telling."""
    from doorward.analysis.difference import difference
    from doorward.render.audit.difference import text_difference
    from doorward.usecases.alert import checked, message, send
    from doorward.wire.webhook import NotTaken

    found = difference(before, after)
    click.echo(text_difference(found), err=True, nl=False)
    told = message(found, least)
    if webhook is None or told is None:
        return 0
    try:
        send(checked(webhook), told, os.environ.get(SECRET))
    except NotTaken as error:
        click.echo(f"doorward: {error}", err=True)
        return _UNTOLD
    return 0


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidInput("Unreadable", f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InvalidInput("Unreadable", f"{file} is not UTF-8") from error


def _write(text: str, file: Path | None) -> None:
    if file is None:
        click.echo(text, nl=False)
        return
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{file} cannot be written: {error.strerror}") from error


def _progress() -> Callable[[str, int, int], None]:
    """Tell people at a terminal how far it is; nobody else."""
    if not sys.stderr.isatty():
        return lambda _what, _done, _all: None

    def tell(what: str, done: int, of: int) -> None:
        end = "\n" if done == of else ""
        click.echo(f"\r{what} {done} of {of}", nl=False, err=True)
        click.echo(end, nl=False, err=True)

    return tell
