"""Identity policies and requests of IAM, said in Cedar.

A literal translation, statement by statement: Allow becomes ``permit``, Deny ``forbid``, each
under ``@id("policy/statement")``. What Cedar cannot say (``?``, a variable beside other text, most
of the rarer forms) raises ``Unsayable``. Nothing here is shared with the engine; ``context`` says
what the attributes of the context are.

Sources: the IAM User Guide pages of ``docs/reference/evaluation.md``; Cedar Policy Language
Reference Guide, "Operators and functions".
"""

import re
from collections.abc import Mapping
from enum import Enum
from typing import Any, NamedTuple

from tests.oracle.cedar.context import EXTENSIONS, HEAD, SLOTS, Json, boolean, texts_of


class Unsayable(ValueError):
    """Cedar has no words for this."""


class Wildcard(Enum):
    """The ``*`` of a pattern, as against the character."""

    ANY = "*"


class Variable(NamedTuple):
    """``${key}`` or ``${key, 'default'}`` (V4)."""

    key: str
    default: str | None


Item = str | Wildcard | Variable

TOKEN = re.compile(r"\$\{(?:([*?$])|([^{}',*?$]+)(?:, '([^']*)')?)\}|(.)", re.DOTALL)


def read(text: str, *, variables: bool, wildcards: bool) -> list[Item]:
    """A pattern, item by item (V1, V4, V5, V7)."""

    def item(character: str) -> Item:
        if wildcards and character == "?":
            raise Unsayable(character)
        return Wildcard.ANY if wildcards and character == "*" else character

    if not variables:
        return [item(character) for character in text]
    found: list[Item] = []
    for sign, key, default, character in (m.groups() for m in TOKEN.finditer(text)):
        found.append(Variable(key.lower(), default) if key else sign or item(character))
    return found


ORDERS = {
    "equals": ("{} == {}", "{} == {}"),
    "lessthan": ("{}.lessThan({})", "{} < {}"),
    "lessthanequals": ("{}.lessThanOrEqual({})", "{} <= {}"),
    "greaterthan": ("{}.greaterThan({})", "{} > {}"),
    "greaterthanequals": ("{}.greaterThanOrEqual({})", "{} >= {}"),
}

TYPED: dict[str, tuple[str, str]] = {"ipaddress": ("ip", "{}.isInRange({})")}
for _order, (_decimal, _datetime) in ORDERS.items():
    TYPED[f"numeric{_order}"] = ("number", _decimal)
    TYPED[f"date{_order}"] = ("date", _datetime)

VIEWS = {
    "stringequals": "text",
    "stringlike": "text",
    "stringequalsignorecase": "lower",
    "arnequals": "arn",
    "arnlike": "arn",
    "bool": "bool",
} | {operator: view for operator, (view, _) in TYPED.items()}
"""Operator → how it reads the request's value."""

NEGATED = {
    "notipaddress": "ipaddress",
    "stringnotequals": "stringequals",
    "stringnotlike": "stringlike",
    "stringnotequalsignorecase": "stringequalsignorecase",
    "arnnotequals": "arnequals",
    "arnnotlike": "arnlike",
    "numericnotequals": "numericequals",
    "datenotequals": "dateequals",
}


# -------------------------------------------------------------------------- policies


def quote(items: str | list[Item]) -> str:
    """A Cedar string, or the pattern of ``like``."""
    quoted = ""
    for item in items:
        if isinstance(item, Variable):
            raise Unsayable(f"a variable beside other text: {items}")
        if isinstance(item, Wildcard):
            quoted += "*"
        elif item == "*" and not isinstance(items, str) and Wildcard.ANY in items:
            quoted += r"\*"
        elif item in '"\\':
            quoted += "\\" + item
        else:
            quoted += item if " " <= item <= "~" else f"\\u{{{ord(item):x}}}"
    return f'"{quoted}"'


def every(parts: list[str]) -> str:
    """All of them hold."""
    said = [part for part in parts if part != "true"]
    return f"({' && '.join(said)})" if said else "true"


def some(parts: list[str]) -> str:
    """One of them holds."""
    return f"({' || '.join(parts)})" if parts else "false"


