"""The registry of operations: what Doorward serves, and what each call must be allowed to do.

``@operation`` stands above a function whose keyword-only parameters are the members of the
operation's input shape, in snake case. Names and optionality are checked against the service model
when the module is imported, so a handler cannot drift from the wire.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Container, Mapping
from typing import Any, TypeVar

import msgspec

from doorward.api.call import Read, Write
from doorward.engine.request import Resource
from doorward.policy.arn import parse_arn
from doorward.wire import models

Parameters = Mapping[str, Any]
"""The parsed input of a call by snake-case name; members that were not given are absent."""

ContextValues = Mapping[str, str | tuple[str, ...]]
"""Condition keys of a question: a tuple is a multi-valued key."""


class Question(msgspec.Struct, frozen=True):
    """One thing that a call must be allowed to do: an action on a resource, in a context."""

    action: str
    resource: Resource
    context: ContextValues = {}


Asks = Callable[[Read, Parameters], tuple[Question, ...]]
"""Turns a call into the questions that must all be answered with an allow."""

Prepare = Callable[[Read, Parameters], object]
"""Does what takes long before a call's transaction, on the directory that it was judged on."""

Handler = TypeVar("Handler", bound=Callable[..., Any])


class ServedOperation(msgspec.Struct, frozen=True):
    """One operation that Doorward serves.

    ``writes`` says that it runs in a transaction, ``spends`` names the members that make it do so
    when they are given. ``issues`` says that it hands out credentials: its event is on disk before
    they are. ``asks`` gives the questions; the default action
    is that of the operation itself, never what a client claims. ``answer`` projects the handler's
    domain values to the output shape (member names as in the model). ``redact`` names members of
    request and response that no event may carry. ``reads_store`` says that it reads more than the
    snapshot, ``takes_long`` that it decides much; such calls hold up no others. ``prepare`` does
    the work that would hold up every other write; its value is the call's ``prepared``. What it
    saw may have changed by then: the handler checks. ``untaken`` are the optional members that the
    handler does not take (a newer service model may have more than this version knows): a call
    that gives one is refused, not misread.
    """

    service: str
    name: str
    handler: Callable[..., Any]
    writes: bool
    spends: frozenset[str]
    issues: bool
    asks: Asks
    answer: Callable[[Any], Mapping[str, Any]]
    redact: frozenset[str]
    action: str
    reads_store: bool
    takes_long: bool
    prepare: Prepare | None
    untaken: frozenset[str]

    def changes(self, given: Container[str]) -> bool:
        """Whether a call that gives these members (as in the model) runs in a transaction."""
        return self.writes or any(name in given for name in self.spends)


REGISTRY: dict[tuple[str, str], ServedOperation] = {}
"""Every operation served, by (service, operation name). Whatever is not here is not supported."""


def nothing(_result: object) -> Mapping[str, Any]:
    """Project to an empty output."""
    return {}


def as_is(result: Mapping[str, Any]) -> Mapping[str, Any]:
    """Project a result that already has the output shape."""
    return result


def operation(
    service: str,
    name: str,
    *,
    asks: Callable[[str], Asks],
    answer: Callable[[Any], Mapping[str, Any]] = nothing,
    redact: frozenset[str] = frozenset(),
    reads_store: bool = False,
    takes_long: bool = False,
    prepare: Prepare | None = None,
    spends: frozenset[str] = frozenset(),
    issues: bool = False,
) -> Callable[[Handler], Handler]:
    """Register the decorated function as the handler of ``service``'s operation ``name``.

    ``asks`` (made by ``on``, or a function of the action) gives the questions of a call. Raises
    ``TypeError`` at import when the function's parameters are not the members of the input shape.
    """

    def register(handler: Handler) -> Handler:
        action = f"{service}:{name}"
        writes, untaken = _check(service, name, handler)
        REGISTRY[service, name] = ServedOperation(
            service=service,
            name=name,
            handler=handler,
            writes=writes,
            spends=spends,
            issues=issues,
            asks=asks(action),
            answer=answer,
            redact=redact,
            action=action,
            reads_store=reads_store,
            takes_long=takes_long,
            prepare=prepare,
            untaken=untaken,
        )
        return handler

    return register


def on(
    resource: Callable[[Read, Parameters], str | tuple[str, ...]],
    context: Callable[[Read, Parameters], ContextValues] | None = None,
) -> Callable[[str], Asks]:
    """Ask for the operation's own action on the resource (an ARN, several, or ``"*"``).

    ``context`` gives the operation's condition keys. The owner of a resource is the account in its
    ARN; for ``"*"`` it is the caller's account.
    """

    def asks(action: str) -> Asks:
        def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
            found = resource(call, parameters)
            values = context(call, parameters) if context else {}
            arns = (found,) if isinstance(found, str) else found
            return tuple(
                Question(action, Resource(arn, owner(arn) or call.caller.account), values)
                for arn in arns
            )

        return questions

    return asks


def on_everything(
    context: Callable[[Read, Parameters], ContextValues] | None = None,
) -> Callable[[str], Asks]:
    """Ask for the operation's own action where it has no resource type: on ``"*"`` (rule R6)."""
    return on(lambda _call, _parameters: "*", context)


def owner(arn: str) -> str | None:
    """Return the account in an ARN, or ``None`` when it carries none."""
    parsed = parse_arn(arn)
    return (parsed.account or None) if parsed else None


def _check(service: str, name: str, handler: Callable[..., Any]) -> tuple[bool, frozenset[str]]:
    """Hold the handler's signature against the service model.

    Return whether it writes, and the members that it does not take.
    """
    operation = models.service(service).operations[name]
    members = {member.python_name: member for member in operation.members}
    call, *parameters = inspect.signature(handler, eval_str=True).parameters.values()
    if call.annotation not in (Read, Write):
        raise TypeError(f"{service}:{name}: the first parameter must be a Read or a Write call")
    problems = [
        f"{parameter.name} is not a member of the input"
        for parameter in parameters
        if parameter.name not in members
    ]
    problems += [
        f"{parameter.name} must be keyword-only"
        for parameter in parameters
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY
    ]
    problems += [
        f"{parameter.name} must have a default exactly if the model does not require it"
        for parameter in parameters
        if parameter.name in members
        and (parameter.default is inspect.Parameter.empty) != members[parameter.name].required
    ]
    given = {parameter.name for parameter in parameters}
    left = [member for name, member in members.items() if name not in given]
    problems += [f"{member.python_name} is missing" for member in left if member.required]
    if problems:
        raise TypeError(f"{service}:{name}: {'; '.join(problems)}")
    return call.annotation is Write, frozenset(member.name for member in left)
