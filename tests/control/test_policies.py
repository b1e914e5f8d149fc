"""Managed and inline policies, attachments: what is made, what is refused, AWS's words."""

from __future__ import annotations

import pytest

from doorward.control import attachments, boundaries, inline, policies
from tests.control.estate import (
    ADMINISTRATOR_ACCESS,
    ALLOW,
    NOW,
    A,
    B,
    Estate,
)

ORGANIZATION_POLICY = "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess"


def test_a_policy_is_made_with_its_first_version_byte_for_byte(estate: Estate) -> None:
    text = (
        '{\n\t"Version" : "2012-10-17",\n "Statement" : [ {"Effect":"Deny","Action":"a%3Ab:*",'
        ' "Resource":"*"}]\r\n}'.replace("a%3Ab", "s3")
    )
    policy = estate.policy("p", text, path="/x/", description="d", given_tags=(("k", "v"),))
    assert policy.arn == f"arn:aws:iam::{A}:policy/x/p"
    assert estate.run(policies.version, policy, "v1").document == text
    described = estate.run(policies.described, A, policy)
    assert (described.attachments, described.boundaries) == (0, 0)


def test_names_of_policies_are_unique_whatever_their_case(estate: Estate) -> None:
    estate.policy("Pol")
    error = estate.refusal(policies.create, A, name="pOL", document=ALLOW, now=NOW, ids=estate.ids)
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "A policy called pOL already exists. Duplicate names are not allowed.",
    )


def test_versions_are_numbered_on_and_five_at_most(estate: Estate) -> None:
    """IAM User Guide, "Versioning IAM policies"; text seen on AWS."""
    policy = estate.policy("p")

    def more(*, default: bool = False) -> str:
        current = estate.run(policies.own, A, policy.arn)
        made = estate.run(policies.create_version, current, ALLOW, default=default, now=NOW)
        return made.version

    assert [more(), more(default=True), more(), more()] == ["v2", "v3", "v4", "v5"]
    current = estate.run(policies.own, A, policy.arn)
    assert current.default_version == "v3"
    error = estate.refusal(policies.create_version, current, ALLOW, default=False, now=NOW)
    assert (error.code, error.message) == (
        "LimitExceeded",
        (
            "A managed policy can have up to 5 versions. Before you create a new version, you "
            "must delete an existing version."
        ),
    )
    error = estate.refusal(policies.delete_version, current, "v3")
    assert (error.code, error.message) == (
        "DeleteConflict",
        "Cannot delete the default version of a policy.",
    )
    estate.run(policies.delete_version, current, "v5")
    assert more() == "v6"
    versions = estate.run(policies.versions, current)
    assert [each.version for each in versions] == ["v6", "v4", "v3", "v2", "v1"]
    error = estate.refusal(policies.set_default, current, "v9", now=NOW)
    assert (error.code, error.message) == (
        "NoSuchEntity",
        f"Policy {policy.arn} version v9 does not exist or is not attachable.",
    )
    estate.run(policies.set_default, estate.run(policies.own, A, policy.arn), "v1", now=NOW)
    assert estate.run(policies.own, A, policy.arn).default_version == "v1"


def test_a_policy_in_use_is_not_deleted(estate: Estate) -> None:
    policy, user = estate.policy("p"), estate.user("u")
    attached = "Cannot delete a policy attached to entities."
    estate.run(attachments.attach, user, policy.arn)
    assert estate.refusal(policies.delete, policy).message == attached
    estate.run(attachments.detach, user, policy.arn)
    bounded = estate.run(boundaries.put, user, policy.arn)
    assert estate.refusal(policies.delete, policy).message == attached
    estate.run(boundaries.delete, bounded)
    estate.run(policies.create_version, policy, ALLOW, default=False, now=NOW)
    assert estate.refusal(policies.delete, policy).message.startswith(
        "This policy has more than one version."
    )
    current = estate.run(policies.own, A, policy.arn)
    estate.run(policies.delete_version, current, "v2")
    estate.run(policies.delete, current)
    error = estate.refusal(policies.get, A, policy.arn)
    assert (error.code, error.message) == ("NoSuchEntity", f"Policy {policy.arn} was not found.")


def test_policies_of_aws_are_read_and_not_changed(estate: Estate) -> None:
    policy = estate.run(policies.get, A, ADMINISTRATOR_ACCESS)
    assert (policy.name, policy.path, policy.arn) == (
        "AdministratorAccess",
        "/",
        ADMINISTRATOR_ACCESS,
    )
    assert '"Action": "*"' in estate.run(policies.version, policy, "v1").document
    assert len(estate.run(policies.versions, policy)) == 1
    assert estate.refusal(policies.version, policy, "v2").code == "NoSuchEntity"
    assert estate.refusal(policies.own, A, ADMINISTRATOR_ACCESS).code == "NoSuchEntity"
    estate.policy("mine")
    assert [each.name for each in estate.run(policies.all_of, A, "Local")] == ["mine"]
    assert policy in estate.run(policies.all_of, A, "AWS")
    assert len(estate.run(policies.all_of, A, "All")) == 1 + len(
        estate.run(policies.all_of, A, "AWS")
    )
    assert estate.run(policies.all_of, B, "Local") == ()


