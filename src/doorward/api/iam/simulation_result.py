"""What a simulation answers: the engine's decisions, under the names of IAM's output.

There is one result for each action, with one below it for each resource. Source: IAM API
Reference, "EvaluationResult", "ResourceSpecificResult", "Statement", and the examples of
"SimulateCustomPolicy" and "SimulatePrincipalPolicy". Positions are as AWS's are: see ``extent``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from doorward.api.pages import Page
from doorward.engine.combine import decide
from doorward.engine.context import Context
from doorward.engine.decision import Decision, Effect, LayerEffect, Reason, StatementRef
from doorward.engine.dependencies import unread
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.request import Request, Resource
from doorward.model.principal import Principal
from doorward.policy.catalog import resource_format
from doorward.policy.context_keys import once
from doorward.policy.document import Document
from doorward.policy.document import Effect as StatementEffect
from doorward.policy.problem import Collector

Shape = dict[str, Any]

_WORDS = {
    Effect.EXPLICIT_DENY: "explicitDeny",
    Effect.IMPLICIT_DENY: "implicitDeny",
    Effect.ALLOW: "allowed",
}
"""AWS's words for the effects, the most severe first."""

_SEVERITY = tuple(_WORDS.values())

_SOURCES = {
    Layer.IDENTITY: "IAM Policy",
    Layer.RESOURCE: "Resource Policy",
    Layer.PERMISSIONS_BOUNDARY: "Permissions Boundary Policy",
}
"""What answers call the layers: EvalDecisionDetails' keys, and SourcePolicyType's values (which
are recorded from AWS, and not those that the model enumerates)."""

_MATCHING = frozenset({Layer.IDENTITY, Layer.RESOURCE})
"""The layers whose statements are told."""

_ORGANIZATION = frozenset({Layer.SERVICE_CONTROL, Layer.RESOURCE_CONTROL})


class Side(msgspec.Struct, frozen=True):
    """What applies to some of the resources: the layers, and the context."""

    layers: Layers
    context: Context


class Simulation(msgspec.Struct, frozen=True):
    """What is simulated.

    ``own`` applies to resources of ``account``, the principal's, ``others`` to those of other
    accounts and to ``*``. ``in_organization``: whether the organization's policies are told of.
    """

    principal: Principal
    account: str
    resources: tuple[Resource, ...]
    own: Side
    others: Side
    in_organization: bool


class Simulated(msgspec.Struct, frozen=True):
    """One action on one resource: the decision, and what is told of it."""

    resource: Resource
    decision: Decision
    statements: tuple[Shape, ...]
    missing: tuple[str, ...]
    across: bool

    @property
    def word(self) -> str:
        """The decision in AWS's word."""
        return _WORDS[self.decision.effect]

    def says(self, layers: Iterable[Layer]) -> set[LayerEffect]:
        """Return what some layers say, level by level."""
        return {each.effect for each in self.decision.layers if each.layer in layers}

    @property
    def organization_allows(self) -> bool:
        """Whether no level of the organization's policies stops the request."""
        return self.says(_ORGANIZATION) <= {LayerEffect.ALLOW, LayerEffect.NOT_APPLICABLE}

    @property
    def boundary_allows(self) -> bool | None:
        """Whether the permissions boundary allows; ``None`` where there is none."""
        said = self.says({Layer.PERMISSIONS_BOUNDARY}) - {LayerEffect.NOT_APPLICABLE}
        return said == {LayerEffect.ALLOW} if said else None

    @property
    def details(self) -> dict[str, str]:
        """What each kind of policy says; nothing unless two accounts have their say.

        "If an Organizations SCP … denies access … this parameter is not returned."
        """
        if not self.across or not self.organization_allows:
            return {}
        said = {each.layer: each.effect for each in self.decision.layers}
        return {
            name: _WORDS[_effect(said[layer])]
            for layer, name in _SOURCES.items()
            if layer is Layer.RESOURCE or said[layer] is not LayerEffect.NOT_APPLICABLE
        }


def _effect(said: LayerEffect) -> Effect:
    """A resource without a policy allows nobody of another account."""
    return Effect.IMPLICIT_DENY if said is LayerEffect.NOT_APPLICABLE else Effect(said.value)


class Evaluation(msgspec.Struct, frozen=True):
    """One action on all resources."""

    action: str
    results: tuple[Simulated, ...]
    in_organization: bool


def evaluate(simulation: Simulation, action: str) -> Evaluation:
    """Decide an action on every resource of the simulation."""
    results = tuple(_on(simulation, action, resource) for resource in simulation.resources)
    return Evaluation(action, results, simulation.in_organization)


def _on(simulation: Simulation, action: str, resource: Resource) -> Simulated:
    side = simulation.own if resource.account == simulation.account else simulation.others
    layers = side.layers
    across = resource.account not in {None, simulation.account}
    request = Request(simulation.principal, action, (resource,), side.context)
    decision = decide(layers, request, expand=across)
    return Simulated(
        resource,
        decision,
        tuple(_statement(ref, layers) for ref in _telling(decision, layers)),
        unread(layers, decision, _MATCHING),
        across,
    )


