"""What holds of every estate: read back as written, in any spelling, order and number of pages."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any, cast

import pytest

from doorward.engine.decision import Effect
from doorward.engine.request_form import request
from doorward.errors import Undecided
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.details import LISTS
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.schema import SCHEMAS
from doorward.model.snapshot import Snapshot
from tests.importers.estate_writer import AS_OBJECT, AS_TEXT, URL_ENCODED, Spelling, files
from tests.importers.random_estates import A, B, questions, random_estate
from tests.importers.test_policy_files import written

SEEDS = range(20)


def decision(estate: Estate, who: str, action: str, on: str) -> tuple[Any, ...]:
    """What is decided, by which statements, and by what they stand through."""
    asked = question(estate, request(principal=who, action=action, resource=on))
    try:
        found = ask(estate, asked).decision
    except Undecided as error:
        return ("undecided", str(error))
    where = [
        (each.layer, each.level, each.policy, each.pointer, each.policy_arn, each.policy_via)
        for each in found.determining
    ]
    return (found.effect, found.rule, found.layers, where, dict(found.request.context.entries))


def everything(snapshot: Snapshot) -> dict[str, object]:
    return {kind.__name__: snapshot.all(kind) for kind in SCHEMAS}


@pytest.mark.parametrize("seed", SEEDS)
def test_an_estate_is_read_as_it_was_written(seed: int, tmp_path: Path) -> None:
    """Text keeps every document, character by character: entity for entity it is the same."""
    original = random_estate(seed)
    spell = AS_TEXT if seed % 2 else URL_ENCODED
    found = read_estate(written(tmp_path, files(original, spell)))
    assert found.problems == ()
    assert everything(found.snapshot) == everything(original)


@pytest.mark.parametrize("seed", SEEDS)
def test_documents_as_objects_decide_the_same(seed: int, tmp_path: Path) -> None:
    original = random_estate(seed)
    found = read_estate(written(tmp_path, files(original, AS_OBJECT)))
    assert found.problems == ()
    effects = set()
    for asked in questions(original, seed, 25):
        expected = decision(Estate(original, ()), *asked)
        assert decision(found, *asked) == expected
        effects.add(str(expected[0]))
    assert "undecided" not in effects


def test_the_questions_are_answered_in_every_way(tmp_path: Path) -> None:
    answers = {
        decision(Estate(estate, ()), *asked)[0].value
        for seed in SEEDS
        for estate in [random_estate(seed)]
        for asked in questions(estate, seed, 5)
    }
    assert answers == {"ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY"}


def paged(page: dict[str, Any], draw: random.Random) -> list[dict[str, Any]]:
    """Entries dealt out to pages as the API does: each has a part of each list."""
    pages: list[dict[str, Any]] = [{"IsTruncated": True, "Marker": "m"} for _ in range(3)]
    pages[-1] = {"IsTruncated": False}
    for name in LISTS:
        for entry in page[name]:
            draw.choice(pages).setdefault(name, []).append(entry)
    return pages


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("together", [True, False])
def test_pages_and_their_order_change_nothing(seed: int, together: bool, tmp_path: Path) -> None:
    original, draw = random_estate(seed), random.Random(seed)
    spell: Spelling = AS_TEXT
    dealt: dict[str, object] = {}
    for name, content in files(original, spell).items():
        if not name.endswith("details.json"):
            dealt[name] = content
            continue
        pages = paged(cast("dict[str, Any]", content), draw)
        draw.shuffle(pages)
        if together:
            dealt[name] = pages
        else:
            dealt |= {f"deep/er/{name[:12]}-{i}.json": page for i, page in enumerate(pages)}
    found = read_estate(written(tmp_path, dealt))
    assert found.problems == ()
    assert everything(found.snapshot) == everything(original)


def spoiled(content: dict[str, Any], draw: random.Random) -> None:
    """Take a policy or a group away, or make a document say nothing."""
    chosen = draw.choice(["Policies", "GroupDetailList", "Inline", "Trust"])
    if chosen in {"Policies", "GroupDetailList"}:
        content[chosen].pop(draw.randrange(len(content[chosen])))
    elif chosen == "Trust":
        draw.choice(content["RoleDetailList"])["AssumeRolePolicyDocument"] = "{"
    else:
        entry = draw.choice(content["UserDetailList"] + content["RoleDetailList"])
        word = "User" if "UserName" in entry else "Role"
        unreadable = {"PolicyName": "new", "PolicyDocument": "{"}
        entry.setdefault(f"{word}PolicyList", []).append(unreadable)


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_decided_without_all_of_it_is_decided_the_same_with_all_of_it(
    seed: int, tmp_path: Path
) -> None:
    """An allow, and a denial, stand only where the whole estate says the same."""
    original, draw = random_estate(seed), random.Random(seed)
    whole = files(original, AS_TEXT)
    for content in (whole[f"{A}/details.json"], whole[f"{B}/details.json"]):
        spoiled(cast("dict[str, Any]", content), draw)
    found = read_estate(written(tmp_path, whole))
    assert found.problems
    for asked in questions(original, seed, 40):
        answer = decision(found, *asked)
        if answer[0] != "undecided":
            expected = decision(Estate(original, ()), *asked)
            assert (answer[0] is Effect.ALLOW) == (expected[0] is Effect.ALLOW), asked


def test_without_all_of_it_some_is_decided_and_some_is_not(tmp_path: Path) -> None:
    """Else the law above would hold of nothing."""
    original = random_estate(1)
    whole = files(original, AS_TEXT)
    for account in (A, B):
        cast("dict[str, Any]", whole[f"{account}/details.json"])["Policies"].clear()
    found = read_estate(written(tmp_path, whole))
    answers = [decision(found, *asked)[0] for asked in questions(original, 1, 200)]
    assert {"undecided", Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY} <= set(answers)
