"""Instance profiles: create, get, list, delete, tag; the role in them."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import Asks, Parameters, Question, operation
from doorward.api.pages import Page, page
from doorward.control import instance_profiles, messages, roles
from doorward.model.identity import InstanceProfile, Role

_MACHINES = "ec2.amazonaws.com"
"""Whom an instance profile hands its role to."""


class Holding(msgspec.Struct, frozen=True):
    """An instance profile and the role in it, ``None`` for none."""

    profile: InstanceProfile
    role: Role | None


def _one(holding: Holding) -> shapes.Shape:
    return {"InstanceProfile": shapes.profile(holding.profile, holding.role)}


def _listed(holding: Holding) -> shapes.Shape:
    return shapes.listed_profile(holding.profile, holding.role)


@operation(
    "iam",
    "CreateInstanceProfile",
    asks=about(facts.new_profile, facts.request_tags, tagging="iam:TagInstanceProfile"),
    answer=_one,
)
def create_instance_profile(
    call: Write,
    *,
    instance_profile_name: str,
    path: str | None = None,
    tags: list[dict[str, str]] | None = None,
) -> Holding:
    """Create an instance profile without a role."""
    profile = instance_profiles.create(
        call.transaction,
        call.caller.account,
        name=instance_profile_name,
        path=path,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )
    return Holding(profile, None)


@operation("iam", "GetInstanceProfile", asks=about(facts.profile), answer=_one)
def get_instance_profile(call: Read, *, instance_profile_name: str) -> Holding:
    """Return an instance profile with its role."""
    return _holding(call, _named(call, instance_profile_name))


@operation(
    "iam",
    "ListInstanceProfiles",
    asks=about(facts.everything),
    answer=shapes.paged("InstanceProfiles", _listed),
)
def list_instance_profiles(
    call: Read,
    *,
    path_prefix: str | None = None,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[Holding]:
    """Return the account's instance profiles by name."""
    found = facts.named_page(call, InstanceProfile, path_prefix, marker, max_items)
    return Page(tuple(_holding(call, each) for each in found.items), found.marker)


@operation(
    "iam",
    "ListInstanceProfilesForRole",
    asks=about(facts.role),
    answer=shapes.paged("InstanceProfiles", _listed),
)
def list_instance_profiles_for_role(
    call: Read, *, role_name: str, marker: str | None = None, max_items: int | None = None
) -> Page[Holding]:
    """Return the instance profiles that a role is in, by name."""
    role = roles.get(call.directory, call.caller.account, role_name)
    found = call.directory.find(InstanceProfile, role_id=role.id)
    return _page(call, found, marker, max_items)


@operation("iam", "DeleteInstanceProfile", asks=about(facts.profile))
def delete_instance_profile(call: Write, *, instance_profile_name: str) -> None:
    """Delete an instance profile that has no role."""
    instance_profiles.delete(call.transaction, _named(call, instance_profile_name))


def _adding(action: str) -> Asks:
    """Ask about the profile, and for leave to pass the role to machines.

    Source: IAM API Reference, AddRoleToInstanceProfile: iam:AssociatedResourceArn is
    ``arn:aws:ec2:*:CallerAccountId:instance/*``.
    """
    own = about(facts.profile)(action)

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        instances = f"arn:aws:ec2:*:{call.caller.account}:instance/*"
        passing = facts.passing(call, parameters, _MACHINES, instances)
        return (*own(call, parameters), passing)

    return questions


@operation("iam", "AddRoleToInstanceProfile", asks=_adding)
def add_role_to_instance_profile(
    call: Write, *, instance_profile_name: str, role_name: str
) -> None:
    """Put a role into an instance profile that has none."""
    profile = _named(call, instance_profile_name)
    role = roles.get(call.transaction, call.caller.account, role_name)
    instance_profiles.add_role(call.transaction, profile, role)


@operation("iam", "RemoveRoleFromInstanceProfile", asks=about(facts.profile))
def remove_role_from_instance_profile(
    call: Write, *, instance_profile_name: str, role_name: str
) -> None:
    """Take a role out of an instance profile."""
    profile = _named(call, instance_profile_name)
    role = roles.get(call.transaction, call.caller.account, role_name)
    instance_profiles.remove_role(call.transaction, profile, role)


@operation("iam", "TagInstanceProfile", asks=about(facts.profile, facts.request_tags))
def tag_instance_profile(
    call: Write, *, instance_profile_name: str, tags: list[dict[str, str]]
) -> None:
    """Add tags to an instance profile, or replace them."""
    profile = _named(call, instance_profile_name)
    instance_profiles.tag(call.transaction, profile, facts.pairs(tags))


@operation("iam", "UntagInstanceProfile", asks=about(facts.profile, facts.removed_tags))
def untag_instance_profile(
    call: Write, *, instance_profile_name: str, tag_keys: list[str]
) -> None:
    """Remove tags from an instance profile."""
    instance_profiles.untag(call.transaction, _named(call, instance_profile_name), tag_keys)


@operation(
    "iam",
    "ListInstanceProfileTags",
    asks=about(facts.profile),
    answer=shapes.paged("Tags", shapes.tag),
)
def list_instance_profile_tags(
    call: Read,
    *,
    instance_profile_name: str,
    marker: str | None = None,
    max_items: int | None = None,
) -> Page[tuple[str, str]]:
    """Return an instance profile's tags by key."""
    return facts.tags_page(_named(call, instance_profile_name).tags, marker, max_items)


def _named(call: Read, name: str) -> InstanceProfile:
    """Return a profile of the caller's account."""
    return instance_profiles.get(call.directory, call.caller.account, name)


def _holding(call: Read, profile: InstanceProfile) -> Holding:
    """Return a profile with its role."""
    role = instance_profiles.role_of(call.directory, profile)
    return Holding(profile, roles.shown(call.directory, role) if role else None)


def _page(
    call: Read, profiles: Iterable[InstanceProfile], marker: str | None, limit: int | None
) -> Page[Holding]:
    found = page(profiles, lambda each: each.name_key, marker, limit, messages.INVALID_MARKER)
    return Page(tuple(_holding(call, each) for each in found.items), found.marker)
