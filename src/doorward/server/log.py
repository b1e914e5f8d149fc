"""Where the server's log goes: one line an entry, on standard error."""

from __future__ import annotations

import logging
import sys

import structlog


def log_to_stderr(form: str = "json") -> None:
    """Write log entries to standard error; tracebacks carry no local variables.

    ``form`` is ``json``, ``text``, or ``auto``: text where a terminal reads it.
    """
    text = form == "text" or (form == "auto" and sys.stderr.isatty())
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        if text
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            last,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
    )
