"""An explanation in the form that was asked for: text, JSON, a fragment of HTML, a picture."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from doorward.cli.server import print_json

Function = TypeVar("Function", bound=Callable[..., Any])


def forms_option(function: Function) -> Function:
    """Add ``--output text|json|html|svg``."""
    return click.option(
        "--output",
        type=click.Choice(["text", "json", "html", "svg"]),
        default="text",
        show_default=True,
        help="How to print the answer; html is a fragment for a page, svg a picture.",
    )(function)


def show(record: Mapping[str, Any], output: str, *, name: str | None = None) -> None:
    """Print an explanation's record (``render.explanation``), or a decision's, in a form.

    ``name`` begins the ids in HTML and SVG.
    """
    if output == "json":
        print_json(record)
    elif output == "html":
        from doorward.render.html import html_from_record

        click.echo(html_from_record(record, name=name), nl=False)
    elif output == "svg":
        from doorward.render.svg import svg_from_record

        click.echo(svg_from_record(record, name=name), nl=False)
    else:
        from doorward.render.text import text_from_record

        click.echo(text_from_record(record, color=sys.stdout.isatty()))


def show_recorded(decisions: list[Mapping[str, Any]], output: str) -> None:
    """Print the records of a recorded call as fragments of HTML, or its only one as a picture."""
    if output == "svg" and len(decisions) != 1:
        raise click.UsageError(
            f"a picture is of one decision, and this call has {len(decisions)}:"
            " --output html, or text, tells of all"
        )
    for number, record in enumerate(decisions, 1):
        show(record, output, name=f"decision-{number}")
