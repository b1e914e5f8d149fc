"""Catalogue row 72: a disk whose syncs take long holds up the writes that wait for it, no more.

Decisions are taken meanwhile, and who has waited shares the next sync.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from doorward.model.identity import User
from tests.faults.story import iam, told
from tests.usecases.test_turns import wait_until

WRITERS = 12


def test_row_72_a_slow_disk_holds_up_no_decision_and_syncs_are_shared(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with told(f"sqlite:///{tmp_path}/doorward.db") as telling:
        live, store = telling.application.live, telling.application.store
        telling.call(iam("CreateUser", UserName="before"))
        telling.application.recorder.flush()
        batches: list[int] = []
        together: Callable[..., Any] = store.write_together

        def counted(works: Sequence[Any], catch_up: Callable[[], Any]) -> Any:
            done = together(works, catch_up)
            batches.append(len(done.outcomes))
            return done

        monkeypatch.setattr(store, "write_together", counted)
        begun, go_on = threading.Event(), threading.Event()

        def slow(_connection: object) -> None:
            begun.set()
            assert go_on.wait(60)

        event.listen(store._engines.writing, "commit", slow)
        with ThreadPoolExecutor(WRITERS + 1) as pool:
            first = pool.submit(telling.call, iam("CreateUser", UserName="first"))
            assert begun.wait(60)
            others = [
                pool.submit(telling.call, iam("CreateUser", UserName=f"u{number}"))
                for number in range(WRITERS)
            ]
            wait_until(lambda: len(live._turns._waiting) == WRITERS)
            for _ in range(20):
                telling.call(iam("GetUser", UserName="before"))
            assert not first.done(), "nothing is acknowledged before it is synced"
            assert len(live.current().all(User)) == 2, "nor seen"
            go_on.set()
            for each in (first, *others):
                each.result(60)
        assert batches == [1, WRITERS]
        assert len(live.current().all(User)) == 3 + WRITERS
