"""AssumeRole: a role's temporary credentials for whoever its trust policy and their own admit.

Source: AWS STS API Reference, AssumeRole.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec

from doorward.api.call import Read
from doorward.api.operation import Asks, ContextValues, Parameters, Question, operation
from doorward.api.sts import mfa
from doorward.control import sessions
from doorward.control.errors import ControlError
from doorward.credentials.session_token import SessionClaims
from doorward.engine.request import Resource
from doorward.model.directory import Directory
from doorward.model.identity import Role
from doorward.model.principal import Tags
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold

SECRETS = frozenset({"TokenCode", "SecretAccessKey", "SessionToken"})
"""Members that no event may carry. The service model marks the secret key as sensitive, the token
and the code not; a token is consent to be judged (``doorward:Decide``)."""


class Assumed(msgspec.Struct, frozen=True):
    """A new session: its claims, its token, and how much of the packed size it used."""

    claims: SessionClaims
    token: str
    packed: int | None = None

    def __repr__(self) -> str:
        """Show the session's key id; the token is a secret."""
        return f"Assumed({self.claims.access_key_id})"


def _asks(action: str) -> Asks:
    """Ask for AssumeRole, and for TagSession and SetSourceIdentity where the call does these.

    Tags and the source identity that pass on from the calling session are set by the call too.
    Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken
    with assumed roles"; for chained calls AWS is not explicit, and asking is what may deny.
    """

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        arn = parameters["role_arn"]
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam" or not parsed.resource.startswith("role/"):
            raise ControlError("ValidationError", f"{arn} is invalid")
        role = find_role(call.directory, arn)
        resource = Resource(
            role.arn if role else arn, parsed.account or None, role.tags if role else ()
        )
        context = _context(call, parameters)
        asked = [Question(action, resource, context)]
        if "aws:TagKeys" in context:
            asked.append(Question("sts:TagSession", resource, context))
        if "sts:SourceIdentity" in context:
            asked.append(Question("sts:SetSourceIdentity", resource, context))
        return tuple(asked)

    return questions


def _context(call: Read, parameters: Parameters) -> ContextValues:
    """Return the condition keys of an AssumeRole call."""
    values: dict[str, str | tuple[str, ...]] = {
        "sts:RoleSessionName": parameters["role_session_name"]
    }
    calling = call.caller.claims
    source_identity = parameters.get("source_identity") or (calling and calling.source_identity)
    if parameters.get("external_id"):
        values["sts:ExternalId"] = parameters["external_id"]
    if source_identity:
        values["sts:SourceIdentity"] = source_identity
    tags = (*_inherited(calling).passed_on(), *_pairs(parameters.get("tags")))
    if tags:
        values |= {f"aws:RequestTag/{key}": value for key, value in tags}
        values["aws:TagKeys"] = tuple(key for key, _ in tags)
    if parameters.get("transitive_tag_keys"):
        values["sts:TransitiveTagKeys"] = tuple(parameters["transitive_tag_keys"])
    values |= mfa.mfa_context(call, parameters.get("serial_number"), parameters.get("token_code"))
    return values


def find_role(directory: Directory, arn: str) -> Role | None:
    """Return the role that an ARN names, path and case included.

    Source: IAM User Guide, "Troubleshoot IAM roles": names are case sensitive when a role is
    assumed.
    """
    parsed = parse_arn(arn)
    if parsed is None or not parsed.resource.startswith("role/"):
        return None
    role = directory.get(Role, parsed.account, fold(parsed.resource.rsplit("/", 1)[-1]))
    return role if role is not None and role.arn == arn else None


def _pairs(tags: list[dict[str, str]] | None) -> Tags:
    """Return the wire's list of tags as pairs."""
    return tuple((tag["Key"], tag["Value"]) for tag in tags or ())


def answer(assumed: Assumed) -> dict[str, Any]:
    """Project a role session to AssumeRole's output; PackedPolicySize only where it was used."""
    claims = assumed.claims
    name = (claims.role_arn or "").rsplit("/", 1)[-1]
    shape: dict[str, Any] = {
        "Credentials": credentials(assumed),
        "AssumedRoleUser": {
            "AssumedRoleId": f"{claims.role_id}:{claims.session_name}",
            "Arn": f"arn:aws:sts::{claims.account}:assumed-role/{name}/{claims.session_name}",
        },
    }
    if assumed.packed is not None:
        shape["PackedPolicySize"] = assumed.packed
    if claims.source_identity:
        shape["SourceIdentity"] = claims.source_identity
    return shape


def credentials(assumed: Assumed) -> dict[str, Any]:
    """Project a session to the ``Credentials`` shape."""
    return {
        "AccessKeyId": assumed.claims.access_key_id,
        "SecretAccessKey": assumed.claims.secret_access_key,
        "SessionToken": assumed.token,
        "Expiration": datetime.fromtimestamp(assumed.claims.expires_at, UTC),
    }


def _inherited(calling: SessionClaims | None) -> sessions.SessionTags:
    """Return the tags of the calling session."""
    if calling is None:
        return sessions.SessionTags()
    return sessions.SessionTags(calling.session_tags, calling.transitive_tag_keys)


@operation(
    "sts",
    "AssumeRole",
    asks=_asks,
    answer=answer,
    redact=SECRETS,
    spends=mfa.SPENDS,
    issues=True,
)
def assume_role(
    call: Read,
    *,
    role_arn: str,
    role_session_name: str,
    policy_arns: list[dict[str, str]] | None = None,
    policy: str | None = None,
    duration_seconds: int | None = None,
    tags: list[dict[str, str]] | None = None,
    transitive_tag_keys: list[str] | None = None,
    external_id: str | None = None,  # noqa: ARG001 - judged by the trust policy
    serial_number: str | None = None,
    token_code: str | None = None,
    source_identity: str | None = None,
) -> Assumed:
    """Issue temporary credentials for a role; the questions have been answered with an allow."""
    role = find_role(call.directory, role_arn)
    if role is None:
        raise ControlError("AccessDenied", f"{role_arn} no longer exists")
    calling = call.caller.claims
    chained = calling is not None and calling.kind == "AssumedRole"
    carried = sessions.session_tags(
        _pairs(tags), tuple(transitive_tag_keys or ()), _inherited(calling)
    )
    arns = tuple(each["arn"] for each in policy_arns or ())
    texts = sessions.session_policies(call.directory, role.account, policy, arns)
    packs = bool(policy or arns or carried.tags)
    packed = sessions.packed_percent((policy or "", *arns), carried.tags) if packs else None
    claims = sessions.role_session(
        role,
        session_name=role_session_name,
        seconds=sessions.role_duration(role, duration_seconds, chained=chained),
        policies=texts,
        policy_arns=arns,
        tags=carried,
        source_identity=_source_identity(calling, source_identity),
        mfa_authenticated_at=mfa.spend(call, serial_number, token_code)
        or mfa.inherited(call.caller),
        now=call.now,
        ids=call.ids,
    )
    return Assumed(claims, call.vault.issue_token(claims), packed)


def _source_identity(calling: SessionClaims | None, asked: str | None) -> str | None:
    """Return the source identity of the session: once set it persists and cannot change."""
    held = calling.source_identity if calling else None
    if held and asked and asked != held:
        raise ControlError(
            "AccessDenied",
            "SourceIdentity is set already by the calling session; it cannot change",
        )
    return held or asked
