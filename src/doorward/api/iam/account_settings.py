"""What is set for a whole account: alias, password policy, properties, STS's token version."""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read, Write
from doorward.api.iam import facts, shapes
from doorward.api.iam.facts import about
from doorward.api.operation import ContextValues, Parameters, operation
from doorward.api.pages import Page, page
from doorward.control import account_properties, aliases, messages, password_policies
from doorward.model.credential import PasswordPolicy


@operation("iam", "CreateAccountAlias", asks=about(facts.everything))
def create_account_alias(call: Write, *, account_alias: str) -> None:
    """Give the account an alias."""
    aliases.create(call.transaction, call.caller.account, account_alias)


@operation("iam", "DeleteAccountAlias", asks=about(facts.everything))
def delete_account_alias(call: Write, *, account_alias: str) -> None:
    """Take the account's alias."""
    aliases.delete(call.transaction, call.caller.account, account_alias)


@operation(
    "iam",
    "ListAccountAliases",
    asks=about(facts.everything),
    answer=shapes.paged("AccountAliases", lambda alias: alias),
)
def list_account_aliases(
    call: Read, *, marker: str | None = None, max_items: int | None = None
) -> Page[str]:
    """Return the account's alias, if it has one."""
    alias = aliases.of(call.directory, call.caller.account)
    found = [] if alias is None else [alias]
    return page(found, lambda each: each, marker, max_items, messages.INVALID_MARKER)


@operation(
    "iam",
    "GetAccountPasswordPolicy",
    asks=about(facts.everything),
    answer=shapes.wrapped("PasswordPolicy", shapes.password_policy),
)
def get_account_password_policy(call: Read) -> PasswordPolicy:
    """Return the account's own password policy."""
    return password_policies.get(call.directory, call.caller.account)


@operation("iam", "UpdateAccountPasswordPolicy", asks=about(facts.everything))
def update_account_password_policy(
    call: Write,
    *,
    minimum_password_length: int | None = None,
    require_symbols: bool | None = None,
    require_numbers: bool | None = None,
    require_uppercase_characters: bool | None = None,
    require_lowercase_characters: bool | None = None,
    allow_users_to_change_password: bool | None = None,
    max_password_age: int | None = None,
    password_reuse_prevention: int | None = None,
    hard_expiry: bool | None = None,
) -> None:
    """Set the account's password policy; what is not given goes back to its default."""
    given: dict[str, Any] = {
        "minimum_length": minimum_password_length,
        "require_symbols": require_symbols,
        "require_numbers": require_numbers,
        "require_uppercase": require_uppercase_characters,
        "require_lowercase": require_lowercase_characters,
        "users_may_change": allow_users_to_change_password,
        "max_age": max_password_age,
        "reuse_prevention": password_reuse_prevention,
        "hard_expiry": hard_expiry,
    }
    said = {name: value for name, value in given.items() if value is not None}
    policy = PasswordPolicy(call.caller.account, **said)
    password_policies.put(call.transaction, policy)


@operation("iam", "DeleteAccountPasswordPolicy", asks=about(facts.everything))
def delete_account_password_policy(call: Write) -> None:
    """Delete the account's password policy, so that the default holds."""
    password_policies.delete(call.transaction, call.caller.account)


_NAMESPACES = "iam:AccountPropertyNamespaces"


def _put_namespaces(_call: Read, parameters: Parameters) -> ContextValues:
    """Give the namespaces of the properties in the call."""
    namespaces = dict.fromkeys(map(account_properties.namespace_of, parameters["properties"]))
    return {_NAMESPACES: tuple(namespaces)} if namespaces else {}


def _all_namespaces(_call: Read, _parameters: Parameters) -> ContextValues:
    """Give the namespaces of all properties that there are: the call reads them all."""
    known = map(account_properties.namespace_of, account_properties.PROPERTIES)
    return {_NAMESPACES: tuple(dict.fromkeys(known))}


@operation(
    "iam",
    "GetAccountProperties",
    asks=about(facts.everything, _all_namespaces),
    answer=shapes.wrapped("Properties", dict),
)
def get_account_properties(call: Read) -> dict[str, str]:
    """Return the account's properties, those that were put."""
    return dict(account_properties.of(call.directory, call.caller.account))


@operation("iam", "PutAccountProperties", asks=about(facts.everything, _put_namespaces))
def put_account_properties(call: Write, *, properties: dict[str, str]) -> None:
    """Set properties of the account."""
    account_properties.put(call.transaction, call.caller.account, properties)


@operation("iam", "SetSecurityTokenServicePreferences", asks=about(facts.everything))
def set_security_token_service_preferences(
    call: Write, *, global_endpoint_token_version: str
) -> None:
    """Set the version of the tokens of STS's global endpoint."""
    account = call.caller.account
    account_properties.set_token_version(call.transaction, account, global_endpoint_token_version)
