"""Every import contract, mypy and ruff refuse a violation planted in a copy of the package.

A check that cannot fail proves nothing. A contract without a planted violation fails here too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.architecture.sources import PACKAGE, ROOT, configuration

TOOLS = Path(sys.executable).parent
CONTRACTS = {c["id"]: c for c in configuration()["tool"]["importlinter"]["contracts"]}


class Plant(NamedTuple):
    """Text to add to a module of the package (made if absent), and the contract it breaks."""

    contract: str
    module: str
    text: str


PLANTS = (
    Plant("layers", "model/__init__.py", "import doorward.engine.decision"),
    Plant("layers", "wire/__init__.py", "import doorward.store"),
    Plant("layers", "helpers.py", '"""A module that no layer lists."""'),
    Plant("pure-core", "engine/__init__.py", "import time"),
    Plant("pure-core", "policy/__init__.py", "def late():\n    import logging"),
    Plant("services", "api/sts/__init__.py", "import doorward.api.iam"),
    Plant("acyclic", "policy/planted_one.py", "import doorward.policy.planted_two"),
    Plant("facade", "cli/__init__.py", "from doorward import __version__"),
    Plant("owner-botocore", "store/__init__.py", "import botocore.session"),
    Plant("owner-botocore", "importers/expectations.py", "import botocore.session"),
    Plant("owner-httpx", "cli/__init__.py", "import httpx"),
    Plant("owner-database", "server/__init__.py", "from sqlalchemy import select"),
    Plant("owner-asgi", "cli/__init__.py", "import uvicorn"),
    Plant("owner-cryptography", "usecases/__init__.py", "from cryptography import x509"),
    Plant("owner-cryptography", "control/__init__.py", "import argon2"),
    Plant("owner-log", "control/__init__.py", "import structlog"),
    Plant("owner-metrics", "usecases/__init__.py", "import prometheus_client"),
    Plant("owner-yaml", "cli/__init__.py", "import yaml"),
    Plant("owner-terminal", "server/__init__.py", "import click"),
    Plant("owner-pytest", "cli/__init__.py", "import pytest"),
)
# The other half of a cycle, harmless without the first.
COMPANION = ("policy/planted_two.py", "import doorward.policy.planted_one")


def copy_of_the_package(folder: Path) -> Path:
    """Copy sources and settings to where they may be spoilt; the copied package's folder."""
    shutil.copy(ROOT / "pyproject.toml", folder)
    copy = folder / "src" / "doorward"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    """Run a tool of the environment on the copy."""
    environment = {**os.environ, "PYTHONPATH": str(folder / "src")}
    return subprocess.run(
        (str(TOOLS / command[0]), *command[1:]),
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def plant(file: Path, text: str) -> None:
    """Add lines at the end of a file."""
    with file.open("a", encoding="utf-8") as opened:
        opened.write(f"\n{text}\n")


def test_every_contract_has_a_planted_violation() -> None:
    assert {p.contract for p in PLANTS} == set(CONTRACTS)


@pytest.mark.parametrize("planted", PLANTS, ids=lambda p: f"{p.contract}:{p.module}")
def test_a_planted_import_breaks_its_contract(planted: Plant, tmp_path: Path) -> None:
    package = copy_of_the_package(tmp_path)
    plant(package / COMPANION[0], COMPANION[1])
    plant(package / planted.module, planted.text)
    checked = run(
        tmp_path, "lint-imports", "--no-cache", "--no-logo", "--contract", planted.contract
    )
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"{CONTRACTS[planted.contract]['name']} BROKEN" in checked.stdout
    guilty = planted.module.removesuffix("/__init__.py").removesuffix(".py").split("/")[-1]
    assert f".{guilty} " in checked.stdout.replace("\n", " "), "broken by something else"


def test_without_a_violation_the_contracts_are_kept(tmp_path: Path) -> None:
    package = copy_of_the_package(tmp_path)
    plant(package / COMPANION[0], COMPANION[1])
    checked = run(tmp_path, "lint-imports", "--no-cache", "--no-logo")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken." in checked.stdout


def test_layers_in_brackets_are_those_not_built() -> None:
    layers = [layer.strip() for line in CONTRACTS["layers"]["layers"] for layer in line.split("|")]
    bracketed = {layer.strip("()") for layer in layers if layer.startswith("(")}
    built = {
        p.stem for p in PACKAGE.iterdir() if p.suffix == ".py" or (p / "__init__.py").exists()
    }
    assert bracketed & built == set()
    assert {layer for layer in layers if not layer.startswith("(")} == built - {"__init__"}


def test_the_pure_core_is_whole() -> None:
    pure = {"errors", "policy", "model", "engine", "results", "render", "analysis"}
    built = {f"doorward.{layer}" for layer in pure if list(PACKAGE.glob(f"{layer}*"))}
    assert set(CONTRACTS["pure-core"]["source_modules"]) == built


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("src/doorward/errors.py", "number: int = 'text'", "assignment"),
        ("src/doorward/errors.py", "def untyped(x): return x", "no-untyped-def"),
        ("tests/test_planted.py", "def test_untyped(x): assert x", "no-untyped-def"),
        ("tests/test_planted.py", "flag: bool = None", "assignment"),
    ],
)
def test_mypy_refuses(file: str, text: str, code: str, tmp_path: Path) -> None:
    copy_of_the_package(tmp_path)
    (tmp_path / "tests").mkdir()
    plant(tmp_path / file, text)
    checked = run(
        tmp_path, "mypy", "--cache-dir", os.devnull, "--config-file", "pyproject.toml", file
    )
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f"[{code}]" in checked.stdout


def test_mypy_looks_at_everything() -> None:
    settings = configuration()["tool"]["mypy"]
    assert settings["strict"] is True
    assert settings["files"] == ["src", "tests", "examples", "benchmarks", "tools", "dev.py"]


@pytest.mark.parametrize(
    ("file", "text", "code"),
    [
        ("src/doorward/errors.py", "import os", "F401"),
        ("src/doorward/errors.py", "print('here')", "T201"),
        ("src/doorward/errors.py", "def undocumented() -> None: ...", "D103"),
        ("src/doorward/errors.py", "x = 1  # type: ignore", "PGH003"),
        ("src/doorward/errors.py", "try:\n    pass\nexcept Exception:\n    pass", "BLE001"),
        (
            "src/doorward/errors.py",
            "def tangled(x: int) -> None:\n"
            + "".join(f"    if x == {n}:\n        return\n" for n in range(11)),
            "C901",
        ),
        ("tests/test_planted.py", "import os", "F401"),
    ],
)
def test_ruff_refuses(file: str, text: str, code: str, tmp_path: Path) -> None:
    copy_of_the_package(tmp_path)
    (tmp_path / "tests").mkdir()
    plant(tmp_path / file, text)
    checked = run(tmp_path, "ruff", "check", "--no-cache", "--output-format=concise", file)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    assert f" {code} " in checked.stdout


def test_every_exception_to_a_lint_has_its_reason() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    section = text[text.index("[tool.ruff.lint]") : text.index("[tool.ruff.lint.flake8")]
    codes = [line for line in section.splitlines() if line.startswith('    "')]
    assert len(codes) > 20
    assert [line for line in codes if "#" not in line] == []
