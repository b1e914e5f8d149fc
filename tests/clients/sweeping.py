"""The sweep as a client: fill the account, see that it is full, sweep it, see that it is empty."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tests.clients.filling import fill
from tests.clients.outcome import Step, Steps
from tests.clients.sweep import KINDS, Kind, Swept, sweep
from tests.clients.world import World

ADMINISTRATOR = "administrator"
KEPT = {
    "Users": 1,
    "PolicyVersionsInUse": 1,
    "Groups": 0,
    "Roles": 0,
    "Policies": 0,
    "InstanceProfiles": 0,
    "MFADevices": 0,
    "MFADevicesInUse": 0,
    "ServerCertificates": 0,
    "Providers": 0,
}
"""What an account's summary counts, and what is left of it: the caller and its policy."""


def run(world: World) -> Steps:
    """Fill the account, beside all that other clients left, and sweep it."""
    yield from of(world, world.server.client("iam"))


def of(world: World, iam: Any, kinds: Sequence[Kind] = KINDS) -> Steps:
    """Yield what there is to say of a sweep of the account of a client, by ``kinds``."""
    fill(world, iam)
    before = counts(iam)
    missing = [name for name, left in KEPT.items() if before[name] <= left]
    yield Step("the account is full", f"none of: {missing}" if missing else None)
    swept = sweep(iam, ADMINISTRATOR, kinds)
    yield Step(f"swept in {swept.rounds} rounds", "\n".join(swept.left) or None)
    yield Step(f"{sum(swept.gone.values())} calls: {told(swept)}")
    after = counts(iam)
    yield Step("nothing is left but the caller", None if after == KEPT else str(after))
    more = sweep(iam, ADMINISTRATOR, kinds)
    yield Step("another sweep finds nothing", str(more.gone) if more.gone else None)


def counts(iam: Any) -> dict[str, int]:
    """Return what the account's summary counts."""
    summary: Mapping[str, int] = iam.get_account_summary()["SummaryMap"]
    return {name: summary[name] for name in KEPT}


def told(swept: Swept) -> str:
    """Return how often each call went through."""
    return ", ".join(f"{call} {times}" for call, times in sorted(swept.gone.items()))
