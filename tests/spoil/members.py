"""Every member and item of a file of JSON, in turn spoilt in every way that its value has."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from doorward.model.evidence import Source
from tests.spoil.estates import DOCUMENTS, Whole, absent, encoded, kind
from tests.spoil.facts import DATES, Change, is_below_profile, law, names
from tests.spoil.spoil import Contents, Law, Path, Spoil, pointer

Json = Any
MARK = "@@here@@"
DEPTHS = (10_000, 980, 900, 500, 200)
"""Beyond what Python's stack holds, and as much as some of what reads it holds, and other not."""

_UNDATED = (
    "2025-13-45T99:99:99Z", "tomorrow", "0", "2025-02-29T00:00:00Z", "-2025-01-01T00:00:00Z",
)  # fmt: skip


def places(value: Json, path: Path = ()) -> Iterator[tuple[Path, Json, bool]]:
    """Yield every place in a value, what is there, and whether that is alone in what holds it."""
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    for step, each in steps:
        yield (*path, step), each, len(value) == 1
        yield from places(each, (*path, step))


def put(value: Json, path: Path, new: Json) -> Json:
    """Return a value in which something else is at a place."""
    step, *rest = path
    other = new if not rest else put(value[step], tuple(rest), new)
    if isinstance(value, dict):
        return {**value, step: other}
    assert isinstance(step, int)
    return [*value[:step], other, *value[step + 1 :]]


def without(value: Json, path: Path) -> Json:
    """Return a value in which nothing is at a place."""
    step, *rest = path
    if rest:
        return put(value, (step,), without(value[step], tuple(rest)))
    if isinstance(value, dict):
        return {key: each for key, each in value.items() if key != step}
    assert isinstance(step, int)
    return value[:step] + value[step + 1 :]


def written(value: Json, path: Path, raw: str) -> Contents:
    """Return a file in which a text that need not be JSON is at a place."""

    def content() -> bytes:
        return encoded(put(value, path, MARK)).replace(f'"{MARK}"'.encode(), raw.encode())

    return content


def with_other(value: Json, path: Path, new: Json) -> Contents:
    """Return a file in which something else is at a place."""
    return lambda: encoded(put(value, path, new))


def members(whole: Whole) -> Iterator[Spoil]:
    """Yield every spoilt member and item of every file of JSON."""
    for file, content in whole.files.items():
        if file.endswith(".json"):
            value = json.loads(content)
            for path, there, alone in places(value):
                yield from _spoilt(whole, file, value, path, there, alone=alone)


def owners(value: Json, path: Path) -> frozenset[str]:
    """Return of whom a resource tells by its ARN, or an account of an organization by its id."""
    match path:
        case ("Resources", int(index), *rest) if "Arn" not in rest:
            account = value["Resources"][index]["Arn"].split(":")[4]
            return frozenset({account} if account else ())
        case ("Accounts", int(index), *rest) if "Id" not in rest:
            return frozenset({value["Accounts"][index]["Id"], value["Organization"]["Id"]})
        case _:
            return frozenset()


def sources(kind: str, value: Json, path: Path) -> tuple[Source, ...]:
    """Return what a place in an organization is a source of, where it decides on no request."""
    match path:
        case ("Policies", int(index), *rest) if kind == "organization" and rest != ["Type"]:
            return _DECLARED.get(value["Policies"][index]["Type"], ())
        case ("ListedPolicyTypes", *_):
            return tuple(each for found in _DECLARED.values() for each in found)
        case _:
            return ()


_DECLARED = {
    "AISERVICES_OPT_OUT_POLICY": (Source.AI_OPT_OUT_POLICIES,),
    "TAG_POLICY": (Source.TAG_POLICIES,),
}


