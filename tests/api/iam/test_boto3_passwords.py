"""Login profiles and ChangePassword, by unmodified boto3."""

from __future__ import annotations

import pytest

from examples.main_job.clients import Identity
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust
from tests.live import LiveServer

FIRST, SECOND, THIRD = "correct-Horse7", "another-Horse8", "third-Horse9"
OWN = policy(allow("iam:ChangePassword", "arn:aws:iam::*:user/${aws:username}"))


@pytest.fixture
def administrator(live_server: LiveServer) -> Identity:
    """The administrator of an account of its own, whose password policy a test may set."""
    return new_account(live_server)[1]


def test_a_password_is_given_read_changed_and_taken(administrator: Identity) -> None:
    iam, (name, _) = administrator.client("iam"), new_user(administrator)
    with refused("NoSuchEntity", f"Login Profile for User {name} cannot be found.", 404):
        iam.get_login_profile(UserName=name)
    made = iam.create_login_profile(
        UserName=name, Password=FIRST, PasswordResetRequired=True, MaxSigninSessionDuration=7200
    )["LoginProfile"]
    assert set(made) == {
        "UserName",
        "CreateDate",
        "PasswordResetRequired",
        "MaxSigninSessionDuration",
    }
    assert iam.get_login_profile(UserName=name.upper())["LoginProfile"] == made
    with refused("EntityAlreadyExists", f"Login Profile for user {name} already exists.", 409):
        iam.create_login_profile(UserName=name, Password=FIRST)
    iam.update_login_profile(UserName=name, Password=SECOND, ResetMaxSigninSessionDuration=True)
    found = iam.get_login_profile(UserName=name)["LoginProfile"]
    assert found == {
        "UserName": name,
        "CreateDate": made["CreateDate"],
        "PasswordResetRequired": True,
    }
    with refused("DeleteConflict", "Cannot delete entity, must delete", 409):
        iam.delete_user(UserName=name)
    iam.delete_login_profile(UserName=name)
    with refused("NoSuchEntity", f"Login Profile for User {name} cannot be found.", 404):
        iam.update_login_profile(UserName=name, Password=FIRST)


def test_passwords_keep_the_account_s_policy(administrator: Identity) -> None:
    """reference/control-plane.md §2.3: "a" under a policy of 20 characters; others accept it."""
    iam, (name, _) = administrator.client("iam"), new_user(administrator)
    text = "Password does not conform to the account password policy."
    with refused("PasswordPolicyViolation", text, 400):
        iam.create_login_profile(UserName=name, Password="password")
    iam.update_account_password_policy(MinimumPasswordLength=20)
    with refused("PasswordPolicyViolation", text, 400):
        iam.create_login_profile(UserName=name, Password="a")
    iam.create_login_profile(UserName=name, Password="a" * 20)
    with refused("PasswordPolicyViolation", text, 400):
        iam.update_login_profile(UserName=name, Password=FIRST)


def test_a_user_changes_its_own_password(administrator: Identity) -> None:
    iam, (name, caller) = administrator.client("iam"), new_user(administrator, OWN)
    mine = caller.client("iam")
    with refused("NoSuchEntity", f"Login Profile for User {name} cannot be found.", 404):
        mine.change_password(OldPassword=FIRST, NewPassword=SECOND)
    iam.create_login_profile(UserName=name, Password=FIRST, PasswordResetRequired=True)
    with refused("AccessDenied", "The old password was incorrect.", 403):
        mine.change_password(OldPassword=SECOND, NewPassword=THIRD)
    with refused("PasswordPolicyViolation", "", 400):
        mine.change_password(OldPassword=FIRST, NewPassword="weak")
    mine.change_password(OldPassword=FIRST, NewPassword=SECOND)
    assert iam.get_login_profile(UserName=name)["LoginProfile"]["PasswordResetRequired"] is False
    iam.update_account_password_policy(PasswordReusePrevention=1)
    with refused("PasswordPolicyViolation", "password reuse prevention", 400):
        mine.change_password(OldPassword=SECOND, NewPassword=SECOND)
    mine.change_password(OldPassword=SECOND, NewPassword=THIRD)


def test_all_users_may_change_their_own_password_if_the_account_says_so(
    administrator: Identity,
) -> None:
    """IAM API Reference, PasswordPolicy, AllowUsersToChangePassword."""
    iam, (name, caller) = administrator.client("iam"), new_user(administrator)
    iam.create_login_profile(UserName=name, Password=FIRST)
    mine, change = caller.client("iam"), {"OldPassword": FIRST, "NewPassword": SECOND}
    iam.update_account_password_policy()
    with refused("AccessDenied", "iam:ChangePassword on resource: ", 403):
        mine.change_password(**change)
    iam.update_account_password_policy(AllowUsersToChangePassword=True)
    assert mine.get_account_password_policy()["PasswordPolicy"]["AllowUsersToChangePassword"]
    mine.change_password(**change)
    with refused("AccessDenied", "iam:UpdateLoginProfile", 403):
        mine.update_login_profile(UserName=name, Password=THIRD)
    iam.put_user_policy(
        UserName=name,
        PolicyName="no",
        PolicyDocument=policy({"Effect": "Deny", "Action": "iam:ChangePassword", "Resource": "*"}),
    )
    with refused("AccessDenied", "with an explicit deny", 403):
        mine.change_password(OldPassword=SECOND, NewPassword=THIRD)


def test_roles_and_callers_that_name_nobody_have_no_password(administrator: Identity) -> None:
    """Texts recorded from AWS; the model: InvalidUserType."""
    iam, (name, _) = administrator.client("iam"), new_user(administrator)
    account = administrator.client("sts").get_caller_identity()["Account"]
    everything = policy(allow("*"))
    role = new_role(administrator, trust({"AWS": account}), everything)
    session = administrator.assuming(role, "session").client("iam")
    with refused("InvalidUserType", "Only IAM Users can change their own password.", 400):
        session.change_password(OldPassword=FIRST, NewPassword=SECOND)
    for call in (session.get_login_profile, session.delete_login_profile):
        with refused("ValidationError", "Must specify userName", 400):
            call()
    with refused("ValidationError", "needs a password", 400):
        iam.create_login_profile(UserName=name)
