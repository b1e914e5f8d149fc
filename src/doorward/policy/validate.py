"""What a document must keep to be written, and what else is to be said about it.

``policy.parse`` has refused what cannot be evaluated; the rules from there on, and their sources,
are in ``policy.validation``. Codes and severities are those of IAM Access Analyzer's policy checks
where it has one.
"""

from __future__ import annotations

from doorward.policy.document import Document
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Collector, Problem, Severity
from doorward.policy.validation.registry import RULES
from doorward.policy.validation.subject import Subject


def validate(
    document: Document, kind: PolicyKind | None = None, *, service: str | None = None
) -> tuple[Problem, ...]:
    """Return the problems of a document written as a policy of ``kind``, in the text's order.

    Those that are ``refused`` forbid the writing; the others are good to know. Without a kind, the
    rules that hold for every one of them are checked. ``service`` is that of the resource which a
    resource policy is for (``s3``), if it is known: its quota is checked.
    """
    subject = Subject(document, kind, service)
    collector = Collector(document.source)
    for rule in RULES:
        if rule.applies(kind):
            refused = rule.refuses(kind)
            severity = Severity.ERROR if refused else rule.severity
            for found in rule.check(subject):
                collector.add(rule.code, severity, found, refused=refused)
    return tuple(sorted(collector.problems, key=_place))


def _place(problem: Problem) -> int:
    return problem.span.start if problem.span else 0
