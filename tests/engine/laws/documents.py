"""The documents of a question, wherever they stand, in whatever form: found, read, rewritten."""

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

from tests.oracle.shrink import Path, at

Json = dict[str, Any]

LISTED = ("identity", "permissionsBoundary", "session", "endpoint")
LEVELLED = ("resourceControl", "serviceControl")
LAYERS = (*LEVELLED, "endpoint", "resource", "identity", "permissionsBoundary", "session")
NAMING = ("resource", "endpoint", "resourceControl")
"""Layers whose statements name principals."""


def groups(question: Json) -> Iterator[Path]:
    """Where the lists of policies stand: a layer, or a level of one."""
    for layer in LISTED:
        if layer in question["policies"]:
            yield ("policies", layer)
    for layer in LEVELLED:
        for level, _ in enumerate(question["policies"].get(layer, ())):
            yield ("policies", layer, level)


def places(question: Json) -> Iterator[Path]:
    """Where the policies stand; the second step is the layer."""
    if "resource" in question["policies"]:
        yield ("policies", "resource")
    for group in groups(question):
        for index, _ in enumerate(at(question, group)):
            yield (*group, index)


def read(policy: Any) -> Json | None:
    """The body of a policy in any form; None where it is malformed beyond rewriting."""
    if isinstance(policy, str):
        try:
            policy = json.loads(policy, object_pairs_hook=_once)
        except ValueError:
            return None
    if not isinstance(policy, dict):
        return None
    if "document" in policy:
        return read(policy["document"])
    statements = policy.get("Statement")
    listed = statements if isinstance(statements, list) else [statements]
    return policy if all(isinstance(one, dict) for one in listed) else None


def _once(members: list[tuple[str, Any]]) -> Json:
    if len(dict(members)) < len(members):
        raise ValueError("a key stands twice")
    return dict(members)


def write(policy: Any, body: Json) -> Any:
    """Another body in the form of a policy: an object, text, or either under a name."""
    if isinstance(policy, str):
        return json.dumps(body)
    if "document" in policy:
        return policy | {"document": write(policy["document"], body)}
    return body


def statements(body: Json) -> list[Json]:
    """The statements of a body, which may be one that is no list."""
    found = body["Statement"]
    return found if isinstance(found, list) else [found]


def rewritten(question: Json, change: Callable[[str, Json], Json]) -> Json:
    """The question with every readable body changed, given its layer."""
    changed = copy.deepcopy(question)
    for path in places(changed):
        policy = at(changed, path)
        body = read(policy)
        if body is not None:
            at(changed, path[:-1])[path[-1]] = write(policy, change(str(path[1]), body))
    return changed


def with_statements(question: Json, change: Callable[[str, Json], list[Json]]) -> Json:
    """The question with every statement replaced by several; one stays as it was written."""

    def body(layer: str, found: Json) -> Json:
        several = [new for old in statements(found) for new in change(layer, old)]
        alone = len(several) == 1 and isinstance(found["Statement"], dict)
        return found | {"Statement": several[0] if alone else several}

    return rewritten(question, body)


def tagged(question: Json) -> Json:
    """The question with a Sid on every statement, by which changes can be followed."""
    count = iter(range(10**6))
    return with_statements(question, lambda _, one: [one | {"Sid": f"s{next(count)}"}])


def every_statement(question: Json) -> list[Json]:
    """All the statements of all the readable documents."""
    bodies = (read(at(question, path)) for path in places(question))
    return [one for body in bodies if body is not None for one in statements(body)]