# ------------------------------------------------------------------------- statements


def _telling(decision: Decision, layers: Layers) -> tuple[StatementRef, ...]:
    """The statements that are told: those that decided; of a denial across accounts, the allows.

    For the latter see the example "Cross-Account Simulation".
    """
    if decision.effect is not Effect.IMPLICIT_DENY:
        return tuple(ref for ref in decision.determining if ref.layer in _MATCHING)
    return tuple(
        each.ref
        for each in decision.statements or ()
        if each.reason is Reason.MATCHED
        and each.ref.layer in _MATCHING
        and _allows(_policy(each.ref, layers).document, each.ref)
    )


def _allows(document: Document, ref: StatementRef) -> bool:
    return document.statements[ref.statement].effect is StatementEffect.ALLOW


def _policy(ref: StatementRef, layers: Layers) -> Policy:
    own: Policies = layers.identity or ()
    on_resource: Policies = () if layers.resource is None else (layers.resource,)
    return (own if ref.layer is Layer.IDENTITY else on_resource)[ref.policy]


def _statement(ref: StatementRef, layers: Layers) -> Shape:
    policy = _policy(ref, layers)
    place = Collector(policy.document.source).place
    start, end = (place(offset) for offset in extent(policy.document, ref.statement))
    return {
        "SourcePolicyId": policy.name,
        "SourcePolicyType": _SOURCES[ref.layer],
        "StartPosition": {"Line": start[0], "Column": start[1]},
        "EndPosition": {"Line": end[0], "Column": end[1]},
    }


def extent(document: Document, index: int) -> tuple[int, int]:
    """Return from where to where AWS says that a statement reaches, as offsets in the source.

    The end is behind its ``}``. The start is where AWS's JSON parser stands before it reads the
    statement: behind the ``[``, behind the ``}`` of the statement before, or, where the statement
    is the only one and in no list, behind its own ``{``. Recorded from AWS: statements that follow
    each other in one line reach from 41 to 198 and from 198 to 300; the one of AdministratorAccess
    begins in line 3, where the ``[`` stands.
    """
    span = document.statements[index].span
    if index:
        return document.statements[index - 1].span.end, span.end
    before = document.source[: span.start].rstrip(" \t\r\n")
    return (len(before) if before.endswith("[") else span.start + 1), span.end


# -------------------------------------------------------------------------- the shapes


def answer(page: Page[Evaluation]) -> Shape:
    """Project a page of evaluations to the output of both operations."""
    return {
        "EvaluationResults": [_evaluation(each) for each in page.items],
        "IsTruncated": page.marker is not None,
        "Marker": page.marker,
    }


def _evaluation(evaluation: Evaluation) -> Shape:
    """One action: the most severe decision, and what all resources together have to tell."""
    results = evaluation.results
    decision = _most_severe(each.word for each in results)
    named = any(each.resource.arn != "*" for each in results)
    stopped = not all(each.organization_allows for each in results)
    # An implicit denial has no statements of its own: its allows are told of below.
    statements = [
        statement
        for each in results
        for statement in each.statements
        if each.word == decision != _WORDS[Effect.IMPLICIT_DENY]
    ]
    return {
        "EvalActionName": evaluation.action,
        "EvalResourceName": _format(evaluation),
        "EvalDecision": decision,
        "MatchedStatements": list({str(each): each for each in statements}.values()),
        "MissingContextValues": list(once(name for each in results for name in each.missing)),
        "OrganizationsDecisionDetail": (
            {"AllowedByOrganizations": not stopped} if evaluation.in_organization else None
        ),
        "PermissionsBoundaryDecisionDetail": _boundary(results),
        "EvalDecisionDetails": _united(results) if named and not stopped else None,
        "ResourceSpecificResults": [_specific(each) for each in results] if named else None,
    }


def _specific(result: Simulated) -> Shape:
    return {
        "EvalResourceName": result.resource.arn,
        "EvalResourceDecision": result.word,
        "MatchedStatements": list(result.statements),
        "MissingContextValues": list(result.missing),
        "EvalDecisionDetails": result.details or None,
        "PermissionsBoundaryDecisionDetail": _boundary((result,)),
    }


def _boundary(results: Iterable[Simulated]) -> Shape | None:
    said = [each.boundary_allows for each in results if each.boundary_allows is not None]
    return {"AllowedByPermissionsBoundary": all(said)} if said else None


def _united(results: Iterable[Simulated]) -> Mapping[str, str]:
    """The most severe decision of each kind of policy."""
    found: dict[str, str] = {}
    for each in results:
        for name, word in each.details.items():
            found[name] = _most_severe((word, found.get(name, word)))
    return found


def _most_severe(words: Iterable[str]) -> str:
    return min(words, key=_SEVERITY.index)


def _format(evaluation: Evaluation) -> str:
    """How ARNs of the simulated resource type are formed; ``*`` where no resource tells."""
    formats = (
        resource_format(evaluation.action, each.resource.arn) for each in evaluation.results
    )
    return next((each for each in formats if each is not None), "*")
