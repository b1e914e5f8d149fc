"""The document as a whole: version, statement ids, size.

Sources: IAM User Guide, "IAM JSON policy elements: Version", "Sid", "IAM and AWS STS quotas" and
"IAM policy validation check reference"; AWS Organizations User Guide, "SCP syntax" ("must include
a Version element"); rules G3, G4.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.document import Statement
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.quotas import RESOURCE_QUOTAS, SIZE_QUOTAS
from doorward.policy.validation.rule import EVERY_KIND, IDENTITIES, OF_IAM, ORGANIZATIONS, Rule
from doorward.policy.validation.subject import Subject

_CURRENT = "2012-10-17"
_ADD_VERSION = f'Add "Version": "{_CURRENT}"'
_PLAIN_SID = re.compile(r"[0-9A-Za-z]*")

_CURRENT_ONLY = IDENTITIES | ORGANIZATIONS
"""IAM answers "Policy document must be version 2012-10-17 or greater", Organizations asks for a
Version; trust and session policies may be as old as the language, and so may the inline ones among
the policies of identities, which are no kind of their own (``control.documents``)."""


def missing_version(subject: Subject) -> Iterator[Finding]:
    """The document has a Version."""
    if subject.document.version is None:
        message = "Without a Version the policy means that of 2008, which knows no variables"
        yield Finding("", subject.whole, message, _ADD_VERSION)


def old_version(subject: Subject) -> Iterator[Finding]:
    """The Version is 2012-10-17."""
    if subject.document.version not in {None, _CURRENT}:
        message = f"The policy's Version should be {_CURRENT}"
        yield subject.at("/Version", message, _ADD_VERSION)


def _sid(subject: Subject, statement: Statement, message: str, hint: str) -> Finding:
    return subject.at(f"{statement.pointer}/Sid", message, hint)


def odd_sid(subject: Subject) -> Iterator[Finding]:
    """A Sid is made of ASCII letters and digits."""
    for statement in subject.statements:
        if not _PLAIN_SID.fullmatch(statement.sid or ""):
            message = (
                f"The Sid {quoted(statement.sid or '')} has other characters than A-Z, a-z, 0-9"
            )
            yield _sid(subject, statement, message, "Rename it")


def empty_sid(subject: Subject) -> Iterator[Finding]:
    """A Sid that is there says something."""
    for statement in subject.statements:
        if statement.sid == "":
            yield _sid(subject, statement, "The Sid is empty", "Name the statement, or remove it")


def repeated_sid(subject: Subject) -> Iterator[Finding]:
    """A Sid stands in one statement of the document alone."""
    seen: set[str] = set()
    for statement in subject.statements:
        if statement.sid and statement.sid in seen:
            message = f"The Sid {quoted(statement.sid)} stands in more than one statement"
            yield _sid(subject, statement, message, "Rename one")
        seen.add(statement.sid or "")


def too_large(subject: Subject) -> Iterator[Finding]:
    """The document is not larger than the quota of its kind."""
    quota = SIZE_QUOTAS.get(subject.kind) if subject.kind else None
    size = quota.size_of(subject.document.source) if quota else 0
    if quota and size > quota.characters:
        message = f"The policy has {size} characters; the quota is {quota.characters}"
        yield Finding("", subject.whole, message, "Split it, or use wildcards")


def too_large_for_service(subject: Subject) -> Iterator[Finding]:
    """A resource policy is not larger than the service of its resource takes."""
    quota = RESOURCE_QUOTAS.get(subject.service or "")
    size = len(subject.document.source.encode()) if quota else 0
    if quota and size > quota:
        message = f"The policy has {size} bytes; {subject.service} takes {quota}"
        yield Finding("", subject.whole, message, "Shorten it, or use wildcards")


RULES = (
    Rule("MISSING_VERSION", Severity.WARNING, missing_version, EVERY_KIND - _CURRENT_ONLY),
    Rule("MISSING_VERSION", Severity.WARNING, missing_version, _CURRENT_ONLY, _CURRENT_ONLY),
    Rule("INVALID_VERSION", Severity.ERROR, old_version, _CURRENT_ONLY, _CURRENT_ONLY),
    Rule("UNSUPPORTED_SID", Severity.ERROR, odd_sid, OF_IAM, OF_IAM),
    Rule("EMPTY_SID_VALUE", Severity.SUGGESTION, empty_sid),
    Rule("UNIQUE_SIDS_REQUIRED", Severity.ERROR, repeated_sid, OF_IAM, OF_IAM),
    Rule("UNIQUE_SIDS_RECOMMENDED", Severity.WARNING, repeated_sid, EVERY_KIND - OF_IAM),
    *(
        Rule(
            quota.code,
            Severity.ERROR if kind in ORGANIZATIONS else Severity.WARNING,
            too_large,
            frozenset({kind}),
            frozenset({kind}),
        )
        for kind, quota in SIZE_QUOTAS.items()
    ),
    Rule(
        "POLICY_SIZE_EXCEEDS_RESOURCE_POLICY_QUOTA",
        Severity.WARNING,
        too_large_for_service,
        frozenset({PolicyKind.RESOURCE}),
        frozenset({PolicyKind.RESOURCE}),
    ),
)
"""Of sizes Access Analyzer warns, in SCPs apart; the write refuses them."""
