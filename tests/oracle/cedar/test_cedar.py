"""The engine and Cedar agree on random questions about identity policies.

Every run draws new ones and prints their seed; `ORACLE_SEED` and `ORACLE_CASES` repeat or extend
a run, and so does `python -m tests.oracle --cedar --seed S --cases N`.
"""

import os
import secrets
import sys
from typing import Any

import pytest

from tests.oracle.cedar.context import context
from tests.oracle.cedar.generate import KEYS, OPERATORS, REQUESTS, questions
from tests.oracle.cedar.translate import NEGATED, VIEWS, Unsayable, policies

pytest.importorskip("cedarpy")

from tests.oracle.cedar.compare import cedar_answer, compare, explain, features

Json = dict[str, Any]

SEED = int(os.environ.get("ORACLE_SEED") or secrets.randbelow(10**9))
CASES = int(os.environ.get("ORACLE_CASES") or 500)
EFFECTS = ("ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY")
SHOWN = 3


def test_engine_and_cedar_agree() -> None:
    sys.stdout.write(f"ORACLE_SEED={SEED} ORACLE_CASES={CASES}\n")
    tally, differing = compare(SEED, range(CASES))
    report = "\n".join(explain(question) for question in differing[:SHOWN])
    assert not differing, f"seed {SEED}: {len(differing)} of {CASES} differ\n{report}"
    rare = [one for one in EFFECTS if tally["effect"][one] < 0.15 * CASES]
    assert not rare, f"seed {SEED}: {tally['effect']}"


def test_the_questions_reach_what_they_claim_to_reach() -> None:
    drawn = list(questions(1, range(8000)))
    reached = {name.lower() for question in drawn for name in features(question)}
    bases = {*VIEWS, *NEGATED}
    quantified = {f"{q}:{base}" for q in ("forallvalues", "foranyvalue") for base in bases}
    wanted = bases | quantified | {f"{base}ifexists" for base in bases}
    wanted |= {"null", "notaction", "notresource", "2008-10-17", "${"}
    assert wanted - reached == set()
    assert {question["request"]["resource"] for question in drawn} == {r for _, r in REQUESTS}
    assert {key for one in drawn for key in one["request"]["context"]} >= set(KEYS)
    assert {family for family, _ in KEYS.values()} == set(OPERATORS)


def question(statement: Json, **given: Any) -> Json:
    """A user's question about one statement, and a statement that allows everything."""
    request: Json = {
        "principal": "arn:aws:iam::111111111111:user/alice",
        "action": "s3:GetObject",
        "resource": "arn:aws:s3:::acme/alice/x",
        "context": given,
    }
    document = {"Version": "2012-10-17", "Statement": [statement, {"Effect": "Allow"} | ALL]}
    return {"id": 1, "request": request, "policies": {"identity": [document]}}


ALL = {"Action": "*", "Resource": "*"}


@pytest.mark.parametrize(
    ("elements", "given", "denied"),
    [
        ({"Resource": "arn:aws:s3:::acme/${aws:username}/*"}, {}, True),
        ({"Resource": "arn:aws:s3:::acme/${aws:username}"}, {}, False),
        ({"Resource": "arn:*:s3:::a*e/*"}, {}, True),
        ({"Resource": "arn:*"}, {}, None),
        ({"Resource": "arn:aws:s3:::acme/?lice/x"}, {}, None),
        ({"Resource": "arn:aws:s3:::acme/a${aws:username}/x"}, {}, None),
        ({"NotAction": "S3:get*"}, {}, False),
        ({"Condition": {"StringLike": {"app:Key": "r${*}d"}}}, {"app:Key": "r*d"}, True),
        ({"Condition": {"StringLike": {"app:Key": "r${*}d"}}}, {"app:Key": "red"}, False),
        ({"Condition": {"StringNotEquals": {"app:Key": "red"}}}, {}, True),
        ({"Condition": {"NumericNotEquals": {"app:Key": "1"}}}, {"app:Key": "x"}, False),
        ({"Condition": {"ForAllValues:StringLike": {"app:Key": "r*"}}}, {"app:Key": []}, True),
        (
            {"Condition": {"ForAnyValue:StringNotLike": {"APP:key": "r*"}}},
            {"app:Key": ["b"]},
            True,
        ),
        ({"Condition": {"BinaryEquals": {"app:Key": "cmVk"}}}, {}, None),
    ],
)
def test_a_statement_means_in_cedar_what_it_means_in_iam(
    elements: Json, given: Json, denied: bool | None
) -> None:
    """By the pages that ``docs/reference/evaluation.md`` names; None: unsayable in Cedar."""
    whole = {"Effect": "Deny"} | ALL | elements
    if "NotAction" in whole:
        del whole["Action"]
    asked = question(whole, **given)
    if denied is None:
        with pytest.raises(Unsayable):
            policies(asked["policies"]["identity"])
        return
    expected = ("EXPLICIT_DENY", ["0/0"]) if denied else ("ALLOW", ["0/1"])
    assert tuple(cedar_answer(asked).values()) == expected


def test_a_key_stands_in_the_context_for_every_way_to_read_it() -> None:
    request = question(ALL | {"Effect": "Deny"}, **{"app:Key": "10", "app:Keys": ["x"]})["request"]
    said = context(request)
    assert {name for name in said if name.startswith("app:key#")} == {
        *(f"app:key#{view}" for view in ("null", "set", "text", "lower", "number", "date", "0")),
        *(f"app:key#0#{view}" for view in ("text", "lower", "number", "date")),
    }
    assert "app:keys#text" not in said
    assert said["app:keys#0#text"] == "x"
    assert said["name/after/1"] == "alice/x"


def test_a_difference_is_found_and_shown_small() -> None:
    """What Cedar says of one question is not what it says of the opposite question."""
    statement = {"Effect": "Deny", "NotAction": "s3:GetObject", "Resource": "*"}
    ours = question(statement)
    theirs = question({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"})
    assert cedar_answer(ours) != cedar_answer(theirs)
    assert "cedar:" in explain(ours)
