"""The literal reference evaluator: what the evaluation semantics say, read aloud in code.

`evaluate(question)` answers effect, rule, the verdict of every layer, and what blocks. Rule ids
(G1, R5, S1, flow 1.7-7 …) are those of the page on the rules of evaluation; text, conditions,
principals, and what is special to services, are in the modules beside this. It shares no code with
the engine, which it exists to contradict.
"""

import json
from collections.abc import Mapping
from typing import Any

from tests.oracle import reference_principals as principals
from tests.oracle import reference_specials as specials
from tests.oracle.reference_conditions import conditions_hold
from tests.oracle.reference_principals import MalformedError
from tests.oracle.reference_text import actions_match, fold, resources_match

Case = dict[str, Any]  # of one resource: principal, action, resource, account, context, …
Verdict = dict[str, Any]  # of a layer or a level: deny, allow, kinds of principal match, level
Verdicts = dict[str, list[Verdict] | None]  # by layer; None where it does not apply

LEVELLED = ("resourceControl", "serviceControl")
IDENTITY_SIDE = ("identity", "permissionsBoundary", "session")
LAYERS = (*LEVELLED, "endpoint", "resource", *IDENTITY_SIDE)
GUARDRAILS = (*LEVELLED, "endpoint", "permissionsBoundary", "session")
SEVERITY = ("ALLOW", "IMPLICIT_DENY", "EXPLICIT_DENY")

BYPASSED: dict[tuple[str, str], tuple[str, ...]] = {
    ("user", "direct"): ("identity", "permissionsBoundary"),
    ("user", "star"): IDENTITY_SIDE,
    ("session", "direct"): IDENTITY_SIDE,
    ("session", "role"): ("identity",),
    ("session", "star"): IDENTITY_SIDE,
    ("role", "role"): ("identity",),
    ("role", "star"): IDENTITY_SIDE,
    ("federated", "direct"): IDENTITY_SIDE,
    **{(kind, "grant"): ("identity",) for kind in ("user", "session", "role", "federated")},
}
"""Flow 1.7-7, the table, and S2: whose silence the resource's side makes up for, in an account."""

SILENCE = {  # in the order of flow 1.7; the rule where a layer's silence settles it
    "resourceControl": "resource-control-implicit-deny",
    "serviceControl": "service-control-implicit-deny",
    "endpoint": "endpoint-implicit-deny",
    "identity": "identity-implicit-deny",
    "permissionsBoundary": "boundary-implicit-deny",
    "session": "session-implicit-deny",
}


