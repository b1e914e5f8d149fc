"""Asking an estate: a decision with its layers, or what it would take to decide."""

from __future__ import annotations

from typing import Final

import msgspec

from doorward.engine.combine import decide
from doorward.engine.decision import Decision
from doorward.engine.layers import Layers
from doorward.engine.request import Request, Resource
from doorward.engine.situation import known_resource, situation
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Undecided, Unsupported
from doorward.importers.estate.problems import FileProblem
from doorward.importers.estate.questions import not_brought, subject_of, touching, unlisted
from doorward.importers.estate.read import Estate
from doorward.importers.estate.suppositions import Supposing
from doorward.model.directory import Directory
from doorward.model.principal import Principal
from doorward.policy.problem import Severity

_EXPORT: Final = (
    "correct what the problems name, or export it again: aws iam get-account-authorization-details"
)


class Question(msgspec.Struct, frozen=True):
    """What is asked, with what the estate knows of it, and the problems that touch the answer."""

    subject: Subject
    resource: Resource
    asked: Request
    problems: tuple[FileProblem, ...]


class Answer(msgspec.Struct, frozen=True):
    """A decision, with the layers it was taken on.

    ``supposed`` are the policies that are not known: it is denied whatever they say.
    ``assumptions`` are in words.
    """

    decision: Decision
    layers: Layers
    supposed: tuple[str, ...]
    assumptions: tuple[str, ...]


def question(estate: Estate, asked: Request) -> Question:
    """Look up what is asked; of several resources, the first.

    Raises:
        InvalidInput: there is no such principal, or an ARN does not say enough of it.
    """
    subject = subject_of(estate.snapshot, asked.principal)
    given = asked.resources[0]
    resource = known_resource(estate.snapshot, given.arn, given.account)
    return Question(subject, resource, asked, _touching(estate, subject.principal, resource))


def about_nobody(estate: Estate, asked: Request) -> tuple[FileProblem, ...]:
    """Return the problems that touch a question whose principal is not there."""
    return _touching(estate, asked.principal, asked.resources[0])


def _touching(estate: Estate, principal: Principal, resource: Resource) -> tuple[FileProblem, ...]:
    return touching(estate.problems, estate.snapshot, principal, resource)


def ask(estate: Estate, asked: Question) -> Answer:
    """Decide. What is not known is never decided as if it were not there.

    A denial stands if it stands whatever the unknown policies say. An allow stands if nothing
    that touches it is unknown, or could not be read.

    Raises:
        Undecided: what the answer rests on is not known.
    """
    decision, layers, supposed = _decided(estate, asked)
    allowed = decision.allowed
    if allowed and supposed:
        raise Undecided(f"not decided, for it is not known: {'; '.join(supposed)}", hint=_EXPORT)
    errors = sum(each.severity is Severity.ERROR for each in asked.problems)
    if allowed and errors:
        raise Undecided(
            "not decided: what is known allows it, but errors in the estate touch the answer"
            f" ({errors})",
            hint=_EXPORT,
        )
    unknown = (
        f"{each} is not known, and taken to allow everything: it is denied even so"
        for each in supposed
    )
    assumptions = (
        *unlisted(estate.snapshot, asked.resource),
        *not_brought(estate.evidence, asked.resource),
        *unknown,
    )
    return Answer(decision, layers, supposed, assumptions)


def _decided(estate: Estate, asked: Question) -> tuple[Decision, Layers, tuple[str, ...]]:
    """Decide on what is known; else on what is supposed, and say what that is."""

    def on(directory: Directory) -> tuple[Decision, Layers]:
        layers, request = situation(
            directory,
            asked.subject,
            asked.asked.action,
            asked.resource,
            given=asked.asked.context,
        )
        return decide(layers, request), layers

    try:
        return (*on(estate.snapshot), ())
    except (InvalidInput, Unsupported) as error:
        supposing = Supposing(estate.snapshot, asked.subject.principal)
        try:
            decided = on(supposing)
        except (InvalidInput, Unsupported):
            raise Undecided(f"not decided: {error}", hint=_EXPORT) from None
        return (*decided, tuple(supposing.supposed))
