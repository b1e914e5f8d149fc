"""Versions of managed policies: create, get, list, delete, set the default."""

from __future__ import annotations

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import operation
from doorward.api.pages import Page, page
from doorward.control import messages, policies
from doorward.model.identity import PolicyVersion

_BIGGEST = 10**9


class Numbered(msgspec.Struct, frozen=True):
    """A version, and which version is its policy's default."""

    version: PolicyVersion
    default: str


def _listed(numbered: Numbered) -> shapes.Shape:
    return shapes.listed_version(numbered.version, numbered.default)


def _whole(numbered: Numbered) -> shapes.Shape:
    return shapes.version(numbered.version, numbered.default)


@operation(
    "iam",
    "CreatePolicyVersion",
    asks=about(facts.policy),
    answer=shapes.wrapped("PolicyVersion", _listed),
)
def create_policy_version(
    call: Write, *, policy_arn: str, policy_document: str, set_as_default: bool | None = None
) -> Numbered:
    """Add a version to a policy."""
    policy = policies.own(call.transaction, call.caller.account, policy_arn)
    added = policies.create_version(
        call.transaction, policy, policy_document, default=bool(set_as_default), now=call.now
    )
    return Numbered(added, added.version if set_as_default else policy.default_version)


@operation(
    "iam",
    "GetPolicyVersion",
    asks=about(facts.readable_policy),
    answer=shapes.wrapped("PolicyVersion", _whole),
)
def get_policy_version(call: Read, *, policy_arn: str, version_id: str) -> Numbered:
    """Return a version of a policy with its text."""
    policy = policies.get(call.directory, call.caller.account, policy_arn)
    found = policies.version(call.directory, policy, version_id)
    return Numbered(found, policy.default_version)


@operation(
    "iam",
    "ListPolicyVersions",
    asks=about(facts.readable_policy),
    answer=shapes.paged("Versions", _listed),
)
def list_policy_versions(
    call: Read, *, policy_arn: str, marker: str | None = None, max_items: int | None = None
) -> Page[Numbered]:
    """Return a policy's versions, newest first, without their texts."""
    policy = policies.get(call.directory, call.caller.account, policy_arn)
    found = policies.versions(call.directory, policy)
    return page(
        (Numbered(each, policy.default_version) for each in found),
        lambda each: f"{_BIGGEST - int(each.version.version[1:]):010}",
        marker,
        max_items,
        messages.INVALID_MARKER,
    )


@operation("iam", "DeletePolicyVersion", asks=about(facts.policy))
def delete_policy_version(call: Write, *, policy_arn: str, version_id: str) -> None:
    """Delete a version that is not the default."""
    policy = policies.own(call.transaction, call.caller.account, policy_arn)
    policies.delete_version(call.transaction, policy, version_id)


@operation("iam", "SetDefaultPolicyVersion", asks=about(facts.policy))
def set_default_policy_version(call: Write, *, policy_arn: str, version_id: str) -> None:
    """Put another version of a policy in force."""
    policy = policies.own(call.transaction, call.caller.account, policy_arn)
    policies.set_default(call.transaction, policy, version_id, now=call.now)
