"""What is committed: nothing of any one machine, nothing undeclared, nothing unowned."""

from __future__ import annotations

import importlib.metadata
import re
import subprocess
import sys

import pytest

from tests.architecture.sources import ROOT, configuration, imports, package

# Declared, but never imported by name: who uses them.
INDIRECT = {
    "psycopg": "SQLAlchemy loads it for a PostgreSQL URL",
}
# Folders of one machine's users, and hosts or settings of package registries. An object key or a
# policy variable may well contain home/: only a path from the root names a machine.
OF_ONE_MACHINE = re.compile(
    r"""(?<![\w}*?$.:])/(?:work|root)/\w"""
    r"""|(?:^|[\s"'=(`])/home/(?!\$)\w+/\w+"""
    r"""|/opt/pypi|index-url|pythonhosted|registry\.npmjs|"resolved":""",
    re.MULTILINE,
)


def tracked() -> list[str]:
    """The paths that git tracks, from the root of the checkout."""
    listed = subprocess.run(
        ("git", "ls-files", "-z"),  # noqa: S607 (git is wherever the developer has it)
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    return [path for path in listed.stdout.decode().split("\0") if path]


def test_tracked_files_name_no_machine_and_no_registry() -> None:
    this_test = "tests/architecture/test_repository.py"
    found = []
    for path in tracked():
        if path == this_test or not (ROOT / path).is_file():
            continue
        try:
            text = (ROOT / path).read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found += [f"{path}: {match.group().strip()}" for match in OF_ONE_MACHINE.finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "open('/" + "work/data')",
        "cd /" + "root/doorward",
        'path = "/' + 'home/someone/doorward"',
        "pip install --index" + "-url https://example.org",
    ],
)
def test_a_machine_or_a_registry_is_seen(text: str) -> None:
    assert OF_ONE_MACHINE.search(text)


@pytest.mark.parametrize(
    "text",
    [
        '"Resource": "arn:aws:s3:::bucket/home/${aws:username}/*"',
        '"s3:prefix": ["", "home/", "home/bob/*"]',
        "arn:aws:iam::123456789012:user" + "/work/bob",
    ],
)
def test_a_name_in_a_policy_is_left_alone(text: str) -> None:
    assert not OF_ONE_MACHINE.search(text)


def test_nothing_private_is_tracked() -> None:
    private = re.compile(
        r"(^|/)(\.venv|\.doorward|__pycache__|dist)/|\.(pem|key|db|sqlite3?|pyc)$"
    )
    assert [path for path in tracked() if private.search(path)] == []


# What loads a part of Doorward itself, and so is there where that part runs: pytest, its plugin.
HOSTS = {"pytest"}


def third_parties() -> set[str]:
    """The top-level names of everything imported in the package that is not Python's or ours."""
    tops = {name.split(".")[0] for source in package() for _, name in imports(source.tree)}
    return tops - sys.stdlib_module_names - {"doorward"}


def declared() -> set[str]:
    """The distributions that the package declares, extras included."""
    project = configuration()["project"]
    extras = [r for group in project["optional-dependencies"].values() for r in group]
    pattern = re.compile(r"[A-Za-z0-9._-]+")
    return {
        match.group().lower()
        for requirement in (*project["dependencies"], *extras)
        if (match := pattern.match(requirement))
    }


def test_what_is_imported_is_declared_and_what_is_declared_is_used() -> None:
    providers = importlib.metadata.packages_distributions()
    imported = {
        re.sub("[-_.]+", "-", name).lower()  # PEP 503: one name, several spellings
        for top in third_parties()
        for name in providers[top]
    }
    assert imported - declared() == HOSTS, "imported, but not declared in pyproject.toml"
    assert declared() - imported == set(INDIRECT), "declared in pyproject.toml, but not used"


def test_every_third_party_has_one_owner() -> None:
    contracts = configuration()["tool"]["importlinter"]["contracts"]
    owned = {m for c in contracts if c["type"] == "protected" for m in c["protected_modules"]}
    core = {"msgspec", "rpds"}  # the two that every layer may use
    assert third_parties() - core - owned == set()
