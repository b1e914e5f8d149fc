"""``NotAsked`` of ``resources.json``: what is there is not taken for all there is.

Provenance: docs/reference/estate.md, the form is our own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from doorward.analysis import checks
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.engine.context import Context
from doorward.engine.request import Request, Resource
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source, Unasked
from doorward.model.principal import RootUser
from doorward.results.finding import State, Verdict
from doorward.usecases.imported import imported
from tests.analysis.checks.case import NOW
from tests.importers.test_policy_files import written

checks.load()

A, B = "111122223333", "444455556666"
DETAILS: dict[str, Any] = {"UserDetailList": []}
SQS = {"Service": "sqs", "Region": "eu-west-1", "Why": "AccessDenied"}
LACKING = Unasked("sqs", "eu-west-1", "", "AccessDenied")


def estate(folder: Path, **files: Any) -> Estate:
    """Read two accounts with these files; ``_`` stands for a folder."""
    named = {f"{name.replace('_', '/')}.json": value for name, value in files.items()}
    return read_estate(written(folder, {f"{A}/d.json": DETAILS, f"{B}/d.json": DETAILS} | named))


def bundle(*lacking: object) -> dict[str, Any]:
    return {"Resources": [], "NotAsked": list(lacking)}


def public(found: Estate) -> dict[str, Verdict]:
    verdicts = run(
        [REGISTRY["res.public"]], found.snapshot, found.evidence, NOW, broken=found.broken
    )
    return {each.account: each for each in verdicts}


@pytest.mark.parametrize("folder", ["", "eu-west-1_"])
def test_it_is_of_the_account_of_its_folder(folder: str, tmp_path: Path) -> None:
    whole: dict[str, Any] = {"Resources": []}
    found = estate(
        tmp_path, **{f"{A}_{folder}r": bundle(SQS, SQS), f"{A}_s": whole, f"{B}_r": whole}
    )
    assert (found.problems, found.evidence.unasked) == ((), {A: (LACKING,)})
    said = public(found)
    assert (said[A].state, said[B].state) == (State.NOT_CHECKED, State.PASS)
    assert said[A].reason == "bring all resources of sqs in eu-west-1 (resources.json)"
    parts = {each.id: each for each in imported(found).parts}
    assert Source.RESOURCES.value in parts[A].lacking
    assert Source.RESOURCES.value in parts[B].known
    assert Source.RESOURCES.value in imported(found).bring


def test_in_no_accounts_folder_it_is_of_all(tmp_path: Path) -> None:
    found = estate(tmp_path, r=bundle(SQS))
    assert found.evidence.unasked == {A: (LACKING,), B: (LACKING,)}
    assert {each.state for each in public(found).values()} == {State.NOT_CHECKED}


def test_it_names_a_few_and_counts_the_others(tmp_path: Path) -> None:
    queues = [SQS | {"Arn": f"arn:aws:sqs:eu-west-1:{A}:q{number}"} for number in range(9)]
    found = estate(tmp_path, **{f"{A}_r": bundle({"Service": "ecr"}, *queues)})
    names = ", ".join(each["Arn"] for each in queues[:5])
    assert public(found)[A].reason == (
        "bring all resources of ecr in every Region (resources.json);"
        f" bring the policies of {names} and 4 more (sqs, resources.json)"
    )


@pytest.mark.parametrize(
    ("lacking", "pointer"),
    [
        ("sqs", "/NotAsked"),
        (["sqs"], "/NotAsked/0"),
        ([{}], "/NotAsked/0"),
        ([{"Service": ""}], "/NotAsked/0/Service"),
        ([SQS | {"Region": 1}], "/NotAsked/0/Region"),
        ([SQS | {"Why": None}], "/NotAsked/0/Why"),
    ],
)
def test_what_cannot_be_read_is_an_error(lacking: Any, pointer: str, tmp_path: Path) -> None:
    found = estate(tmp_path, **{f"{A}_r": {"Resources": [], "NotAsked": lacking}})
    (problem,) = found.problems
    assert (problem.pointer, problem.sources) == (pointer, (Source.RESOURCES,))
    assert public(found)[A].state is State.ERROR


QUEUE = f"arn:aws:sqs:eu-west-1:{A}:q"


@pytest.mark.parametrize(
    ("lacking", "on", "is_told"),
    [
        (SQS, QUEUE, True),
        ({"Service": "sqs"}, QUEUE, True),
        ({"Service": "sqs", "Arn": QUEUE}, QUEUE, True),
        ({"Service": "sqs", "Arn": f"{QUEUE}2"}, QUEUE, False),
        ({"Service": "sns"}, QUEUE, False),
        (SQS, f"arn:aws:sqs:eu-west-2:{A}:q", False),
    ],
)
def test_an_answer_says_that_not_everything_was_brought(
    lacking: dict[str, str], on: str, *, is_told: bool, tmp_path: Path
) -> None:
    found = estate(tmp_path, **{f"{A}_r": bundle(lacking)})
    asked = Request(RootUser(A), "sqs:SendMessage", (Resource(on),), Context({}))
    answer = ask(found, question(found, asked))
    told = [each for each in answer.assumptions if "not everything was brought" in each]
    assert bool(told) is is_told
