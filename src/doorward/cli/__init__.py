"""The command line of Doorward.

Exit codes: 0 done; 1 refused or failed (the reason is on standard error); 2 the command line or
the configuration is wrong. Commands load what they need and nothing else: answers come fast.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module

import click

from doorward.cli.terminal import printable
from doorward.errors import ConfigurationError, DoorwardError, InvalidInput

FAILED, MISUSED = 1, 2
"""Exit codes beside 0."""

COMMANDS: dict[str, tuple[str, str]] = {
    "serve": ("doorward.cli.serve", "Serve IAM, STS, Organizations and Doorward's own API."),
    "decide": ("doorward.cli.decide", "Answer questions about access, one JSON line each."),
    "why": ("doorward.cli.why", "Explain a request, or a recorded call: what decided, and where."),
    "test": ("doorward.cli.test", "Check decisions against what is expected of them."),
    "audit": ("doorward.cli.audit", "Audit an estate: what is wrong, and what ends it."),
    "resource": ("doorward.cli.resource", "Keep resource policies: put, get, list, delete."),
    "mfa": ("doorward.cli.mfa", "Make hardware MFA tokens known, record security keys."),
    "account": ("doorward.cli.account", "Create accounts outside any organization; quotas."),
    "backup": ("doorward.cli.backup", "Write a whole store to a file, while servers go on."),
    "import": ("doorward.cli.import_", "Bring a real estate into a folder: read-only, resumable."),
    "export": ("doorward.cli.export", "Write the directory to files of AWS's own formats."),
    "restore": ("doorward.cli.restore", "Restore a backup to an empty store."),
    "master-key": ("doorward.cli.master_key", "Change the keys that seal secrets."),
    "doctor": ("doorward.cli.doctor", "Examine configuration, store, keys, files and clock."),
    "credentials": ("doorward.cli.credentials", "Users' credentials, and the next thing to do."),
    "root": ("doorward.cli.root_use", "What root users did, and how to do without them."),
    "version": ("doorward.cli.version", "Show the version of Doorward and of its data."),
}
"""Every command: the module that holds it (as ``command``) and what it does."""


class Commands(click.Group):
    """Loads a command's module when the command is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Return the names of the commands."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Return a command, loading it now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, meaning) for name, (_, meaning) in COMMANDS.items()])


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Doorward: identity and access management for AWS-style estates."""


def main() -> None:
    """Run the command line and exit with its code; errors say what to do next."""
    try:
        cli.main(standalone_mode=False)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        click.echo("interrupted", err=True)
        sys.exit(FAILED)
    except click.ClickException as error:
        error.show()
        sys.exit(MISUSED)
    except (ConfigurationError, InvalidInput) as error:
        _complain(error)
        sys.exit(MISUSED)
    except DoorwardError as error:
        _complain(error)
        sys.exit(FAILED)
    except OSError as error:
        click.echo(printable(f"doorward: {error}"), err=True)
        # What could not be written is still buffered: Python's own flush at exit must not fail on
        # it again, and so change the exit code.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        sys.exit(FAILED)


def _complain(error: DoorwardError) -> None:
    """Say on standard error what is wrong and, where it is known, what to do about it."""
    click.echo(printable(f"doorward: {error}"), err=True)
    if error.hint:
        click.echo(printable(f"  {error.hint}"), err=True)