class Writer:
    """Writes the policies of one request, and remembers what they ask of its context."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def has(self, name: str) -> str:
        self.asked.add(name)
        return f"context has {quote(name)}"

    def get(self, name: str) -> str:
        self.asked.add(name)
        return f"context[{quote(name)}]"

    def policy(self, name: str, statement: Mapping[str, Any], *, variables: bool) -> str:
        """One statement."""
        action = some([self.action(p) for p in _list(statement, "Action")])
        resource = some(
            [
                self.resource(read(p, variables=variables, wildcards=True))
                for p in _list(statement, "Resource")
            ]
        )
        held = [
            self.condition(operator.lower(), key.lower(), texts_of(wanted), variables=variables)
            for operator, keys in statement.get("Condition", {}).items()
            for key, wanted in keys.items()
        ]
        parts = [
            f"!{action}" if "NotAction" in statement else action,
            f"!{resource}" if "NotResource" in statement else resource,
            *held,
        ]
        scope = {"Allow": "permit", "Deny": "forbid"}[statement["Effect"]]
        return f'@id("{name}") {scope}(principal, action, resource) when {{ {every(parts)} }};'

    # ------------------------------------------------------------ actions and resources

    def action(self, pattern: str) -> str:
        """A1: without regard to case."""
        return self.like("action", read(pattern.lower(), variables=False, wildcards=True))

    def resource(self, pattern: list[Item]) -> str:
        """R1, R2, R3, R6: ``*`` alone, or the six parts one by one."""
        if pattern == [Wildcard.ANY]:
            return "true"
        _, *head, name = _parts(pattern)
        folded = [[i.lower() if isinstance(i, str) else i for i in part] for part in head]
        pairs = zip(HEAD, folded, strict=True)
        return every([self.has("name"), *(self.like(*pair) for pair in pairs), self.name(name)])

    def name(self, pattern: list[Item]) -> str:
        """The sixth part; with variables (V2, V6), which stand between slashes here."""
        pieces = _split(pattern, "/")
        last = max((n for n, p in enumerate(pieces) if _variable(p)), default=-1)
        if last < 0:
            return self.like("name", pattern)
        if any(Wildcard.ANY in piece for piece in pieces[: last + 1]):
            raise Unsayable("a wildcard before a variable")
        whole = last == len(pieces) - 1
        before = pieces[:last] if whole else pieces[: last + 1]
        rest = _join(pieces[len(before) :])
        after = f"name/after/{len(before)}" if before else "name"
        exact = [
            every([self.has(f"name/{n}"), self.like(f"name/{n}", piece)])
            for n, piece in enumerate(before)
        ]
        return every([*exact, self.has(after), self.like(after, rest)])

    def like(self, name: str, pattern: list[Item]) -> str:
        """An attribute that is there, against a pattern or a single variable."""
        variable = _variable(pattern)
        if variable:
            return self.equals_variable(name, variable, "text")
        if pattern == [Wildcard.ANY]:
            return "true"
        operator = "like" if Wildcard.ANY in pattern else "=="
        return f"{self.get(name)} {operator} {quote(pattern)}"

    def equals_variable(self, name: str, variable: Variable, view: str) -> str:
        """V4, V6: the value of another key, or its default, or nothing to equal."""
        if view not in ("text", "lower"):
            raise Unsayable(f"a variable read as {view}")  # V2
        other = f"{variable.key}#{view}"
        if variable.default is None:
            return every([self.has(other), f"{self.get(name)} == {self.get(other)}"])
        default = variable.default.lower() if view == "lower" else variable.default
        value = f"if {self.has(other)} then {self.get(other)} else {quote(default)}"
        return f"{self.get(name)} == ({value})"

    # ------------------------------------------------------------------------ conditions

    def condition(self, operator: str, key: str, wanted: list[str], *, variables: bool) -> str:
        """C1, C3: one key under one operator."""
        there = self.has(key)
        if operator == "null":
            return {"true": f"!({there})", "false": every([there, f"!{self.get(key + '#null')}"])}[
                wanted[0].lower()
            ]
        found = re.fullmatch("(forallvalues:|foranyvalue:|)(.*?)(ifexists|)", operator)
        assert found is not None
        quantifier, given, if_exists = found.groups()
        negated = given in NEGATED
        if (base := NEGATED.get(given, given)) not in VIEWS:
            raise Unsayable(operator)
        wildcards = base in ("stringlike", "arnlike", "arnequals")
        values = [read(v, variables=variables, wildcards=wildcards) for v in wanted]
        if not quantifier:
            holds = self.one(key, base, values, negated=negated)
        else:
            holds = self.several(quantifier, key, base, values, negated=negated)
        absent = if_exists or quantifier == "forallvalues:" or (negated and not quantifier)
        return some([f"!({there})", holds]) if absent else every([there, holds])

    def one(self, slot: str, base: str, values: list[list[Item]], *, negated: bool) -> str:
        """C1: one value equals one of the wanted; negated, it equals none. C7: lists never do."""
        held = some([self.compare(slot, base, value) for value in values])
        return every([self.has(f"{slot}#{VIEWS[base]}"), f"!{held}" if negated else held])

    def several(
        self, quantifier: str, key: str, base: str, values: list[list[Item]], *, negated: bool
    ) -> str:
        """C5, C6: by Cedar's sets where texts are equal or not, else value by value."""
        null = self.get(f"{key}#null")
        if base == "stringequals" and not any(_variable(value) for value in values):
            given = self.get(f"{key}#set")
            wanted = f"[{', '.join(quote(value) for value in values)}]"
            inside, meets = f"{wanted}.containsAll({given})", f"{given}.containsAny({wanted})"
            all_hold, any_holds = (f"!{meets}", f"!{inside}") if negated else (inside, meets)
        else:
            slots = [f"{key}#{n}" for n in range(SLOTS)]
            held = [self.one(slot, base, values, negated=negated) for slot in slots]
            pairs = zip(slots, held, strict=True)
            all_hold = every([some([f"!({self.has(slot)})", holds]) for slot, holds in pairs])
            any_holds = some(held)
        if quantifier == "forallvalues:":
            return some([null, all_hold])
        return every([f"!{null}", any_holds])

    def compare(self, slot: str, base: str, value: list[Item]) -> str:
        """One value of the request against one of the policy."""
        view = VIEWS[base]
        name = f"{slot}#{view}"
        if view == "arn":
            parts = enumerate(_parts(value))
            return every([self.like(f"{name}/{n}", part) for n, part in parts])
        if variable := _variable(value):
            return self.equals_variable(name, variable, view)
        if view == "text":
            return self.like(name, value)
        text = "".join(item for item in value if isinstance(item, str))
        if view == "lower":
            return f"{self.get(name)} == {quote(text.lower())}"
        if view == "bool":
            return f"{self.get(name)} == {str(boolean(text)).lower()}"
        constructor, argument = EXTENSIONS[view]
        return TYPED[base][1].format(self.get(name), f'{constructor}("{argument(text)}")')


