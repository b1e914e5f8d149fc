"""Trust policies: who may assume a role.

Sources: IAM User Guide, "How to use trust policies with IAM roles", "AWS JSON policy elements:
Principal" (principals must exist when the policy is saved); texts recorded from AWS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from doorward.control import documents, messages
from doorward.control.errors import ControlError
from doorward.control.quotas import significant, within
from doorward.model.directory import Directory, one
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import Role, User
from doorward.model.organization import Account
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.document import PrincipalEntry, PrincipalKind, Statement
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind

WEB_PROVIDERS = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""Web identity providers that IAM knows without a provider object."""

_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z2-7]{17}")


def checked(directory: Directory, text: str) -> str:
    """Return a trust policy's text as it may be saved.

    Raises ``ControlError``: MalformedPolicyDocument in AWS's words, among them principals that do
    not exist; LimitExceeded above 2048 characters, white space not counted.
    """
    document = documents.written(text, PolicyKind.TRUST)
    for statement in document.statements:
        _check_actions(statement)
        for entry in statement.principals.entries if statement.principals else ():
            _check_principal(directory, entry)
    within("ACLSizePerRole", significant(text))
    return text


def _check_actions(statement: Statement) -> None:
    """Raise MalformedPolicyDocument for an action that is not one of STS."""
    for complaint in documents.actions(statement):
        raise complaint
    patterns = statement.actions.patterns
    if not all(fold(pattern.value).startswith("sts:") for pattern in patterns):
        raise messages.STS_ACTIONS_ONLY.error()


def _check_principal(directory: Directory, entry: PrincipalEntry) -> None:
    """Raise MalformedPolicyDocument for a principal that does not exist."""
    value = entry.text.value
    known = _KNOWN.get(entry.kind)
    if known is None:
        return
    if not known(directory, value):
        raise _refused(entry.kind, value)


def _refused(kind: PrincipalKind, value: str) -> ControlError:
    if kind is PrincipalKind.FEDERATED and not value.startswith("arn:"):
        return messages.FEDERATED_PRINCIPAL.error()
    spelt = "AWS" if kind is PrincipalKind.AWS else kind.value.upper()
    return messages.INVALID_PRINCIPAL.error(kind=spelt, principal=value)


def _aws(directory: Directory, value: str) -> bool:
    """Whether an ``AWS`` principal exists: everyone, an account, a user, a role, a session."""
    if value == "*":
        return True
    if is_account_id(value):
        return directory.get(Account, value) is not None
    if _UNIQUE_ID.fullmatch(value):
        kind = User if value.startswith("AIDA") else Role
        return one(directory, kind, id=value) is not None
    arn = parse_arn(value)
    if arn is None or arn.partition != "aws" or arn.region:
        return False
    if directory.get(Account, arn.account) is None:
        return False
    check = _AWS_ARNS.get((arn.service, arn.resource_type))
    if check is None:
        return arn.service == "iam" and arn.resource == "root"
    return check(directory, arn)


def _entity(kind: type[User | Role]) -> Callable[[Directory, Arn], bool]:
    """Return whether a user or role has exactly this ARN, its path and its case included."""

    def exists(directory: Directory, arn: Arn) -> bool:
        found = directory.get(kind, arn.account, fold(arn.name))
        return found is not None and found.arn == str(arn)

    return exists


def _session(directory: Directory, arn: Arn) -> bool:
    """Whether the role of a session ARN exists; a session ARN carries no path."""
    name, _, session = arn.resource_id.partition("/")
    role = directory.get(Role, arn.account, fold(name))
    return role is not None and role.name == name and _is_name(session)


def _federated_user(_directory: Directory, arn: Arn) -> bool:
    return _is_name(arn.resource_id)


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[\w+=,.@-]+", text, re.ASCII) is not None


_AWS_ARNS: Mapping[tuple[str, str], Callable[[Directory, Arn], bool]] = {
    ("iam", "user"): _entity(User),
    ("iam", "role"): _entity(Role),
    ("sts", "assumed-role"): _session,
    ("sts", "federated-user"): _federated_user,
}


def _service(_directory: Directory, value: str) -> bool:
    """Whether a service principal has the form of one; AWS publishes no complete list."""
    return _SERVICE.fullmatch(value) is not None


def _federated(directory: Directory, value: str) -> bool:
    """Whether an identity provider is known, to everybody or as an account's object."""
    return (
        value in WEB_PROVIDERS
        or directory.get(OpenIdProvider, value) is not None
        or directory.get(SamlProvider, value) is not None
    )


def _canonical_user(_directory: Directory, _value: str) -> bool:
    """Canonical user ids stand in S3 bucket policies alone."""
    return False


_KNOWN: Mapping[PrincipalKind, Callable[[Directory, str], bool]] = {
    PrincipalKind.AWS: _aws,
    PrincipalKind.SERVICE: _service,
    PrincipalKind.FEDERATED: _federated,
    PrincipalKind.CANONICAL_USER: _canonical_user,
}
"""Whether a principal of each kind exists; ``*`` alone needs no check."""
