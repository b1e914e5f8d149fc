"""Groups: what is made, who is in them, what is refused, and how AWS words it.

Provenance: IAM API Reference (CreateGroup, UpdateGroup, DeleteGroup, AddUserToGroup,
RemoveUserFromGroup); IAM User Guide, "IAM and AWS STS quotas". Texts recorded from AWS:
hashicorp/terraform-provider-aws issue 20154 (members), rebuy-de/aws-nuke pull request 275 (inline
policies), cloud-custodian issue 7484 (attached policies), aws-cdk issue 13515 (quota of policies).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from doorward.control import attachments, groups, inline, policies, users
from doorward.control.errors import ControlError
from doorward.control.quotas import QUOTAS
from doorward.model.identity import Group, Membership
from doorward.model.ids import account_of
from tests.control.estate import ADMINISTRATOR_ACCESS, ALLOW, NOW, A, B, Estate


def made(estate: Estate, name: str, account: str = A, **named: Any) -> Group:
    return estate.run(groups.create, account, name=name, now=NOW, ids=estate.ids, **named)


def said(error: ControlError) -> tuple[str, str]:
    return error.code, error.message


def test_a_group_has_its_arn_and_an_id_that_names_its_account(estate: Estate) -> None:
    group = made(estate, "Devs", path="/eng/")
    assert group.arn == f"arn:aws:iam::{A}:group/eng/Devs"
    assert (group.id[:4], len(group.id), account_of(group.id)) == ("AGPA", 21, A)
    assert estate.run(groups.get, A, "dEVS") == group
    assert said(estate.refusal(groups.get, B, "Devs")) == (
        "NoSuchEntity",
        "The group with name Devs cannot be found.",
    )


def test_names_are_unique_whatever_their_case_and_among_groups_alone(estate: Estate) -> None:
    made(estate, "Pp")
    estate.user("Pp")
    estate.role("Pp")
    made(estate, "Pp", B)
    error = estate.refusal(groups.create, A, name="pP", now=NOW, ids=estate.ids)
    assert said(error) == ("EntityAlreadyExists", "Group with name pP already exists.")
    error = estate.refusal(groups.create, A, name="q", path="/x", now=NOW, ids=estate.ids)
    assert error.code == "ValidationError"


def test_a_renamed_group_keeps_its_id_its_members_and_its_policies(estate: Estate) -> None:
    """IAM User Guide, "Rename IAM user groups"."""
    group, user = made(estate, "old"), estate.user("u")
    estate.run(groups.add, group, user)
    estate.run(inline.put, group, name="p", document=ALLOW)
    estate.run(attachments.attach, group, ADMINISTRATOR_ACCESS)
    moved = estate.run(groups.update, group, new_name="new", new_path="/b/")
    assert (moved.id, moved.arn) == (group.id, f"arn:aws:iam::{A}:group/b/new")
    assert estate.refusal(groups.get, A, "old").code == "NoSuchEntity"
    assert estate.run(groups.members, moved) == (user,)
    assert estate.run(groups.of, user) == (moved,)
    assert estate.run(inline.names, moved) == ("p",)
    assert len(estate.run(attachments.of, moved)) == 1
    cased = estate.run(groups.update, moved, new_name="NEW", new_path=None)
    assert estate.run(groups.get, A, "new") == cased
    made(estate, "taken")
    error = estate.refusal(groups.update, cased, new_name="Taken", new_path=None)
    assert said(error) == ("EntityAlreadyExists", "Group with name Taken already exists.")


def test_a_change_that_changes_nothing_raises_no_version(estate: Estate) -> None:
    group, user = made(estate, "g"), estate.user("u")
    estate.run(groups.add, group, user)
    idle: tuple[Callable[[], object], ...] = (
        lambda: estate.run(groups.add, group, user),
        lambda: estate.run(groups.remove, group, estate.run(users.get, A, "v")),
        lambda: estate.run(groups.update, group, new_name="g", new_path="/"),
        lambda: estate.run(groups.update, group, new_name=None, new_path=None),
    )
    estate.user("v")
    before = estate.store.load().version(A)
    for step in idle:
        step()
    assert estate.store.load().version(A) == before
    estate.run(groups.remove, group, user)
    assert estate.store.load().version(A) == before + 1


def test_who_is_in_already_is_added_and_who_is_not_is_removed(estate: Estate) -> None:
    """Tried on AWS: cloud-custodian, pull request 4730."""
    group, user = made(estate, "g"), estate.user("u")
    for _ in range(2):
        estate.run(groups.add, group, user)
    assert estate.run(groups.members, group) == (user,)
    for _ in range(2):
        estate.run(groups.remove, group, user)
    assert estate.run(groups.members, group) == ()


def test_a_group_is_deleted_only_when_it_is_empty(estate: Estate) -> None:
    group, user = made(estate, "g"), estate.user("u")
    estate.run(groups.add, group, user)
    estate.run(attachments.attach, group, ADMINISTRATOR_ACCESS)
    estate.run(inline.put, group, name="p", document=ALLOW)

    def blocked() -> str:
        error = estate.refusal(groups.delete, group)
        assert error.code == "DeleteConflict"
        return error.message

    assert blocked() == "Cannot delete entity, must remove users from group first."
    estate.run(groups.remove, group, user)
    assert blocked() == "Cannot delete entity, must detach all policies first."
    estate.run(attachments.detach, group, ADMINISTRATOR_ACCESS)
    assert blocked() == "Cannot delete entity, must delete policies first."
    estate.run(inline.delete, group, "p")
    estate.run(groups.delete, group)
    assert estate.refusal(groups.get, A, "g").code == "NoSuchEntity"
    again = made(estate, "g")
    assert again.id != group.id


def test_a_user_in_a_group_and_a_policy_on_a_group_are_not_deleted(estate: Estate) -> None:
    group, user, policy = made(estate, "g"), estate.user("u"), estate.policy("p")
    estate.run(groups.add, group, user)
    estate.run(attachments.attach, group, policy.arn)
    assert said(estate.refusal(users.delete, user)) == (
        "DeleteConflict",
        "Cannot delete entity, must remove users from group first.",
    )
    assert estate.run(policies.described, A, policy).attachments == 1
    assert said(estate.refusal(policies.delete, policy)) == (
        "DeleteConflict",
        "Cannot delete a policy attached to entities.",
    )
    estate.run(groups.remove, group, user)
    estate.run(attachments.detach, group, policy.arn)
    estate.run(users.delete, user)
    estate.run(policies.delete, policy)
    assert estate.run(lambda held: held.all(Membership)) == ()


def test_quotas_of_groups(estate: Estate) -> None:
    user = estate.user("u")
    found = [made(estate, f"g{number}") for number in range(11)]
    for group in found[:10]:
        estate.run(groups.add, group, user)
    estate.run(groups.add, found[0], user)
    assert said(estate.refusal(groups.add, found[10], user)) == (
        "LimitExceeded",
        "Cannot exceed quota for GroupsPerUser: 10",
    )
    for number in range(10):
        estate.run(attachments.attach, found[0], estate.policy(f"p{number}").arn)
    assert said(estate.refusal(attachments.attach, found[0], estate.policy("p10").arn)) == (
        "LimitExceeded",
        "Cannot exceed quota for PoliciesPerGroup: 10",
    )
    assert QUOTAS["GroupsPerAccount"] == 300


def test_an_account_has_300_groups(estate: Estate) -> None:
    estate.run(
        lambda transaction: [
            groups.create(transaction, A, name=f"g{number}", now=NOW, ids=estate.ids)
            for number in range(300)
        ]
    )
    error = estate.refusal(groups.create, A, name="more", now=NOW, ids=estate.ids)
    assert said(error) == ("LimitExceeded", "Cannot exceed quota for GroupsPerAccount: 300")
    made(estate, "more", B)


@pytest.mark.parametrize(("characters", "fits"), [(5120, True), (5121, False)])
def test_inline_policies_of_a_group_have_5120_characters_together(
    estate: Estate, characters: int, fits: bool
) -> None:
    group = made(estate, "Devs")
    estate.run(inline.put, group, name="first", document=ALLOW)
    left = characters - 2 * len(ALLOW) + len("*")
    long = ALLOW.replace('"s3:*"', f'"s3:{"x" * left}"')
    if fits:
        estate.run(inline.put, group, name="second", document=long)
        return
    assert said(estate.refusal(inline.put, group, name="second", document=long)) == (
        "LimitExceeded",
        "Maximum policy size of 5120 bytes exceeded for group Devs",
    )


def test_policies_of_a_group_that_are_not_there(estate: Estate) -> None:
    group = made(estate, "g")
    assert said(estate.refusal(inline.get, group, "none")) == (
        "NoSuchEntity",
        "The group policy with name none cannot be found.",
    )
    assert said(estate.refusal(attachments.detach, group, ADMINISTRATOR_ACCESS)) == (
        "NoSuchEntity",
        f"Policy {ADMINISTRATOR_ACCESS} was not found.",
    )
    theirs = estate.run(policies.create, B, name="p", document=ALLOW, now=NOW, ids=estate.ids)
    assert estate.refusal(attachments.attach, group, theirs.arn).code == "NoSuchEntity"
