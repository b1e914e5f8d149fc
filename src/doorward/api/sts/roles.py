"""AssumeRole: a role's temporary credentials for whoever its trust policy and their own admit.

Source: AWS STS API Reference, AssumeRole.
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read
from doorward.api.operation import Asks, ContextValues, Parameters, Question, operation
from doorward.api.sts import mfa
from doorward.api.sts.issued import SECRETS, Issued, credentials, issued, pairs, tag_keys
from doorward.control import session_messages as messages
from doorward.control import sessions
from doorward.control.session_contents import (
    SessionTags,
    packed_percent,
    session_policies,
    session_tags,
)
from doorward.credentials.session_token import SessionClaims
from doorward.engine.request import Resource
from doorward.model.directory import Directory
from doorward.model.identity import Role
from doorward.policy.arn import parse_arn
from doorward.policy.folding import fold


def _asks(action: str) -> Asks:
    """Ask for AssumeRole, and for TagSession, SetSourceIdentity and SetContext as the call does.

    Tags and the source identity that pass on from the calling session are set by the call too.
    Source: IAM User Guide, "Pass session tags in AWS STS" and "Monitor and control actions taken
    with assumed roles"; for chained calls AWS is not explicit, and asking is what may deny.
    """

    def questions(call: Read, parameters: Parameters) -> tuple[Question, ...]:
        arn = parameters["role_arn"]
        parsed = parse_arn(arn)
        if parsed is None or parsed.service != "iam" or not parsed.resource.startswith("role/"):
            raise messages.INVALID_ARN.error(arn=arn)
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
        if "sts:RequestContextProviders" in context:
            asked.append(Question("sts:SetContext", resource, context))
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
    values |= tag_keys((*_inherited(calling).passed_on(), *pairs(parameters.get("tags"))))
    if parameters.get("transitive_tag_keys"):
        values["sts:TransitiveTagKeys"] = tuple(parameters["transitive_tag_keys"])
    if parameters.get("provided_contexts"):
        given = (each.get("ProviderArn") for each in parameters["provided_contexts"])
        values["sts:RequestContextProviders"] = tuple(arn for arn in given if arn)
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


def answer(session: Issued) -> dict[str, Any]:
    """Project a role session to AssumeRole's output."""
    claims = session.claims
    name = (claims.role_arn or "").rsplit("/", 1)[-1]
    shape = credentials(session) | {
        "AssumedRoleUser": {
            "AssumedRoleId": f"{claims.role_id}:{claims.session_name}",
            "Arn": f"arn:aws:sts::{claims.account}:assumed-role/{name}/{claims.session_name}",
        },
    }
    if claims.source_identity:
        shape["SourceIdentity"] = claims.source_identity
    return shape


def _inherited(calling: SessionClaims | None) -> SessionTags:
    """Return the tags of the calling session."""
    if calling is None:
        return SessionTags()
    return SessionTags(calling.session_tags, calling.transitive_tag_keys)


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
    provided_contexts: list[dict[str, str]] | None = None,
    minimum_session_token_size: int | None = None,
) -> Issued:
    """Issue temporary credentials for a role; the questions have been answered with an allow."""
    role = find_role(call.directory, role_arn)
    if role is None:
        raise messages.ROLE_GONE.error(arn=role_arn)
    if provided_contexts:
        raise messages.NO_CONTEXT_PROVIDER.error()
    calling = call.caller.claims
    chained = calling is not None and calling.kind == "AssumedRole"
    carried = session_tags(pairs(tags), tuple(transitive_tag_keys or ()), _inherited(calling))
    arns = tuple(each["arn"] for each in policy_arns or ())
    texts = session_policies(call.directory, role.account, policy, arns)
    packed = packed_percent((*texts, *arns), carried.tags)
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
    # Recorded from AWS: without policies and tags AssumeRole does not answer PackedPolicySize.
    return issued(call, claims, minimum_session_token_size, packed or None)


def _source_identity(calling: SessionClaims | None, asked: str | None) -> str | None:
    """Return the source identity of the session: once set it persists and cannot change."""
    held = calling.source_identity if calling else None
    if held and asked and asked != held:
        raise messages.IDENTITY_SET.error()
    return held or asked
