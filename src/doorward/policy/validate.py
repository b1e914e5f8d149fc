"""What a document must keep to be written, beyond what evaluation needs (``policy.parse``).

One table says for each kind of policy which elements it must and must not have. Codes are those of
IAM Access Analyzer's policy checks where it has one.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language" (Sid, Principal, Resource),
"AWS JSON policy elements: Principal" (no wildcard for part of a name, no group), "IAM policy
validation check reference"; AWS Organizations User Guide, "SCP syntax", "RCP syntax"; rules G2
to G5, C2, P6. IAM spells condition operators in one way only: it answers ``Invalid Condition
type : stringEquals``.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.policy.conditions import null
from doorward.policy.conditions.registry import OPERATORS
from doorward.policy.document import (
    Condition,
    Document,
    Effect,
    PrincipalEntry,
    PrincipalKind,
    Principals,
    Span,
    Statement,
)
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Collector, Problem, quoted
from doorward.policy.quotas import SIZE_QUOTAS


class Presence(enum.Enum):
    """Whether an element must be there."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    FORBIDDEN = "forbidden"


class KindRules(msgspec.Struct, frozen=True, kw_only=True):
    """What a kind of policy must keep.

    ``current_version``: Version must be 2012-10-17. ``plain_sids``: a Sid is made of ASCII letters
    and digits, and unique in the document (G3). ``principal_code`` names the problem of a
    Principal that is forbidden.
    """

    principal: Presence
    resource: Presence
    current_version: bool
    plain_sids: bool
    principal_code: str = "UNSUPPORTED_PRINCIPAL"


KIND_RULES: Mapping[PolicyKind, KindRules] = MappingProxyType(
    {
        PolicyKind.IDENTITY: KindRules(
            principal=Presence.FORBIDDEN,
            resource=Presence.REQUIRED,
            current_version=True,
            plain_sids=True,
        ),
        PolicyKind.TRUST: KindRules(
            principal=Presence.REQUIRED,
            resource=Presence.FORBIDDEN,
            current_version=False,
            plain_sids=True,
        ),
        PolicyKind.SESSION: KindRules(
            principal=Presence.FORBIDDEN,
            resource=Presence.REQUIRED,
            current_version=False,
            plain_sids=True,
        ),
        PolicyKind.RESOURCE: KindRules(
            principal=Presence.REQUIRED,
            resource=Presence.OPTIONAL,
            current_version=False,
            plain_sids=False,
        ),
        PolicyKind.SERVICE_CONTROL: KindRules(
            principal=Presence.FORBIDDEN,
            resource=Presence.REQUIRED,
            current_version=True,
            plain_sids=True,
            principal_code="SCP_SYNTAX_ERROR_PRINCIPAL",
        ),
        PolicyKind.RESOURCE_CONTROL: KindRules(
            principal=Presence.REQUIRED,
            resource=Presence.REQUIRED,
            current_version=True,
            plain_sids=True,
        ),
        PolicyKind.ENDPOINT: KindRules(
            principal=Presence.REQUIRED,
            resource=Presence.REQUIRED,
            current_version=False,
            plain_sids=False,
        ),
    }
)
"""The rules of writing, by kind of policy."""

_CURRENT_VERSION = "2012-10-17"
_PLAIN_SID = re.compile(r"[0-9A-Za-z]*")
_OPERATOR_NAMES = {
    fold(name): name
    for name in (
        null.NAME,
        *(
            f"{prefix}{operator.name}{suffix}"
            for operator in OPERATORS.values()
            for prefix in ("", "ForAllValues:", "ForAnyValue:")
            for suffix in ("", "IfExists")
        ),
    )
}


def validate(document: Document, kind: PolicyKind | None = None) -> tuple[Problem, ...]:
    """Return what forbids writing the document as a policy of ``kind``.

    Without a kind, the rules that hold for every one of them are checked: condition operators and
    the form of principals.
    """
    check = _Check(Collector(document.source))
    for statement in document.statements:
        check.statement(statement)
    if kind is not None:
        check.document(document, kind)
        for statement in document.statements:
            check.elements(statement, KIND_RULES[kind])
            if kind is PolicyKind.TRUST:
                check.trust(statement)
            if kind is PolicyKind.RESOURCE_CONTROL:
                check.resource_control(statement)
    return check.problems


