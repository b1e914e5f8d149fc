"""SimulateCustomPolicy, SimulatePrincipalPolicy, and the context keys that policies read.

A simulation is the engine's own decision on layers that are made here: from the texts that are
given, and from what a user, group or role of the caller's account has. Nothing of a resource is
looked up: its policy is what the asker says it is, so a simulation tells nothing of it.

Sources: IAM API Reference; IAM User Guide, "Testing IAM policies with the IAM policy simulator".
"""

from __future__ import annotations

from typing import Any

import msgspec

from doorward.api.call import Read
from doorward.api.iam import facts
from doorward.api.iam import simulation_input as given
from doorward.api.iam.facts import about
from doorward.api.iam.holders import HOLDERS
from doorward.api.iam.simulation_exclusions import Exclusions, attached_to, read_exclusions
from doorward.api.iam.simulation_result import Evaluation, Side, Simulation, answer, evaluate
from doorward.api.operation import Parameters, operation
from doorward.api.pages import DEFAULT, Page, page
from doorward.control import messages
from doorward.control.inline import Entity
from doorward.engine.context import Context, overlay
from doorward.engine.gather import gather, held
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.organization_keys import organization_context
from doorward.engine.principals import principal_account
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.identity import Group, User
from doorward.model.organization import Account
from doorward.model.principal import IamUser, Principal, RoleSession, somebody
from doorward.policy.context_keys import keys_of, once

MOST_DECISIONS = 1000
"""Decisions on one page of results, unless a single action makes more; the rest comes with the
Marker ("IAM might return fewer than the MaxItems number of results")."""


# -------------------------------------------------------------------------- the source


def _source(call: Read, parameters: Parameters) -> Resource:
    """Find the user, group or role whose policies a call asks about.

    What is not there, or not the caller's, is asked about as the caller's own: that nobody may
    see it is told only to those who may ask.
    """
    arn, account = parameters["policy_source_arn"], call.caller.account
    parsed = given.entity_or_none(arn)
    if parsed is None:
        return facts.everything(call, parameters)
    if parsed.account != account:
        return Resource(arn, account)
    kind = HOLDERS[parsed.resource_type].kind
    named = facts.entity(call, kind, parsed.resource_type, parsed.name)
    return named if named.arn == arn else Resource(arn, account)


def _entity(call: Read, arn: str) -> Entity:
    """Return what an ARN names in the caller's account; raise NoSuchEntity."""
    parsed, account = given.entity(arn), call.caller.account
    if parsed.account != account:
        raise messages.FOREIGN_SOURCE.error(caller=account, owner=parsed.account)
    holder = HOLDERS[parsed.resource_type]
    found = holder.get(call.directory, account, parsed.name)
    if found.arn != arn:
        raise holder.no_such.error(name=parsed.name)
    return found


def _principal(entity: Entity) -> Principal:
    """Return a user, some session of a role, or somebody in the account of a group."""
    if isinstance(entity, User):
        return IamUser(entity.arn, entity.id, entity.tags)
    if isinstance(entity, Group):
        return somebody(entity.account)
    return RoleSession(entity.arn, None, entity.id, entity.tags)


def _layers(call: Read, entity: Entity, resource: Resource) -> Layers:
    """Collect what an entity has; the policy of the resource is not looked up.

    A group is no principal: it has its own policies, and the organization's apply to its account.
    """
    try:
        found = gather(call.directory, Subject(_principal(entity)), resource)
        own = held(call.directory, entity.id) if isinstance(entity, Group) else found.identity
    except (InvalidInput, Unsupported) as error:
        raise messages.NOT_EVALUATED.error(problem=error) from error
    return msgspec.structs.replace(found, identity=own, resource=None)


def _called(policy: Policy, entity: Entity) -> Policy:
    """Return a policy of an entity by its name in answers.

    Inline policies are called as AWS calls them: ``user_NAME_POLICY`` (recorded).
    """
    if policy.arn is not None:
        return policy
    word, name = attached_to(policy, entity)
    return msgspec.structs.replace(policy, name=f"{word}_{name}_{policy.name}")


def _simulated(layers: Layers, entity: Entity, excluded: Exclusions, more: Layers) -> Layers:
    """Return what an entity has, less what is excluded, with what is given beside it.

    A boundary that is given takes the place of the entity's.
    """
    left = excluded.applied(layers, entity)
    own = tuple(_called(each, entity) for each in left.identity or ())
    return msgspec.structs.replace(
        left,
        identity=(*own, *(more.identity or ())),
        permissions_boundary=more.permissions_boundary or left.permissions_boundary,
        resource=more.resource,
    )


def _keys(call: Read, who: Principal, resource: Resource) -> Context:
    """Return the keys of the organization; none where an account is not the caller's own."""
    if principal_account(who) != call.caller.account:
        return Context({})
    return organization_context(call.directory, Subject(who), resource)


# ----------------------------------------------------------------------- the simulations