@pytest.mark.parametrize(
    ("arn", "code", "message"),
    [
        ("not an arn but 20 long", "ValidationError", "Invalid ARN:  Could not be parsed!"),
        (
            f"arn:aws:iam::{A}:policy/none",
            "NoSuchEntity",
            f"Policy arn:aws:iam::{A}:policy/none does not exist or is not attachable.",
        ),
        (
            ORGANIZATION_POLICY,
            "NoSuchEntity",
            f"Policy {ORGANIZATION_POLICY} does not exist or is not attachable.",
        ),
    ],
)
def test_what_cannot_be_attached(estate: Estate, arn: str, code: str, message: str) -> None:
    """Recorded from AWS."""
    error = estate.refusal(attachments.attach, estate.user("u"), arn)
    assert (error.code, error.message) == (code, message)


def test_attaching_twice_is_no_error_and_detaching_twice_is(estate: Estate) -> None:
    user, policy = estate.user("u"), estate.policy("p")
    estate.run(attachments.attach, user, policy.arn)
    estate.run(attachments.attach, user, ADMINISTRATOR_ACCESS)
    estate.run(attachments.attach, user, policy.arn)
    found = estate.run(attachments.of, user)
    assert [each.policy_arn for each in found] == [policy.arn, ADMINISTRATOR_ACCESS]
    estate.run(attachments.detach, user, policy.arn)
    error = estate.refusal(attachments.detach, user, policy.arn)
    assert (error.code, error.message) == ("NoSuchEntity", f"Policy {policy.arn} was not found.")


def test_ten_policies_are_attached_at_most(estate: Estate) -> None:
    role = estate.role("r")
    for number in range(10):
        estate.run(attachments.attach, role, estate.policy(f"p{number}").arn)
    error = estate.refusal(attachments.attach, role, estate.policy("p10").arn)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for PoliciesPerRole: 10",
    )


def test_policies_of_another_account_do_not_exist_here(estate: Estate) -> None:
    theirs = estate.run(policies.create, B, name="p", document=ALLOW, now=NOW, ids=estate.ids)
    assert estate.refusal(attachments.attach, estate.user("u"), theirs.arn).code == "NoSuchEntity"
    assert estate.refusal(policies.get, A, theirs.arn).code == "NoSuchEntity"


def test_inline_policies_are_put_replaced_and_measured_together(estate: Estate) -> None:
    """Text seen on AWS (public issues: "Maximum policy size of 10240 bytes exceeded for role")."""
    user = estate.user("u")
    estate.run(inline.put, user, name="a", document=ALLOW)
    spaced = ALLOW.replace(",", ",\n" + " " * 4000)
    estate.run(inline.put, user, name="a", document=spaced)
    assert estate.run(inline.get, user, "a").document == spaced
    assert estate.run(inline.names, user) == ("a",)
    long = ALLOW.replace('"s3:*"', '"s3:' + "x" * 1980 + '"')
    error = estate.refusal(inline.put, user, name="b", document=long)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Maximum policy size of 2048 bytes exceeded for user u",
    )
    estate.run(inline.put, estate.role("r"), name="b", document=long)
    error = estate.refusal(inline.get, user, "none")
    assert (error.code, error.message) == (
        "NoSuchEntity",
        "The user policy with name none cannot be found.",
    )


def test_a_managed_policy_has_6144_characters_at_most(estate: Estate) -> None:
    long = ALLOW.replace('"s3:*"', '"s3:' + "x" * 6144 + '"')
    error = estate.refusal(policies.create, A, name="p", document=long, now=NOW, ids=estate.ids)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for PolicySize: 6144",
    )


def test_tag_keys_of_policies_keep_their_case(estate: Estate) -> None:
    """IAM User Guide, "Rules for tagging": keys of other resources are case-sensitive."""
    policy = estate.policy("p", given_tags=(("a", "1"),))
    estate.run(policies.tag, policy, (("A", "2"),))
    policy = estate.run(policies.own, A, policy.arn)
    assert policy.tags == (("a", "1"), ("A", "2"))
    estate.run(policies.untag, policy, ("a",))
    assert estate.run(policies.own, A, policy.arn).tags == (("A", "2"),)
