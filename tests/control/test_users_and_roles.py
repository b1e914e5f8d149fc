"""Users and roles: what is made, what is refused, and how AWS words it."""

from __future__ import annotations

import msgspec
import pytest

from doorward.control import (
    access_keys,
    attachments,
    boundaries,
    inline,
    roles,
    users,
)
from doorward.model.credential import AccessKey
from doorward.model.ids import account_of
from tests.control.estate import (
    ADMINISTRATOR_ACCESS,
    ALLOW,
    NOW,
    TRUST,
    A,
    Estate,
    owner_of,
)


def test_a_user_has_its_arn_and_an_id_that_names_its_account(estate: Estate) -> None:
    user = estate.user("Alice", path="/eng/", given_tags=(("team", "red"),))
    assert user.arn == f"arn:aws:iam::{A}:user/eng/Alice"
    assert (user.id[:4], len(user.id), account_of(user.id)) == ("AIDA", 21, A)
    assert user.tags == (("team", "red"),)
    assert estate.run(users.get, A, "aLICE") == user


def test_names_are_unique_whatever_their_case(estate: Estate) -> None:
    """IAM User Guide, "IAM quotas": names are not distinguished by case; seen on AWS for users."""
    estate.user("Pp")
    error = estate.refusal(users.create, A, name="pP", now=NOW, ids=estate.ids)
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "User with name pP already exists.",
    )
    estate.role("Pp")
    error = estate.refusal(roles.create, A, name="pP", trust_policy=TRUST, now=NOW, ids=estate.ids)
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "Role with name pP already exists.",
    )


def test_a_renamed_user_keeps_its_id_and_its_keys(estate: Estate) -> None:
    user = estate.user("old")
    estate.run(access_keys.create, owner_of(user), now=NOW, ids=estate.ids, seal=estate.seal)
    renamed = estate.run(users.update, user, new_name="new", new_path="/b/")
    assert (renamed.id, renamed.arn) == (user.id, f"arn:aws:iam::{A}:user/b/new")
    assert estate.refusal(users.get, A, "old").message == (
        "The user with name old cannot be found."
    )
    assert len(estate.run(access_keys.of, owner_of(renamed))) == 1
    cased = estate.run(users.update, renamed, new_name="NEW", new_path=None)
    assert estate.run(users.get, A, "new") == cased
    estate.user("taken")
    error = estate.refusal(users.update, cased, new_name="Taken", new_path=None)
    assert error.code == "EntityAlreadyExists"


@pytest.mark.parametrize("path", ["x", "/x", "x/", "//", "/a//b/", "/a b/", "/é/", ""])
def test_paths_begin_and_end_with_a_slash(estate: Estate, path: str) -> None:
    error = estate.refusal(users.create, A, name="u", path=path, now=NOW, ids=estate.ids)
    assert (error.code, error.message) == (
        "ValidationError",
        (
            "The specified value for path is invalid. It must begin and end with / and contain "
            "only alphanumeric characters and/or / characters."
        ),
    )


@pytest.mark.parametrize(
    "path", ["/aws-service-role/", "/aws-service-role/x.amazonaws.com/", "/AWS-Service-Role/a/"]
)
def test_nobody_makes_a_service_linked_role_by_hand(estate: Estate, path: str) -> None:
    """Their sessions are exempt from SCPs: the path must not be had by CreateRole."""
    error = estate.refusal(
        roles.create, A, name="r", trust_policy=TRUST, path=path, now=NOW, ids=estate.ids
    )
    assert error.code == "InvalidInput"
    error = estate.refusal(
        roles.create,
        A,
        name="AWSServiceRoleForBatch",
        trust_policy=TRUST,
        now=NOW,
        ids=estate.ids,
    )
    assert error.code == "InvalidInput"


def test_a_user_is_deleted_only_when_it_owns_nothing(estate: Estate) -> None:
    """Texts recorded from AWS."""
    user = estate.user("u")
    owner = owner_of(user)
    estate.run(attachments.attach, user, ADMINISTRATOR_ACCESS)
    estate.run(inline.put, user, name="p", document=ALLOW)
    new = estate.run(access_keys.create, owner, now=NOW, ids=estate.ids, seal=estate.seal)
    device = estate.device("phone")
    estate.enable(owner, device)

    def blocked() -> str:
        error = estate.refusal(users.delete, user)
        assert error.code == "DeleteConflict"
        return error.message

    assert blocked() == "Cannot delete entity, must detach all policies first."
    estate.run(attachments.detach, user, ADMINISTRATOR_ACCESS)
    assert blocked() == "Cannot delete entity, must delete policies first."
    estate.run(inline.delete, user, "p")
    assert blocked() == "Cannot delete entity, must delete access keys first."
    estate.run(access_keys.delete, owner, new.key.id)
    assert blocked() == "Cannot delete entity, must delete MFA device first."
    from doorward.control import mfa

    estate.run(mfa.deactivate, owner, device.device.serial)
    estate.run(users.delete, user)
    assert estate.refusal(users.get, A, "u").code == "NoSuchEntity"
    again = estate.user("u")
    assert again.id != user.id


def test_a_role_is_deleted_only_when_it_has_no_policies(estate: Estate) -> None:
    role = estate.role("r")
    estate.run(attachments.attach, role, ADMINISTRATOR_ACCESS)
    estate.run(inline.put, role, name="p", document=ALLOW)
    error = estate.refusal(roles.delete, role)
    assert error.message == "Cannot delete entity, must detach all policies first."
    estate.run(attachments.detach, role, ADMINISTRATOR_ACCESS)
    error = estate.refusal(roles.delete, role)
    assert error.message == "Cannot delete entity, must delete policies first."
    estate.run(inline.delete, role, "p")
    estate.run(roles.delete, role)
    assert estate.refusal(roles.get, A, "r").message == "The role with name r cannot be found."


