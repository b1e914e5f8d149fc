"""Row 68, in short: every parser on mutated and on random bytes. ``dev.py parsers`` goes on."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz import parsers

CUTS = st.lists(
    st.tuples(st.integers(0, 400), st.binary(max_size=4), st.integers(0, 4)), max_size=4
)
"""Where bytes are put in, which, and how many they replace."""


@pytest.mark.parametrize("name", parsers.PARSERS)
def test_row_68_a_parser_reads_or_refuses_whatever_comes(name: str) -> None:
    @settings(max_examples=60)
    @given(st.sampled_from([b"", *parsers.seeds(name)]), CUTS, st.binary(max_size=64))
    def law(whole: bytes, cuts: list[tuple[int, bytes, int]], more: bytes) -> None:
        for place, new, over in cuts:
            at = place % (len(whole) + 1)
            whole = whole[:at] + new + whole[at + over :]
        parsers.examine(name, whole + more)

    law()


@pytest.mark.parametrize("name", parsers.PARSERS)
def test_row_68_what_mutations_begin_with_is_taken(name: str) -> None:
    assert parsers.seeds(name)
    for seed in parsers.seeds(name):
        parsers.examine(name, seed)


def test_row_68_what_a_parser_must_not_do_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(_data: bytes) -> None:
        raise KeyError

    monkeypatch.setitem(parsers.PARSERS, "arn", wrong)
    with pytest.raises(KeyError):
        parsers.examine("arn", b"")
    monkeypatch.setattr(parsers, "BOUND", 0)
    with pytest.raises(parsers.Slow):
        parsers.examine("glob", b"a*\0a")