@operation(
    "iam", "SimulateCustomPolicy", asks=about(facts.everything), answer=answer, takes_long=True
)
def simulate_custom_policy(
    call: Read,
    *,
    policy_input_list: list[str],
    action_names: list[str],
    permissions_boundary_policy_input_list: list[str] | None = None,
    ordered_organization_policy_input_list: list[dict[str, Any]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: list[dict[str, Any]] | None = None,
    resource_handling_option: str | None = None,
    max_items: int | None = None,
    marker: str | None = None,
) -> Page[Evaluation]:
    """Decide actions under policies that are given as texts; nothing else is looked at.

    Without a CallerArn a user of the caller's account is simulated of whom nothing is known.
    """
    if resource_policy is not None and caller_arn is None:
        raise messages.CALLER_NEEDED.error()
    who = given.simulated_caller(caller_arn) if caller_arn else somebody(call.caller.account)
    account = principal_account(who) or call.caller.account
    levels = given.organization_levels(ordered_organization_policy_input_list)
    layers = Layers(
        identity=given.input_policies(policy_input_list),
        permissions_boundary=given.boundary(permissions_boundary_policy_input_list),
        resource=given.resource_policy(resource_policy),
        service_control=levels,
    )
    asked = given.resources(resource_arns, resource_owner, account)
    given.handle(resource_handling_option, asked)
    side = Side(layers, given.context(context_entries))
    simulation = Simulation(
        principal=who,
        account=account,
        resources=asked,
        own=side,
        others=side,
        in_organization=levels is not None,
    )
    return _results(simulation, action_names, marker, max_items)


@operation("iam", "SimulatePrincipalPolicy", asks=about(_source), answer=answer, takes_long=True)
def simulate_principal_policy(
    call: Read,
    *,
    policy_source_arn: str,
    action_names: list[str],
    policy_input_list: list[str] | None = None,
    permissions_boundary_policy_input_list: list[str] | None = None,
    policy_exclusion_list: list[dict[str, Any]] | None = None,
    resource_arns: list[str] | None = None,
    resource_policy: str | None = None,
    resource_owner: str | None = None,
    caller_arn: str | None = None,
    context_entries: list[dict[str, Any]] | None = None,
    resource_handling_option: str | None = None,
    max_items: int | None = None,
    marker: str | None = None,
) -> Page[Evaluation]:
    """Decide actions under what a user, group or role has, and policies given beside it.

    With a CallerArn it is as if that caller had the policies of the source. Of a group's without
    one nothing is known but the account.
    """
    entity = _entity(call, policy_source_arn)
    excluded = read_exclusions(policy_exclusion_list)
    who = _principal(entity)
    if caller_arn is not None and caller_arn != policy_source_arn:
        who = given.simulated_caller(caller_arn)
    account = principal_account(who) or entity.account
    asked = given.resources(resource_arns, resource_owner, account)
    given.handle(resource_handling_option, asked)
    more = Layers(
        identity=given.input_policies(policy_input_list),
        permissions_boundary=given.boundary(permissions_boundary_policy_input_list),
        resource=given.resource_policy(resource_policy),
    )
    context = given.context(context_entries)

    def side(resource: Resource) -> Side:
        layers = _simulated(_layers(call, entity, resource), entity, excluded, more)
        return Side(layers, overlay(_keys(call, who, resource), context))

    others = side(Resource("*"))
    own = next((each for each in asked if each.account == account == entity.account), None)
    simulation = Simulation(
        principal=who,
        account=account,
        resources=asked,
        own=others if own is None else side(own),
        others=others,
        in_organization=_in_organization(call, entity.account),
    )
    return _results(simulation, action_names, marker, max_items)


def _in_organization(call: Read, account: str) -> bool:
    held = call.directory.get(Account, account)
    return held is not None and held.organization_id is not None


def _results(
    simulation: Simulation, actions: list[str], marker: str | None, limit: int | None
) -> Page[Evaluation]:
    """Evaluate the actions of one page, in the order in which they were given."""
    most = max(1, MOST_DECISIONS // len(simulation.resources))
    found = page(
        enumerate(given.action_names(actions)),
        lambda each: f"{each[0]:06}",
        marker,
        min(DEFAULT if limit is None else limit, most),
        messages.INVALID_MARKER,
    )
    results = tuple(evaluate(simulation, action) for _, action in found.items)
    return Page(results, found.marker)


# --------------------------------------------------------------------- the context keys


def _names(found: tuple[str, ...]) -> dict[str, list[str]]:
    return {"ContextKeyNames": list(found)}


def _read_by(policies: Policies) -> tuple[str, ...]:
    return once(name for each in policies for name in keys_of(each.document) if name)


@operation("iam", "GetContextKeysForCustomPolicy", asks=about(facts.everything), answer=_names)
def get_context_keys_for_custom_policy(
    call: Read,  # noqa: ARG001 — nothing is looked up
    *,
    policy_input_list: list[str],
) -> tuple[str, ...]:
    """Return the context keys that policies given as texts read, as they are spelt there."""
    return _read_by(given.input_policies(policy_input_list))


@operation("iam", "GetContextKeysForPrincipalPolicy", asks=about(_source), answer=_names)
def get_context_keys_for_principal_policy(
    call: Read, *, policy_source_arn: str, policy_input_list: list[str] | None = None
) -> tuple[str, ...]:
    """Return the context keys that an entity's policies read, and more that are given.

    A user has those of its groups. Neither a boundary nor the organization's policies are among
    them.
    """
    entity = _entity(call, policy_source_arn)
    own = _layers(call, entity, Resource("*")).identity or ()
    return _read_by((*own, *given.input_policies(policy_input_list)))
