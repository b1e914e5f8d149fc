"""Catalogue row 71, and what must hold of writes when the database refuses them.

Longer: ``dev.py faults``.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doorward.api import services
from doorward.api.operation import REGISTRY
from tests.faults.story import STORY
from tests.faults.trials import SHORT, names, tell
from tests.store.places import postgresql_database, postgresql_server


@pytest.fixture(params=names())
def place(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of an empty store."""
    if request.param == "sqlite":
        yield f"sqlite:///{request.getfixturevalue('tmp_path')}/doorward.db"
        return
    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


def test_the_story_has_every_operation_that_writes() -> None:
    services.load()
    told = {(step.service, step.operation) for step in STORY}
    assert {name for name, served in REGISTRY.items() if served.writes} <= told


def test_row_71_a_call_that_fails_leaves_nothing_and_a_refused_commit_is_made_again(
    place: str,
) -> None:
    shown = tell(place, SHORT)
    assert shown.failures > len(STORY) / 2
    assert shown.refusals > len(STORY) / 2
