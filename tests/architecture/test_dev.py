"""``dev.py``: its verbs, its refusals, and an environment that is never trusted half made."""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

import dev
from tests.architecture.sources import ROOT, imports, parse

if TYPE_CHECKING:
    from pathlib import Path


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run ``dev.py`` as a developer does."""
    return subprocess.run(
        (sys.executable, "dev.py", *arguments),
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("asked", [(), ("help",), ("-h",), ("--help",)])
def test_help_names_every_verb_with_its_line(asked: tuple[str, ...]) -> None:
    shown = run(*asked)
    assert shown.returncode == 0
    for verb, function in dev.VERBS.items():
        assert function.__doc__
        assert f"  {verb:10} {function.__doc__}" in shown.stdout


@pytest.mark.parametrize(
    "wrong",
    [
        ("deploy",),
        ("setup", "--force"),
        ("setup", "now"),
        ("start", "--twice"),
        ("start", "--port", "http"),
        ("check", "--slow"),
        ("build", "--sdist"),
        ("help", "me"),
    ],
)
def test_what_is_unknown_is_an_error(wrong: tuple[str, ...]) -> None:
    refused = run(*wrong)
    assert refused.returncode == 2
    assert refused.stdout == ""
    assert "dev.py" in refused.stderr


def test_only_the_standard_library_is_imported() -> None:
    tops = {name.split(".")[0] for _, name in imports(parse(ROOT / "dev.py", ROOT).tree)}
    assert tops <= sys.stdlib_module_names


def test_an_old_python_can_read_far_enough_to_be_told() -> None:
    ast.parse((ROOT / "dev.py").read_text("utf-8"), feature_version=(3, 8))


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with an environment of its own (an empty one), which ``dev`` looks at."""
    (tmp_path / "pyproject.toml").write_bytes((ROOT / "pyproject.toml").read_bytes())
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "PYTHON", python)
    monkeypatch.setattr(dev, "STAMP", tmp_path / ".venv" / dev.STAMP.name)
    return tmp_path


def finish() -> None:
    dev.STAMP.write_text(json.dumps(dev.environment()), "utf-8")


def test_a_finished_environment_is_trusted(checkout: Path) -> None:
    assert dev.stamped() == {}
    finish()
    assert dev.stamped() == dev.environment()
    dev.ensure_environment()  # nothing to do: any tool run here would fail


@pytest.mark.parametrize("spoilt", ["", "{", "[]", "{}"])
def test_an_unfinished_environment_is_not_trusted(checkout: Path, spoilt: str) -> None:
    dev.STAMP.write_text(spoilt, "utf-8")
    assert dev.stamped() == {}


def test_an_environment_without_its_python_is_not_trusted(checkout: Path) -> None:
    finish()
    dev.PYTHON.unlink()
    assert dev.stamped() == {}


def test_a_new_dependency_calls_for_setup_and_a_new_lint_rule_does_not(checkout: Path) -> None:
    finish()
    settings = checkout / "pyproject.toml"
    text = settings.read_text("utf-8")
    settings.write_text(text.replace("line-length = 99", "line-length = 98"), "utf-8")
    assert dev.stamped() == dev.environment()
    settings.write_text(text.replace('"msgspec>=', '"msgspec >='), "utf-8")
    assert dev.stamped() != dev.environment()


def test_a_failed_setup_leaves_no_trust_behind(
    checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish()
    settings = checkout / "pyproject.toml"
    settings.write_text(settings.read_text("utf-8").replace('"msgspec>=', '"msgspec >='), "utf-8")
    monkeypatch.setenv("PATH", "")  # no uv; and the environment's Python is an empty file
    with pytest.raises((dev.Failure, OSError)):
        dev.ensure_environment()
    assert dev.stamped() == {}


WITHOUT_ENSUREPIP = (
    "import sys; sys.modules['ensurepip'] = None; sys.path.insert(0, '.'); "
    "import dev; sys.exit(dev.main(['setup']))"
)


@pytest.mark.slow
@pytest.mark.timeout(400)
def test_setup_without_ensurepip_makes_the_environment_and_nothing_else(tmp_path: Path) -> None:
    clone = tmp_path / "doorward"
    git = ("git", "-c", "safe.directory=*")
    subprocess.run((*git, "clone", "--quiet", ROOT, clone), check=True)
    before = {path.name for path in clone.iterdir()}
    bare = {name: value for name, value in os.environ.items() if name != "PATH"}  # hides any uv
    for expected in ("this Python has no ensurepip", ""):  # the second time, nothing is to do
        done = subprocess.run(
            (sys.executable, "-B", "-c", WITHOUT_ENSUREPIP),
            cwd=clone,
            env={**bare, "PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert expected in done.stderr if expected else done.stderr == ""
    assert {path.name for path in clone.iterdir()} - before == {".venv"}
    imported = subprocess.run(
        (clone / ".venv/bin/python", "-c", "import doorward, mypy; print(doorward.__file__)"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert imported.stdout.strip() == str(clone / "src/doorward/__init__.py")


def test_continuous_integration_runs_the_check() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    assert "set -euo pipefail" in script
    assert script.rstrip().endswith("python3 dev.py check")