def evaluate(question: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question (R8: the most severe), `{"error": True}` if unreadable."""
    request, policies = question["request"], question["policies"]
    try:
        answers = [evaluate_one(request, policies, one) for one in listed(request["resource"])]
    except MalformedError:
        return {"error": True}
    return max(answers, key=lambda answer: SEVERITY.index(answer["effect"]))


def evaluate_one(request: Mapping[str, Any], policies: Mapping[str, Any], one: str) -> Any:
    """The answer for one resource."""
    case, verdicts = study(request, policies, one)
    rule = combine(case, verdicts)
    rows = [row for layer in LAYERS for row in report(layer, verdicts[layer])]
    blocked = [] if effect_of(rule) == "ALLOW" else blocked_by(case, verdicts)
    return {"effect": effect_of(rule), "rule": rule, "layers": rows, "blockedBy": blocked}


def effect_of(rule: str) -> str:
    """The effect that a rule stands for."""
    if rule == "no-permission-needed" or rule.endswith("-allow"):
        return "ALLOW"
    return "EXPLICIT_DENY" if rule == "explicit-deny" else "IMPLICIT_DENY"


def study(
    request: Mapping[str, Any], policies: Mapping[str, Any], resource: str
) -> tuple[Case, Verdicts]:
    """Flow 1.7 up to the combination: what is asked, and what every layer says to it."""
    principal, action = principals.read_principal(request["principal"]), fold(request["action"])
    principal["linked"] |= specials.service_linked(principal)  # S8
    field = [*resource.split(":", 5), "", "", "", ""][4]
    owner = request.get("resourceAccount") or (field if field.isdecimal() else "")
    facts = specials.read_facts(request.get("resourceFacts", {}))
    case = {
        "principal": principal,
        "action": action,
        "resource": resource,
        "account": owner or principal.get("account"),
        "context": full_context(request.get("context", {}), principal, owner, facts["tags"]),
        "encrypted": specials.encryption_context(request.get("context", {})),
        "facts": facts,
        "policy": [read_document(given) for name, given in policies.items() if name == "resource"],
        "bounded": applies("permissionsBoundary", principal) and "permissionsBoundary" in policies,
        "trust": specials.assumes_role(action, resource),
        "alone": specials.without_resource(resource),
    }
    return case, {layer: layer_verdicts(layer, policies, case) for layer in LAYERS}


def full_context(
    given: Mapping[str, Any], principal: principals.Principal, owner: str, tags: Mapping[str, str]
) -> dict[str, Any]:
    """C15, §1.9: derived keys, then the given ones over them; keys without regard to case."""
    keys: dict[str, Any] = principals.derived_keys(principal)
    if owner:
        keys["aws:ResourceAccount"] = owner
    for tag, value in tags.items():
        keys[f"aws:ResourceTag/{tag}"] = value
    context = {fold(key): value for key, value in keys.items()}
    for key, value in given.items():
        if value is None:
            raise MalformedError("a context value is null")
        many = isinstance(value, list)
        context[fold(key)] = [text(item) for item in value] if many else text(value)
    return context


def text(value: Any) -> str:
    """G2: numbers and booleans as text."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def listed(value: Any) -> list[Any]:
    """G2: scalars and one-element arrays are equal."""
    return value if isinstance(value, list) else [value]


def read_document(given: Any) -> dict[str, Any]:
    """G1: an object, JSON text, or either under a name → version and statements."""
    if isinstance(given, dict) and set(given) == {"name", "document"}:
        given = given["document"]
    if isinstance(given, str):
        try:
            given = json.loads(given, object_pairs_hook=without_duplicates, parse_float=str)
        except ValueError as error:
            raise MalformedError("not JSON") from error
    if not isinstance(given, dict) or "Statement" not in given:
        raise MalformedError("not a policy")
    version = given.get("Version", "2008-10-17")
    if version not in ("2008-10-17", "2012-10-17"):
        raise MalformedError("no such version")
    statements = [read_statement(one) for one in listed(given["Statement"])]
    return {"version": version, "statements": statements}


def without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """G1: duplicate keys inside one element are invalid."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise MalformedError("duplicate key")
    return dict(pairs)


def read_statement(given: Any) -> dict[str, Any]:
    """G2: the elements of a statement, scalars as one-element lists, values as text."""
    if not isinstance(given, dict) or given.get("Effect") not in ("Allow", "Deny"):
        raise MalformedError("Effect")
    statement = dict(given)
    for name, required in (("Action", True), ("Resource", False), ("Principal", False)):
        present = [form for form in (name, f"Not{name}") if form in given]
        if len(present) > 1 or (required and not present):
            raise MalformedError(name)
        for form in present:
            statement[form] = listed(given[form])
            if isinstance(given[form], dict):
                statement[form] = {kind: listed(names) for kind, names in given[form].items()}
    statement["Condition"] = {
        operator: {key: [text(value) for value in listed(values)] for key, values in keys.items()}
        for operator, keys in given.get("Condition", {}).items()
    }
    return statement


def layer_verdicts(layer: str, policies: Mapping[str, Any], case: Case) -> list[Verdict] | None:
    """The verdict of each level of a layer; None where the layer does not apply."""
    given = policies.get(layer, [] if layer == "identity" else None)
    if given is None or not applies(layer, case["principal"]):
        return None
    if layer == "resource" and specials.owners_root(case):  # S10
        return None
    if layer == "resourceControl" and not specials.resource_controls_apply(case):  # S7
        return None
    if layer in LEVELLED:
        levels = enumerate(given)
        rows = [{"level": level} | verdict(layer, documents, case) for level, documents in levels]
        return rows or [verdict(layer, [], case)]
    return [verdict(layer, listed(given), case)]


def applies(layer: str, principal: principals.Principal) -> bool:
    """Flow 1.7-3, -4, -6, -10: whom a layer concerns at all."""
    if layer in LEVELLED and principal["linked"]:
        return False
    if layer == "permissionsBoundary" and principal["kind"] == "root":
        return False
    return "account" in principal or layer not in ("serviceControl", *IDENTITY_SIDE)


def verdict(layer: str, documents: list[Any], case: Case) -> Verdict:
    """What the statements of one layer or level say together."""
    result: Verdict = {"deny": False, "allow": False, "kinds": set()}
    for document in map(read_document, documents):
        for statement in document["statements"]:
            kinds = kinds_of(layer, statement, case)
            if kinds and statement_matches(layer, statement, document["version"], case):
                result["deny"] |= statement["Effect"] == "Deny"
                result["allow"] |= statement["Effect"] == "Allow"
                result["kinds"] |= kinds if statement["Effect"] == "Allow" else set()
    return result


def kinds_of(layer: str, statement: Mapping[str, Any], case: Case) -> set[str | None]:
    """P1–P6, G2: how the statement names the caller; policies of the caller's side must not."""
    allows, naming = statement["Effect"] == "Allow", {"Principal", "NotPrincipal"} & set(statement)
    if layer in ("serviceControl", *IDENTITY_SIDE):
        return set() if allows and naming else {"attached"}
    if layer == "resourceControl" and allows:
        return {"star"} if statement.get("Principal") in (["*"], {"AWS": ["*"]}) else set()
    return principals.statement_kinds(statement, layer, case)


def statement_matches(layer: str, statement: Mapping[str, Any], version: str, case: Case) -> bool:
    """A1–A3, R1–R8, C1–C16: action, resource and every condition."""
    return (
        actions_match(statement, case["action"])
        and resources_match(statement, layer, version, case)
        and conditions_hold(statement, version, case["context"])
    )


def report(layer: str, verdicts: list[Verdict] | None) -> list[dict[str, Any]]:
    """The rows of the answer for one layer."""
    if verdicts is None:
        return [{"layer": layer, "effect": "NOT_APPLICABLE"}]
    rows = []
    for one in verdicts:
        level = {"level": one["level"]} if "level" in one else {}
        effect = SEVERITY[2] if one["deny"] else SEVERITY[0] if one["allow"] else SEVERITY[1]
        rows.append({"layer": layer, **level, "effect": effect})
    return rows


def combine(case: Case, verdicts: Verdicts) -> str:
    """Flow 1.7-1 to 1.7-10, in order: the rule that settles it."""
    kind, limited = case["principal"]["kind"], specials.session_limited(case)
    if case["action"] == "sts:getcalleridentity" and kind != "Anonymous":
        return "no-permission-needed"  # 1.7-1
    if case["action"] == "sts:getsessiontoken" and kind in ("user", "root") and not limited:
        return "no-permission-needed"  # 1.7-1
    if any(one["deny"] for levels in verdicts.values() for one in levels or []):
        return "explicit-deny"  # 1.7-2
    if limited:
        return "session-limit"  # S6
    if specials.owned_by_aws(case) or specials.alias_of_aws(case):
        return "reserved-by-aws"  # S4, S3
    partition = case["principal"].get("partition")
    if partition and case["resource"] != "*" and case["resource"].split(":")[1] != partition:
        return "cross-partition"  # 1.7-8: never across partitions
    silent = {
        layer
        for layer, levels in verdicts.items()
        if levels is not None and not all(one["allow"] for one in levels)
    }
    if guardrail := first_silence(silent & {*LEVELLED, "endpoint"}):
        return guardrail  # 1.7-3 to 1.7-5
    named = {how for one in verdicts["resource"] or [] for how in one["kinds"]}
    if kind in ("Service", "Federated"):
        named &= {"direct"}  # 1.7-6
    granted = specials.grant_kinds(case)
    rule = both_sides(case, silent & set(IDENTITY_SIDE), named | granted)
    return "grant-allow" if granted and not named and effect_of(rule) == "ALLOW" else rule


def both_sides(case: Case, missing: set[str], kinds: set[str]) -> str:
    """Flow 1.7-6 to 1.7-10: the resource's side, and what is missing on the caller's side."""
    principal, kind = case["principal"], case["principal"]["kind"]
    if not kinds and case["trust"]:
        return "trust-implicit-deny"  # §1.8
    if not kinds and specials.key_rules(case):
        return "key-policy-implicit-deny"  # S1
    if kinds and specials.public_access_blocked(case):
        return "block-public-access"  # S5
    if "account" not in principal:
        return "non-account-allow" if kinds else "resource-implicit-deny"  # 1.7-6
    if case["account"] != principal["account"] and not specials.organization_grants(case):  # S9
        allowed = first_silence(missing) or "cross-account-allow"
        return allowed if kinds else "resource-implicit-deny"  # 1.7-8, 1.7-9
    if kind == "root":
        return first_silence(missing - {"identity"}) or "root-user-allow"  # 1.7-10
    made_up = {how: missing - set(BYPASSED.get((kind, how), ())) for how in kinds}  # 1.7-7
    allowing = {how for how, left in made_up.items() if not left}
    if missing and allowing:
        return "grant-allow" if allowing == {"grant"} else "resource-allow"
    return first_silence(min([missing, *made_up.values()], key=len)) or "identity-allow"


def first_silence(missing: set[str]) -> str:
    """The rule that denies where these layers allow nothing and must; empty if there is none."""
    return next((rule for layer, rule in SILENCE.items() if layer in missing), "")


def blocked_by(case: Case, verdicts: Verdicts) -> list[str]:
    """The layers that alone stop what would be allowed without any guardrail or Deny."""
    bare: Verdicts = {
        layer: levels and [one | {"deny": False} for one in levels if layer not in GUARDRAILS]
        for layer, levels in verdicts.items()
    }
    if effect_of(combine(case, bare)) != "ALLOW":
        return []
    alone = {layer: combine(case, bare | {layer: verdicts[layer]}) for layer in LAYERS}
    return [layer for layer, rule in alone.items() if effect_of(rule) != "ALLOW"]
