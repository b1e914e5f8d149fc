"""``doorward decide``: questions in, answers out, one JSON line each; no server is asked."""

from __future__ import annotations

import json
from typing import TextIO

import click


@click.command("decide")
@click.option(
    "--input",
    "source",
    required=True,
    type=click.File(encoding="utf-8"),
    help="JSON Lines, one question a line; - is standard input.",
)
@click.option(
    "--output",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="One JSON line, or a readable paragraph, an answer.",
)
def command(source: TextIO, output: str) -> None:
    """Answer self-contained questions about access.

    A line is {"id", "request": {…}, "policies": {…}}; a line that cannot be answered is answered
    {"id", "error"}. Empty lines are skipped. The form is in docs/reference/decide.md.
    """
    from doorward.engine.question import answer_line

    for line in source:
        if not line.strip():
            continue
        answer = answer_line(line)
        click.echo(
            json.dumps(answer, ensure_ascii=False) if output == "json" else _readable(answer)
        )


def _readable(answer: dict[str, object]) -> str:
    """Return an answer as a line for people."""
    name = answer.get("id")
    label = f"{name}: " if name is not None else ""
    error = answer.get("error")
    if isinstance(error, dict):
        at = f" (at {error['pointer']})" if error.get("pointer") else ""
        return f"{label}ERROR {error['code']}: {error['message']}{at}"
    blocked = answer.get("blockedBy")
    stopped = f", blocked by {', '.join(blocked)}" if isinstance(blocked, list) and blocked else ""
    return f"{label}{answer['effect']} ({answer['rule']}{stopped})"
