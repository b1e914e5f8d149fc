"""``doorward test``: expected decisions, checked; no server is asked."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from doorward.cli.server import output_option, print_json
from doorward.cli.terminal import printable


@click.command("test")
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--junit", metavar="FILE", type=click.Path(path_type=Path), help="Write JUnit's XML, too."
)
@output_option
def command(files: tuple[Path, ...], junit: Path | None, output: str) -> None:
    """Check decisions against what is expected of them, and explain those that are otherwise.

    A FILE is YAML: policies and tests, in the form of docs/reference/test.md. The exit code is 0
    if every decision is as expected, 1 if one is not.
    """
    from doorward.importers.expectations import read_expectations
    from doorward.usecases.expectations import result

    results = [
        result(str(path), expectation) for path in files for expectation in read_expectations(path)
    ]
    failed = sum(not each["passed"] for each in results)
    if junit is not None:
        junit.write_text(_junit(results), encoding="utf-8")
    if output == "json":
        print_json({"tests": len(results), "failed": failed, "results": results})
    else:
        for each in results:
            _print(each)
        click.echo(f"{len(results) - failed} passed, {failed} failed")
    if failed:
        sys.exit(1)


def _print(result: dict[str, Any]) -> None:
    from doorward.render.text import text_from_record
    from doorward.usecases.expectations import failure

    color = sys.stdout.isatty()
    if result["passed"]:
        click.echo(printable(f"ok    {result['name']}"))
        return
    click.echo(printable(f"FAIL  {result['name']} ({failure(result)})"))
    for line in text_from_record(result["explanation"], color=color).split("\n"):
        click.echo(f"      {line}")


def _junit(results: list[dict[str, Any]]) -> str:
    from doorward.render.junit import Case, junit
    from doorward.render.text import text_from_record
    from doorward.usecases.expectations import failure

    return junit(
        "doorward",
        [
            Case(result["name"], result["file"], result["line"])
            if result["passed"]
            else Case(
                result["name"],
                result["file"],
                result["line"],
                failure(result),
                text_from_record(result["explanation"]),
            )
            for result in results
        ],
    )
