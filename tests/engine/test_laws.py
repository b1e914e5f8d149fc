"""The laws of ``decide`` on random questions; at length by ``dev.py laws``.

The questions come from ``tests.oracle.generate``; the laws need no second evaluator. An engine
that breaks one is planted for each (``laws/faults.py``), and must be found out.
"""

from __future__ import annotations

import inspect

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward.engine.memos import forget
from doorward.engine.question import answer
from tests.engine.laws.faults import FAULTS
from tests.engine.laws.law import Engine, Law, explain, memos
from tests.engine.laws.table import LAWS
from tests.oracle.generate import questions

NUMBERS = st.integers(0, 2**32)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: law.name)
@given(number=NUMBERS)
def test_law(law: Law, number: int) -> None:
    (question,) = questions(0, [number])
    assert not law.broken(question), explain(law, question)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [pytest.param(law, wrong, id=f"{law}-{what}") for law, what, wrong in FAULTS],
)
def test_a_wrong_engine_breaks_its_law(name: str, wrong: Engine) -> None:
    (law,) = (law for law in LAWS if law.name == name)
    found = (question for question in questions(1, range(2000)) if "error" not in answer(question))
    assert any(law.broken(question, wrong) for question in found)


def test_every_law_has_an_engine_that_breaks_it() -> None:
    assert {law.name for law in LAWS} == {name for name, _, _ in FAULTS}


def test_what_breaks_a_law_is_shown_as_small_as_it_gets() -> None:
    name, _, wrong = FAULTS[0]
    (law,) = (law for law in LAWS if law.name == name)
    question = next(one for one in questions(1, range(2000)) if law.broken(one, wrong))
    shown = explain(law, question, wrong).splitlines()
    assert shown[0] == f"{question['id']} breaks the law {name!r}; shrunken:"
    assert len(shown[1]) < 500
    assert [line.split(":")[0] for line in shown[2:]] == ["changed", "before", "after"]


def test_forgetting_leaves_at_most_what_a_text_alone_was_read_as() -> None:
    for question in questions(1, range(20)):
        answer(question)
    assert any(memo.cache_info().currsize for memo in memos())
    forget()
    for memo in (memo for memo in memos() if memo.cache_info().currsize):
        (parameter,) = inspect.signature(memo).parameters.values()
        assert parameter.annotation == "str", memo
