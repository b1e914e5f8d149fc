"""What single policies grant, after their own Deny statements, and how to narrow that.

A policy is asked as if it were all that somebody has: so wildcards, ``NotAction``, case, and what
it denies itself are judged as AWS would. It is asked on resources that no policy can mean in
particular, in the account and in those that the policy names: ``role/app-*`` is scoped and
``arn:aws:iam::*:role/*`` is not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Final

import msgspec

from doorward.analysis.effective import NAME
from doorward.analysis.holdings import Origin, Written, holdings, reason, unknown
from doorward.analysis.reach import USUAL, Reach, document_reach
from doorward.analysis.registry import PASSED, Miss, Passed, Scope
from doorward.analysis.remedies import Value, rewritten
from doorward.engine.compile import compile_document
from doorward.engine.context import Context, Provenance, build, overlay
from doorward.engine.request import Resource
from doorward.errors import DoorwardError
from doorward.model.home import Home
from doorward.model.principal import somebody
from doorward.policy.action_patterns import compile_action
from doorward.policy.arn import is_account_id
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.folding import fold


class Grant(msgspec.Struct, frozen=True):
    """What is asked of a policy: whether it grants all of ``actions`` on a resource.

    ``resource`` is a template as ``Home.at`` fills, with ``NAME``. ``given`` is what the request
    carries beside the usual.
    """

    actions: tuple[str, ...]
    resource: str
    given: Context = Context({})


PASS_ROLE: Final = Grant(
    ("iam:PassRole",),
    "arn:{p}:iam::{a}:role/{n}",
    build({"iam:PassedToService": f"{NAME}.amazonaws.com"}, Provenance.GIVEN),
)
"""Handing a role to a service that no policy can mean."""


def grants(document: Document, home: Home, grant: Grant) -> Reach | None:
    """Return how a policy grants all that is asked; ``None`` if it does not."""
    compiled = compile_document(document)
    for action in grant.actions:
        about = compiled.about(fold(action))
        if all(statement.denies for statement in about):
            return None
    who = somebody(home.account, home.partition)
    given = overlay(USUAL, grant.given)
    for arn in _resources(document, home, grant.resource):
        found = [
            document_reach(document, who, action, Resource(arn, _owner(arn, home.account)), given)
            for action in grant.actions
        ]
        if all(each.granted for each in found):
            keys = tuple(dict.fromkeys(key for each in found for key in each.keys))
            return msgspec.structs.replace(found[0], keys=keys)
    return None


def _owner(arn: str, account: str) -> str:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4] else account


def _resources(document: Document, home: Home, template: str) -> Iterator[str]:
    """The resources to ask on: in the usual place, and in each that an ARN of the policy names.

    What an ARN leaves open (``*``, nothing) is the account's own, and some region that it means.
    """
    places = [(home.account, home.region)]
    elements = [each.resources for each in document.statements if each.resources is not None]
    for pattern in (pattern for each in elements for pattern in each.patterns):
        parts = pattern.value.split(":", 5)
        if len(parts) < 6:
            continue
        region, number = parts[3:5]
        somewhere = re.sub(r"[*?]", "x", region) if region.strip("*") else home.region
        places.append((number if is_account_id(number) else home.account, somewhere))
    return iter(dict.fromkeys(home.at(template, NAME, a, r) for a, r in places))


def each_policy(
    policies: Iterable[Written],
    judge: Callable[[Written, Document], Miss | None],
) -> Iterator[Passed | Miss]:
    """Yield what is said of each policy; what cannot be read or decided is UNKNOWN."""
    for written in policies:
        try:
            miss = judge(written, written.document)
        except DoorwardError as error:
            why = written.trouble or reason(error)
            yield unknown(written.subject, why, written.about)
        else:
            yield miss or PASSED


def own(scope: Scope) -> Iterator[Written]:
    """Yield the policies that the account's people wrote."""
    return holdings(scope).written(Origin.CUSTOMER, Origin.INLINE)


# ------------------------------------------------------------------------- narrowing


def narrowed(document: Document, actions: Iterable[str], resource: str) -> str:
    """Return a policy that grants ``actions`` on ``resource`` alone.

    Entries about nothing else are moved to a statement of their own, with that resource. What
    grants them among much else (``*``, ``NotAction``) is met by a Deny on all other resources;
    with ``*`` as the resource they are denied altogether.
    """
    wanted = tuple(fold(action) for action in actions)
    denied = False

    def change(statement: Statement, value: Value) -> list[Value]:
        nonlocal denied
        if statement.effect is Effect.DENY:
            return [value]
        if statement.actions.negated:
            denied = denied or _about(statement, wanted)
            return [value]
        texts = [pattern.value for pattern in statement.actions.patterns]
        meant = [text for text in texts if any(compile_action(text)(each) for each in wanted)]
        if any(_is_wide(text) for text in meant) or (meant and resource == "*"):
            denied = True
            return [value]
        if not meant:
            return [value]
        rest = [text for text in texts if text not in meant]
        moved = {**_bare(value), "Action": meant, "Resource": resource}
        return [*([{**value, "Action": rest}] if rest else []), moved]

    text = rewritten(document, change)
    if not denied:
        return text
    places = {"Resource": "*"} if resource == "*" else {"NotResource": resource}
    deny = {"Effect": "Deny", "Action": list(actions), **places}
    return _appended(text, deny)


def _about(statement: Statement, wanted: Iterable[str]) -> bool:
    patterns = [compile_action(pattern.value) for pattern in statement.actions.patterns]
    return any(not any(matches(action) for matches in patterns) for action in wanted)


def _is_wide(text: str) -> bool:
    """Whether an entry may be about more than one service."""
    return bool(set("*?") & set(text.partition(":")[0]))


def _bare(value: Value) -> Value:
    """A statement without its id and its resources: a second one needs its own."""
    return {key: each for key, each in value.items() if key not in {"Sid", "NotResource"}}


def _appended(text: str, statement: Value) -> str:
    value = msgspec.json.decode(text)
    value["Statement"].append(statement)
    return msgspec.json.encode(value).decode()
