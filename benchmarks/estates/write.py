"""Writing an estate into a folder: no more than one account is held at a time."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

import msgspec

from benchmarks.estates import reports
from benchmarks.estates.account import AccountMaker, Size
from benchmarks.estates.organization import organization
from benchmarks.estates.policies import Json

PAGE: Final = 100
"""How many entries a page of authorization details has."""


class Estate(NamedTuple):
    """What is written: so many accounts of a size, from a seed; ``broken`` of them are spoilt.

    ``first`` is the id of the first account; the others follow it.
    """

    accounts: int
    size: Size
    seed: int = 6
    broken: int = 0
    first: str = "100000000001"

    @property
    def numbers(self) -> list[str]:
        """The ids of the accounts."""
        return [f"{int(self.first) + n:012}" for n in range(self.accounts)]


LARGE: Final = Estate(1000, Size(users=30, roles=70, groups=6, policies=10))
"""100,000 principals and 10,000 policies of customers, each different from the others."""

SMALL: Final = Estate(1, Size(users=50, roles=80, groups=10, policies=69), first="111122223333")
"""An account of 130 principals and 85 policies: 70 of its own, 15 of AWS's."""


def write(estate: Estate, folder: Path) -> None:
    """Write an estate; the same one gives the same bytes."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = estate.numbers
    if estate.accounts > 1:
        _put(folder / "organization.json", organization(numbers, estate.seed))
    for place, number in enumerate(numbers):
        neighbour = numbers[(place + 1) % len(numbers)]
        maker = AccountMaker(estate.seed, number, estate.size, neighbour)
        where = folder / number
        where.mkdir(exist_ok=True)
        _write_account(maker, where, random.Random(f"{estate.seed} reports {number}"))
    spoilt = list(FAULTS.values())
    for place in range(estate.broken):
        spoilt[place % len(spoilt)](folder / numbers[place])


def _write_account(maker: AccountMaker, folder: Path, draw: random.Random) -> None:
    for number, page in enumerate(_pages(maker.entries())):
        _put(folder / f"authorization-details-{number + 1:03}.json", page)
    report = reports.credential_report(maker, draw)
    (folder / "credential-report.csv").write_text(report, "utf-8", newline="")
    _put(folder / "account-summary.json", reports.summary(maker))
    _put(folder / "password-policy.json", reports.password_policy(draw))
    _put(folder / "virtual-mfa-devices.json", reports.devices(maker))
    _put(folder / "resources.json", {"Resources": maker.resources()})


def _pages(entries: Iterable[tuple[str, Json]]) -> Iterator[Json]:
    """Deal entries out to pages, as the API does: a list that is empty on a page is there, too."""
    left = iter(entries)
    chunk = list(islice(left, PAGE))
    while chunk:
        after = list(islice(left, PAGE))
        page: Json = {
            name: []
            for name in ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
        }
        for name, entry in chunk:
            page[name].append(entry)
        yield page | ({"IsTruncated": True, "Marker": "more"} if after else {"IsTruncated": False})
        chunk = after


def _put(file: Path, value: Json) -> None:
    """Write JSON as the AWS CLI does, four spaces deep."""
    file.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=4) + b"\n")


# ------------------------------------------------------------------------ what is broken


def _edit(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


_DETAILS: Final = "authorization-details-001.json"

FAULTS: Final[dict[str, Callable[[Path], None]]] = {
    "a file that ends early": lambda folder: _edit(
        folder / _DETAILS, lambda text: text[: len(text) // 2]
    ),
    "the last page is not there": lambda folder: max(folder.glob("authorization-*")).unlink(),
    "an object in which a key stands twice": lambda folder: _edit(
        folder / _DETAILS,
        lambda text: text.replace(b'"Effect": ', b'"Effect": "Deny", "Effect": ', 1),
    ),
    "a policy that cannot be evaluated": lambda folder: _edit(
        folder / _DETAILS, lambda text: text.replace(b'"Effect": "Allow"', b'"Effect": "Maybe"', 1)
    ),
    "a credential report without a column": lambda folder: _edit(
        folder / "credential-report.csv", lambda text: text.replace(b"mfa_active,", b"", 1)
    ),
    "a report in another encoding, cut": lambda folder: _edit(
        folder / "account-summary.json", lambda text: text.decode().encode("utf-16")[:-1]
    ),
}
"""What may be wrong with an account's files, in the order in which accounts are spoilt."""