def _list(statement: Mapping[str, Any], element: str) -> list[str]:
    return texts_of(statement.get(element, statement.get(f"Not{element}")))


def _variable(pattern: list[Item]) -> Variable | None:
    """The variable that a pattern is or holds."""
    found = [item for item in pattern if isinstance(item, Variable)]
    if found and len(pattern) > 1:
        raise Unsayable(f"a variable beside other text: {pattern}")
    return found[0] if found else None


def _split(pattern: list[Item], at: str, times: int = -1) -> list[list[Item]]:
    pieces: list[list[Item]] = [[]]
    for item in pattern:
        if item == at and len(pieces) != times + 1:
            pieces.append([])
        else:
            pieces[-1].append(item)
    return pieces


def _join(pieces: list[list[Item]]) -> list[Item]:
    joined = list(pieces[0])
    for piece in pieces[1:]:
        joined += ["/", *piece]
    return joined


def _parts(pattern: list[Item]) -> list[list[Item]]:
    """R1, C14: the six parts of an ARN; only whole ones are translated."""
    parts = _split(pattern, ":", 5)
    if len(parts) < 6:
        raise Unsayable("an ARN of fewer than six parts")
    return parts


def policies(documents: list[Json]) -> tuple[str, frozenset[str]]:
    """The documents as Cedar policies, and the attributes of the context that they ask for."""
    writer = Writer()
    text = "\n".join(
        writer.policy(f"{n}/{m}", statement, variables=document.get("Version") == "2012-10-17")
        for n, document in enumerate(documents)
        for m, statement in enumerate(_statements(document))
    )
    return text, frozenset(writer.asked)


def _statements(document: Json) -> list[Json]:
    found = document["Statement"]
    return found if isinstance(found, list) else [found]