def test_a_role_is_updated_in_part(estate: Estate) -> None:
    role = estate.role("r", description="before")
    longer = estate.run(roles.update, role, max_session_duration=7200)
    assert (longer.description, longer.max_session_duration) == ("before", 7200)
    blank = estate.run(roles.update, longer, description="")
    assert (blank.description, blank.max_session_duration) == ("", 7200)


def test_tag_keys_of_users_and_roles_are_one_whatever_their_case(estate: Estate) -> None:
    """IAM User Guide, "Rules for tagging": department=hr replaces Department=finance."""
    user = estate.user("u", given_tags=(("Department", "finance"), ("x", "1")))
    user = estate.run(users.tag, user, (("department", "hr"),))
    assert user.tags == (("department", "hr"), ("x", "1"))
    user = estate.run(users.untag, user, ("X", "absent"))
    assert user.tags == (("department", "hr"),)
    error = estate.refusal(users.tag, user, (("a", "1"), ("A", "2")))
    assert (error.code, error.message) == (
        "InvalidInput",
        "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
    )
    error = estate.refusal(users.tag, user, (("AWS:x", "1"),))
    assert error.code == "InvalidInput"
    many = tuple((f"k{number}", "") for number in range(50))
    error = estate.refusal(users.tag, user, many)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "The number of tags has reached the maximum limit.",
    )
    role = estate.role("r", given_tags=(("a", "1"),))
    assert estate.run(roles.untag, role, ("A",)).tags == ()
    assert estate.run(roles.tag, role, (("b", "2"),)).tags[-1] == ("b", "2")


def test_boundaries_are_policies_of_aws_or_of_the_account(estate: Estate) -> None:
    """Texts recorded from AWS; "Scope ARN" recorded in public issues of 2021 and 2023."""
    user, policy = estate.user("u"), estate.policy("edge")
    assert estate.run(boundaries.put, user, policy.arn).permissions_boundary == policy.arn
    assert estate.run(boundaries.put, user, ADMINISTRATOR_ACCESS).permissions_boundary == (
        ADMINISTRATOR_ACCESS
    )
    bounded = estate.run(users.get, A, "u")
    assert estate.run(boundaries.delete, bounded).permissions_boundary is None
    assert estate.run(boundaries.delete, user).permissions_boundary is None
    for wrong, code, message in (
        (
            "not-an-arn-but-long-enough",
            "ValidationError",
            "Value (not-an-arn-but-long-enough) for parameter PermissionsBoundary is invalid.",
        ),
        (
            f"arn:aws:iam::{A}:policy/none",
            "NoSuchEntity",
            f"Scope ARN: arn:aws:iam::{A}:policy/none does not exist or is not attachable.",
        ),
        (
            "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess",
            "ValidationError",
            (
                "Value (arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess) "
                "for parameter PermissionsBoundary is invalid."
            ),
        ),
    ):
        error = estate.refusal(boundaries.put, user, wrong)
        assert (error.code, error.message) == (code, message)


def test_secrets_are_sealed_and_never_shown(estate: Estate) -> None:
    owner = owner_of(estate.user("u"))
    new = estate.run(access_keys.create, owner, now=NOW, ids=estate.ids, seal=estate.seal)
    assert (len(new.key.id), new.key.id[:4], len(new.secret)) == (20, "AKIA", 40)
    assert account_of(new.key.id) == A
    assert new.secret not in repr(new)
    context = (A, owner.id, new.key.id)
    stored = estate.run(lambda held: held.get(AccessKey, new.key.id))
    assert stored is not None
    assert new.secret.encode() not in stored.sealed_secret
    assert estate.unseal(stored.sealed_secret, context).decode() == new.secret


def test_a_user_has_two_keys_at_most(estate: Estate) -> None:
    """Seen on AWS."""
    owner = owner_of(estate.user("u"))
    first, _ = (
        estate.run(access_keys.create, owner, now=NOW, ids=estate.ids, seal=estate.seal)
        for _ in range(2)
    )
    error = estate.refusal(access_keys.create, owner, now=NOW, ids=estate.ids, seal=estate.seal)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for AccessKeysPerUser: 2",
    )
    assert estate.run(access_keys.update, owner, first.key.id, "Inactive").status.value == (
        "Inactive"
    )
    error = estate.refusal(access_keys.update, owner, first.key.id, "Expired")
    assert error.code == "InvalidInput"


def test_keys_of_others_are_not_found(estate: Estate) -> None:
    mine, theirs = owner_of(estate.user("me")), owner_of(estate.user("them"))
    new = estate.run(access_keys.create, theirs, now=NOW, ids=estate.ids, seal=estate.seal)
    for verb, rest in ((access_keys.delete, ()), (access_keys.update, ("Inactive",))):
        error = estate.refusal(verb, mine, new.key.id, *rest)
        assert (error.code, error.message) == (
            "NoSuchEntity",
            f"The Access Key with id {new.key.id} cannot be found.",
        )


def test_nothing_of_a_refused_verb_stays(estate: Estate) -> None:
    before = estate.store.load()
    estate.refusal(
        users.create, A, name="u", permissions_boundary="x" * 20, now=NOW, ids=estate.ids
    )
    after = estate.store.load()
    assert msgspec.json.encode(after.all(AccessKey)) == msgspec.json.encode(before.all(AccessKey))
    assert estate.refusal(users.get, A, "u").code == "NoSuchEntity"
