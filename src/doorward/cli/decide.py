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
    type=click.Choice(["json", "text", "html", "svg"]),
    default="json",
    show_default=True,
    help="A JSON line, a readable line or a fragment of HTML an answer; svg is of one answer.",
)
def command(source: Iterable[bytes], output: str) -> None:
    """Answer self-contained questions about access.

    A line is {"id", "request": {…}, "policies": {…}}; a line that cannot be answered is answered
    {"id", "error"}. Empty lines are skipped. The form is in docs/reference/decide.md.
    """
    lines = (line for line in source if line.strip())
    for number, line in enumerate(_only(lines) if output == "svg" else lines, 1):
        found = _answer(line)
        if output == "json":
            click.echo(json.dumps(found))
        elif output == "text":
            click.echo(printable(_readable(found)))
        elif "error" in found:
            # Neither form has a place for what is no decision: it is told of beside the answers.
            click.echo(printable(_readable(found)), err=True)
        else:
            _explained(line, number, output)


def _only(lines: Iterable[bytes]) -> tuple[bytes, ...]:
    found = tuple(lines)
    if len(found) != 1:
        raise click.UsageError(
            f"a picture is of one question, and there are {len(found)}: --output html shows all"
        )
    return found


def _explained(line: bytes, number: int, output: str) -> None:
    """Print the explanation of a question that has an answer."""
    from doorward.cli.explained import show
    from doorward.engine.question import read_question, strict_json
    from doorward.usecases.queries import explanation

    layers, asked = read_question(strict_json(line.decode("utf-8")))
    show(explanation(layers, asked), output, name=f"question-{number}")


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
