"""``doorward decide``: questions in, answers out, one JSON line each; no server is asked."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from doorward.cli.terminal import printable


@click.command("decide")
@click.option(
    "--input",
    "source",
    metavar="FILE",
    required=True,
    type=click.File("rb"),
    help="JSON Lines, one question a line; - is standard input.",
)
@click.option(
    "--output",
    type=click.Choice(["json", "text"]),
    default="json",
    show_default=True,
    help="One JSON line, or a readable paragraph, an answer.",
)
def command(source: Iterable[bytes], output: str) -> None:
    """Answer self-contained questions about access.

    A line is {"id", "request": {…}, "policies": {…}}; a line that cannot be answered is answered
    {"id", "error"}. Empty lines are skipped. The form is in docs/reference/decide.md.
    """
    for line in source:
        if line.strip():
            found = _answer(line)
            click.echo(json.dumps(found) if output == "json" else printable(_readable(found)))


def _answer(line: bytes) -> dict[str, object]:
    """Answer one line, whatever its bytes are."""
    from doorward.engine.question import answer_line

    try:
        return answer_line(line.decode("utf-8"))
    except UnicodeDecodeError as error:
        return {"id": None, "error": {"code": "InvalidJson", "message": f"not UTF-8: {error}"}}


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
