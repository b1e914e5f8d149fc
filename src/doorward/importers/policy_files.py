"""Policies on files, by layer: a folder, an object of layers, or one policy by itself.

In a folder each layer of ``doorward decide`` is a file (``resource.json``, ``identity.json``) or a
folder of files (``identity/team.json``), taken in the order of their names. The levels of
``serviceControl`` and ``resourceControl`` are folders in the order of their names, root first
(``serviceControl/0-root/…``). A file of one policy is an identity-based one.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from doorward.engine.layers import Layers, Policy
from doorward.engine.question import layers, strict_json
from doorward.errors import InvalidInput
from doorward.policy.parse import parse

_UNITED: Final = {
    "identity": "identity",
    "permissionsBoundary": "permissions_boundary",
    "session": "session",
    "endpoint": "endpoint",
}
_CHAINS: Final = {
    "serviceControl": "service_control",
    "resourceControl": "resource_control",
}
_ONE: Final = {"resource": "resource"}
_LAYERS: Final = _UNITED | _CHAINS | _ONE
"""Layers by their names on files: the arguments of ``doorward.layers``."""


def read_policies(path: Path) -> Layers:
    """Read the policies of a question.

    Raises:
        InvalidInput: something cannot be read, with the file and the place in it.
    """
    if path.is_dir():
        return _folder(path)
    text = _text(path)
    try:
        value = strict_json(text)
    except (InvalidInput, ValueError, RecursionError):
        value = None  # reading it as a policy says what is wrong, and where
    if not isinstance(value, dict) or not value.keys() or not value.keys() <= _LAYERS.keys():
        return layers(identity=[_policy(path, path.name, text)])
    try:
        return layers(**{_LAYERS[name]: found for name, found in value.items()})
    except InvalidInput as error:
        raise InvalidInput(
            error.code, f"{path}, {error.pointer}: {error.message}", hint=error.hint
        ) from None


def _folder(path: Path) -> Layers:
    found: dict[str, Any] = {}
    for entry in _entries(path):
        name = entry.stem if entry.is_file() else entry.name
        if name not in _LAYERS:
            raise InvalidInput(
                "UnknownLayer",
                f"{entry}: there is no layer {name!r}",
                hint=f"the layers are {', '.join(_LAYERS)}: a folder, or a file .json, for each",
            )
        argument = _LAYERS[name]
        if argument in found:
            raise InvalidInput("DuplicateLayer", f"{entry}: the layer stands here twice")
        if name in _CHAINS:
            found[argument] = [_files(level, path) for level in _levels(entry)]
        else:
            found[argument] = _files(entry, path)
        if name in _ONE:
            if len(found[argument]) != 1:
                raise InvalidInput("InvalidValue", f"{entry}: a resource has one policy")
            (found[argument],) = found[argument]
    if not found:
        raise InvalidInput(
            "NoPolicies",
            f"{path} holds no policies",
            hint=f"put them into files or folders named {', '.join(_LAYERS)}",
        )
    return layers(**found)


def _levels(path: Path) -> list[Path]:
    """The levels of a chain; files beside no folder are one level."""
    entries = _entries(path) if path.is_dir() else [path]
    folders = [entry for entry in entries if entry.is_dir()]
    if folders and len(folders) < len(entries):
        raise InvalidInput(
            "InvalidValue",
            f"{path}: files stand beside folders, so their level is not known",
            hint="give each level a folder, named so that the root comes first",
        )
    return folders or [path]


def _files(path: Path, top: Path) -> list[Policy]:
    """The policies of a file or of a folder of files, called by where they stand."""
    files = _entries(path) if path.is_dir() else [path]
    return [_policy(each, str(each.relative_to(top)), _text(each)) for each in files]


def _entries(path: Path) -> list[Path]:
    """What a folder holds, in order; what is hidden is left out, anything else is an error."""
    found = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    for entry in found:
        if not entry.is_dir() and entry.suffix != ".json":
            raise InvalidInput(
                "UnknownFile", f"{entry} is no policy", hint="policies are files named ….json"
            )
    return found


def _policy(path: Path, name: str, text: str) -> Policy:
    document, problems = parse(text)
    if document is None:
        first = next(problem for problem in problems if problem.refused)
        place = "" if first.line is None else f", line {first.line}, column {first.column}"
        raise InvalidInput(first.code, f"{path}{place}: {first.message}", hint=first.hint)
    return Policy(document, name=name)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InvalidInput("InvalidJson", f"{path} is not UTF-8: {error.reason}") from None
    except OSError as error:
        raise InvalidInput(
            "Unreadable",
            f"{path} cannot be read: {error.strerror}",
            hint="give a file of policies, or a folder of them",
        ) from None
