"""The PostgreSQL server of the whole run."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.store.places import postgresql_server


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with postgresql_server() as server:
        yield server
