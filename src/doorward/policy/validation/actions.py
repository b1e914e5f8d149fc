"""Actions and the service names in them and in resources.

Source: IAM User Guide, "IAM policy validation check reference" (Wildcard in service name), "IAM
JSON policy elements: Action", "Resource" ("cannot use a wildcard in the service segment"); rules
A1, R2.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text

_SERVICE = re.compile(r"(?:arn:[^:]*:)?[^:*?]*[*?][^:]*")


def wildcard_in_service(subject: Subject) -> Iterator[Finding]:
    """The service of an action or a resource is written out."""
    for statement in subject.statements:
        resources = statement.resources.patterns if statement.resources else ()
        for text in (*statement.actions.patterns, *resources):
            if text.value != "*" and _SERVICE.match(text.value):
                message = "A wildcard in a service's name means services that are yet to come, too"
                yield at_text(text, message, "Write the service's name")


RULES = (Rule("WILDCARD_IN_SERVICE_NAME", Severity.SUGGESTION, wildcard_in_service),)
