"""Bringing one account, or every account of an organization, into a folder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

import msgspec

from doorward.errors import InvalidInput
from doorward.importers.pull.account import Note, pull_account
from doorward.importers.pull.client import Asker, PullFailed
from doorward.importers.pull.folder import Folder, Missing
from doorward.importers.pull.organization import DELEGATIONS, pull_organization
from doorward.importers.pull.regions import pull_regions
from doorward.importers.pull.resource_kinds import Place
from doorward.importers.pull.resources import pull_resources

_ORGANIZATION: Final = "organization.json"


class Wanted(msgspec.Struct, frozen=True):
    """What is pulled: by whom, every account of the organization or one, in which role.

    ``last_accessed`` asks for the last accesses of every user and role, which takes longest;
    ``regions`` for what exists by Region, in every one; ``resources`` for resources with their
    policies.
    """

    profile: str | None
    organization: bool
    role: str
    last_accessed: bool
    regions: bool = True
    resources: bool = True


class Pulled(msgspec.Struct, frozen=True):
    """The accounts that were asked, and what of them could not be brought."""

    accounts: tuple[str, ...]
    missing: tuple[Missing, ...]


def pull(
    wanted: Wanted,
    folder: Path,
    now: datetime,
    *,
    note: Note = lambda _what: None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> Pulled:
    """Bring what is not in the folder yet; a pull that was killed goes on where it was.

    ``note`` is told what is asked, ``progress`` how many accounts are done, of how many. The time
    of the estate is that of the first pull into the folder. Raises ``PullFailed`` when not even
    the caller's account can be asked for, ``InvalidInput`` for a folder that cannot be written or
    a profile that is not there.
    """
    asker = Asker.of_profile(wanted.profile)
    who = asker.call("sts", "get_caller_identity")
    partition = who["Arn"].split(":")[1]
    try:
        top = Folder(folder)
        if not top.has("estate.json"):
            top.write("estate.json", {"Taken": now, "Of": f"aws {who['Account']}"})
        missing = list(_organization(asker, top, who["Account"], note))
        accounts = _accounts(wanted, top, who["Account"])
        for number, account in enumerate(accounts):
            progress(number, len(accounts))
            role = f"arn:{partition}:iam::{account}:role/{wanted.role}"
            try:
                there = asker if account == who["Account"] else asker.in_role(role)
            except PullFailed as error:
                missing.append(Missing(account, "everything", str(error)))
                continue
            below = top.below(account)
            missing += pull_account(
                there, below, account, last_accessed=wanted.last_accessed, note=note
            )
            if wanted.regions:
                missing += pull_regions(there, below, account, note=note)
            if wanted.resources:
                place = Place(partition, account)
                missing += pull_resources(there, below, place, regions=wanted.regions, note=note)
        progress(len(accounts), len(accounts))
    except OSError as error:
        message = f"{folder} cannot be written: {error.strerror}"
        raise InvalidInput("Unwritable", message) from error
    return Pulled(tuple(accounts), tuple(missing))


def _organization(asker: Asker, top: Folder, account: str, note: Note) -> list[Missing]:
    """Bring the organization and what is delegated in it, unless it is there."""
    missing: list[Missing] = []

    def refused(what: str, error: PullFailed) -> None:
        missing.append(Missing(account, what, str(error)))

    if not top.has(_ORGANIZATION):
        note("organization")
        try:
            top.write(_ORGANIZATION, pull_organization(asker, refused))
        except PullFailed as error:
            refused("organization", error)
            return missing
    if top.read(_ORGANIZATION)["Organization"] is None:
        return missing
    for name, bring in DELEGATIONS.items():
        if top.has(f"{name}.json"):
            continue
        note(name)
        try:
            top.write(f"{name}.json", bring(asker))
        except PullFailed as error:
            refused(name, error)
    return missing


def _accounts(wanted: Wanted, top: Folder, own: str) -> list[str]:
    """The accounts to ask: the caller's, or every one of the organization that is not closed."""
    if not wanted.organization:
        return [own]
    found = top.read(_ORGANIZATION) if top.has(_ORGANIZATION) else {}
    listed = found.get("Accounts")
    if not listed:
        raise InvalidInput(
            "NoOrganization",
            f"account {own} cannot list the accounts of an organization",
            hint="ask as its management account, or leave out --organization",
        )
    return sorted(each["Id"] for each in listed if each.get("Status", "ACTIVE") == "ACTIVE")
