"""Settings of the whole test run: sealed off from the developer's AWS, reproducible searches."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests.live import LiveServer, serving
from tests.store.places import let_go

# Real clients run in these tests. They must never find the credentials, profiles or regions of
# whoever runs them, nor look for an instance's metadata.
for name in [name for name in os.environ if name.startswith("AWS_") and name != "AWS_CA_BUNDLE"]:
    del os.environ[name]
os.environ.update(
    AWS_CONFIG_FILE=os.devnull,
    AWS_SHARED_CREDENTIALS_FILE=os.devnull,
    AWS_EC2_METADATA_DISABLED="true",
    AWS_DEFAULT_REGION="us-east-1",
)

if os.environ.get("TEST_REFUSED"):
    from tests.faults.refused import refuse_every_transaction_once

    refuse_every_transaction_once()

# Time limits are pytest's (`timeout` in pyproject.toml): a deadline per example only measures how
# busy the machine is. `HYPOTHESIS_PROFILE=long` searches deeper.
settings.register_profile(
    "check", deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("long", settings.get_profile("check"), max_examples=5_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "check"))


def pytest_sessionfinish() -> None:
    """End the use of what the whole run shares."""
    let_go()


@pytest.fixture(scope="session")
def live_server() -> Iterator[LiveServer]:
    """A server on a store in memory, shared by the tests of a worker."""
    with serving() as server:
        yield server
