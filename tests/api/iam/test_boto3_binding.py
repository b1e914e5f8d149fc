"""Whom a saved policy names is bound by unique id: who is recreated gets nothing back.

Sources: IAM User Guide, "AWS JSON policy elements: Principal" (ARNs become unique ids when a
policy is saved, ARNs again when it is shown, and stay ids when who was named is gone); issue 8905
of terraform-provider-aws (``Invalid principal in policy``).
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from examples.main_job.clients import of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def principal(document: dict[str, Any]) -> Any:
    """Return what the first statement names under ``AWS``."""
    return document["Statement"][0]["Principal"]["AWS"]


def named(number: str, kind: str, name: str) -> str:
    return f"arn:aws:iam::{number}:{kind}/{name}"


def everywhere(administrator: Identity, role: str) -> set[str]:
    """Return the principal of a role's trust policy as every operation shows it."""
    iam = administrator.client("iam")
    profile = f"of-{role}"
    documents = [
        iam.get_role(RoleName=role)["Role"],
        iam.update_role_description(RoleName=role, Description="d")["Role"],
        iam.get_instance_profile(InstanceProfileName=profile)["InstanceProfile"]["Roles"][0],
        *(each for each in iam.list_roles()["Roles"] if each["RoleName"] == role),
    ]
    (detail,) = (
        each
        for each in iam.get_account_authorization_details(Filter=["Role"])["RoleDetailList"]
        if each["RoleName"] == role
    )
    inner = detail["InstanceProfileList"][0]["Roles"][0]
    return {principal(each["AssumeRolePolicyDocument"]) for each in [*documents, detail, inner]}


