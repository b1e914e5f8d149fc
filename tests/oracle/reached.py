"""What the questions of a run reached in the reference evaluator, and what decided them.

Agreement means something only where the rules had their say. So functions of the reference are
watched while it answers: which operators held, whom policies named, which special rules spoke.
A special rule decides a question that has another effect when the rule is left out.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import ModuleType
from typing import Any

from tests.oracle import reference, reference_conditions, reference_principals, reference_specials
from tests.oracle.reference import LAYERS, combine, effect_of, evaluate
from tests.oracle.reference_conditions import BASES
from tests.oracle.reference_principals import NAME_FIELDS, read_arn, read_principal

Json = dict[str, Any]
Event = tuple[str, tuple[Any, ...], Any]
"""The function of the reference, its arguments, its answer."""

SPECIALS: dict[str, tuple[str, Any]] = {
    "S1": ("key_rules", False),
    "S2": ("grant_kinds", set()),
    "S3": ("alias_of_aws", False),
    "S4": ("owned_by_aws", False),
    "S5": ("public_access_blocked", False),
    "S6": ("session_limited", False),
    "S7": ("resource_controls_apply", True),
    "S8": ("service_linked", False),
    "S9": ("organization_grants", False),
    "S10": ("owners_root", False),
    "S11": ("without_resource", False),
}
"""Rule → its function in the reference, and what that answers where the rule says nothing."""

WATCHED: list[tuple[ModuleType, str]] = [
    (reference, "study"),
    (reference, "conditions_hold"),
    (reference_conditions, "key_holds"),
    (reference_principals, "entry_kind"),
    *((reference_specials, name) for name, _ in SPECIALS.values()),
]
FORMS = ("", "ifexists", "forallvalues:", "foranyvalue:")
OPERATORS = tuple(
    f"{form}{base}" if form.endswith(":") else f"{base}{form}" for base in BASES for form in FORMS
)
CALLERS = ("user", "role", "session", "federated", "root", *NAME_FIELDS, "service-linked")
FAMILIES = ("Service", "Federated", "CanonicalUser")
NAMES = ("account", "unique id", *CALLERS[:5], *FAMILIES)


class Tally(dict[str, Counter[str]]):
    """Counts by group and name."""

    def __missing__(self, group: str) -> Counter[str]:
        self[group] = Counter()
        return self[group]

    def add(self, other: "Tally") -> None:
        """Add the counts of another run."""
        for group, counts in other.items():
            self[group].update(counts)


@contextmanager
def replaced(module: ModuleType, name: str, function: Callable[..., Any]) -> Iterator[None]:
    """The module with another function under this name."""
    original = getattr(module, name)
    setattr(module, name, function)
    try:
        yield
    finally:
        setattr(module, name, original)


@contextmanager
def watching() -> Iterator[list[Event]]:
    """A list to which every call of a watched function is added as it ends."""
    events: list[Event] = []

    def recording(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any) -> Any:
            result = function(*arguments)
            events.append((name, arguments, result))
            return result

        return call

    with ExitStack() as stack:
        for module, name in WATCHED:
            stack.enter_context(replaced(module, name, recording(name, getattr(module, name))))
        yield events


def count(question: Json, result: Json, events: list[Event], tally: Tally) -> None:
    """Add one question, with what the reference answered and did, to the counts."""
    effect = result.get("effect", "error")
    tally["effects"][effect] += 1
    if effect == "error":
        return
    tally["rules"][result["rule"]] += 1
    tally["layers blocking"].update(result["blockedBy"])
    tally["layers deciding"].update(deciding_layers(events))
    tally["specials deciding"].update(deciding_specials(question, effect, events))
    tally["callers"].update(f"{form} {effect}" for form in caller_forms(question))
    tally["elements"].update(elements(question))
    unknown = False
    for name, arguments, answer in events:
        held = "hit" if answer else "miss"
        if name == "entry_kind":
            tally["names"][f"{name_form(*arguments[:2])} {held}"] += 1
        elif name == "key_holds" and answer is not None:
            tally["operators"][f"{arguments[0]} {held}"] += 1
        elif name == "conditions_hold" and unknown:
            tally["operators"][f"unknown {held}"] += 1
        unknown = name == "key_holds" and answer is None


def deciding_layers(events: list[Event]) -> set[str]:
    """The layers without which the effect (on the first resource) would be another."""
    case, verdicts = next(answer for name, _, answer in events if name == "study")
    effect = effect_of(combine(case, verdicts))
    silent = [{"deny": False, "allow": False, "kinds": set()}]
    without = {
        layer: verdicts | {layer: silent if layer == "identity" else None} for layer in LAYERS
    }
    return {
        layer
        for layer in LAYERS
        if verdicts[layer] is not None and effect_of(combine(case, without[layer])) != effect
    }


def deciding_specials(question: Json, effect: str, events: list[Event]) -> set[str]:
    """The special rules without which the effect would be another."""
    spoke = {name for name, _, answer in events if (name, answer) not in SPECIALS.values()}
    deciding = set()
    for rule, (name, nothing) in SPECIALS.items():
        if name in spoke:
            with replaced(reference_specials, name, lambda *_, answer=nothing: answer):
                if evaluate(question).get("effect") != effect:
                    deciding.add(rule)
    return deciding


def caller_forms(question: Json) -> set[str]:
    """The kind of the caller, and whether it is a service-linked role."""
    principal = read_principal(question["request"]["principal"])
    linked = principal["linked"] or reference_specials.service_linked(principal)
    return {principal["kind"], *(["service-linked"] if linked else [])}


def name_form(family: str, entry: str) -> str:
    """The form of one entry of a `Principal` or `NotPrincipal` element."""
    if family != "AWS" or entry == "*":
        return "everyone" if family == "AWS" else family
    if re.fullmatch(r"A(ID|RO)A[A-Z]+", entry):
        return "unique id"
    named = read_arn(entry)
    return "account" if entry.isdecimal() else str(named["kind"]) if named else "no name"


def elements(question: Json) -> set[str]:
    """Elements of policies that a question uses."""
    text = json.dumps(question["policies"]).replace('\\"', '"')
    return {word for word in ("NotAction", "NotResource", "NotPrincipal", "${") if word in text}


def never(tally: Tally) -> list[str]:
    """What a long run should have reached and did not."""
    both = ("hit", "miss")
    operators = (*OPERATORS, "null", "unknown")
    wanted = {
        "effects": reference.SEVERITY,
        "layers blocking": LAYERS,
        "layers deciding": LAYERS,
        "specials deciding": SPECIALS,
        "callers": [f"{form} {effect}" for form in CALLERS for effect in reference.SEVERITY],
        "names": [f"{form} {held}" for form in NAMES for held in both],
        "operators": [f"{name} {held}" for name in operators for held in both],
    }
    return [
        f"{group}: {name}"
        for group, names in wanted.items()
        for name in names
        if not tally[group][name]
    ]
