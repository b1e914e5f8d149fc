"""Resources: the form of their ARNs, as far as no service's own formats are asked.

Sources: IAM User Guide, "IAM policy validation check reference", "IAM JSON policy elements:
Resource", "IAM identifiers"; AWS General Reference, "Amazon Resource Names"; rules R1, R5, V7.
IAM refuses an identity policy's resource that is no ARN; what else is here it stores.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.document import Text
from doorward.policy.patterns import Token
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import IDENTITIES, Rule
from doorward.policy.validation.subject import Subject, at_text
from doorward.policy.variables import Template, split_arn, tokenize

_PARTS = 6
# As for an ARN of a thing: AWS's own namespaces stand where an account id would.
_ACCOUNT = re.compile(r"|[0-9]{12}|[a-z][a-z-]*")


def _arns(subject: Subject) -> tuple[tuple[Text, tuple[str | None, ...]], ...]:
    """The resources other than ``*``, each with its parts; a pattern's part is ``None``."""
    variables = subject.document.has_variables
    return tuple(
        (text, tuple(map(_literal, split_arn(tokenize(text.value, variables=variables)))))
        for statement in subject.statements
        for text in (statement.resources.patterns if statement.resources else ())
        if text.value != "*"
    )


def _literal(part: Template) -> str | None:
    """The text of a part without wildcards and variables."""
    tokens: list[Token] = [token for token in part if isinstance(token, str)]
    return "".join(map(str, tokens)) if len(tokens) == len(part) else None


def no_arn(subject: Subject) -> Iterator[Finding]:
    """A resource is an ARN, or ``*``."""
    for text, parts in subject.once(_arns):
        if parts[0] != "arn":
            yield at_text(text, "A resource is an ARN, or *", "Begin it with arn:")


def missing_field(subject: Subject) -> Iterator[Finding]:
    """An ARN has six fields."""
    for text, parts in subject.once(_arns):
        if parts[0] == "arn" and len(parts) < _PARTS:
            message = f"The ARN has {len(parts)} fields of six"
            yield at_text(text, message, "arn:partition:service:region:account:resource")


def odd_account(subject: Subject) -> Iterator[Finding]:
    """The account of an ARN has twelve digits, unless it is a pattern or not there."""
    for text, parts in subject.once(_arns):
        account = parts[4] if len(parts) == _PARTS else ""
        if account is not None and not _ACCOUNT.fullmatch(account):
            yield at_text(
                text, "The account in the ARN is none", "An account id has twelve digits"
            )


def service_in_capitals(subject: Subject) -> Iterator[Finding]:
    """The service of an ARN is in lower case."""
    for text, parts in subject.once(_arns):
        service = parts[2] if len(parts) == _PARTS else ""
        if service and service != service.lower():
            yield at_text(text, "Names of services are in lower case", "Write it so")


RULES = (
    Rule("INVALID_ARN_PREFIX", Severity.ERROR, no_arn, refused=IDENTITIES),
    Rule("MISSING_ARN_FIELD", Severity.ERROR, missing_field),
    Rule("INVALID_ARN_ACCOUNT", Severity.ERROR, odd_account),
    Rule("INVALID_ARN_SERVICE_CASE", Severity.ERROR, service_in_capitals),
)
