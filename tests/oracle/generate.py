"""Random questions in the public format, from a seed.

The vocabulary is small and most patterns are cut from the request itself, so that statements
match often, and miss by one element when they miss. Nothing here knows the rules: "hit" and
"miss" are intentions, and the reference evaluator says what they came to.
"""

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

from tests.oracle import generate_specials as specials
from tests.oracle.generate_conditions import VALUES, condition, context
from tests.oracle.generate_vocabulary import (
    BUCKET_POLICY,
    HOME,
    MALFORMED,
    OTHER,
    OTHER_ACTIONS,
    OTHER_PRINCIPALS,
    OTHER_RESOURCES,
    PRINCIPAL_ENTRIES,
    PRINCIPALS,
    REQUESTS,
)

Json = dict[str, Any]
T = TypeVar("T")

LEVELLED = ("serviceControl", "resourceControl")
CALLER_SIDE = ("identity", "permissionsBoundary", "session")


def weighted(rng: random.Random, table: Sequence[tuple[Any, ...]]) -> tuple[Any, ...]:
    """One row of a table whose first column is its weight."""
    return rng.choices(table, [row[0] for row in table])[0]


def questions(seed: int, numbers: Iterable[int]) -> Iterator[Json]:
    """The questions of these numbers; each depends on seed and number alone."""
    for number in numbers:
        yield Generator(random.Random(f"{seed}/{number}")).question(f"{seed}/{number}")


