"""Wrong MFA codes: ten, then five minutes' silence."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from doorward.control.guesses import TRIES
from doorward.usecases import guesses as module
from doorward.usecases.guesses import GuessesInMemory, GuessesOfACall

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PHONE = "arn:aws:iam::111122223333:mfa/phone"


def outcomes(given: str, every: timedelta = timedelta(0)) -> str:
    """Try codes, ``r`` right and ``w`` wrong; return what became of each, ``-`` not judged."""
    guesses, seen = GuessesInMemory(), ""
    for number, code in enumerate(given):
        judged: list[str] = []

        def verify(code: str = code, judged: list[str] = judged) -> int | None:
            judged.append(code)
            return 7 if code == "r" else None

        step = guesses.judged(PHONE, NOW + number * every, verify)
        assert step == (7 if judged == ["r"] else None)
        seen += judged[0] if judged else "-"
    return seen


@pytest.mark.parametrize(
    ("given", "every", "seen"),
    [
        ("w" * 12 + "r", 0, "w" * 10 + "---"),
        ("w" * 9 + "r" + "w" * 10 + "r", 0, "w" * 9 + "r" + "w" * 10 + "-"),
        ("w" * 10 + "r", 299, "w" * 10 + "-"),
        ("w" * 10 + "r", 300, "w" * 10 + "r"),
        # Once locked, one wrong code is enough to be locked again.
        ("w" * 14, 150, "w" * 10 + "-w-w"),
        # A clock that is put back unlocks nothing.
        ("w" * 10 + "r", -3600, "w" * 10 + "-"),
    ],
)
def test_codes_in_a_row(given: str, every: int, seen: str) -> None:
    assert outcomes(given, timedelta(seconds=every)) == seen


def test_of_many_at_once_no_more_than_ten_are_judged() -> None:
    guesses, judged, together = GuessesInMemory(), [], threading.Barrier(20)

    def verify() -> None:
        judged.append(threading.get_ident())

    def attempt(_: int) -> int | None:
        together.wait(timeout=10)
        return guesses.judged(PHONE, NOW, verify)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(attempt, range(20))) == {None}
    assert len(judged) == 10


def test_a_verification_that_fails_counts() -> None:
    guesses = GuessesInMemory()

    def broken() -> int:
        raise ValueError("the seed cannot be opened")

    for _ in range(10):
        with pytest.raises(ValueError, match="cannot be opened"):
            guesses.judged(PHONE, NOW, broken)
    assert guesses.judged(PHONE, NOW, lambda: 7) is None


def test_the_device_tried_longest_ago_is_forgotten_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DEVICES", 2)
    guesses = GuessesInMemory()
    for _ in range(10):
        guesses.judged("a", NOW, lambda: None)
    guesses.judged("b", NOW, lambda: None)
    guesses.judged("b", NOW, lambda: None)
    assert guesses.judged("a", NOW, lambda: 7) is None
    guesses.judged("c", NOW, lambda: None)
    assert guesses.judged("a", NOW, lambda: 7) == 7


def test_a_try_is_counted_once_however_often_its_call_is_run() -> None:
    """A transaction that the database refuses is run again from the start."""
    guesses = GuessesInMemory()
    call = GuessesOfACall(guesses)
    for _ in range(3 * TRIES):
        assert call.judged("phone", NOW, lambda: None) is None
        assert call.judged("phone", NOW, lambda: 7) is None, "wrong stays wrong"
    assert guesses.judged("phone", NOW, lambda: 7) == 7
    right = GuessesOfACall(guesses)
    assert right.judged("phone", NOW, lambda: 1) == 1
    assert right.judged("phone", NOW, lambda: None) is None
    assert right.judged("phone", NOW, lambda: 2) == 2
