"""An account's alias and password policy, by unmodified boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts import allow, new_account, new_user, policy
from tests.api.iam.people import refused
from tests.live import LiveServer


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    """The administrator of an account of its own: there is one of everything here."""
    return new_account(live_server)[1].client("iam")


def test_an_account_has_one_alias_and_a_new_one_replaces_it(iam: Any) -> None:
    """Observed on AWS (floci pull request 2103); text recorded from AWS in public issues."""
    assert iam.list_account_aliases()["AccountAliases"] == []
    for alias in ("a-first-alias", "second"):
        iam.create_account_alias(AccountAlias=alias)
        assert iam.list_account_aliases()["AccountAliases"] == [alias]
    code, status, _ = refused(iam.delete_account_alias, AccountAlias="a-first-alias")
    assert (code, status) == ("NoSuchEntity", 404)
    iam.delete_account_alias(AccountAlias="second")
    answer = iam.list_account_aliases()
    assert (answer["AccountAliases"], answer["IsTruncated"]) == ([], False)


def test_no_two_accounts_have_the_same_alias(live_server: LiveServer, iam: Any) -> None:
    other = new_account(live_server)[1].client("iam")
    iam.create_account_alias(AccountAlias="unique-alias")
    for each in (iam, other):
        assert refused(each.create_account_alias, AccountAlias="unique-alias") == (
            "EntityAlreadyExists",
            409,
            "The account alias unique-alias already exists.",
        )
    iam.delete_account_alias(AccountAlias="unique-alias")
    other.create_account_alias(AccountAlias="unique-alias")


@pytest.mark.parametrize("alias", ["-ab", "ab-", "a--b", "Abc", "a_b", "a" * 64])
def test_an_alias_has_the_form_of_the_model(iam: Any, alias: str) -> None:
    assert refused(iam.create_account_alias, AccountAlias=alias)[:2] == ("ValidationError", 400)


def _missing(call: Any) -> bool:
    code, status, text = refused(call)
    assert text.startswith("The Password Policy with domain name ")
    assert text.endswith(" cannot be found.")
    return (code, status) == ("NoSuchEntity", 404)


def test_a_password_policy_is_set_whole_every_time(iam: Any) -> None:
    """IAM API Reference, UpdateAccountPasswordPolicy: "does not support partial updates"."""
    assert _missing(iam.get_account_password_policy)
    assert _missing(iam.delete_account_password_policy)
    flags = (
        "RequireSymbols",
        "RequireNumbers",
        "RequireUppercaseCharacters",
        "RequireLowercaseCharacters",
        "AllowUsersToChangePassword",
        "HardExpiry",
    )
    full = dict.fromkeys(flags, True) | {
        "MinimumPasswordLength": 14,
        "MaxPasswordAge": 90,
        "PasswordReusePrevention": 24,
    }
    iam.update_account_password_policy(**full)
    found = iam.get_account_password_policy()["PasswordPolicy"]
    assert found == full | {"ExpirePasswords": True}
    iam.update_account_password_policy(RequireNumbers=True)
    assert iam.get_account_password_policy()["PasswordPolicy"] == dict.fromkeys(flags, False) | {
        "RequireNumbers": True,
        "MinimumPasswordLength": 6,
        "ExpirePasswords": False,
    }
    iam.delete_account_password_policy()
    assert _missing(iam.get_account_password_policy)


@pytest.mark.parametrize(
    "wrong",
    [
        {"MinimumPasswordLength": 129},
        {"MaxPasswordAge": 1096},
        {"PasswordReusePrevention": 25},
    ],
)
def test_a_password_policy_keeps_to_the_model(iam: Any, wrong: dict[str, int]) -> None:
    assert refused(iam.update_account_password_policy, **wrong)[:2] == ("ValidationError", 400)


def test_the_token_version_is_kept_and_summed_up(iam: Any) -> None:
    """IAM API Reference, SetSecurityTokenServicePreferences: "view … in GetAccountSummary"."""

    def version() -> int:
        found: int = iam.get_account_summary()["SummaryMap"]["GlobalEndpointTokenVersion"]
        return found

    assert version() == 1
    for name, number in (("v2Token", 2), ("v2Token", 2), ("v1Token", 1)):
        iam.set_security_token_service_preferences(GlobalEndpointTokenVersion=name)
        assert version() == number
    code, status, text = refused(
        iam.set_security_token_service_preferences, GlobalEndpointTokenVersion="v3Token"
    )
    assert (code, status) == ("ValidationError", 400)
    assert "enum value set" in text


def test_account_properties_are_put_and_read(live_server: LiveServer) -> None:
    """IAM API Reference, PutAccountProperties, its example: RoleManager/Enabled."""
    administrator = new_account(live_server)[1]
    iam = administrator.client("iam")
    assert iam.get_account_properties()["Properties"] == {}
    for value in ("true", "false"):
        iam.put_account_properties(Properties={"RoleManager/Enabled": value})
        assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": value}
    for given, said in (
        ({"RoleManager/Enabled": "yes"}, "must be false or true"),
        ({"RoleManager/Other": "true"}, "no account property RoleManager/Other"),
        ({"RoleManager": "true"}, "one slash"),
        ({"RoleManager/": "true"}, "one slash"),
        ({"RoleManager/Enabled/x": "true"}, "one slash"),
        ({"RoleManager/Enabled": "true", "Other/Enabled": "true"}, "same namespace"),
    ):
        code, status, text = refused(iam.put_account_properties, Properties=given)
        assert (code, status) == ("InvalidInput", 400)
        assert said in text
    assert iam.get_account_properties()["Properties"] == {"RoleManager/Enabled": "false"}


def test_leave_for_properties_is_by_namespace(live_server: LiveServer) -> None:
    """Service Authorization Reference: iam:AccountPropertyNamespaces, of several values."""
    administrator = new_account(live_server)[1]
    only = {"ForAllValues:StringEquals": {"iam:AccountPropertyNamespaces": "RoleManager"}}
    may = policy(allow(["iam:GetAccountProperties", "iam:PutAccountProperties"], Condition=only))
    other = may.replace("RoleManager", "Other")
    iam, without = (new_user(administrator, each)[1].client("iam") for each in (may, other))
    iam.put_account_properties(Properties={"RoleManager/Enabled": "false"})
    iam.get_account_properties()
    assert refused(without.get_account_properties)[0] == "AccessDenied"
    code, _, text = refused(
        without.put_account_properties, Properties={"RoleManager/Enabled": "true"}
    )
    assert (code, "iam:PutAccountProperties" in text) == ("AccessDenied", True)
