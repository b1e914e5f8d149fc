"""Identity policies as they may be written: AWS's refusals, in AWS's words and precedence.

Sources: IAM User Guide, "Grammar of the IAM JSON policy language"; texts and their precedence as
recorded from AWS, ``reference/control-plane.md`` §4.3. What evaluation can read is decided by
``policy.parse`` alone; this module adds the rules of writing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from doorward.control import messages
from doorward.policy.document import Document, Statement
from doorward.policy.parse import parse
from doorward.policy.problem import Problem, Severity

SYNTAX = "Syntax errors in policy."
VERSION = "Policy document must be version 2012-10-17 or greater."
LEGACY = "The policy failed legacy parsing"
NO_ACTIONS = "Policy statement must contain actions."
NO_RESOURCES = "Policy statement must contain resources."
DUPLICATE_SID = "Statement IDs (SID) in a single policy must be unique."
NO_VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."
COLONS = "Actions/Condition can contain only one colon."

_TEXT_OF_CODE = {"INVALID_VERSION": VERSION, "MISSING_ACTION": NO_ACTIONS}
_PRECEDENCE = (SYNTAX, VERSION, NO_ACTIONS)
_VENDOR = re.compile(r"[A-Za-z0-9.-]+")


def identity(text: str) -> Document:
    """Return the document of an identity policy; raise MalformedPolicyDocument.

    Identity policies name no principal: it is whoever the policy is attached to.
    """
    document = readable(text)
    if any(statement.principals is not None for statement in document.statements):
        raise messages.PROHIBITED_PRINCIPAL.error()
    for rule in _RULES:
        for complaint in rule(document):
            raise messages.MALFORMED.error(text=complaint)
    return document


def readable(text: str) -> Document:
    """Return the document if it can be evaluated; raise MalformedPolicyDocument in AWS's words."""
    document, problems = parse(text)
    if document is None:
        raise messages.MALFORMED.error(text=complaint(problems))
    return document


def complaint(problems: tuple[Problem, ...]) -> str:
    """Return what AWS says of a document with these problems."""
    found = {
        _TEXT_OF_CODE.get(problem.code, SYNTAX)
        for problem in problems
        if problem.severity is Severity.ERROR
    }
    return next(text for text in _PRECEDENCE if text in found)


def actions(statement: Statement) -> Iterator[str]:
    """Complain of actions that are not ``vendor:Name`` or ``*``."""
    for pattern in statement.actions.patterns:
        vendor, colon, name = pattern.value.partition(":")
        if not colon and vendor != "*":
            yield NO_VENDOR
        elif ":" in name:
            yield COLONS
        elif colon and not _VENDOR.fullmatch(vendor):
            yield f"Vendor {vendor} is not valid"


def duplicate_sids(document: Document) -> Iterator[str]:
    """Complain of two statements with one id."""
    sids = [statement.sid for statement in document.statements if statement.sid]
    if len(set(sids)) != len(sids):
        yield DUPLICATE_SID


def _version(document: Document) -> Iterator[str]:
    if document.version != "2012-10-17":
        yield VERSION


def _resources_exist(document: Document) -> Iterator[str]:
    if any(statement.resources is None for statement in document.statements):
        yield NO_RESOURCES


def _resources(document: Document) -> Iterator[str]:
    for statement in document.statements:
        for pattern in statement.resources.patterns if statement.resources else ():
            yield from _resource(pattern.value)


def _resource(text: str) -> Iterator[str]:
    """Complain of a resource that is not ``*`` or an ARN with wildcards."""
    if text == "*":
        return
    parts = text.split(":", 5)
    if parts[0] != "arn":
        yield f'Resource {text} must be in ARN format or "*".'
    elif len(parts) < 3 or not parts[1]:
        yield LEGACY
    elif parts[2] != "*" and not re.fullmatch(r"[A-Za-z0-9-]+", parts[2]):
        yield "Resource vendor must be fully qualified and cannot contain regexes."
    elif len(parts) == 6 and parts[3] and parts[2] == "iam":
        yield f"IAM resource {text} cannot contain region information."
    elif len(parts) == 6 and parts[3] not in {"", "*"} and parts[2] == "s3":
        yield f"Resource {text} can not contain region information."


def _actions(document: Document) -> Iterator[str]:
    for statement in document.statements:
        yield from actions(statement)


_RULES: tuple[Callable[[Document], Iterator[str]], ...] = (
    _version,
    duplicate_sids,
    _resources_exist,
    _resources,
    _actions,
)
"""The rules of writing an identity policy, in the order in which AWS complains."""
