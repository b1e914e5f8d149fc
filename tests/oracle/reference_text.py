"""The literal reference evaluator, text: wildcards, variables, actions, resources (A, R, V).

Nothing is compiled, cached or shared with the engine: slow on purpose, to be checked by reading.
"""

import re
from collections.abc import Mapping
from string import ascii_lowercase, ascii_uppercase
from typing import Any

Token = tuple[str, bool]
"""One character of a pattern, and whether it is a sign (`*`, `?`, `:`) rather than mere text."""

VARIABLE = re.compile(r"\$\{(?:([*?$])|([^{}',]+)(?:, '([^']*)')?)\}")
"""V4, V5: `${*}`, `${key}`, `${key, 'default'}`."""


LOWER = str.maketrans(ascii_uppercase, ascii_lowercase)


def fold(text: str) -> str:
    """Lower the ASCII letters, and those alone."""
    return text.translate(LOWER)


def wild(text: str) -> list[Token]:
    """Text in which `*` and `?` are wildcards, and `:` divides ARNs."""
    return [(character, character in "*?:") for character in text]


def literal(text: str) -> list[Token]:
    """Text in which every character stands for itself (V5)."""
    return [(character, False) for character in text]


def glob(pattern: list[Token], text: str) -> bool:
    """R1, R4: the whole text; `*` any run, `?` one character, newlines included."""
    ends = {0}  # how much of the text the pattern up to here may have met
    for character, sign in pattern:
        if sign and character == "*":
            ends = set(range(min(ends), len(text) + 1))
        else:
            anything = sign and character == "?"
            met = {end for end in ends if anything or text[end : end + 1] == character}
            ends = {end + 1 for end in met if end < len(text)}
        if not ends:
            return False
    return len(text) in ends


def substitute(text: str, version: str, context: Mapping[str, Any]) -> list[Token] | None:
    """V1, V3–V6: a policy text with its variables; None when one has no value and no default."""
    if version != "2012-10-17":
        return wild(text)
    tokens, end = [], 0
    for found in VARIABLE.finditer(text):
        sign, key, default = found.groups()
        value = sign or context.get(fold(key), default)
        if value is None or isinstance(value, list):  # V3: many values are none
            return None
        tokens += wild(text[end : found.start()]) + literal(value)
        end = found.end()
    return tokens + wild(text[end:])


def action_matches(pattern: str, action: str) -> bool:
    """A1, A2: service and name without regard to case; odd entries match nothing."""
    if pattern == "*":
        return True
    service, colon, name = fold(pattern).partition(":")
    if not colon or not name or "," in name or any(letter.isspace() for letter in name):
        return False
    asked_service, _, asked_name = fold(action).partition(":")
    return glob(wild(service), asked_service) and glob(wild(name), asked_name)


def actions_match(statement: Mapping[str, Any], action: str) -> bool:
    """A3: `NotAction` is every action that none of its entries matches."""
    if "NotAction" in statement:
        return not any(action_matches(entry, action) for entry in statement["NotAction"])
    return any(action_matches(entry, action) for entry in statement["Action"])


def resource_matches(
    pattern: str, layer: str, version: str, case: Mapping[str, Any]
) -> bool | None:
    """R1–R6, V2, V7: one entry; None when a variable in it cannot be resolved."""
    if pattern == "*":
        return True
    masked = pattern
    if version == "2012-10-17":  # V7: names of variables hold colons
        masked = VARIABLE.sub(lambda found: "$" * len(found[0]), pattern)
    parts = masked.split(":", 5)
    head = len(masked) - len(parts[5]) if len(parts) == 6 else len(masked)
    last = substitute(pattern[head:], version, case["context"])
    if last is None or masked[:head] != pattern[:head]:
        return None  # V2: no variable before the fifth colon
    if case["resource"] == "*":
        return False  # R6: only the literal `*`, above
    if len(parts) < 6:  # R5
        padding = layer in ("identity", "session", "permissionsBoundary")
        if layer == "resourceControl" or not (padding or "*" in pattern or "?" in pattern):
            return False
        parts, last = [*parts, "*", "*", "*", "*"], wild("*")
    *asked, asked_last = case["resource"].split(":", 5)
    pairs = zip(parts, asked, strict=False)  # the first five
    return all(glob(wild(fold(part)), fold(text)) for part, text in pairs) and glob(
        last, asked_last
    )


def resources_match(
    statement: Mapping[str, Any], layer: str, version: str, case: Mapping[str, Any]
) -> bool:
    """R7, G2: `Resource`, `NotResource`, or neither (which means this role, in its trust; S11)."""
    negated = "NotResource" in statement
    if not negated and "Resource" not in statement:
        return layer == "resource" and (case["trust"] or case["alone"])
    entries = statement["NotResource"] if negated else statement["Resource"]
    results = [resource_matches(entry, layer, version, case) for entry in entries]
    if not negated:
        return True in results
    return True not in results and not (None in results and statement["Effect"] == "Allow")
