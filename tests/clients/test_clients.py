"""What of the clients needs no installing and little time; `dev.py clients` runs them all."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts import new_account
from tests.clients import cli, sweeping
from tests.clients.cli_rows import REFUSED, Row
from tests.clients.outcome import Step
from tests.clients.sweep import KINDS, Kind
from tests.clients.world import world_of
from tests.live import LiveServer, serving

WHO = "sts get-caller-identity --query"


def wrong(steps: Any) -> list[Step]:
    """Return the steps that something was wrong with; there have to be some at all."""
    taken = list(steps)
    assert taken
    return [step for step in taken if step.problem is not None]


@pytest.mark.parametrize("kinds", [KINDS, tuple(reversed(KINDS))], ids=["forwards", "backwards"])
def test_a_full_account_is_swept_in_whatever_order(
    live_server: LiveServer, kinds: tuple[Kind, ...]
) -> None:
    _, administrator = new_account(live_server)
    steps = sweeping.of(world_of(live_server), administrator.client("iam"), kinds)
    assert wrong(steps) == []


def test_the_cli_pages_waits_and_takes_roles_with_mfa() -> None:
    with serving() as server:
        assert wrong(cli.quick(server)) == []
        planted = [Row(f"{WHO} Account", "another"), Row(f"{WHO} Account", code=REFUSED)]
        assert len(wrong(cli.played(server, planted, []))) == len(planted)
