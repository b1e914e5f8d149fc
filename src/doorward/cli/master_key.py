"""``doorward master-key``: change the keys that seal secrets, while servers go on."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from doorward.cli.settings import config_option, master_key_option, store_option

if TYPE_CHECKING:
    from doorward.usecases.config import Settings

Function = TypeVar("Function", bound=Callable[..., Any])

_RELOAD = "Have every server read its keys again now: SIGHUP to its first process."


@click.group("master-key")
def command() -> None:
    """Change the master keys that seal secrets, while servers go on.

    In this order, with a SIGHUP to every server after add, promote and remove: add, promote,
    rewrap, remove. Each may be run again when it was cut short.
    """


def _which(function: Function) -> Function:
    """Add the options that say which store and which keys."""
    return store_option(master_key_option(config_option(function)))


def _settings(store: str | None, master_key_file: str | None, config: Path | None) -> Settings:
    """Return the settings that the options give."""
    from doorward.usecases.config import settings

    return settings({"store": store, "master_key_file": master_key_file}, os.environ, config)


@command.command("list")
@_which
def list_keys(store: str | None, master_key_file: str | None, config: Path | None) -> None:
    """Show the ids of the keys, the one that seals first, and how many secrets each seals."""
    from doorward.usecases.existing import existing
    from doorward.usecases.master_keys import master_keys
    from doorward.usecases.rotation import usage

    chosen = _settings(store, master_key_file, config)
    keys = [key.id for key in master_keys(chosen)]
    with existing(chosen.store) as opened:
        used = usage(opened)
    for number, key_id in enumerate(keys):
        click.echo(f"{key_id}  {used.get(key_id, 0)} secrets{'' if number else '  seals'}")
    for key_id in sorted(set(used) - set(keys)):
        click.echo(f"{key_id}  {used[key_id]} secrets  MISSING: they cannot be opened")


@command.command("add")
@_which
def add_key(store: str | None, master_key_file: str | None, config: Path | None) -> None:
    """Add a new key to the file; it opens, and does not seal yet."""
    from doorward.usecases.rotation import add, file_of

    made = add(file_of(_settings(store, master_key_file, config)))
    click.echo(f"Added {made.id}.\n{_RELOAD}")


@command.command("promote")
@click.argument("key_id", metavar="[ID]", required=False)
@_which
def promote_key(
    key_id: str | None, store: str | None, master_key_file: str | None, config: Path | None
) -> None:
    """Make a key the one that seals: the last of the file, unless ID names one."""
    from doorward.usecases.rotation import file_of, promote

    chosen = promote(file_of(_settings(store, master_key_file, config)), key_id)
    click.echo(f"{chosen.id} seals from now on.\n{_RELOAD}")


@command.command("rewrap")
@_which
def rewrap_all(store: str | None, master_key_file: str | None, config: Path | None) -> None:
    """Wrap every secret of the store by the key that seals, in batches, beside the servers."""
    from doorward.usecases.existing import existing
    from doorward.usecases.master_keys import master_keys
    from doorward.usecases.rotation import rewrap

    chosen = _settings(store, master_key_file, config)
    keys = master_keys(chosen)
    with existing(chosen.store) as opened:
        done = rewrap(opened, keys, lambda count: click.echo(f"  {count} rewrapped", err=True))
    click.echo(f"Rewrapped {done}. Every secret that was found is sealed by {keys[0].id}.")


@command.command("remove")
@click.argument("key_id", metavar="ID")
@_which
def remove_key(
    key_id: str, store: str | None, master_key_file: str | None, config: Path | None
) -> None:
    """Take a key out of the file, once no secret of the store is sealed by it.

    Sessions that were issued under it end with it: wait 36 hours, the longest that one can last,
    or they have to be made anew. So do encoded authorization messages.
    """
    from doorward.usecases.existing import existing
    from doorward.usecases.rotation import file_of, remove

    chosen = _settings(store, master_key_file, config)
    with existing(chosen.store) as opened:
        remove(opened, file_of(chosen), key_id)
    click.echo(f"Removed {key_id}.\n{_RELOAD}")
