"""Wrong MFA codes: ten, then five minutes' silence."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from doorward.control.guesses import TRIES, Guesses
from doorward.usecases import guesses as module
from doorward.usecases import shared_guesses as shared_module
from doorward.usecases.guesses import GuessesInMemory, GuessesOfACall
from doorward.usecases.shared_guesses import SharedGuesses

NOW = datetime(2026, 11, 24, tzinfo=UTC)
PHONE = "arn:aws:iam::111122223333:mfa/phone"


def shared() -> SharedGuesses:
    return SharedGuesses(b"a secret of the server")


COUNTS = pytest.mark.parametrize("count", [GuessesInMemory, shared])
"""Both ways of counting: of one process, and of several."""


def outcomes(guesses: Guesses, given: str, every: timedelta = timedelta(0)) -> str:
    """Try codes, ``r`` right and ``w`` wrong; return what became of each, ``-`` not judged."""
    seen = ""
    for number, code in enumerate(given):
        judged: list[str] = []

        def verify(code: str = code, judged: list[str] = judged) -> int | None:
            judged.append(code)
            return 7 if code == "r" else None

        step = guesses.judged(PHONE, NOW + number * every, verify)
        assert step == (7 if judged == ["r"] else None)
        seen += judged[0] if judged else "-"
    return seen


@COUNTS
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
def test_codes_in_a_row(count: Callable[[], Guesses], given: str, every: int, seen: str) -> None:
    assert outcomes(count(), given, timedelta(seconds=every)) == seen


@COUNTS
def test_of_many_at_once_no_more_than_ten_are_judged(count: Callable[[], Guesses]) -> None:
    guesses, judged, together = count(), [], threading.Barrier(20)

    def verify() -> None:
        judged.append(threading.get_ident())

    def attempt(_: int) -> int | None:
        together.wait(timeout=10)
        return guesses.judged(PHONE, NOW, verify)

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(attempt, range(20))) == {None}
    assert len(judged) == 10


@COUNTS
def test_a_verification_that_fails_counts(count: Callable[[], Guesses]) -> None:
    guesses = count()

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
    answers = iter((1, None, 2))
    assert [right.judged("phone", NOW, lambda: next(answers)) for _ in range(3)] == [1, None, 2]


def test_processes_count_together_and_one_that_ends_takes_nothing_with_it() -> None:
    """Each of twelve processes guesses once, and is gone; the eleventh is not listened to."""
    guesses, judged = shared(), 0
    for _ in range(12):
        pid = os.fork()
        if pid == 0:
            guesses.judged(PHONE, NOW, lambda: os._exit(7))
            os._exit(0)
        judged += os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7
    assert judged == 10
    assert guesses.judged(PHONE, NOW, lambda: 7) is None


def test_one_that_is_killed_while_it_counts_holds_nobody_up() -> None:
    guesses = shared()
    pid = os.fork()
    if pid == 0:
        with guesses._alone():
            os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(pid, 0)
    assert guesses.judged(PHONE, NOW, lambda: 7) == 7


def test_of_a_crowded_place_the_longest_untouched_is_forgotten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_module, "_SETS", 1)
    guesses = shared()
    for number in range(16):
        for _ in range(10):
            guesses.judged(str(number), NOW + timedelta(seconds=number), lambda: None)
    assert guesses.judged("0", NOW + timedelta(seconds=20), lambda: 7) is None
    guesses.judged("one more", NOW + timedelta(seconds=20), lambda: None)
    assert guesses.judged("0", NOW + timedelta(seconds=20), lambda: 7) == 7
    assert guesses.judged("15", NOW + timedelta(seconds=20), lambda: 7) is None
