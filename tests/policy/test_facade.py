"""The public API: what `import doorward` offers, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import doorward

POLICY = {
    "Version": "2012-10-17",
    "Statement": {"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::b/*"},
}
BOB = "arn:aws:iam::111122223333:user/Bob"


def test_the_exported_names() -> None:
    assert set(doorward.__all__) == {
        "parse_policy",
        "request",
        "layers",
        "decide",
        "dependencies",
        "answer",
        "Decision",
        "Document",
        "DoorwardError",
        "InvalidInput",
        "MalformedPolicy",
        "Unsupported",
        "__version__",
    }
    assert dir(doorward) == sorted(doorward.__all__)
    for name in doorward.__all__:
        assert getattr(doorward, name) is not None


def test_there_is_nothing_else() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'Snapshot'"):
        doorward.Snapshot  # type: ignore[attr-defined]  # noqa: B018


def test_a_question_by_the_public_names() -> None:
    question = doorward.request(
        principal=BOB, action="s3:GetObject", resource="arn:aws:s3:::b/key"
    )
    assert doorward.decide(doorward.layers(identity=[POLICY]), question).effect.name == "ALLOW"
    assert doorward.decide(doorward.layers(identity=[]), question).effect.name == "IMPLICIT_DENY"
    with pytest.raises(doorward.MalformedPolicy):
        doorward.parse_policy('{"Statement": []}')


def test_importing_it_imports_nothing_yet() -> None:
    """`import doorward` is free; the first use of a name pays for what it needs."""
    program = "import sys, doorward; print([m for m in sys.modules if m.startswith('doorward.')])"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"
