"""Identifiers in the order of time: well-formed, distinct from any thread, greater when later."""

from __future__ import annotations

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from secrets import token_bytes

from hypothesis import given
from hypothesis import strategies as st

from doorward.control.ids import Ids

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


@given(st.datetimes(datetime(1970, 1, 1), datetime(9999, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis sets it
def test_an_id_of_a_moment_is_a_uuid_of_version_7_that_tells_it(moment: datetime) -> None:
    """Provenance: RFC 9562, section 5.7."""
    made = uuid.UUID(Ids(token_bytes).uuid_of(moment))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    told = datetime.fromtimestamp((made.int >> 80) / 1000, UTC)
    assert abs(told - moment) <= timedelta(milliseconds=1)


def test_later_ones_are_greater_as_text() -> None:
    ids = Ids(token_bytes)
    made = [ids.uuid_of(NOW + timedelta(milliseconds=step)) for step in range(1000)]
    assert made == sorted(made)
    assert len({len(each) for each in made}) == 1


def test_no_two_are_alike_whoever_asks_at_once() -> None:
    ids = Ids(token_bytes)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda _: [ids.uuid_of(NOW) for _ in range(2000)], range(8)))
    assert len({each for some in made for each in some}) == 16_000


def test_every_bit_but_the_fixed_ones_is_drawn() -> None:
    """74 bits: each is set in some and clear in others of a thousand."""
    ids = Ids(token_bytes)
    drawn = [uuid.UUID(ids.uuid_of(NOW)).int & ((1 << 80) - 1) for _ in range(1000)]
    fixed = (0xF << 76) | (0x3 << 62)
    varying = 0
    for bit in range(80):
        ones = sum(each >> bit & 1 for each in drawn)
        varying += 300 < ones < 700
        if fixed >> bit & 1:
            assert ones in {0, 1000}
    assert varying == 74
