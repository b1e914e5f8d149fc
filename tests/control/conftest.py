"""The estate that the verbs are tried on."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.control.estate import Estate


@pytest.fixture
def estate() -> Iterator[Estate]:
    estate = Estate()
    yield estate
    estate.store.close()