def test_a_trust_policy_follows_its_user_and_dies_with_it(account: tuple[str, Identity]) -> None:
    number, administrator = account
    iam = administrator.client("iam")
    name, _ = new_user(administrator)
    user = iam.get_user(UserName=name)["User"]
    made = iam.create_role(RoleName="bound", AssumeRolePolicyDocument=trust({"AWS": user["Arn"]}))[
        "Role"
    ]
    assert made["AssumeRolePolicyDocument"] == json.loads(trust({"AWS": user["Arn"]}))
    iam.create_instance_profile(InstanceProfileName="of-bound")
    iam.add_role_to_instance_profile(InstanceProfileName="of-bound", RoleName="bound")
    assert everywhere(administrator, "bound") == {user["Arn"]}
    iam.update_user(UserName=name, NewUserName=f"{name}-new", NewPath="/moved/")
    moved = named(number, "user", f"moved/{name}-new")
    assert everywhere(administrator, "bound") == {moved}
    for key in iam.list_access_keys(UserName=f"{name}-new")["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=f"{name}-new", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=f"{name}-new")
    assert everywhere(administrator, "bound") == {user["UserId"]}
    iam.create_user(UserName=name)
    iam.create_user(UserName=f"{name}-new", Path="/moved/")
    assert everywhere(administrator, "bound") == {user["UserId"]}
    with refused(
        "MalformedPolicyDocument", f'Invalid principal in policy: "AWS":"{user["UserId"]}"', 400
    ):
        iam.update_assume_role_policy(
            RoleName="bound", PolicyDocument=trust({"AWS": user["UserId"]})
        )


@pytest.mark.parametrize("kind", ["user", "role", "session"])
def test_who_was_recreated_has_no_access(account: tuple[str, Identity], kind: str) -> None:
    """The caller may do all by its own policies; the other account's trust policy decides."""
    number, administrator = account
    iam = administrator.client("iam")

    def principals() -> tuple[str, Identity]:
        """Make the user or the role anew; return its ARN as policies name it, and its client."""
        if kind == "user":
            iam.create_user(UserName="again")
            iam.put_user_policy(
                UserName="again", PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole"))
            )
            key = iam.create_access_key(UserName="again")["AccessKey"]
            caller = type(administrator)(
                administrator.endpoint, key["AccessKeyId"], key["SecretAccessKey"]
            )
            return named(number, "user", "again"), caller
        role = f"again-{kind}"
        iam.create_role(RoleName=role, AssumeRolePolicyDocument=trust({"AWS": number}))
        iam.put_role_policy(
            RoleName=role, PolicyName="p", PolicyDocument=policy(allow("sts:AssumeRole"))
        )
        answer = helper.client("sts").assume_role(
            RoleArn=named(number, "role", role), RoleSessionName="session"
        )
        arn = answer["AssumedRoleUser"]["Arn"]
        caller = of_session(administrator.endpoint, answer["Credentials"])
        return (arn if kind == "session" else named(number, "role", role)), caller

    def gone() -> None:
        if kind == "user":
            key = iam.list_access_keys(UserName="again")["AccessKeyMetadata"][0]
            iam.delete_access_key(UserName="again", AccessKeyId=key["AccessKeyId"])
            iam.delete_user_policy(UserName="again", PolicyName="p")
            iam.delete_user(UserName="again")
        else:
            iam.delete_role_policy(RoleName=f"again-{kind}", PolicyName="p")
            iam.delete_role(RoleName=f"again-{kind}")

    _, helper = new_user(administrator, policy(allow("sts:AssumeRole")))
    arn, caller = principals()
    target = new_role(administrator, trust({"AWS": arn}))
    assume = {"RoleArn": target, "RoleSessionName": "into"}
    assert caller.client("sts").assume_role(**assume)["Credentials"]
    gone()
    arn, caller = principals()
    shown = iam.get_role(RoleName=target.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
    assert principal(shown).startswith("AIDA" if kind == "user" else "AROA")
    # Inside one account the trust policy must name the caller, or its account.
    with refused("AccessDenied", "sts:AssumeRole", 403):
        caller.client("sts").assume_role(**assume)
    iam.update_assume_role_policy(
        RoleName=target.rpartition("/")[2], PolicyDocument=trust({"AWS": arn})
    )
    assert caller.client("sts").assume_role(**assume)["Credentials"]


def test_a_resource_policy_is_bound_alike(account: tuple[str, Identity]) -> None:
    _, administrator = account
    iam, doorward = administrator.client("iam"), administrator.client("doorward")
    name, _ = new_user(administrator)
    user = iam.get_user(UserName=name)["User"]
    arn = "arn:aws:s3:::bound-by-id"
    text = policy(
        {
            "Effect": "Allow", "Principal": {"AWS": [user["Arn"]]}, "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
        }
    )  # fmt: skip
    assert doorward.put_resource(Arn=arn, Policy=text)["Resource"]["Policy"] == text
    question = {
        "Subject": {"Principal": user["Arn"]}, "Action": "s3:GetObject", "Resource": f"{arn}/k",
    }  # fmt: skip
    assert doorward.decide(**question)["Decision"]["Effect"] == "ALLOW"
    for key in iam.list_access_keys(UserName=name)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName=name)
    iam.create_user(UserName=name)
    assert doorward.decide(**question)["Decision"]["Effect"] == "IMPLICIT_DENY"
    kept = doorward.get_resource(Arn=arn)["Resource"]["Policy"]
    assert kept == text.replace(user["Arn"], user["UserId"])
    listed = doorward.list_resources()["Resources"]
    assert kept in [each.get("Policy") for each in listed]


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        ("AWS", "arn:aws:iam::{number}:user/nobody", 'Invalid principal in policy: "AWS":"{}"'),
        ("AWS", "arn:aws:iam::{number}:role/nobody", 'Invalid principal in policy: "AWS":"{}"'),
        ("AWS", "999999999999", 'Invalid principal in policy: "AWS":"{}"'),
        ("AWS", "AIDAAAAAAAAAAAAAAAAAA", 'Invalid principal in policy: "AWS":"{}"'),
        ("Service", "nothing", 'Invalid principal in policy: "SERVICE":"{}"'),
        ("CanonicalUser", "me", 'Invalid principal in policy: "CANONICALUSER":"{}"'),
        ("Federated", "arn:aws:iam::{number}:saml-provider/none", '"FEDERATED":"{}"'),
    ],
)
def test_a_resource_policy_names_nobody_who_is_not_there(
    account: tuple[str, Identity], kind: str, value: str, text: str
) -> None:
    number, administrator = account
    value = value.format(number=number)
    arn = "arn:aws:s3:::names-nobody"
    document = policy(
        {
            "Effect": "Allow", "Principal": {kind: value}, "Action": "s3:GetObject",
            "Resource": f"{arn}/*",
        }
    )  # fmt: skip
    with refused("ValidationException", text.format(value), 400):
        administrator.client("doorward").put_resource(Arn=arn, Policy=document)


def test_canonical_users_stand_in_policies_of_buckets_alone(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    doorward = administrator.client("doorward")
    canonical = {
        "CanonicalUser": "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"
    }
    statement = {"Effect": "Allow", "Principal": canonical}
    bucket, queue = "arn:aws:s3:::of-canonical", f"arn:aws:sqs:us-east-1:{number}:canonical"
    doorward.put_resource(
        Arn=bucket,
        Policy=policy({**statement, "Action": "s3:GetObject", "Resource": f"{bucket}/*"}),
    )
    with refused("ValidationException"):
        doorward.put_resource(
            Arn=queue, Policy=policy({**statement, "Action": "sqs:*", "Resource": queue})
        )
