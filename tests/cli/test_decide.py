"""``doorward decide``: a line in, a line out, and every line answered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.cli.running import doorward

USER = "arn:aws:iam::111122223333:user/alice"


def question(id: object, action: str = "s3:GetObject", **more: Any) -> bytes:
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}
    identity = {"Version": "2012-10-17", "Statement": [allow, deny]}
    request = {"principal": USER, "action": action, "resource": "arn:aws:s3:::b/k",
               "resourceAccount": "111122223333"}  # fmt: skip
    asked = {"id": id, "request": request, "policies": {"identity": [identity]}, **more}
    return json.dumps(asked).encode() + b"\n"


LINES = (
    question("allowed")
    + b"\n  \n"
    + question(2, "s3:PutObject")
    + question("third", "s3:DeleteObject")
    + b"{nonsense\n"
    + b'{"id": "\xff"}\n'
    + question("\ud800", unknown=1)
)
EFFECTS = ["ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY"]


def test_every_line_is_answered_in_order() -> None:
    done = doorward("decide", "--input", "-", given=LINES)
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert (done.returncode, done.stderr) == (0, b"")
    assert [each.get("effect") for each in answers] == [*EFFECTS, None, None, None]
    assert [each["id"] for each in answers[:2]] == ["allowed", 2]
    assert [each["error"]["code"] for each in answers[3:5]] == ["InvalidJson", "InvalidJson"]
    assert answers[5]["error"]["pointer"] == "/unknown"


def test_answers_can_be_drawn_and_errors_stand_beside_them() -> None:
    done = doorward("decide", "--input", "-", "--output", "html", given=LINES)
    page = done.stdout.decode()
    assert done.returncode == 0
    assert re.findall(r'<h2 id="(.*?)-heading"', page) == [
        "question-1",
        "question-2",
        "question-3",
    ]
    assert re.findall(r"<span class=\"answer \w+\">(.*?)</span>", page) == [
        "ALLOWED", "DENIED explicitly", "DENIED implicitly",
    ]  # fmt: skip
    assert done.stderr.decode().count("ERROR ") == 3


def test_a_picture_is_of_one_question() -> None:
    done = doorward("decide", "--input", "-", "--output", "svg", given=question(1))
    assert ET.fromstring(done.stdout).get("role") == "img"  # noqa: S314 (our own)
    many = doorward("decide", "--input", "-", "--output", "svg", given=LINES)
    assert (many.returncode, many.stdout) == (2, b"")
    assert b"a picture is of one question, and there are 6" in many.stderr


def test_people_read_a_line_for_each(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_bytes(LINES + question("\x1b[31mred"))
    done = doorward("decide", "--input", str(file), "--output", "text")
    lines = done.stdout.decode().splitlines()
    assert done.returncode == 0
    assert lines[0] == "allowed: ALLOW (identity-allow)"
    assert lines[1].startswith("2: EXPLICIT_DENY (")
    assert "ERROR InvalidJson" in lines[3]
    assert "\x1b" not in done.stdout.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["decide"],
        ["decide", "--input", "/nowhere/questions.jsonl"],
        ["decide", "--input", "-", "--output", "xml"],
        ["decide", "--input", "-", "--policy", "x"],
        ["dicide"],
        ["serve", "--prot", "80"],
    ],
)
def test_a_command_line_that_is_wrong_ends_with_two(arguments: list[str]) -> None:
    done = doorward(*arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Traceback" not in done.stderr
    assert done.stderr
