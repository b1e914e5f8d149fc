"""Policy documents as they may be written: AWS's refusals, in AWS's words and precedence.

What is wrong with a document is for ``policy.parse`` and ``policy.validate`` to say; this module
knows what AWS answers to it, and the two rules that stand nowhere else: how actions and resources
of identity policies are spelt.

Sources: texts and their precedence as recorded from AWS.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from doorward.control import messages
from doorward.control.errors import ControlError, Message
from doorward.policy.document import Document, Effect, Statement
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import VERSIONS, parse
from doorward.policy.problem import Problem
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

_IDENTITY_WORDS: Mapping[str, Message] = {
    "UNSUPPORTED_PRINCIPAL": messages.PROHIBITED_PRINCIPAL,
    "INVALID_VERSION": messages.OLD_VERSION,
    "OLD_VERSION": messages.OLD_VERSION,
    "MISSING_VERSION": messages.OLD_VERSION,
    "LEADING_SPACE": messages.LEGACY,
    "EFFECT_IN_OTHER_CASE": messages.LEGACY,
    "UNIQUE_SIDS_REQUIRED": messages.DUPLICATE_SIDS,
    "UNSUPPORTED_SID": messages.ODD_SID,
    "MISSING_ACTION": messages.NO_ACTION,
    "EMPTY_ARRAY_ACTION": messages.NO_ACTION,
    "MISSING_RESOURCE": messages.NO_RESOURCE,
    "EMPTY_ARRAY_RESOURCE": messages.NO_RESOURCE,
    "INVALID_CONDITION_KEY_FORMAT": messages.NO_VENDOR,
}

_WORDS: Mapping[PolicyKind, Mapping[str, Message]] = {
    PolicyKind.IDENTITY: _IDENTITY_WORDS,
    PolicyKind.TRUST: {
        "JSON_SYNTAX_ERROR": messages.INVALID_JSON,
        "LEADING_SPACE": messages.LEADING_SPACE,
        "INVALID_VERSION": messages.OLD_VERSION,
        "UNIQUE_SIDS_REQUIRED": messages.DUPLICATE_SIDS,
        "UNSUPPORTED_SID": messages.ODD_SID,
        "MISSING_ACTION": messages.NO_ACTION,
        "EMPTY_ARRAY_ACTION": messages.NO_ACTION,
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE": messages.PROHIBITED_RESOURCE,
        "MISSING_PRINCIPAL": messages.NO_PRINCIPAL,
        "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL": messages.PROHIBITED_NOT_PRINCIPAL,
        "INVALID_CONDITION_KEY_FORMAT": messages.NO_VENDOR,
    },
    PolicyKind.SESSION: {
        "JSON_SYNTAX_ERROR": messages.INVALID_JSON,
        **{code: text for code, text in _IDENTITY_WORDS.items() if code != "LEADING_SPACE"},
    },
}
"""What AWS says to each problem, in the order in which it complains; to all others it says
"Syntax errors in policy.", before these."""

_OF_MANAGED = frozenset({"MISSING_VERSION", "OLD_VERSION"})
"""What is asked of managed policies alone: "A managed policy must have a version string"."""

_VENDOR = re.compile(r"[A-Za-z0-9.-]+")
_RESOURCE_VENDOR = re.compile(r"[A-Za-z0-9-]+|\*")
_PARTITIONS = frozenset({"aws", "*"})
_VARIABLE = re.compile(r"\$\{[^}]*\}")
_REGION = re.compile(r"(?:[a-z0-9*?]+-)*[a-z0-9*?]*")
_ACCOUNT = re.compile(r"[a-z0-9*?-]*")
_ARN_PARTS = 6


def written(text: str, kind: PolicyKind, *, managed: bool = True) -> Document:
    """Return the document if it may be written as a policy of ``kind``.

    ``managed`` is false for the policies inside users, groups and roles, which may be of the
    language's old version. Raises ``ControlError`` (MalformedPolicyDocument) in AWS's words.
    """
    words = _WORDS[kind]
    document, found = _read(text, kind)
    if document is None and "JSON_SYNTAX_ERROR" not in found and not found - words.keys():
        found |= _read(_repaired(text), kind)[1]
    if "LEADING_SPACE" in words and text[:1].isspace():
        found.add("LEADING_SPACE")
    found -= _LATER if managed else _LATER | _OF_MANAGED
    if found - words.keys():
        raise messages.SYNTAX.error()
    for code, message in words.items():
        if code in found:
            raise message.error()
    if document is None:
        raise messages.SYNTAX.error()
    return document


def _read(text: str, kind: PolicyKind) -> tuple[Document | None, set[str]]:
    """Return the document, if it can be read, and the codes of all that is refused."""
    document, problems = parse(text)
    if document is not None:
        problems = validate(document, kind)
    return document, {_code(text, each) for each in problems if each.refused}


def _code(text: str, problem: Problem) -> str:
    """Return a problem's code, more narrowly where AWS tells apart what the rules do not.

    An ``allow`` is not as bad as what is no effect at all, nor an old version as one that never
    was.
    """
    value = text[problem.span.start : problem.span.end].strip('"') if problem.span else ""
    if problem.code == "INVALID_EFFECT" and _effect(value):
        return "EFFECT_IN_OTHER_CASE"
    if problem.code == "INVALID_VERSION" and value in VERSIONS:
        return "OLD_VERSION"
    return problem.code


def _effect(text: str) -> str | None:
    """Return the effect that a text is in whatever case, ``None`` for no effect."""
    return next((each.value for each in Effect if fold(each.value) == fold(text)), None)


def _repaired(text: str) -> str:
    """Return a document with what cannot be read put right, to find what else is wrong with it.

    Its faults are at most those for which AWS has words of their own: no actions, an empty list of
    resources, an effect in the wrong case.
    """
    value = json.loads(text)
    statements = value["Statement"]
    for statement in statements if isinstance(statements, list) else [statements]:
        statement["Effect"] = _effect(statement["Effect"])
        for name in ("Action", "Resource"):
            missing = name == "Action" and not {name, f"Not{name}"} & statement.keys()
            if missing or [] in (statement.get(name), statement.get(f"Not{name}")):
                statement.pop(f"Not{name}", None)
                statement[name] = "*"
    return json.dumps(value)


def identity(text: str, *, managed: bool = True) -> Document:
    """Return the document of an identity policy; raise MalformedPolicyDocument."""
    document = written(text, PolicyKind.IDENTITY, managed=managed)
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
    prefix, _, after = text.partition(":")
    partition = after.partition(":")[0]
    parts = _VARIABLE.sub("*", text).split(":", _ARN_PARTS - 1)
    if prefix != "arn":
        yield messages.NOT_AN_ARN.error(resource=text)
    elif len(parts) < 3 or not partition:
        yield messages.LEGACY.error()
    elif partition not in _PARTITIONS:
        yield messages.PARTITION.error(partition=partition, resource=text)
    elif not _RESOURCE_VENDOR.fullmatch(parts[2]):
        yield messages.RESOURCE_VENDOR.error()
    elif len(parts) == _ARN_PARTS:
        yield from _place(text, *parts[2:5])


def _place(text: str, service: str, region: str, account: str) -> Iterator[ControlError]:
    """Complain of the region and the account of a resource's ARN.

    Of S3 buckets and objects have neither; access points and jobs have both.
    """
    if region and service == "iam":
        yield messages.IAM_REGION.error(resource=text)
    elif region not in {"", "*"} and service == "s3" and not account:
        yield messages.S3_REGION.error(resource=text)
    elif not (_REGION.fullmatch(region) and _ACCOUNT.fullmatch(account)):
        yield messages.LEGACY.error()
