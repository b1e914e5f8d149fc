"""What a decision says besides its effect: verdicts, determining statements, guardrails."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.engine.decision import Effect
from tests.engine.build import (
    ALICE,
    FULL,
    NONE,
    QUEUE_B,
    ROOT,
    SESSION,
    TARGET,
    A,
    allow,
    ask,
    deny,
    doc,
    to,
)

BLOCKED: list[tuple[str, dict[str, Any], list[str]]] = [
    ("allowed", {"identity": FULL}, []),
    ("nothing grants", {"permissions_boundary": NONE, "service_control": [NONE]}, []),
    ("boundary", {"identity": FULL, "permissions_boundary": NONE}, ["permissionsBoundary"]),
    ("session", {"who": SESSION, "identity": FULL, "session": NONE}, ["session"]),
    ("scp level", {"identity": FULL, "service_control": [FULL, NONE]}, ["serviceControl"]),
    ("rcp", {"identity": FULL, "resource_control": NONE}, ["resourceControl"]),
    ("endpoint", {"identity": FULL, "endpoint": [to({"AWS": A})]}, ["endpoint"]),
    (
        "all of them, each by itself",
        {
            "identity": FULL,
            "permissions_boundary": NONE,
            "session": NONE,
            "endpoint": NONE,
            "service_control": [NONE],
            "resource_control": [NONE],
        },
        ["resourceControl", "serviceControl", "endpoint", "permissionsBoundary", "session"],
    ),
    ("denied by identity", {"identity": [doc(allow(), deny())]}, ["identity"]),
    (
        "denied by resource",
        {"identity": FULL, "resource": doc(deny(Principal="*"))},
        ["resource"],
    ),
    (
        "a deny beside a guardrail",
        {"identity": [doc(allow(), deny())], "service_control": [NONE]},
        ["serviceControl", "identity"],
    ),
    (
        "made up for by the resource policy",
        {"resource": to({"AWS": ALICE}), "permissions_boundary": NONE, "session": NONE},
        ["session"],
    ),
    ("cross-account without a resource policy", {"on": QUEUE_B, "identity": FULL}, []),
    (
        "cross-account boundary",
        {
            "on": QUEUE_B,
            "identity": FULL,
            "resource": to({"AWS": A}),
            "permissions_boundary": NONE,
        },
        ["permissionsBoundary"],
    ),
    (
        "trust",
        {"action": "sts:AssumeRole", "on": TARGET, "identity": FULL, "session": NONE},
        [],
    ),
    ("root", {"who": ROOT, "service_control": [NONE]}, ["serviceControl"]),
    (
        "P4 in the boundary's presence",
        {
            "identity": FULL,
            "resource": doc(deny(NotPrincipal={"AWS": ALICE})),
            "permissions_boundary": FULL,
        },
        ["resource"],
    ),
]


@pytest.mark.parametrize(("name", "question", "expected"), BLOCKED)
def test_blocked_by(name: str, question: dict[str, Any], expected: list[str]) -> None:
    assert [layer.value for layer in ask(**question).blocked_by] == expected, name


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        (
            {"identity": NONE},
            ("resourceControl=- serviceControl=- endpoint=- resource=- identity=I"
            " permissionsBoundary=- session=-"),
        ),
        (
            {"who": {"type": "Anonymous"}, "identity": FULL, "session": FULL,
             "service_control": [FULL], "permissions_boundary": FULL},
            ("resourceControl=- serviceControl=- endpoint=- resource=- identity=-"
            " permissionsBoundary=- session=-"),
        ),
        (
            {"identity": [doc(allow(), deny())], "service_control": [FULL, NONE],
             "resource_control": [], "endpoint": NONE, "resource": to("*"),
             "permissions_boundary": FULL, "session": NONE},
            ("resourceControl=I serviceControl0=A serviceControl1=I endpoint=I resource=A"
            " identity=E permissionsBoundary=A session=I"),
        ),
        (
            {"who": ROOT, "permissions_boundary": FULL},
            ("resourceControl=- serviceControl=- endpoint=- resource=- identity=I"
            " permissionsBoundary=- session=-"),
        ),
        (
            {"who": {"type": "AWS", "arn": SESSION, "serviceLinked": True},
             "service_control": [FULL], "resource_control": [[to("*")]]},
            ("resourceControl=- serviceControl=- endpoint=- resource=- identity=I"
            " permissionsBoundary=- session=-"),
        ),
    ],
)  # fmt: skip
def test_layers_and_levels_in_their_order(question: dict[str, Any], expected: str) -> None:
    letters = {"ALLOW": "A", "EXPLICIT_DENY": "E", "IMPLICIT_DENY": "I", "NOT_APPLICABLE": "-"}
    found = " ".join(
        f"{v.layer.value}{'' if v.level is None else v.level}={letters[v.effect.value]}"
        for v in ask(**question).layers
    )
    assert found == expected


def test_determining_statements() -> None:
    allowed = ask(identity=[doc(allow(), allow(Action="s3:*"))], service_control=[FULL])
    assert [(r.layer.value, r.statement) for r in allowed.determining] == [
        ("serviceControl", 0),
        ("identity", 0),
    ]
    denied = ask(identity=[doc(deny(), allow())], resource=doc(deny(Principal="*")))
    assert denied.effect is Effect.EXPLICIT_DENY
    assert [(r.layer.value, r.statement) for r in denied.determining] == [
        ("resource", 0),
        ("identity", 0),
    ]
    assert ask(service_control=[FULL]).determining == ()