class _Check:
    """The rules, each a method that records what breaks it."""

    def __init__(self, collector: Collector) -> None:
        self._collector = collector
        self._error = collector.error

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found."""
        return self._collector.problems

    def document(self, document: Document, kind: PolicyKind) -> None:
        """Check version, Sids and size."""
        rules = KIND_RULES[kind]
        whole = Span(0, len(document.source))
        if rules.current_version and document.version != _CURRENT_VERSION:
            code = "MISSING_VERSION" if document.version is None else "INVALID_VERSION"
            message = f"The policy's Version should be {_CURRENT_VERSION}"
            self._error(code, "", whole, message, f'Add "Version": "{_CURRENT_VERSION}"')
        if rules.plain_sids:
            self._sids(document)
        quota = SIZE_QUOTAS.get(kind)
        size = quota.size_of(document.source) if quota else 0
        if quota and size > quota.characters:
            message = f"The policy has {size} characters; the quota is {quota.characters}"
            self._error(quota.code, "", whole, message, "Split it, or use wildcards")

    def _sids(self, document: Document) -> None:
        seen: set[str] = set()
        for statement in document.statements:
            sid = statement.sid
            if not sid:
                continue
            pointer = f"{statement.pointer}/Sid"
            if not _PLAIN_SID.fullmatch(sid):
                message = f"The Sid {quoted(sid)} has other characters than A-Z, a-z, 0-9"
                self._error("UNSUPPORTED_SID", pointer, statement.span, message, "Rename it")
            if sid in seen:
                message = f"The Sid {quoted(sid)} stands in more than one statement"
                self._error("UNIQUE_SIDS_REQUIRED", pointer, statement.span, message, "Rename one")
            seen.add(sid)

    def statement(self, statement: Statement) -> None:
        """Check what holds in every kind of policy."""
        for condition in statement.conditions:
            self._operator(condition)
        for entry in statement.principals.entries if statement.principals else ():
            self._principal(entry)

    def _operator(self, condition: Condition) -> None:
        operator = condition.operator
        name = operator.value
        meant = _OPERATOR_NAMES.get(fold(name))
        if meant == name:
            return
        if fold(name).endswith("nullifexists"):
            code, hint = "NULL_WITH_IF_EXISTS", "Write Null: it decides about absent keys itself"
        else:
            code, hint = "INVALID_CONDITION_OPERATOR", f"Write {meant}" if meant else ""
        message = f"The condition operator {quoted(name)} is not valid"
        self._error(code, operator.pointer, operator.span, message, hint)

    def _principal(self, entry: PrincipalEntry) -> None:
        text = entry.text
        if text.value == "*" and entry.kind in {PrincipalKind.AWS, PrincipalKind.EVERYONE}:
            return
        if "*" in text.value or "?" in text.value:
            self._error(
                "UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
                text.pointer,
                text.span,
                "A wildcard cannot stand for part of a principal",
                "Name the principal in full, or use * with a condition on aws:PrincipalArn",
            )
        if entry.kind is PrincipalKind.AWS and ":group/" in text.value:
            message = "A group is not a principal"
            self._error("INVALID_PRINCIPAL", text.pointer, text.span, message, "Name its users")

    def elements(self, statement: Statement, rules: KindRules) -> None:
        """Check that Principal and Resource are there, or not there, as the kind demands."""
        for name, element, presence, code in (
            ("Principal", statement.principals, rules.principal, rules.principal_code),
            (
                "Resource",
                statement.resources,
                rules.resource,
                "ROLE_TRUST_POLICY_SYNTAX_ERROR_RESOURCE",
            ),
        ):
            if element is None and presence is Presence.REQUIRED:
                message = f"The statement has no {name}"
                at = statement.pointer
                self._error(f"MISSING_{name.upper()}", at, statement.span, message, "Add it")
            if element is not None and presence is Presence.FORBIDDEN:
                message = f"{name} is not allowed in this kind of policy"
                self._error(code, element.pointer, element.span, message, "Remove it")

    def trust(self, statement: Statement) -> None:
        """Check what holds in trust policies alone."""
        principals = statement.principals
        if principals is not None and principals.negated:
            code = "ROLE_TRUST_POLICY_SYNTAX_ERROR_NOTPRINCIPAL"
            message = "NotPrincipal is not allowed in a trust policy"
            self._error(code, principals.pointer, principals.span, message, "Use Principal")

    def resource_control(self, statement: Statement) -> None:
        """Check what holds in resource control policies alone: Deny, Principal ``*``, Action."""
        if statement.effect is not Effect.DENY:
            code, message = "RCP_SYNTAX_ERROR_ALLOW", "A resource control policy only denies"
            self._error(code, statement.pointer, statement.span, message, "Write Deny")
        if statement.actions.negated:
            code, message = "RCP_SYNTAX_ERROR_NOTACTION", "NotAction is not allowed here"
            actions = statement.actions
            self._error(code, actions.pointer, actions.span, message, "Use Action")
        for pattern in statement.actions.patterns:
            if pattern.value == "*":
                code, message = "RCP_SYNTAX_ERROR_ACTION_WILDCARD", "Name the actions' service"
                self._error(code, pattern.pointer, pattern.span, message, "For example s3:*")
        if statement.principals is not None and not _is_everyone(statement.principals):
            code, message = "RCP_SYNTAX_ERROR_PRINCIPAL", 'Principal must be "*" here'
            principals = statement.principals
            self._error(code, principals.pointer, principals.span, message, "Use conditions")


def _is_everyone(principals: Principals) -> bool:
    return not principals.negated and [entry.kind for entry in principals.entries] == [
        PrincipalKind.EVERYONE
    ]
