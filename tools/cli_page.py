"""Writes docs/reference/cli.md: every command, option, exit code and setting, from the code.

``python -m tools.cli_page`` writes the page; a test fails while it is stale.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from doorward.cli import FAILED, MISUSED, cli
from doorward.cli.doctor import NOT_KNOWN
from doorward.usecases.config import METRICS_ADDRESS, PREFIX, SETTINGS, Settings

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "cli.md"

HEAD = """# Command line

Every command of `doorward`, as `--help`, which each of them has, tells it. This page is generated
(`python -m tools.cli_page`).
"""

EXIT_CODES = f"""
## Exit codes

| Code | Meaning |
|---|---|
| 0 | done; of `decide`: every line was answered, be it by an error; of `doctor`: all is well |
| {FAILED} | refused or failed: standard error says why; of `test`: a decision is not as \
expected; of `doctor`: a check failed; of `restore`: nothing was written, for want of `--yes` |
| {MISUSED} | the command line or the configuration is wrong: standard error says where |
| {NOT_KNOWN} | of `doctor`: no check failed, and some could not be made; of `audit`: something \
is as bad as `--fail-on` |
| 4 | of `audit`: a check could not be carried out, or a file not be read; of `import`: something \
could not be read, the rest is there |

Answers go to standard output, everything else to standard error.
"""

SETTINGS_HEAD = """
## Settings of `doorward serve`

A setting is given by a flag, else by its variable, else in the TOML file that `--config` names.
All values are text. `backup`, `restore`, `doctor` and `master-key` read the same settings. Those
marked *reloads* are taken over on SIGHUP; the others need a restart. Without a master key, one is
made beside a new SQLite store (`FILE.key`); PostgreSQL needs one given. Without bootstrap settings
the first start draws them, and prints the secret once. Unknown flags, variables that begin with
`DOORWARD_` and keys are errors.

| Key in the file | Variable | Meaning | Default | |
|---|---|---|---|---|
"""

CREDENTIALS = """
## Credentials

Commands that ask a server sign as AWS's own clients do: with `AWS_ACCESS_KEY_ID`,
`AWS_SECRET_ACCESS_KEY` and `AWS_SESSION_TOKEN`, or the profile that `--profile` or `AWS_PROFILE`
names. `DOORWARD_ENDPOINT` says which server, `DOORWARD_CONFIG` which file the commands with
`--config` read.
"""


def page() -> str:
    """Return the page's text."""
    context = click.Context(cli, info_name="doorward")
    settings = (
        f"| `{name}` | `{PREFIX}{name.upper()}` | {cell(setting.meaning)} | {default(name)} "
        f"| {'reloads' if setting.reloads else ''} |\n"
        for name, setting in SETTINGS.items()
    )
    commands = (text for found in leaves(cli, context) for text in described(*found))
    return "".join((HEAD, *commands, EXIT_CODES, SETTINGS_HEAD, *settings, CREDENTIALS))


def default(name: str) -> str:
    """Return what a setting is when nobody gives it."""
    usual = Settings()
    told = {"listen": f"{usual.host}:{usual.port}", "metrics": METRICS_ADDRESS}
    value = told.get(name) or getattr(usual, name)
    return f"`{value}`" if value else ""


def leaves(command: click.Command, context: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Yield every command that does something, with its name as it is typed."""
    if not isinstance(command, click.Group):
        yield context.command_path, command
        return
    for name in command.list_commands(context):
        inner = command.get_command(context, name)
        if inner is not None:
            yield from leaves(inner, click.Context(inner, parent=context, info_name=name))


def described(name: str, command: click.Command) -> Iterator[str]:
    """Yield a command's heading, meaning and options."""
    arguments = [
        parameter.human_readable_name
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    yield f"\n## {' '.join((name, *arguments))}\n\n{paragraphs(command.help or '')}\n"
    options = [option for option in command.params if isinstance(option, click.Option)]
    if options:
        yield "\n| Option | Meaning |\n|---|---|\n"
        for option in options:
            yield f"| `{cell(spelt(option))}` | {cell(meaning(option))} |\n"


def paragraphs(text: str) -> str:
    """Return a docstring with its paragraphs unwrapped."""
    return "\n\n".join(" ".join(part.split()) for part in text.split("\n\n"))


def spelt(option: click.Option) -> str:
    """Return an option as it is typed."""
    if option.is_flag:
        return " / ".join((*option.opts[:1], *option.secondary_opts[:1]))
    if isinstance(option.type, click.Choice):
        return f"{option.opts[0]} {'|'.join(str(each) for each in option.type.choices)}"
    return f"{option.opts[0]} {option.metavar or option.human_readable_name.upper()}"


def meaning(option: click.Option) -> str:
    """Return what an option is for, and what it is when it is not given."""
    said = [option.help or ""]
    if option.required:
        said.append("Required.")
    if option.show_default:
        said.append(f"Default: `{option.default}`.")
    return " ".join(said)


def cell(text: str) -> str:
    """Return text that can stand in a table."""
    return text.replace("|", "\\|")


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
