"""Passwords: the rules that they keep, what is remembered of them, who may guess at them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from doorward.control import login_profiles, password_policies, users
from doorward.control.errors import ControlError
from doorward.control.login_profiles import Accepted
from doorward.credentials import passwords
from doorward.model.credential import LoginProfile, PasswordPolicy
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from tests.control.estate import NOW, A, Estate, owner_of

GOOD = "correct-Horse7"
_WITH = "password reuse prevention during password change"


@pytest.fixture
def user(estate: Estate) -> User:
    return estate.user("Ann.Smith-1")


def _policy(estate: Estate, **rules: Any) -> None:
    estate.run(password_policies.put, PasswordPolicy(A, **rules))


def _accept(estate: Estate, user: User, password: str) -> Accepted:
    return estate.run(login_profiles.accept, user, password, estate.ids.salt())


def _create(estate: Estate, user: User, password: str = GOOD, **more: Any) -> LoginProfile:
    accepted = _accept(estate, user, password)
    return estate.run(login_profiles.create, user, accepted, now=NOW, **more)


def _changing(estate: Estate, old: str, new: str) -> dict[str, Any]:
    return {
        "old": old,
        "new": new,
        "salt": estate.ids.salt(),
        "now": NOW,
        "guesses": estate.guesses,
    }


def _change(estate: Estate, user: User, old: str, new: str) -> LoginProfile:
    accepted = estate.run(login_profiles.accept_change, user, **_changing(estate, old, new))
    return estate.run(login_profiles.change, user, accepted, NOW + timedelta(days=1))


# IAM User Guide, "Set an account password policy for IAM users", "Default password policy": at
# least 8 characters, three of the four classes, not the account's name or e-mail address. That
# the user's name and the account's alias are refused too is ours.
DEFAULT = [
    ("Passw0rd", True),
    ("passw0r!", True),
    ("PASSW0R!", True),
    ("Passwor!", True),
    ("Passw0r", False),
    ("password", False),
    ("passw0rd", False),
    ("password!", False),
    ("12345678!", False),
    ("Pässwört", False),  # letters beyond A to Z are of no class
    ("pass w0rd", False),  # nor is a space a symbol
    ("aA1" + "é" * 125, True),
    ("ann.Smith-1", False),
    ("Acme-Account9", False),
    ("Ops9@example.org", False),
    ("ACME-alias-9", False),
]


@pytest.mark.parametrize(("password", "kept"), DEFAULT)
def test_the_default_rules(password: str, kept: bool) -> None:
    account = Account(A, "acme-account9", NOW, email="ops9@Example.org", alias="acme-alias-9")
    ann = User(A, "Ann.Smith-1", "AIDAANN", NOW)
    directory = Snapshot.of([account, ann], {})
    assert _kept(directory, ann, password) is kept


# UpdateAccountPasswordPolicy: each rule by itself; symbols are the ones that it lists.
CUSTOM: list[tuple[dict[str, Any], str, str]] = [
    ({}, "123456", "12345"),
    ({"minimum_length": 20}, "a" * 20, "a" * 19),
    ({"require_symbols": True}, "aaaaa'", "aaaaa;"),
    ({"require_numbers": True}, "aaaaa0", "aaaaa٣"),
    ({"require_uppercase": True}, "aaaaaZ", "aaaaaÄ"),
    ({"require_lowercase": True}, "AAAAAz", "AAAAAä"),
]


@pytest.mark.parametrize(("rules", "kept", "broken"), CUSTOM)
def test_an_account_s_own_rules(rules: dict[str, Any], kept: str, broken: str) -> None:
    ann = User(A, "Ann", "AIDAANN", NOW)
    directory = Snapshot.of([Account(A, "acme", NOW), ann, PasswordPolicy(A, **rules)], {})
    assert _kept(directory, ann, kept)
    assert not _kept(directory, ann, broken)


@pytest.mark.parametrize("symbol", "!@#$%^&*()_+-=[]{}|'")
def test_every_symbol_of_the_reference_is_one(symbol: str) -> None:
    ann = User(A, "Ann", "AIDAANN", NOW)
    directory = Snapshot.of([ann, PasswordPolicy(A, require_symbols=True)], {})
    assert _kept(directory, ann, f"aaaaa{symbol}")


def _kept(directory: Snapshot, user: User, password: str) -> bool:
    try:
        password_policies.check(directory, user, password)
    except ControlError as error:
        return _not(error)
    else:
        return True


def _not(error: ControlError) -> bool:
    text = "Password does not conform to the account password policy."
    assert (error.code, error.message) == ("PasswordPolicyViolation", text)
    return False


def test_only_an_argon2id_hash_is_kept(estate: Estate, user: User) -> None:
    profile = _create(estate, user)
    assert profile.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert passwords.matches(profile.password_hash, GOOD)
    assert not passwords.matches(profile.password_hash, GOOD + " ")
    assert GOOD not in repr(profile)
    assert profile.password_hash not in repr((profile, _accept(estate, user, GOOD)))
    other = _create(estate, estate.user("bob"))
    assert other.password_hash != profile.password_hash
    with pytest.raises(ValueError, match="hash"):
        passwords.matches("plain", "plain")


def test_a_user_changes_the_own_password_by_the_old_one(estate: Estate, user: User) -> None:
    held = _create(estate, user, reset_required=True, max_session=3600)
    changed = _change(estate, user, GOOD, "another-Horse8")
    assert passwords.matches(changed.password_hash, "another-Horse8")
    assert (changed.created, changed.changed) == (NOW, NOW + timedelta(days=1))
    assert (changed.reset_required, changed.max_session) == (False, 3600)
    assert changed.earlier_hashes == (held.password_hash,)
    wrong = _changing(estate, GOOD, "third-Horse9")
    error = estate.refusal(login_profiles.accept_change, user, **wrong)
    assert (error.code, error.message) == ("AccessDenied", "The old password was incorrect.")


def test_ten_wrong_passwords_lock_out_guesses_for_a_while(estate: Estate, user: User) -> None:
    """The right one is refused in the same words; MFA codes and other users are not locked."""
    bob = estate.user("bob")
    for each in (user, bob):
        _create(estate, each)
    for _ in range(10):
        estate.refusal(
            login_profiles.accept_change, user, **_changing(estate, "wrong", "another-Horse8")
        )
    right = _changing(estate, GOOD, "another-Horse8")
    error = estate.refusal(login_profiles.accept_change, user, **right)
    assert (error.code, error.message) == ("AccessDenied", "The old password was incorrect.")
    estate.run(login_profiles.accept_change, bob, **right)
    estate.enable(owner_of(user), estate.device("phone"))
    later = right | {"now": NOW + timedelta(minutes=5)}
    estate.run(login_profiles.accept_change, user, **later)


def test_as_many_earlier_passwords_as_the_policy_says_are_refused(
    estate: Estate, user: User
) -> None:
    """UpdateAccountPasswordPolicy, PasswordReusePrevention; text recorded from AWS."""
    _policy(estate, reuse_prevention=2)
    _create(estate, user, "number-1")
    for number in (1, 2):
        _change(estate, user, f"number-{number}", f"number-{number + 1}")
    for used in ("number-3", "number-2"):
        for verb, arguments in (
            (login_profiles.accept, {"password": used, "salt": estate.ids.salt()}),
            (login_profiles.accept_change, _changing(estate, "number-3", used)),
        ):
            error = estate.refusal(verb, user, **arguments)
            assert (error.code, error.message) == (
                "PasswordPolicyViolation",
                f"Policy constraint violation with {_WITH}.",
            )
    _accept(estate, user, "number-1")
    _policy(estate, reuse_prevention=3)
    assert (
        estate.refusal(login_profiles.accept, user, "number-1", estate.ids.salt()).code
        == "PasswordPolicyViolation"
    )
    _policy(estate)
    _accept(estate, user, "number-3")


def test_twenty_four_passwords_are_remembered_and_no_more(estate: Estate, user: User) -> None:
    held = _create(estate, user)
    full = msgspec.structs.replace(held, earlier_hashes=tuple(map(str, range(23))))
    estate.run(lambda transaction: transaction.put(full))
    changed = _change(estate, user, GOOD, "another-Horse8")
    assert len(changed.earlier_hashes) == login_profiles.REMEMBERED - 1 == 23
    assert changed.earlier_hashes[:2] == (held.password_hash, "0")


def test_a_password_is_set_for_the_profile_that_it_was_accepted_for(
    estate: Estate, user: User
) -> None:
    """Two changes at once: the second is refused, not made with an old password that is none."""
    _create(estate, user)
    accepted = _accept(estate, user, "another-Horse8")
    _change(estate, user, GOOD, "third-Horse9")
    for verb in (
        lambda transaction: login_profiles.change(transaction, user, accepted, NOW),
        lambda transaction: login_profiles.update(transaction, user, accepted, now=NOW),
    ):
        assert estate.refusal(verb).code == "ConcurrentModification"
    error = estate.refusal(login_profiles.create, user, accepted, now=NOW)
    assert (error.code, error.message) == (
        "EntityAlreadyExists",
        "Login Profile for user Ann.Smith-1 already exists.",
    )


def test_what_is_not_given_of_a_login_profile_stays(estate: Estate, user: User) -> None:
    held = _create(estate, user, reset_required=True, max_session=3600)

    def updated(**given: Any) -> LoginProfile:
        return estate.run(login_profiles.update, user, None, now=NOW, **given)

    assert updated() == held
    assert updated(reset_required=False).max_session == 3600
    assert updated(max_session=7200).reset_required is False
    assert updated(unset_max_session=True).max_session is None
    both = {"max_session": 7200, "unset_max_session": True, "now": NOW}
    assert estate.refusal(login_profiles.update, user, None, **both).code == "InvalidInput"


def test_a_user_with_a_password_is_not_deleted(estate: Estate, user: User) -> None:
    _create(estate, user)
    error = estate.refusal(users.delete, user)
    assert (error.code, error.message) == (
        "DeleteConflict",
        "Cannot delete entity, must delete login profile first.",
    )
    estate.run(login_profiles.delete, user)
    error = estate.refusal(login_profiles.delete, user)
    assert (error.code, error.message) == (
        "NoSuchEntity",
        "Login Profile for User Ann.Smith-1 cannot be found.",
    )
    estate.run(users.delete, user)
