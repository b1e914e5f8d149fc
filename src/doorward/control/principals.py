"""Principals of a document that is saved: they exist, and are kept by their unique ids.

Sources: IAM User Guide, "AWS JSON policy elements: Principal" (principals must exist when the
policy is saved, and are kept by unique id); texts recorded from AWS. Of session principals AWS
does not say how they are kept: here by the role's id, so that no recreated role has their access.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from doorward.control import messages
from doorward.control.errors import ControlError
from doorward.engine.binding import rewritten
from doorward.model.directory import Directory, one
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.identity import Role, User
from doorward.model.organization import Account
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.document import Document, PrincipalEntry, PrincipalKind
from doorward.policy.folding import fold

WEB_PROVIDERS = (
    "accounts.google.com",
    "cognito-identity.amazonaws.com",
    "graph.facebook.com",
    "www.amazon.com",
)
"""Web identity providers that IAM knows without a provider object."""

_SERVICE = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)*\.amazonaws\.com(?:\.cn)?")
_UNIQUE_ID = re.compile(r"A(?:IDA|ROA)[A-Z2-7]{17}")
_CANONICAL_USER = re.compile(r"[0-9a-f]{64}")

Lookup = Callable[[Directory, str], str | None]
"""Returns a principal as it is kept, ``None`` when there is no such principal."""


def bound(directory: Directory, document: Document, *, canonical_users: bool = False) -> str:
    """Return the text of a document as it is kept, its users and roles by their unique ids.

    ``canonical_users``: whether S3's canonical user ids may stand in it. Raises ``ControlError``
    (MalformedPolicyDocument), in AWS's words, for the first principal that does not exist.
    """
    for statement in document.statements:
        for entry in statement.principals.entries if statement.principals else ():
            if entry.kind is PrincipalKind.CANONICAL_USER and canonical_users:
                if not _CANONICAL_USER.fullmatch(entry.text.value):
                    raise _refused(entry)
            else:
                _kept(directory, entry)
    return rewritten(document, lambda entry: _kept(directory, entry))


def _kept(directory: Directory, entry: PrincipalEntry) -> str:
    """Return a principal as it is kept; raise MalformedPolicyDocument when there is none."""
    known = _KNOWN.get(entry.kind)
    kept = entry.text.value if known is None else known(directory, entry.text.value)
    if kept is None:
        raise _refused(entry)
    return kept


def _refused(entry: PrincipalEntry) -> ControlError:
    kind, value = entry.kind, entry.text.value
    if kind is PrincipalKind.FEDERATED and not value.startswith("arn:"):
        return messages.FEDERATED_PRINCIPAL.error()
    spelt = "AWS" if kind is PrincipalKind.AWS else kind.value.upper()
    return messages.INVALID_PRINCIPAL.error(kind=spelt, principal=value)


def _aws(directory: Directory, value: str) -> str | None:
    """Find an ``AWS`` principal: everyone, an account, a user, a role, a session."""
    if value == "*":
        return value
    if is_account_id(value):
        return value if directory.get(Account, value) is not None else None
    if _UNIQUE_ID.fullmatch(value):
        kind = User if value.startswith("AIDA") else Role
        return value if one(directory, kind, id=value) is not None else None
    arn = parse_arn(value)
    if arn is None or arn.partition != "aws" or arn.region:
        return None
    if directory.get(Account, arn.account) is None:
        return None
    find = _AWS_ARNS.get((arn.service, arn.resource_type))
    if find is None:
        return value if arn.service == "iam" and arn.resource == "root" else None
    return find(directory, arn)


def _entity(kind: type[User | Role]) -> Callable[[Directory, Arn], str | None]:
    """Return how to find the id of the user or role with an ARN, its path and case included."""

    def unique_id(directory: Directory, arn: Arn) -> str | None:
        found = directory.get(kind, arn.account, fold(arn.name))
        return found.id if found is not None and found.arn == str(arn) else None

    return unique_id


def _session(directory: Directory, arn: Arn) -> str | None:
    """Find a session of a role, whose ARN carries no path; any name of a session will do."""
    name, _, session = arn.resource_id.partition("/")
    role = directory.get(Role, arn.account, fold(name))
    there = role is not None and role.name == name and _is_name(session)
    return f"{role.id}:{session}" if role is not None and there else None


def _federated_user(_directory: Directory, arn: Arn) -> str | None:
    return str(arn) if _is_name(arn.resource_id) else None


def _is_name(text: str) -> bool:
    return re.fullmatch(r"[\w+=,.@-]+", text, re.ASCII) is not None


_AWS_ARNS: Mapping[tuple[str, str], Callable[[Directory, Arn], str | None]] = {
    ("iam", "user"): _entity(User),
    ("iam", "role"): _entity(Role),
    ("sts", "assumed-role"): _session,
    ("sts", "federated-user"): _federated_user,
}


def _service(_directory: Directory, value: str) -> str | None:
    """Find a service principal by its form; AWS publishes no complete list."""
    return value if _SERVICE.fullmatch(value) else None


def _federated(directory: Directory, value: str) -> str | None:
    """Find an identity provider, known to everybody or as an account's object."""
    known = (
        value in WEB_PROVIDERS
        or directory.get(OpenIdProvider, value) is not None
        or directory.get(SamlProvider, value) is not None
    )
    return value if known else None


def _canonical_user(_directory: Directory, _value: str) -> str | None:
    """Find nobody: canonical user ids stand in policies of S3's resources alone."""
    return None


_KNOWN: Mapping[PrincipalKind, Lookup] = {
    PrincipalKind.AWS: _aws,
    PrincipalKind.SERVICE: _service,
    PrincipalKind.FEDERATED: _federated,
    PrincipalKind.CANONICAL_USER: _canonical_user,
}
"""How a principal of each kind is found; ``*`` alone needs no search."""