def _spoilt(
    whole: Whole, file: str, value: Json, path: Path, there: Json, *, alone: bool
) -> Iterator[Spoil]:
    def spoil(change: Change, content: Contents, how: str = "") -> Spoil:
        found = law(kind(file), path, change, alone=alone, value=there, how=how)
        if found is Law.ABSENT:
            found = absent(whole, file)
        said = f"{change.value}{f' ({how})' if how else ''}"
        whose = owners(value, path)
        changes: dict[str, Contents] = {file: content}
        of = sources(kind(file), value, path)
        return Spoil(said, file, found, changes, pointer(path), True, whose, of)

    yield spoil(Change.REMOVED, lambda: encoded(without(value, path)))
    if there is not None:
        yield spoil(Change.NULLED, with_other(value, path, None))
    for other in _other_types(there):
        yield spoil(Change.RETYPED, with_other(value, path, other), json.dumps(other))
    for change, raw in _raw(names(path)[0], there):
        if raw == json.dumps(there):
            continue
        yield spoil(change, written(value, path, raw), raw[:30])


def _other_types(there: Json) -> Iterator[Json]:
    """Yield values of types that AWS does not write here."""
    match there:
        case None:
            yield from (7, "x", [7])
        case bool():
            yield from ("yes", 1, [])
        case int():
            yield from ("x", [], 1.5, True)
        case str():
            yield from (7, [], {"x": "y"}, True)
        case list():
            yield from ({"x": "y"}, 7, "x")
        case _:
            yield from ([], "x", 7)


def _raw(name: str, there: Json) -> Iterator[tuple[Change, str]]:
    """Yield other texts of a value's own type, or of none."""
    for depth in DEPTHS:
        yield Change.DEEP, "[" * depth + "]" * depth
        if there is None or isinstance(there, dict):
            continue  # an object with a member that is not known is another matter
        yield Change.DEEP, '{"a":' * depth + '"\\ud800"' + "}" * depth
    match there:
        case bool():
            yield Change.FLIPPED, json.dumps(not there)
        case int():
            yield Change.NEGATIVE, "-1"
            yield Change.HUGE, str(10**30)
            yield Change.GARBLED, str(10**70)
            yield Change.GARBLED, "1e400"
            yield Change.GARBLED, "NaN"
        case str():
            yield from _raw_text(name, there)
        case list():
            if there:
                yield Change.EMPTIED, "[]"
            if name != "ThumbprintList":
                yield Change.ODD, json.dumps([*there, None])
        case dict():
            yield from _raw_object(there)
        case _:
            pass


def _raw_text(name: str, there: str) -> Iterator[tuple[Change, str]]:
    if there:
        yield Change.EMPTIED, '""'
        yield Change.CUT, json.dumps(there[: -(-len(there) // 2)])
    yield Change.GARBLED, json.dumps(there + "\ud800")
    if name in DATES:
        for undated in _UNDATED:
            yield Change.UNDATED, json.dumps(undated)


def _raw_object(there: dict[str, Json]) -> Iterator[tuple[Change, str]]:
    """Yield an object with the first key twice, the second time with another value."""
    for key, value in list(there.items())[:1]:
        members = [*there.items(), (key, 0 if value != 0 else 1)]
        inner = ", ".join(f"{json.dumps(name)}: {json.dumps(each)}" for name, each in members)
        yield Change.TWICE, "{" + inner + "}"


def _is_report_to_its_end(text: str, at: int) -> bool:
    """Say whether of a report in base64 all cells are there, if perhaps not all of the last."""
    if text.startswith(("{", "%")) or at % 4:
        return False
    left, whole = (base64.b64decode(each) for each in (text[:at], text))
    return left.count(b",") == whole.count(b",")


def documents(whole: Whole) -> Iterator[Spoil]:
    """Yield every policy, or report in base64, that stands as text, cut everywhere."""
    for file, content in whole.files.items():
        if not file.endswith(".json"):
            continue
        value = json.loads(content)
        for path, there, _ in places(value):
            if path[-1] in DOCUMENTS and isinstance(there, str) and not is_below_profile(path):
                yield from _cuts(file, value, path, there)


def _cuts(file: str, value: Json, path: Path, text: str) -> Iterator[Spoil]:
    for at in range(1, len(text)):
        yield Spoil(
            f"a text cut after {at} characters",
            file,
            Law.UNREAD if _is_report_to_its_end(text, at) else Law.BROKEN,
            {file: with_other(value, path, text[:at])},
            pointer(path),
            pointed=True,
            whose=owners(value, path),
            sources=sources(kind(file), value, path),
        )
