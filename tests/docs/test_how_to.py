"""Tutorial and how-to pages run as written: ``sh`` blocks, output against ``text`` blocks."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.live import KEY, SECRET, serving

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted((*DOCS.glob("how-to/*.md"), *DOCS.glob("tutorial/*.md")))
BLOCK = re.compile(r"^```(sh|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
MARK = "=== end of block ==="


def blocks(page: Path) -> list[tuple[str, str]]:
    """Return every command block of a page with the output that it promises (empty: none)."""
    found: list[tuple[str, str]] = []
    for kind, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if kind == "sh":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found


def promised(text: str) -> re.Pattern[str]:
    """Return a pattern for promised output, in which ``…`` stands for anything."""
    return re.compile(".*".join(re.escape(part) for part in text.split("…")), re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
@pytest.mark.timeout(300)
def test_a_page_does_what_it_says(page: Path, tmp_path: Path) -> None:
    """One shell runs the whole page; each block's output, errors included, is what is promised."""
    script = "".join(f"{text}\necho '{MARK}'\n" for text, _ in blocks(page))
    with serving() as server:
        environment = dict(os.environ) | {
            "AWS_ENDPOINT_URL": server.endpoint,
            "DOORWARD_ENDPOINT": server.endpoint,
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_DEFAULT_REGION": "us-east-1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        }
        done = subprocess.run(
            ["bash", "-c", script],  # noqa: S607 - the reader's own shell
            cwd=tmp_path,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    outputs = done.stdout.split(f"{MARK}\n")
    assert outputs.pop() == ""
    for (text, wanted), said in zip(blocks(page), outputs, strict=True):
        assert promised(wanted).fullmatch(said), f"{text}\nprinted:\n{said}\npromised:\n{wanted}"
