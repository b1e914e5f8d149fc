"""What an audit of files does without: so that a small one ends in a second."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ESTATE = Path(__file__).parents[2] / "examples" / "estate"
_AUDITED = """
import gc, json, sys
from doorward.cli import main

before = gc.get_threshold()
sys.argv = ["doorward", "audit", sys.argv[1], "--to", sys.argv[2]]
try:
    main()
finally:
    print(json.dumps([sorted(sys.modules), before, gc.get_threshold()]))
"""
_HEAVY = ("sqlalchemy", "alembic", "botocore", "starlette", "uvicorn", "httpx", "doorward.store")


def test_an_audit_of_files_loads_no_database_and_no_server(tmp_path: Path) -> None:
    report = tmp_path / "report.txt"
    done = subprocess.run(
        [sys.executable, "-c", _AUDITED, str(ESTATE), str(report)],
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert done.returncode in {3, 4}, done.stderr
    assert report.stat().st_size > 0
    modules, before, after = json.loads(done.stdout)
    assert "doorward.usecases.audit" in modules
    assert [each for each in modules if each.startswith(_HEAVY)] == []
    assert after[0] >= 100 * before[0]  # garbage is collected seldom
