"""The stores that the suite runs on, each empty at the start of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from doorward.store import Store
from tests.store.places import PLACES, clear, postgresql_database, postgresql_server


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql_server() as server, postgresql_database(server) as url:
        yield url


@pytest.fixture(scope="module", params=PLACES)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a store, the same throughout a module."""
    match request.param:
        case "sqlite file":
            return f"sqlite:///{tmp_path_factory.mktemp('store') / 'doorward.db'}"
        case "sqlite memory":
            return "sqlite:///:memory:"
        case _:
            return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture(scope="module")
def opened(url: str) -> Iterator[Store]:
    """A store with its schema; use ``store``, which empties it."""
    store = Store.open(url, exclusive=True)
    store.migrate()
    yield store
    store.close()


@pytest.fixture
def store(opened: Store) -> Store:
    """An empty store."""
    clear(opened)
    return opened
