"""Commands of the AWS CLI and changes of policies, as remedies have them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from doorward.analysis.command import aws
from doorward.analysis.holdings import KIND, Holder, Origin, Written
from doorward.analysis.trust import Trusting
from doorward.engine.layers import Policies, Policy
from doorward.model.directory import Directory
from doorward.model.identity import Group, PolicyVersion, Role, User
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.format import to_value
from doorward.results.finding import Edit, Remedy

_MOST_VERSIONS = 5

Value = dict[str, Any]
"""A statement as JSON has it."""


def iam(verb: str, **options: str) -> str:
    """Return a command of IAM: ``iam("delete-group", group_name="a")``."""
    return aws("iam", verb, **options)


def on(verb: str, holder: Holder, what: str = "", **options: str) -> str:
    """Return a command on a user, group or role: ``detach-user-policy --user-name ana …``."""
    kind = KIND[type(holder)]
    name = {f"{kind}_name": holder.name}
    return iam(f"{verb}-{kind}{what}", **name, **options)


def taking(owner: Holder, policy: Policy) -> str:
    """Return the command that takes a policy from whom it applies to."""
    if policy.via is not None and isinstance(owner, User):
        group = policy.via.rpartition("/")[2]
        return iam("remove-user-from-group", group_name=group, user_name=owner.name)
    if policy.arn is not None:
        return on("detach", owner, "-policy", policy_arn=policy.arn)
    return on("delete", owner, "-policy", policy_name=policy.name or "")


def taking_all(owner: Holder, policies: Policies) -> tuple[str, ...]:
    """Return the commands that take these policies from an identity, each once."""
    return tuple(dict.fromkeys(taking(owner, each) for each in policies))


def json_text(value: Mapping[str, Any]) -> str:
    """Return a policy as text for a command."""
    return json.dumps(value, ensure_ascii=False)


def rewritten(
    document: Document, change: Callable[[Statement, dict[str, Any]], list[Value]]
) -> str:
    """Return a policy in which each statement is what ``change`` makes of it and its value."""
    value = to_value(document)
    values = value["Statement"] if isinstance(value["Statement"], list) else [value["Statement"]]
    value["Statement"] = [
        new
        for statement, old in zip(document.statements, values, strict=True)
        for new in change(statement, old)
    ]
    return json_text(value)


def writing(directory: Directory, written: Written, after: str) -> tuple[tuple[str, ...], Edit]:
    """Return how a policy is changed: its commands, and the change itself."""
    edit = Edit(
        written.subject, written.text or "", after, written.name if written.about else None
    )
    if written.origin is Origin.INLINE:
        owner = written.holders[0]
        return (
            on("put", owner, "-policy", policy_name=written.name, policy_document=after),
        ), edit
    making = f"{iam('create-policy-version', policy_arn=written.subject, policy_document=after)}"
    return (*_room(directory, written), f"{making} --set-as-default"), edit


def _room(directory: Directory, written: Written) -> tuple[str, ...]:
    """The command that makes room for a version, where all five are there."""
    policy = written.policy
    versions = directory.find(PolicyVersion, policy_id=policy.id) if policy else ()
    others = [each for each in versions if policy and each.version != policy.default_version]
    if len(versions) < _MOST_VERSIONS:
        return ()
    oldest = min(others, key=lambda each: each.created)
    return (iam("delete-policy-version", policy_arn=written.subject, version_id=oldest.version),)


def changed(directory: Directory, written: Written, after: str, text: str) -> Remedy:
    """Return the remedy that changes a policy.

    A policy of which no statement is left is taken away instead.
    """
    if not json.loads(after)["Statement"]:
        return Remedy(text, detached(written))
    commands, edit = writing(directory, written, after)
    return Remedy(text, commands, (edit,))


def detached(written: Written) -> tuple[str, ...]:
    """Return the commands that take a policy from all that have it."""
    if written.origin is Origin.INLINE:
        return (on("delete", written.holders[0], "-policy", policy_name=written.name),)
    return tuple(
        on("detach", holder, "-policy", policy_arn=written.subject) for holder in written.holders
    )


def deleted(directory: Directory, written: Written) -> tuple[str, ...]:
    """Return the commands that delete a customer managed policy that nobody has."""
    policy = written.policy
    versions = directory.find(PolicyVersion, policy_id=policy.id) if policy else ()
    return (
        *(
            iam("delete-policy-version", policy_arn=written.subject, version_id=each.version)
            for each in versions
            if policy and each.version != policy.default_version
        ),
        iam("delete-policy", policy_arn=written.subject),
    )


def trust(role: Role, before: str, after: str, text: str) -> Remedy:
    """Return the remedy that changes a role's trust policy."""
    command = iam("update-assume-role-policy", role_name=role.name, policy_document=after)
    return Remedy(text, (command,), (Edit(role.arn, before, after),))


def moving(owner: Group | Role, inline: Written, account: str) -> tuple[str, ...]:
    """Return the commands that make a managed policy of an inline one, and attach that."""
    name = f"{owner.name}-{inline.name}"[:128]
    partition = owner.arn.split(":")[1]
    return (
        iam("create-policy", policy_name=name, policy_document=inline.text or ""),
        on("attach", owner, "-policy", policy_arn=f"arn:{partition}:iam::{account}:policy/{name}"),
        on("delete", owner, "-policy", policy_name=inline.name),
    )


def changing(
    found: Trusting,
    meant: Callable[[Statement], bool],
    change: Callable[[Value], Value],
    text: str,
) -> Remedy:
    """Return the remedy that changes those Allow statements of a trust policy that are meant."""

    def changed(statement: Statement, value: Value) -> list[Value]:
        if statement.effect is Effect.ALLOW and meant(statement):
            return [change(value)]
        return [value]

    return trust(found.role, found.text, rewritten(found.document, changed), text)


def with_condition(value: Value, operator: str, conditions: Mapping[str, Any]) -> Value:
    """Return a statement that has these conditions beside its own."""
    blocks = dict(value.get("Condition", {}))
    blocks[operator] = {**blocks.get(operator, {}), **conditions}
    return {**value, "Condition": blocks}
