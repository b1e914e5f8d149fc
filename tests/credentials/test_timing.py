"""Row 20, in short: ``python3 dev.py signatures`` measures at length."""

from __future__ import annotations

from tests.credentials import timing


def test_row_20_a_comparison_that_stops_early_is_seen() -> None:
    assert timing.measure(300, 1, timing.naive).correlation > 0.5


def test_row_20_ours_takes_as_long_for_every_wrong_signature() -> None:
    """Of 300, chance alone gives a correlation of 0.3 once in five million times."""
    assert abs(timing.measure(300, 1).correlation) < 0.3
