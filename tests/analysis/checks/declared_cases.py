"""Cases of the checks in ``analysis.checks.declared``.

Provenance of the documents: Organizations User Guide, "AI services opt-out policy syntax and
examples" and "Tag policy syntax and examples".
"""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from doorward.analysis.checks.declared import OPT_OUT, TAGS
from doorward.model.evidence import Source
from doorward.model.organization_report import DeclaredPolicy, DeclaredType
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    MANAGEMENT,
    ORGANIZATION,
    OTHER,
    ROOT_ID,
    Case,
    joined,
    organization,
    unit,
    unit_id,
)
from tests.analysis.checks.seen import Alter, reported

ARN = f"arn:aws:organizations::{MANAGEMENT}:organization/{ORGANIZATION}"
NOT_SERVED = "Doorward's Organizations has no policies of this type"
ESTATE = (*organization(), unit("prod"), joined(parent=unit_id("prod")))
NONE = {"@@operators_allowed_for_child_policies": ["@@none"]}

declared = partial(reported, Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES)


def opting(text: str, *targets: str, number: str = "1") -> DeclaredPolicy:
    """Return an opt-out policy, on the root if nothing is said."""
    kind = DeclaredType.AISERVICES_OPT_OUT_POLICY
    return DeclaredPolicy(f"p-optout{number}", kind, "ai", text, targets or (ROOT_ID,))


def services(**assigned: Any) -> str:
    """Return a document that assigns to services, or has what else is given for them."""
    return json.dumps({
        "services": {
            name: {"opt_out_policy": {"@@assign": value}} if isinstance(value, str) else value
            for name, value in assigned.items()
        }
    })  # fmt: skip


def tagging(text: str, *targets: str) -> DeclaredPolicy:
    """Return a tag policy."""
    return DeclaredPolicy("p-tags0001", DeclaredType.TAG_POLICY, "tags", text, targets)


def policies(*those: DeclaredPolicy, enabled: tuple[DeclaredType, ...] | None = None) -> Alter:
    """Have the organization these policies; the root says what is enabled if that is given."""
    types = None if enabled is None else frozenset(each.value for each in enabled)
    return declared(declared=those, enabled=types)


OUT = opting(services(default="optOut"))
SOUND = policies(opting(OPT_OUT), enabled=(DeclaredType.AISERVICES_OPT_OUT_POLICY,))
ON_ROOT = policies(tagging(TAGS, ROOT_ID), enabled=(DeclaredType.TAG_POLICY,))


def failing(name: str, *those: DeclaredPolicy, subject: str = ARN, **more: Any) -> Case:
    """Return a case of opt-out policies that fails, and ends when what is advised is attached."""
    return Case(
        name,
        State.FAIL,
        ESTATE,
        evidence=policies(*those, **more),
        subjects=(subject,),
        cleared=False,
        why=NOT_SERVED,
        elsewhere=True,
    )


CASES = {
    "org.ai_optout": (
        Case("everything, for good", State.PASS, ESTATE, evidence=SOUND),
        Case("by default", State.PASS, ESTATE, evidence=policies(OUT)),
        Case(
            "by default, and a service once more",
            State.PASS,
            ESTATE,
            evidence=policies(OUT, opting(services(lex="optOut"), number="2")),
        ),
        Case(
            "what a unit opts in to is closed above it",
            State.PASS,
            ESTATE,
            evidence=policies(
                opting(OPT_OUT), opting(services(default="optIn", lex="optIn"), unit_id("prod"))
            ),
        ),
        Case(
            "one that is attached nowhere opts in",
            State.PASS,
            ESTATE,
            evidence=declared(
                declared=(
                    OUT,
                    DeclaredPolicy(
                        "p-optout2",
                        DeclaredType.AISERVICES_OPT_OUT_POLICY,
                        "x",
                        services(default="optIn"),
                        (),
                    ),
                )
            ),
        ),
        failing("none"),
        failing("none, and the type not enabled", enabled=()),
        failing("attached, and the type not enabled", OUT, enabled=()),
        failing("on a unit alone", opting(services(default="optOut"), unit_id("prod"))),
        failing("one service alone", opting(services(lex="optOut"))),
        failing("spelt in another way", opting(services(default="OptOut"))),
        failing("not assigned", opting(services(default={"opt_out_policy": "optOut"}))),
        Case(
            "two that contradict each other",
            State.FAIL,
            ESTATE,
            evidence=policies(OUT, opting(services(default="optIn"), number="2")),
            subjects=(ARN, "p-optout2"),
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
        ),
        failing(
            "a service is opted in to",
            opting(services(default="optOut", rekognition="optIn")),
            subject="p-optout1",
        ),
        failing(
            "a unit opts in to a service",
            OUT,
            opting(services(lex="optIn"), unit_id("prod"), number="2"),
            subject="p-optout2",
        ),
        failing(
            "a unit opts in to a service that the default alone is closed to",
            opting(services(default={"opt_out_policy": {"@@assign": "optOut", **NONE}})),
            opting(services(default="optIn", lex="optIn"), unit_id("prod"), number="2"),
            subject="p-optout2",
        ),
        Case(
            "one that cannot be read",
            State.FAIL,
            ESTATE,
            evidence=policies(opting("")),
            subjects=("p-optout1", ARN),
            cleared=False,
            why=NOT_SERVED,
        ),
        Case(
            "one beside that cannot be read",
            State.UNKNOWN,
            ESTATE,
            evidence=policies(OUT, opting('{"services": []}', ACCOUNT, number="2")),
            subjects=("p-optout2",),
        ),
        Case("nobody asked AWS", State.NOT_CHECKED, ESTATE),
    ),
    "org.tag_policy": (
        Case("on the root", State.PASS, ESTATE, evidence=ON_ROOT),
        Case(
            "on the unit, and on the management account",
            State.PASS,
            ESTATE,
            evidence=policies(tagging(TAGS, unit_id("prod"), MANAGEMENT)),
        ),
        Case(
            "one account has none",
            State.FAIL,
            (*ESTATE, joined(OTHER)),
            evidence=policies(tagging(TAGS, unit_id("prod"), MANAGEMENT)),
            subjects=(OTHER,),
            cleared=False,
            why=NOT_SERVED,
            elsewhere=True,
        ),
        *(
            Case(
                name,
                State.FAIL,
                ESTATE,
                evidence=evidence,
                subjects=(ARN,),
                cleared=False,
                why=NOT_SERVED,
                elsewhere=True,
            )
            for name, evidence in (
                ("none", policies()),
                ("not enabled", policies(tagging(TAGS, ROOT_ID), enabled=())),
                ("attached nowhere", policies(tagging(TAGS), enabled=(DeclaredType.TAG_POLICY,))),
                ("it says nothing", policies(tagging('{"tags": {}}', ROOT_ID))),
                ("an opt-out policy alone", policies(OUT)),
            )
        ),
        Case(
            "one that cannot be read",
            State.UNKNOWN,
            ESTATE,
            evidence=policies(
                DeclaredPolicy("p-tags0002", DeclaredType.TAG_POLICY, "torn", "", (ROOT_ID,)),
                tagging(TAGS, ROOT_ID),
            ),
            subjects=("p-tags0002",),
        ),
        Case("nobody asked AWS", State.NOT_CHECKED, ESTATE),
    ),
}
