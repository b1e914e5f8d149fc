"""From a credential to a caller: the one place where a principal is made of a key or a token."""

from __future__ import annotations

from datetime import UTC, datetime

from doorward.api.call import Caller
from doorward.control.protection import service_linked
from doorward.control.session_contents import session_texts
from doorward.credentials.failure import expired_token, invalid_client_token_id
from doorward.credentials.session_token import SessionClaims
from doorward.engine.context import Context, Provenance, build
from doorward.engine.subject import Subject
from doorward.model.credential import AccessKey, KeyStatus
from doorward.model.directory import Directory, one
from doorward.model.identity import Role, User
from doorward.model.organization import Account
from doorward.model.principal import FederatedUser, IamUser, RoleSession, RootUser, overlaid


def caller_of_key(directory: Directory, key: AccessKey) -> Caller:
    """Return the caller that a long-term key stands for.

    Raises ``AuthenticationFailure`` (InvalidClientTokenId) when the key is not active, or its
    owner or account is gone.
    """
    return directory.derived(_caller_of_key, key.id)


def _caller_of_key(directory: Directory, key_id: str) -> Caller:
    key = directory.get(AccessKey, key_id)
    if key is None or key.status is not KeyStatus.ACTIVE:
        raise invalid_client_token_id()
    if directory.get(Account, key.account) is None:
        raise invalid_client_token_id()
    if key.owner_id == key.account:
        return Caller(
            subject=Subject(RootUser(key.account)),
            account=key.account,
            arn=f"arn:aws:iam::{key.account}:root",
            user_id=key.account,
            access_key_id=key.id,
        )
    user = one(directory, User, id=key.owner_id)
    if user is None:
        raise invalid_client_token_id()
    return _caller_of_user(user, key.id, None, Context({}))


def caller_of_session(directory: Directory, claims: SessionClaims, now: datetime) -> Caller:
    """Return the caller that a session token stands for, with the directory's present facts.

    Raises ``AuthenticationFailure``: ExpiredToken when its time is over, InvalidClientTokenId when
    the role, user or account that it was issued for is gone.
    """
    if now.timestamp() >= claims.expires_at:
        raise expired_token()
    if directory.get(Account, claims.account) is None:
        raise invalid_client_token_id()
    context = _session_context(claims, now)
    match claims.kind:
        case "AssumedRole":
            return _caller_of_role(directory, claims, context)
        case "FederatedUser":
            return _caller_of_federated(directory, claims, context)
        case "SessionToken" if claims.user_id != claims.account:
            user = one(directory, User, id=claims.user_id or "")
            if user is None:
                raise invalid_client_token_id()
            return _caller_of_user(user, claims.access_key_id, claims, context)
        case "SessionToken" | "AssumedRoot":
            return _caller_as_root(claims, context)


def federated_arn(account: str, name: str) -> str:
    """Return the ARN of a federated user."""
    return f"arn:aws:sts::{account}:federated-user/{name}"


def _caller_as_root(claims: SessionClaims, context: Context) -> Caller:
    """Return the caller for a session of the root user, its own or another account's task."""
    return Caller(
        subject=Subject(RootUser(claims.account), None, context, task_policy=claims.task_policy),
        account=claims.account,
        arn=f"arn:aws:iam::{claims.account}:root",
        user_id=claims.account,
        access_key_id=claims.access_key_id,
        claims=claims,
    )


def _caller_of_federated(directory: Directory, claims: SessionClaims, context: Context) -> Caller:
    """Return the caller for a federated user, who goes when the user that asked for it goes."""
    name = claims.session_name
    user = one(directory, User, id=claims.user_id or "")
    if name is None or (user is None and claims.user_id != claims.account):
        raise invalid_client_token_id()
    principal = FederatedUser(
        arn=federated_arn(claims.account, name),
        user_arn=user.arn if user else f"arn:aws:iam::{claims.account}:root",
        tags=overlaid(user.tags if user else (), claims.session_tags),
    )
    return Caller(
        subject=_with_policies(directory, principal, claims, context),
        account=claims.account,
        arn=principal.arn,
        user_id=f"{claims.account}:{name}",
        access_key_id=claims.access_key_id,
        claims=claims,
    )


def _with_policies(
    directory: Directory,
    principal: RoleSession | FederatedUser,
    claims: SessionClaims,
    context: Context,
) -> Subject:
    """Return the subject with its session policies, the managed ones in their present version.

    A managed one that is gone leaves a session that may do nothing: what it denied is not known.
    """
    if not claims.policies and not claims.policy_arns:
        return Subject(principal, None, context)
    arns = claims.policy_arns
    texts = session_texts(directory, claims.account, claims.policies, arns)
    if texts is None:
        return Subject(principal, (), context)
    return Subject(principal, texts, context, arns)


def _caller_of_user(
    user: User, access_key_id: str, claims: SessionClaims | None, context: Context
) -> Caller:
    """Return the caller for a user, by its long-term key or a GetSessionToken session."""
    return Caller(
        subject=Subject(IamUser(user.arn, user.id, user.tags), None, context),
        account=user.account,
        arn=user.arn,
        user_id=user.id,
        access_key_id=access_key_id,
        user_name=user.name,
        claims=claims,
    )


def _caller_of_role(directory: Directory, claims: SessionClaims, context: Context) -> Caller:
    """Return the caller for a role session; the role is found by its unique id, not its name."""
    role = one(directory, Role, id=claims.role_id or "")
    if role is None or claims.session_name is None:
        raise invalid_client_token_id()
    principal = RoleSession(
        role_arn=role.arn,
        session_name=claims.session_name,
        unique_id=role.id,
        tags=overlaid(role.tags, claims.session_tags),
        service_linked=service_linked(role),
    )
    return Caller(
        subject=_with_policies(directory, principal, claims, context),
        account=role.account,
        arn=f"arn:aws:sts::{role.account}:assumed-role/{role.name}/{claims.session_name}",
        user_id=f"{role.id}:{claims.session_name}",
        access_key_id=claims.access_key_id,
        claims=claims,
    )


def _session_context(claims: SessionClaims, now: datetime) -> Context:
    """Return the condition keys that a session carries.

    ``aws:MultiFactorAuthPresent`` exists for temporary credentials alone, with either value. In a
    role session it is false however the role was assumed: MFA is judged when a role is assumed,
    and what AssumeRole returns "do[es] not include MFA information in the context".
    Sources: IAM User Guide, "AWS global condition context keys", "Secure API access with MFA".
    """
    issued = datetime.fromtimestamp(claims.issued_at, UTC)
    mfa = claims.mfa_authenticated_at if claims.kind == "SessionToken" else None
    values = {
        "aws:TokenIssueTime": issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "aws:MultiFactorAuthPresent": "true" if mfa is not None else "false",
    }
    if mfa is not None:
        values["aws:MultiFactorAuthAge"] = str(max(0, int(now.timestamp() - mfa)))
    if claims.kind == "AssumedRoot":
        values["aws:AssumedRoot"] = "true"
    if claims.source_identity:
        values["aws:SourceIdentity"] = claims.source_identity
    return build(values, Provenance.DERIVED)
