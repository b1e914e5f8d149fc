"""What a root user did, from recorded calls, and a plan to do it without: proved by the engine.

Each recorded question (the action and resource that a call was decided on) is asked again: for a
role of the account that may do exactly what was done, else for a session of AssumeRoot with one of
AWS's task policies. What neither is allowed stays with the root user, and says why. Only of a
bucket's or queue's policy that denies everybody is the task named by the documentation: that the
root user passes such a policy is no rule of the engine.

Source: IAM User Guide, "Tasks that require root user credentials" and "Perform a privileged task
on an AWS Organizations member account".
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

import msgspec

from doorward.analysis.report.root_tasks import OWN, OWN_OTHERWISE, UNLOCKS, special
from doorward.control.root_access import TASKS
from doorward.engine.combine import decide
from doorward.engine.compile import read_document
from doorward.engine.context import Context, ContextValue, Provenance, build, overlay
from doorward.engine.decision import Decision, Rule
from doorward.engine.layers import Layer, Policy
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.event import Event
from doorward.model.organization import Account, Organization, RootFeature
from doorward.model.principal import RoleSession, RootUser
from doorward.model.snapshot import Snapshot
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.quotas import SIZE_QUOTAS
from doorward.results.root_use import Call, DraftRole, Need, RootUse, Way

ROLE: Final = "root-tasks"
"""What the drafted role is called."""

_OF_THE_CALLER: Final = (
    "aws:principal", "aws:userid", "aws:username", "aws:token", "aws:multifactor",
    "aws:assumedroot", "aws:sourceidentity",
)  # fmt: skip
_SPECIAL: Final = re.compile(r"[*?$]")
_MOST_RESOURCES: Final = 40


class _Asked(msgspec.Struct, frozen=True):
    """A question that a call of the root user raised."""

    action: str
    resource: str
    context: Context
    rule: str
    time: datetime
    parameters: dict[str, Any]


class _Answer(msgspec.Struct, frozen=True):
    """How a question is done without the root user."""

    way: Way
    by: str = ""
    why: str = ""


def root_use(
    snapshot: Snapshot, account: str, events: Iterable[Event], *, is_whole: bool = True
) -> RootUse:
    """Return what the root user of ``account`` did by its recorded calls, and the plan.

    ``events`` are calls of the root user, the latest first. Calls that were refused are told, and
    not planned for.
    """
    told: list[tuple[Event, dict[str, Any]]] = []
    by_task = 0
    for event in events:
        record = json.loads(event.record)
        session = record.get("userIdentity", {}).get("sessionContext", {})
        if session.get("assumedRoot") == "true":
            by_task += 1
        else:
            told.append((event, record))
    calls = tuple(_call(*each) for each in told)
    asked = [
        question
        for event, record in told
        if event.error_code is None
        for question in _questions(event, record)
    ]
    answers, role = _plan(snapshot, account, asked)
    counted = Counter(call.address for call in calls)
    return RootUse(
        account,
        calls,
        tuple(sorted(counted.items(), key=lambda each: (-each[1], each[0]))),
        tuple(_needs(zip(asked, answers, strict=True))),
        role,
        by_task,
        is_whole,
    )


# --- what was recorded


def _call(event: Event, record: dict[str, Any]) -> Call:
    return Call(
        event.time,
        f"{event.source.removesuffix('.amazonaws.com')}:{event.name}",
        str(record.get("sourceIPAddress") or "unknown"),
        str(record.get("userAgent") or ""),
        event.request_id,
        event.error_code,
    )


def _questions(event: Event, record: dict[str, Any]) -> Iterator[_Asked]:
    """Yield the questions of a call, by the decisions recorded with it."""
    parameters = record.get("requestParameters") or {}
    for decision in json.loads(event.decisions):
        context = Context(
            {
                fold(value["key"]): ContextValue(
                    value["key"], tuple(value["values"]), value["multi"], Provenance.GIVEN
                )
                for value in decision["context"]
                if not fold(value["key"]).startswith(_OF_THE_CALLER)
            }
        )
        for resource in decision["resources"]:
            yield _Asked(
                decision["action"], resource, context, decision["rule"], event.time, parameters
            )


# --- who else could have done it


def _plan(
    snapshot: Snapshot, account: str, asked: list[_Asked]
) -> tuple[list[_Answer], DraftRole | None]:
    answers = [_beforehand(snapshot, account, each) for each in asked]
    open_ = [each for each, answer in zip(asked, answers, strict=True) if answer is None]
    draft = _policies(open_)
    settled: list[_Answer] = []
    for each, answer in zip(asked, answers, strict=True):
        settled.append(answer or _by_role_or_task(snapshot, account, draft, each))
    given = [each for each, answer in zip(asked, settled, strict=True) if answer.way is Way.ROLE]
    if not given:
        return settled, None
    exact = _policies(given)
    proved = sum(_as_role(snapshot, account, exact, each).allowed for each in given)
    assert proved == len(given), "a role that may do less cannot be denied more"  # noqa: S101
    return settled, _draft(account, exact, proved)


def _beforehand(snapshot: Snapshot, account: str, asked: _Asked) -> _Answer | None:
    """Return what is known without asking for a role, ``None`` if nothing is."""
    action = fold(asked.action)
    if asked.rule == Rule.NO_PERMISSION_NEEDED.value and action not in OWN:
        found = special(action, asked.parameters)
        return _Answer(found.way, why=found.why) if found else _Answer(Way.NOTHING)
    found = special(action, asked.parameters)
    if found is not None:
        return _Answer(found.way, why=found.why)
    if asked.resource != f"arn:aws:iam::{account}:root":
        return None
    why = OWN.get(action, OWN_OTHERWISE)
    return _by_task(snapshot, account, asked) or _Answer(Way.ONLY_ROOT, why=why)


def _by_role_or_task(
    snapshot: Snapshot, account: str, draft: tuple[str, ...], asked: _Asked
) -> _Answer:
    try:
        decision = _as_role(snapshot, account, draft, asked)
    except (InvalidInput, Unsupported) as error:
        return _Answer(Way.BLOCKED, why=f"it cannot be decided: {error}")
    if decision.allowed:
        return _Answer(Way.ROLE, ROLE)
    unlocking = UNLOCKS.get(fold(asked.action))
    if unlocking is not None and decision.blocked_by == (Layer.RESOURCE,):
        return _unlocked(snapshot, account, unlocking)
    by = ", ".join(layer.value for layer in decision.blocked_by) or decision.rule.value
    denied = f"a role that is allowed it is denied by {by}"
    return _by_task(snapshot, account, asked) or _Answer(Way.BLOCKED, why=denied)


def _as_role(
    snapshot: Snapshot, account: str, policies: tuple[str, ...], asked: _Asked
) -> Decision:
    """Decide what was asked, for the drafted role with these policies."""
    principal = RoleSession(f"arn:aws:iam::{account}:role/{ROLE}", "somebody")
    subject = Subject(principal, None, _session(asked))
    layers, request = situation(
        snapshot,
        subject,
        asked.action,
        known_resource(snapshot, asked.resource),
        given=asked.context,
    )
    identity = tuple(Policy(read_document(text)) for text in policies)
    return decide(msgspec.structs.replace(layers, identity=identity), request)


def _unlocked(snapshot: Snapshot, account: str, task: str) -> _Answer:
    """Return how the policy of a resource is taken away that denies everybody."""
    organization = _managed_from(snapshot, account)
    if organization is None:
        return _Answer(Way.ONLY_ROOT, why="the resource's policy denies everybody else")
    return _Answer(Way.TASK, task, _ready(organization, TASKS[task]))


def _managed_from(snapshot: Snapshot, account: str) -> Organization | None:
    """Return the organization whose management account may do tasks in an account."""
    held = snapshot.get(Account, account)
    if held is None or held.organization_id is None:
        return None
    organization = snapshot.get(Organization, held.organization_id)
    alone = organization is None or organization.management_account == account
    return None if alone else organization


def _ready(organization: Organization, feature: RootFeature) -> str:
    return "" if feature in organization.root_features else f"enable {feature.value} first"


def _by_task(snapshot: Snapshot, account: str, asked: _Asked) -> _Answer | None:
    """Return the task of AssumeRoot that allows what was asked, if the account has tasks."""
    organization = _managed_from(snapshot, account)
    if organization is None:
        return None
    for task, feature in TASKS.items():
        assumed = build({"aws:AssumedRoot": "true"}, Provenance.DERIVED)
        subject = Subject(
            RootUser(account), None, overlay(_session(asked), assumed), task_policy=task
        )
        layers, request = situation(
            snapshot,
            subject,
            asked.action,
            known_resource(snapshot, asked.resource),
            given=asked.context,
        )
        if decide(layers, request).allowed:
            return _Answer(Way.TASK, task, _ready(organization, feature))
    return None


def _session(asked: _Asked) -> Context:
    """What the credentials of a session carry."""
    values = {
        "aws:TokenIssueTime": asked.time.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:MultiFactorAuthPresent": "false",
    }
    return build(values, Provenance.DERIVED)


# --- the role


def _policies(asked: Iterable[_Asked]) -> tuple[str, ...]:
    """Return documents that allow exactly these actions on these resources, each small enough."""
    resources: dict[str, set[str]] = {}
    for each in asked:
        resources.setdefault(each.action, set()).add(literal(each.resource))
    actions: dict[tuple[str, ...], list[str]] = {}
    for action in sorted(resources):
        actions.setdefault(tuple(sorted(resources[action])), []).append(action)
    statements = [
        {"Effect": "Allow", "Action": names, "Resource": list(places[at : at + _MOST_RESOURCES])}
        for places, names in actions.items()
        for at in range(0, len(places), _MOST_RESOURCES)
    ]
    quota = SIZE_QUOTAS[PolicyKind.IDENTITY]
    packed: list[list[dict[str, Any]]] = []
    for statement in statements:
        if packed and quota.size_of(_document([*packed[-1], statement])) <= quota.characters:
            packed[-1].append(statement)
        else:
            packed.append([statement])
    return tuple(_document(each) for each in packed)


def literal(resource: str) -> str:
    """Return the pattern that matches a resource and nothing else (V5); ``*`` stays ``*``."""
    return resource if resource == "*" else _SPECIAL.sub(lambda one: f"${{{one[0]}}}", resource)


def _document(statements: list[dict[str, Any]]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=2)


def _draft(account: str, policies: tuple[str, ...], proved: int) -> DraftRole:
    trust = _document(
        [
            {
                "Effect": "Allow",
                "Principal": {"AWS": f"arn:aws:iam::{account}:root"},
                "Action": "sts:AssumeRole",
                "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}},
            }
        ]
    )
    make = f"aws iam create-role --role-name {ROLE} --assume-role-policy-document"
    commands = [f"{make} {_quoted(trust)}"]
    for number, text in enumerate(policies, 1):
        name = f"{ROLE}-{number}"
        arn = f"arn:aws:iam::{account}:policy/{name}"
        commands += [
            f"aws iam create-policy --policy-name {name} --policy-document {_quoted(text)}",
            f"aws iam attach-role-policy --role-name {ROLE} --policy-arn {arn}",
        ]
    return DraftRole(ROLE, trust, policies, proved, tuple(commands))


def _quoted(text: str) -> str:
    """Return JSON as one word of a shell."""
    compact = json.dumps(json.loads(text), separators=(",", ":"))
    return "'" + compact.replace("'", "'\\''") + "'"


# --- what is said of it


def _needs(answered: Iterable[tuple[_Asked, _Answer]]) -> Iterator[Need]:
    """Yield what was needed: first what stays with the root user, then by action."""
    found: dict[tuple[int, str, str, str], list[_Asked]] = {}
    for asked, answer in answered:
        rank = -list(Way).index(answer.way)
        found.setdefault((rank, asked.action, answer.by, answer.why), []).append(asked)
    for (rank, action, by, why), all_ in sorted(found.items()):
        yield Need(
            action,
            tuple(sorted({each.resource for each in all_})),
            len(all_),
            max(each.time for each in all_),
            list(Way)[-rank],
            by,
            why,
        )
