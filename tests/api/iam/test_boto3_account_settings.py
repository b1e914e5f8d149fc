"""An account's alias and password policy, by unmodified boto3."""

from __future__ import annotations

from typing import Any

import pytest

from tests.accounts import new_account
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
