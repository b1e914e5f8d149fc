"""The main job, as ``dev.py start --once`` plays it: twice on the same data, the same answers."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SCENES = 16
SCENE = re.compile(
    r"^── (.*)\n   (\S+), (.*)  \(request ([0-9a-f-]{36})\)\n((?:   .*\n)+)", re.MULTILINE
)


def play(data: Path) -> list[tuple[str, str, str, str, str]]:
    """Play the story once; return its scenes: title, outcome, mark, request id, text."""
    command = [sys.executable, "-m", "examples.main_job", "--once"]
    command += ["--data", str(data), "--listen", "127.0.0.1:0"]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=150, check=False, env=os.environ
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert re.search(
        r"^Enforced on every call: .*\n.* at http://127\.0\.0\.1:\d+$", done.stdout, re.MULTILINE
    )
    found: list[tuple[str, str, str, str, str]] = SCENE.findall(done.stdout)
    return found


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_the_story_is_told_twice_with_the_same_answers(tmp_path: Path) -> None:
    first, second = play(tmp_path / "data"), play(tmp_path / "data")
    for scenes in (first, second):
        assert len(scenes) == SCENES
        assert len({request_id for *_, request_id, _ in scenes}) == SCENES
        for title, outcome, mark, _, text in scenes:
            assert mark == "as expected", title
            explained = "decided by" in text or "rule     " in text
            assert explained or f"{outcome}: " in text, (title, text)
    assert [scene[:3] for scene in first] == [scene[:3] for scene in second]
    kinds = {outcome for _, outcome, *_ in first}
    assert {
        "ALLOW", "EXPLICIT_DENY", "IMPLICIT_DENY", "AccessDenied", "InvalidClientTokenId",
        "SignatureDoesNotMatch", "MissingAuthenticationToken",
    } <= kinds  # fmt: skip
