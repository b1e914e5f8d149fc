"""A law: in which partition an account is changes no verdict.

Every case of every check is moved to another partition, with the ARNs in its policies, and what
AWS itself manages there; the verdicts have to be the same, and nothing in them may be of ``aws``.

Provenance: IAM User Guide, "IAM identifiers" (partitions), "AWS JSON policy elements: Principal".
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pytest

from doorward.analysis.observed import observed
from doorward.analysis.registry import REGISTRY
from doorward.analysis.run import run
from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Evidence
from doorward.model.identity import Attachment, ManagedPolicy, PolicyVersion, Role, User
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.policy.catalog import aws_managed_policy
from doorward.policy.partitions import PARTITIONS
from doorward.results.finding import State, Verdict
from tests.analysis.checks.case import NOW, ORGANIZATION, Case, days_ago, lacking, unique
from tests.analysis.checks.cases import ALL, entities_of, named, verdicts

CHINA, GOVERNMENT = "aws-cn", "aws-us-gov"

APART = {
    "org.region_deny": "a partition has Regions of its own; its cases name those of aws",
}
"""Checks whose cases say themselves in which partition they are, and why."""


def moved_text(text: str, partition: str) -> str:
    """Return JSON, or words, about another partition."""
    return (
        text.replace("arn:aws:", f"arn:{partition}:")
        .replace('"partition":"aws"', f'"partition":"{partition}"')
        .replace("us-east-1", PARTITIONS[partition][0])
    )


def moved(value: Any, shape: Any, partition: str) -> Any:
    """Return a value in which every ARN is of another partition."""
    text = msgspec.json.encode(value).decode()
    return msgspec.json.decode(moved_text(text, partition), type=shape)


def brought(entities: tuple[Entity, ...], partition: str) -> Iterator[Entity]:
    """Yield AWS's own policies that the estate uses, as an export of that partition has them."""
    used = {each.policy_arn for each in entities if isinstance(each, Attachment)}
    used |= {each.permissions_boundary or "" for each in entities if isinstance(each, User | Role)}
    there = {each.arn for each in entities if isinstance(each, ManagedPolicy)}
    for arn in sorted(used - there):
        policy = aws_managed_policy(arn)
        if policy is not None:
            identifier, made = unique("ANPA", arn), days_ago(900)
            path = arn.partition(":policy")[2].removesuffix(policy.name)
            yield ManagedPolicy(
                "aws", policy.name, identifier, made, made, path=path, partition=partition
            )
            yield PolicyVersion(
                "aws", identifier, "v1", moved_text(policy.document, partition), made
            )


@cache
def estate_of(case_index: int, partition: str) -> Snapshot:
    """Return the estate of a case in another partition."""
    entities = entities_of(ALL[case_index][1])
    return Snapshot.of(
        (
            *(moved(each, Entity, partition) for each in entities),
            *brought(entities, partition),
        ),
        {},
    )


def judged(index: int, partition: str) -> tuple[Verdict, ...]:
    """Carry out a check on its case, in another partition."""
    name, case = ALL[index]
    estate = estate_of(index, partition)
    uses = tuple(moved(each, type(each), partition) for each in case.uses)
    evidence = lacking(observed(estate, uses, NOW), case.without)
    if case.evidence is not None:
        evidence = _altered(case, evidence, partition)
    thresholds = moved(Thresholds(**case.thresholds), Thresholds, partition)
    return run([REGISTRY[name]], estate, evidence, NOW, thresholds=thresholds)


def _altered(case: Case, evidence: Evidence, partition: str) -> Any:
    """What a case makes of what was seen in ``aws``, moved."""
    assert case.evidence is not None
    back = {PARTITIONS[partition][0]: "us-east-1", f"arn:{partition}:": "arn:aws:"}
    text = msgspec.json.encode(evidence).decode()
    for there, here in back.items():
        text = text.replace(there, here)
    seen = msgspec.json.decode(text, type=Evidence)
    return moved(case.evidence(seen), Evidence, partition)


def told(verdicts: tuple[Verdict, ...]) -> str:
    """Return verdicts as JSON, without ids, which are digests of subjects."""
    shown = msgspec.to_builtins(verdicts)

    def bare(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: bare(each) for key, each in value.items() if key != "id"}
        if isinstance(value, list | tuple):
            return [bare(each) for each in value]
        return value

    return msgspec.json.encode(bare(shown)).decode()


INDEXES = [index for index, (name, _) in enumerate(ALL) if name not in APART]


@pytest.mark.parametrize("partition", [CHINA, GOVERNMENT])
@pytest.mark.parametrize("index", INDEXES, ids=[named(*ALL[index]) for index in INDEXES])
def test_the_partition_changes_no_verdict(index: int, partition: str) -> None:
    name, case = ALL[index]
    here = msgspec.json.decode(moved_text(told(verdicts(name, case)), partition))
    there = msgspec.json.decode(told(judged(index, partition)))
    assert there == here
    assert "arn:aws:" not in told(judged(index, partition))


def test_entities_that_have_an_arn_of_their_own_have_a_partition() -> None:
    for kind in SCHEMAS:
        if isinstance(getattr(kind, "arn", None), property):
            assert "partition" in {field.name for field in msgspec.structs.fields(kind)}, kind


@pytest.mark.parametrize("partition", [CHINA, GOVERNMENT, "aws-eusc"])
def test_regions_are_those_of_the_partition(partition: str) -> None:
    """Of a partition with one Region that one cannot be closed."""
    (index,) = (
        index
        for index, (name, case) in enumerate(ALL)
        if (name, case.name) == ("org.region_deny", "all Regions are open")
    )
    (verdict,) = (each for each in judged(index, partition) if each.account == ORGANIZATION)
    assert ALL[index][1].state is State.FAIL
    if len(PARTITIONS[partition]) == 1:
        assert verdict.state is State.PASS
        return
    (finding,) = verdict.findings
    assert finding.facts == (("open Regions", ", ".join(sorted(PARTITIONS[partition]))),)
