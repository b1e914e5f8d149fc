"""``doorward audit``: what is wrong with an estate, live or exported, and what ends it."""

from __future__ import annotations

import os
import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from doorward.cli.audit_options import Options, audit_options, spell
from doorward.cli.collector import collect_seldom
from doorward.cli.progress import shown_progress
from doorward.cli.settings import config_option, store_option
from doorward.errors import ConfigurationError, InvalidInput

if TYPE_CHECKING:
    from doorward.analysis.thresholds import Thresholds
    from doorward.results.finding import Report, Severity
    from doorward.usecases.audit import Audited
    from doorward.usecases.audit_history import History

SECRET = "DOORWARD_WEBHOOK_SECRET"  # noqa: S105 - its name
"""The variable with what alerts are signed by."""

_UNTOLD = 4
"""The exit code where an alert could not be sent: as if a check had not been carried out."""


@click.command("audit")
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(path_type=Path))
@audit_options
@store_option
@config_option
def command(
    paths: tuple[Path, ...],
    store: str | None,
    config: Path | None,
    every: int | None,
    **options: Any,  # noqa: ANN401 - those of ``Options``
) -> None:
    """Audit an exported estate, or the live directory where no PATH is given.

    PATH is a file or folder of what AWS's own tools write (docs/reference/estate.md); several are
    one estate. The exit code is 0 where nothing is as bad as --fail-on, 3 where something is, and
    4 where a check could not be carried out or a file not be read: then nobody knows.
    """
    collect_seldom()
    asked = Options(**options)
    if paths and store is not None:
        raise click.UsageError("either PATH or --store: which is to be audited?")
    if asked.webhook is not None:
        _check_webhook(asked.webhook, asked)
    if every is None:
        sys.exit(_once(paths, store, config, asked))
    while True:
        _once(paths, store, config, asked)
        threading.Event().wait(every)


def _check_webhook(url: str, asked: Options) -> None:
    """Refuse, before anything is done, a webhook that would never be told anything."""
    from doorward.usecases.alert import checked

    if asked.history is None and asked.since is None:
        raise click.UsageError(
            "--webhook is told what is new since an earlier run: give --history or --since"
        )
    checked(url)


def _once(paths: tuple[Path, ...], store: str | None, config: Path | None, asked: Options) -> int:
    """Carry out one audit; return the exit code."""
    from doorward.analysis.gate import exit_code
    from doorward.render.audit import FORMS
    from doorward.render.audit.look import Look
    from doorward.results.finding import Severity
    from doorward.usecases import audit
    from doorward.usecases.audit_history import History
    from doorward.usecases.clock import system_clock

    now = asked.at or system_clock()
    limits = None if asked.thresholds is None else audit.read_thresholds(asked.thresholds)
    audited = _audited(paths, store, config, now)
    report = _reported(audited, asked, limits, now)
    kept = None if asked.history is None else History(asked.history)
    look = Look(version=audit.VERSION)
    if asked.output == "html":  # which alone has pictures
        earlier = () if kept is None else kept.trend()
        look = audit.look(audited, report, thresholds=limits, earlier=earlier)
    text = spell(FORMS[asked.output], report, look, is_terminal=asked.file is None)
    _write(text, asked.file)
    least = None if asked.fail_on == "never" else Severity(asked.fail_on)
    code = exit_code(report, least)
    before = _before(asked, kept, limits, now)
    if before is not None:
        code = max(code, _compared(before, report, asked.webhook, least or Severity.LOW))
    if kept is not None:
        kept.keep(text if asked.output == "json" else FORMS["json"](report, look), now)
    return code


def _reported(
    audited: Audited, asked: Options, limits: Thresholds | None, now: datetime
) -> Report:
    """What the checks say of an estate, without what is accepted."""
    from doorward.usecases import audit

    with shown_progress("accounts", quiet=True) as told:
        report = audit.audit(audited, now, names=asked.names, thresholds=limits, progress=told)
    return _suppressed(report, asked.suppressions, now)


def _suppressed(report: Report, file: Path | None, now: datetime) -> Report:
    from doorward.analysis.suppressions import apply, parse

    return report if file is None else apply(report, parse(_text(file), str(file)), now)


def _audited(
    paths: tuple[Path, ...], store: str | None, config: Path | None, now: datetime
) -> Audited:
    from doorward.usecases import audit

    if paths:
        with shown_progress("files", quiet=True) as told:
            return audit.exported(paths, told, now)
    from doorward.usecases.config import settings
    from doorward.usecases.existing import existing

    with existing(settings({"store": store}, os.environ, config).store) as source:
        return audit.live(source, now)


def _before(
    asked: Options, kept: History | None, limits: Thresholds | None, now: datetime
) -> Report | None:
    """What this run is compared with: an estate that was kept, a report, or the latest run."""
    from doorward.importers.audit_report import read_report

    since = asked.since
    if since is None:
        return None if kept is None else kept.latest()
    if not since.is_dir():
        return read_report(_text(since))
    return _reported(_audited((since,), None, None, now), asked, limits, now)


def _compared(before: Report, after: Report, webhook: str | None, least: Severity) -> int:
    """Tell what is new on standard error, and to the webhook; return the exit code of telling."""
    from doorward.analysis.difference import difference
    from doorward.render.audit.difference import text_difference
    from doorward.usecases.alert import message, send
    from doorward.wire.webhook import NotTaken

    found = difference(before, after)
    click.echo(text_difference(found), err=True, nl=False)
    told = message(found, least)
    if webhook is None or told is None:
        return 0
    try:
        send(webhook, told, os.environ.get(SECRET))
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
