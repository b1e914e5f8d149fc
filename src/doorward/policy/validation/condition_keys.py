"""Condition keys: their form, and what some of them need.

Sources: IAM User Guide, "AWS global condition context keys", "IAM JSON policy elements: Condition"
and "IAM policy validation check reference"; rule C15. IAM answers a key without a prefix
"Actions/Conditions must be prefaced by a vendor".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity, quoted
from doorward.policy.validation.rule import EVERY_KIND, WITHOUT_PRINCIPAL, Rule
from doorward.policy.validation.subject import Subject, at_text

_KEY = re.compile(r"[^\s:]+:.*\S.*", re.DOTALL)
_TAGS = re.compile(r"[^:]+:(?:request|resource|principal|existingobject|requestobject)tag/?")
_ARN = "aws:arn"
_PAIRS = {
    "aws:vpcsourceip": frozenset({"aws:sourcevpc", "aws:sourcevpcarn", "aws:sourcevpce"}),
}
"""Keys that are as wide as the world without one of the others: private addresses are the same in
every network."""

_FORMATS = {
    "aws:sourcevpc": re.compile(r"vpc-(?:[0-9a-z]{8}|[0-9a-z]{17})"),
    "aws:sourcevpce": re.compile(r"vpce-(?:[0-9a-z]{8}|[0-9a-z]{17})"),
}
_PATTERN = re.compile(r"[*?]|\$\{")


def key_without_prefix(subject: Subject) -> Iterator[Finding]:
    """A condition key is a prefix, a colon and a name."""
    for clause in subject.clauses:
        key = clause.condition.key
        if not _KEY.fullmatch(key.value):
            message = f"The condition key {quoted(key.value)} has no prefix, or no name"
            yield at_text(key, message, "For example aws:SourceIp")


def tag_without_name(subject: Subject) -> Iterator[Finding]:
    """A key about a tag says which tag."""
    for clause in subject.clauses:
        if _TAGS.fullmatch(clause.key):
            message = "The condition key does not say which tag it is about"
            yield at_text(clause.condition.key, message, "For example aws:ResourceTag/team")


def arn_key(subject: Subject) -> Iterator[Finding]:
    """The key ``aws:ARN`` is one that AWS gave up."""
    for clause in subject.about(_ARN):
        message = "aws:ARN is a key of the past"
        yield at_text(clause.condition.key, message, "Use aws:PrincipalArn or aws:SourceArn")


def unpaired(subject: Subject) -> Iterator[Finding]:
    """Private addresses are compared together with the network that they are in."""
    for key, partners in _PAIRS.items():
        for clause in subject.about(key):
            if partners.isdisjoint(subject.keys_of(clause.statement)):
                message = "The same private addresses are in use in other networks, too"
                yield clause.at(message, "Add a condition on aws:SourceVpc")


def _malformed(subject: Subject, key: str, message: str, hint: str) -> Iterator[Finding]:
    for clause in subject.about(key):
        for value in clause.condition.values:
            if not (_FORMATS[key].fullmatch(value.value) or _PATTERN.search(value.value)):
                yield at_text(value, message, hint)


def vpc(subject: Subject) -> Iterator[Finding]:
    """The id of a VPC is ``vpc-`` and 8 or 17 letters and digits."""
    yield from _malformed(subject, "aws:sourcevpc", "This is no id of a VPC", "vpc-1a2b3c4d")


def vpc_endpoint(subject: Subject) -> Iterator[Finding]:
    """The id of a VPC endpoint is ``vpce-`` and 8 or 17 letters and digits."""
    message = "This is no id of a VPC endpoint"
    yield from _malformed(subject, "aws:sourcevpce", message, "vpce-1a2b3c4d")


RULES = (
    Rule("INVALID_CONDITION_KEY_FORMAT", Severity.ERROR, key_without_prefix, refused=EVERY_KIND),
    Rule("MISSING_TAG_KEY_IN_CONDITION", Severity.ERROR, tag_without_name),
    Rule("DEPRECATED_GLOBAL_CONDITION_KEY", Severity.WARNING, arn_key, WITHOUT_PRINCIPAL),
    Rule(
        "UNSUPPORTED_GLOBAL_CONDITION_KEY",
        Severity.ERROR,
        arn_key,
        frozenset(PolicyKind) - WITHOUT_PRINCIPAL,
    ),
    Rule("MISSING_PAIRED_CONDITION_KEYS", Severity.SECURITY_WARNING, unpaired),
    Rule("INVALID_VPC_FORMAT", Severity.ERROR, vpc),
    Rule("INVALID_VPCE_FORMAT", Severity.ERROR, vpc_endpoint),
)
"""Where ``aws:ARN`` is deprecated and where it is unsupported AWS does not say: we take the former
for the policies of identities."""
