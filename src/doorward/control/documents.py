"""Policy documents as they may be written: AWS's refusals, in AWS's words and precedence.

What is wrong with a document is for ``policy.parse`` and ``policy.validate`` to say; this module
knows what AWS answers to it, and the two rules that stand nowhere else: how actions and resources
of identity policies are spelt.

Sources: texts and their precedence as recorded from AWS.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from doorward.control import messages
from doorward.control.errors import ControlError, Message
from doorward.policy.document import Document, Statement
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.validate import validate

_LATER = frozenset(
    {
        "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA",
        "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA",
        "ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "INVALID_FEDERATED_PRINCIPAL_SYNTAX_IN_ROLE_TRUST_POLICY",
        "INVALID_PRINCIPAL",
        "INVALID_ARN_PREFIX",
    }
)
"""Problems answered elsewhere: sizes by the callers (the quota of inline policies differs),
principals where each of them is looked up (``control.trust``), resources in ``identity``."""

_WORDS: Mapping[PolicyKind, Mapping[str, Message]] = {
    PolicyKind.IDENTITY: {
        "UNSUPPORTED_PRINCIPAL": messages.PROHIBITED_PRINCIPAL,
        "INVALID_VERSION": messages.OLD_VERSION,
        "MISSING_VERSION": messages.OLD_VERSION,
        "UNIQUE_SIDS_REQUIRED": messages.DUPLICATE_SIDS,
        "UNSUPPORTED_SID": messages.ODD_SID,
        "INVALID_CONDITION_KEY_FORMAT": messages.NO_VENDOR,
        "MISSING_ACTION": messages.NO_ACTION,
        "EMPTY_ARRAY_ACTION": messages.NO_ACTION,
        "MISSING_RESOURCE": messages.NO_RESOURCE,
        "EMPTY_ARRAY_RESOURCE": messages.NO_RESOURCE,
    },
    PolicyKind.TRUST: {
        "JSON_SYNTAX_ERROR": messages.INVALID_JSON,
        "INVALID_VERSION": messages.OLD_VERSION,
        "UNIQUE_SIDS_REQUIRED": messages.DUPLICATE_SIDS,
        "UNSUPPORTED_SID": messages.ODD_SID,
        "INVALID_CONDITION_KEY_FORMAT": messages.NO_VENDOR,
        "MISSING_ACTION": messages.NO_ACTION,
        "EMPTY_ARRAY_ACTION": messages.NO_ACTION,
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": messages.PROHIBITED_RESOURCE,
        "MISSING_PRINCIPAL": messages.NO_PRINCIPAL,
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL": messages.PROHIBITED_NOT_PRINCIPAL,
    },
    PolicyKind.SESSION: {
        "JSON_SYNTAX_ERROR": messages.INVALID_JSON,
        "UNSUPPORTED_PRINCIPAL": messages.PROHIBITED_PRINCIPAL,
        "INVALID_VERSION": messages.OLD_VERSION,
        "UNIQUE_SIDS_REQUIRED": messages.DUPLICATE_SIDS,
        "UNSUPPORTED_SID": messages.ODD_SID,
        "INVALID_CONDITION_KEY_FORMAT": messages.NO_VENDOR,
        "MISSING_ACTION": messages.NO_ACTION,
        "EMPTY_ARRAY_ACTION": messages.NO_ACTION,
        "MISSING_RESOURCE": messages.NO_RESOURCE,
        "EMPTY_ARRAY_RESOURCE": messages.NO_RESOURCE,
    },
}
"""What AWS says to each problem, in the order in which it complains; to all others it says
"Syntax errors in policy.", before these."""

_VENDOR = re.compile(r"[A-Za-z0-9.-]+")
_RESOURCE_VENDOR = re.compile(r"[A-Za-z0-9-]+|\*")


def written(text: str, kind: PolicyKind) -> Document:
    """Return the document if it may be written as a policy of ``kind``.

    Raises ``ControlError`` (MalformedPolicyDocument) in AWS's words.
    """
    document, problems = parse(text)
    if document is not None:
        problems = validate(document, kind)
    found = {each.code for each in problems if each.refused} - _LATER
    words = _WORDS[kind]
    if found - words.keys():
        raise messages.SYNTAX.error()
    for code, message in words.items():
        if code in found:
            raise message.error()
    if document is None:
        raise messages.SYNTAX.error()
    return document


def identity(text: str) -> Document:
    """Return the document of an identity policy; raise MalformedPolicyDocument."""
    document = written(text, PolicyKind.IDENTITY)
    for statement in document.statements:
        for pattern in statement.resources.patterns if statement.resources else ():
            for complaint in _resource(pattern.value):
                raise complaint
    for statement in document.statements:
        for complaint in actions(statement):
            raise complaint
    return document


def actions(statement: Statement) -> Iterator[ControlError]:
    """Complain of actions that are not ``vendor:Name`` or ``*``."""
    for pattern in statement.actions.patterns:
        vendor, colon, name = pattern.value.partition(":")
        if not colon and vendor != "*":
            yield messages.NO_VENDOR.error()
        elif ":" in name:
            yield messages.COLONS.error()
        elif colon and not _VENDOR.fullmatch(vendor):
            yield messages.INVALID_VENDOR.error(vendor=vendor)


def _resource(text: str) -> Iterator[ControlError]:
    """Complain of a resource that is not ``*`` or an ARN with wildcards."""
    if text == "*":
        return
    parts = text.split(":", 5)
    if parts[0] != "arn":
        yield messages.NOT_AN_ARN.error(resource=text)
    elif len(parts) < 3 or not parts[1]:
        yield messages.LEGACY.error()
    elif not _RESOURCE_VENDOR.fullmatch(parts[2]):
        yield messages.RESOURCE_VENDOR.error()
    elif len(parts) == 6 and parts[3] and parts[2] == "iam":
        yield messages.IAM_REGION.error(resource=text)
    elif len(parts) == 6 and parts[3] not in {"", "*"} and parts[2] == "s3":
        yield messages.S3_REGION.error(resource=text)