class Generator:
    """One question: the request is drawn first, then policies around it."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.principal = weighted(rng, PRINCIPALS)[1]
        _, actions, self.resource = weighted(rng, REQUESTS)
        self.action = rng.choice(actions)
        self.whole = json.dumps(self.principal)
        if '"Federated"' in self.whole:  # who rarely asks for anything else
            _, actions, self.resource = next(row for row in REQUESTS if "WithSAML" in str(row[1]))
            self.action = rng.choice(actions)
        unlocking = ":root" in self.whole and self.chance(0.4)  # whom no bucket's policy denies it
        if unlocking:
            _, actions, self.resource = next(row for row in REQUESTS if BUCKET_POLICY in row[1])
            self.action = rng.choice(actions)
        self.is_aws = "arn:" in self.whole
        self.context = context(rng)
        specials.add_context(rng, self.context, self.action, self.resource, aws=self.is_aws)
        self.facts = specials.facts(rng, self.whole, self.action, self.resource, self.context)
        self.bordering = ":s3:" in self.resource and "blockPublicAccess" in self.facts
        self.bordering = self.bordering and not unlocking
        self.silent: list[str] = []  # layers that rather grant nothing, so that others must
        if self.facts.get("kmsGrants") and self.chance(0.6):
            self.silent = rng.choice([["identity"], ["identity", "resource"], ["resource"]])
        elif self.is_aws and not isinstance(self.resource, list) and self.chance(0.2):
            self.silent = rng.sample(CALLER_SIDE, rng.randint(1, 3))

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def question(self, name: str) -> Json:
        """The whole question."""
        request: Json = {
            "principal": self.principal,
            "action": self.rng.choice([self.action, self.action, self.action.swapcase()]),
            "resource": self.resource,
            "context": self.context,
        }
        if not isinstance(self.resource, list):
            if self.bordering:
                request["resourceAccount"] = self.rng.choice([HOME, OTHER, OTHER])
            elif self.chance(0.5 if ":s3:" in self.resource else 0.05):
                request["resourceAccount"] = self.rng.choice([HOME, OTHER])
        if self.facts:
            request["resourceFacts"] = self.facts
        if self.chance(0.005):
            request["context"] = {"app:Colour": None}
        policies = {layer: self.layer(layer) for layer in self.present()}
        if self.chance(0.01):
            layer = "identity" if self.is_aws else "resource"
            broken = self.rng.choice(MALFORMED)
            policies[layer] = [broken] if layer == "identity" else broken
        return {"id": name, "request": request, "policies": policies}

    def present(self) -> list[str]:
        """The layers of this question."""
        listed = isinstance(self.resource, list)
        shares = {
            "identity": 0.93 if self.is_aws else 0.1,
            "permissionsBoundary": 0.3 if self.is_aws else 0.1,
            "session": 0.35 if "sts::" in self.whole else 0.06,
            "resource": 0 if listed else (0.92 if self.needs_resource_policy() else 0.5),
            "serviceControl": 0.35,
            "resourceControl": 0.25,
            "endpoint": 0.2,
        }
        if self.action == BUCKET_POLICY:
            shares["resource"] = 1
        if self.silent:
            shares |= {"resource": 1, **dict.fromkeys(self.silent, 1), "endpoint": 0.05}
        return [layer for layer, share in shares.items() if self.chance(share)]

    def needs_resource_policy(self) -> bool:
        asks = self.bordering or self.action.startswith("sts:A")
        return asks or not self.is_aws or OTHER in self.resource or ":key/" in self.resource

    def layer(self, layer: str) -> Any:
        """The documents of one layer, in its public shape."""
        if layer == "resource":
            return self.document(layer)
        if layer in LEVELLED:
            levels = self.rng.choice([0, 1, 1, 2, 2, 3]) if self.chance(0.2) else 1
            return [self.documents(layer) for _ in range(levels)]
        return self.documents(layer)

    def documents(self, layer: str) -> list[Any]:
        return [self.document(layer) for _ in range(self.rng.choice([1] * 24 + [0] + [2] * 6))]

    def document(self, layer: str) -> Any:
        """One document, as an object, as text, or under a name."""
        statements = [
            self.statement(layer, "Allow", hit=self.chance(0.05 if layer in self.silent else 0.9))
        ]
        if layer not in self.silent and self.chance(0.25):
            statements.append(self.statement(layer, "Allow", hit=self.chance(0.5)))
        if self.chance(0.35):
            statements.append(self.statement(layer, "Deny", hit=self.chance(0.3)))
        if self.bordering and layer == "resource" and self.chance(0.6):
            statements[:1] = specials.open_bucket(self.rng, self.named(), self.context)
        self.rng.shuffle(statements)
        body: Json = {"Statement": statements}
        if len(statements) == 1 and self.chance(0.5):
            body = {"Statement": statements[0]}
        version = self.rng.choice(["2012-10-17"] * 7 + ["2008-10-17", None])
        if version:
            body["Version"] = version
        forms: list[Callable[[], Any]] = [
            lambda: body,
            lambda: json.dumps(body, indent=self.rng.choice([None, 2])),
            lambda: {"name": "given", "document": body},
        ]
        return self.rng.choices(forms, [6, 2, 2])[0]()

    def statement(self, layer: str, effect: str, *, hit: bool) -> Json:
        """A statement meant to match, or to miss by one element."""
        named = layer in ("resource", "endpoint", "resourceControl")
        elements = ["Action", "Resource", "Condition"]
        if named and layer != "resourceControl":
            elements += ["Principal"] * 2
        miss = None if hit else self.rng.choice(elements)
        statement: Json = {"Effect": effect}
        if named or self.chance(0.01):
            statement |= self.who(layer, hit=miss != "Principal")
        statement |= self.either("Action", self.actions, hit=miss != "Action")
        alone = layer == "resource" and self.action.startswith(("sts:", "ecr:"))
        if not self.chance(0.7 if alone else 0.01):
            statement |= self.resources(hit=miss != "Resource")
        if miss == "Condition" or self.chance(0.35):
            statement["Condition"] = self.conditions(hit=miss != "Condition")
        if self.bordering and (layer, effect) == ("resource", "Allow") and self.chance(0.7):
            for name in ("Principal", "NotPrincipal", "Condition"):
                statement.pop(name, None)
            statement |= specials.bordering(self.rng, self.named(), self.context)
        return statement

    def conditions(self, *, hit: bool) -> Json:
        """One or two operators with a key each; a miss has at least one meant to fail."""
        first = condition(self.rng, self.context, hit=hit)
        if self.chance(0.2):
            second = condition(self.rng, self.context, hit=self.chance(0.9))
            if next(iter(second)).lower() != next(iter(first)).lower():
                return second | first
        return first

    def either(self, name: str, patterns: Callable[[bool], list[str]], *, hit: bool) -> Json:
        """An element or its negation, as a scalar or a list."""
        if self.chance(0.12):
            return {f"Not{name}": self.some(patterns(not hit), patterns(not hit))}
        return {name: self.some(patterns(hit), patterns(False))}

    def some(self, first: list[T], others: list[T]) -> T | list[T]:
        """One pattern, or a list with it."""
        chosen = self.rng.choice(first)
        if self.chance(0.6):
            return chosen
        values = [chosen] + ([self.rng.choice(others)] if self.chance(0.5) else [])
        self.rng.shuffle(values)
        return values

    def actions(self, hit: bool) -> list[str]:
        """Patterns of the action asked, or of others."""
        if not hit:
            return [entry for entry in OTHER_ACTIONS if not self.action.startswith(entry[:5])]
        service, name = self.action.split(":")
        prefix, last = name[:3], name[-4:]
        return [
            self.action,
            self.action.upper(),
            f"{service}:*",
            f"{service}:{prefix}*",
            f"{service.upper()}:?{name[1:]}",
            f"{service}:*{last}",
            f"{service[:1]}*:{name}",
            f"?{service[1:]}:{name}*",
            "*:*",
            "*",
        ]

    def resources(self, *, hit: bool) -> Json:
        """`Resource` or `NotResource`."""
        return self.either("Resource", self.resource_patterns, hit=hit)

    def resource_patterns(self, hit: bool) -> list[str]:
        """Patterns cut from the resource asked, or others."""
        if not hit:
            return list(OTHER_RESOURCES)
        asked = (
            self.rng.choice(self.resource) if isinstance(self.resource, list) else self.resource
        )
        if asked == "*":
            return ["*", "*", "*", "**", "arn:aws:s3:::*"]
        head, tail = ":".join(asked.split(":", 5)[:5]), asked.split(":", 5)[5]
        service = asked.split(":")[2]
        return [
            "*",
            asked,
            asked,
            f"{head}:*",
            f"{head}:{tail[:3]}*",
            f"{head}:*{tail[-3:]}",
            f"{head}:?{tail[1:]}",
            f"arn:*:{service}:*:*:{tail}",
            f"{head.upper()}:{tail}",
            f"{head}:{tail.upper()}",
            f"{head}:{tail}${{?}}",
            f"arn:aws:{service}:*",
            f"arn:aws:?{service[1:]}",
            f"arn:aws:{service}",
            f"{head}:{self.with_variables(tail)}",
            f"{head}:{self.with_variables(tail)}",
        ]

    def with_variables(self, tail: str) -> str:
        """The resource with known words replaced by variables that may stand for them."""
        for word, variables in VALUES.items():
            if word in tail:
                tail = tail.replace(word, self.rng.choice(variables))
        return tail

    def who(self, layer: str, *, hit: bool) -> Json:
        """`Principal` or `NotPrincipal`, or, rarely, neither."""
        everyone: list[Any] = ["*", {"AWS": "*"}, {"AWS": ["*"]}]
        if layer == "resourceControl" and self.chance(0.95):
            return {"Principal": self.rng.choice(everyone)}
        if self.chance(0.01):
            return {}
        if layer == "endpoint" and hit and self.chance(0.8):
            return {"Principal": self.rng.choice(everyone)}
        named = self.named()
        matching = [*named, *named, *named, self.rng.choice(everyone)] if named else everyone
        if self.chance(0.1):
            others = self.rng.choice(matching if not hit else OTHER_PRINCIPALS)
            return {"NotPrincipal": others}
        return {"Principal": self.rng.choice(matching if hit else OTHER_PRINCIPALS)}

    def named(self) -> list[Json]:
        """Principal elements that may name the caller."""
        return [entry for mark, entry in PRINCIPAL_ENTRIES if mark in self.whole]
