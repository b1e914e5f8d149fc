"""An account's rules for its users' passwords, and whether a password keeps them.

Sources: IAM API Reference (UpdateAccountPasswordPolicy); IAM User Guide, "Set an account password
policy for IAM users": the default policy, and what a custom one may ask for.
"""

from __future__ import annotations

import re

from doorward.control import password_messages
from doorward.model.credential import PasswordPolicy
from doorward.model.directory import Directory, Transaction
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.policy.folding import fold

_UPPERCASE = re.compile(r"[A-Z]")
_LOWERCASE = re.compile(r"[a-z]")
_NUMBER = re.compile(r"[0-9]")
_SYMBOL = re.compile(r"[!@#$%^&*()_+\-=\[\]{}|']")

_DEFAULT_LENGTH = 8
_DEFAULT_CLASSES = 3


def get(directory: Directory, account: str) -> PasswordPolicy:
    """Return an account's own policy; raise NoSuchEntity when it has none."""
    policy = directory.get(PasswordPolicy, account)
    if policy is None:
        raise password_messages.NO_SUCH_POLICY.error(account=account)
    return policy


def put(transaction: Transaction, policy: PasswordPolicy) -> None:
    """Give an account this policy, whole, instead of the one that it has."""
    held = transaction.get(PasswordPolicy, policy.account)
    if held is None:
        transaction.add(policy)
    elif held != policy:
        transaction.put(policy)


def delete(transaction: Transaction, account: str) -> None:
    """Delete an account's policy, so that the default holds; raise NoSuchEntity for none."""
    transaction.remove(get(transaction, account))


def check(directory: Directory, user: User, password: str) -> None:
    """Raise ``ControlError`` (PasswordPolicyViolation) for a password that ``user`` may not have.

    Lengths up to 128 and the characters that there may be are the service model's. Whether it was
    used before is for who knows the earlier ones (``login_profiles``).
    """
    policy = directory.get(PasswordPolicy, user.account)
    account = directory.get(Account, user.account)
    kept = _keeps_default(password, user, account) if policy is None else _keeps(password, policy)
    if not kept:
        raise password_messages.AGAINST_POLICY.error()


def _keeps(password: str, policy: PasswordPolicy) -> bool:
    """Whether a password keeps an account's own rules."""
    required = (
        (policy.require_symbols, _SYMBOL),
        (policy.require_numbers, _NUMBER),
        (policy.require_uppercase, _UPPERCASE),
        (policy.require_lowercase, _LOWERCASE),
    )
    return len(password) >= policy.minimum_length and all(
        letters.search(password) for needed, letters in required if needed
    )


def _keeps_default(password: str, user: User, account: Account | None) -> bool:
    """Whether a password keeps the default rules: length, three classes of four, no names.

    AWS names the account's name and e-mail address; the user's own name and the account's alias,
    which are as well known, are refused as well.
    """
    classes = (_UPPERCASE, _LOWERCASE, _NUMBER, _SYMBOL)
    names = {user.name}
    if account is not None:
        names |= {account.name, account.email or "", account.alias or ""}
    return (
        len(password) >= _DEFAULT_LENGTH
        and sum(letters.search(password) is not None for letters in classes) >= _DEFAULT_CLASSES
        and fold(password) not in {fold(name) for name in names}
    )
