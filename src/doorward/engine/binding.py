"""Principals of saved documents: kept as unique ids, shown and judged as the ARNs of the living.

A document that is saved keeps the unique id of each user and role that it names
(``control.principals``). Here the ids become ARNs again, those that users and roles have now. The
id of one that is gone stays as it is and meets nobody, whoever bears the name later.

Source: IAM User Guide, "AWS JSON policy elements: Principal": "When you save the policy, AWS
transforms the ARN to a unique principal ID … there is also a reverse transformation back to the
ARN when the … policy is displayed".
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

from doorward.engine.compile import read_document
from doorward.model.directory import Directory, one
from doorward.model.identity import Role, User
from doorward.policy.document import Document, PrincipalEntry, PrincipalKind

_KEPT = re.compile(r"(A(?:IDA|ROA)[A-Z0-9]+)(?::(.+))?")
"""A unique id, of a role perhaps with the name of one session."""


def shown(directory: Directory, text: str) -> str:
    """Return a saved policy with the ARNs of those who are there in place of their unique ids.

    Raises ``MalformedPolicy`` when the text cannot be read.
    """
    return rewritten(read_document(text), lambda entry: _arn(directory, entry))


def rewritten(document: Document, spell: Callable[[PrincipalEntry], str | None]) -> str:
    """Return the document's text with other ``AWS`` principals: ``None`` leaves one as it is.

    All else stays as it was written, to the byte.
    """
    text, at, pieces = document.source, 0, []
    for entry in aws_principals(document):
        value = spell(entry)
        if value is None or value == entry.text.value:
            continue
        span = entry.text.span
        pieces += [text[at : span.start], json.dumps(value)]
        at = span.end
    return "".join((*pieces, text[at:])) if pieces else text


def aws_principals(document: Document) -> Iterator[PrincipalEntry]:
    """Yield every ``AWS`` entry of the document's principals, in the order written."""
    for statement in document.statements:
        for entry in statement.principals.entries if statement.principals else ():
            if entry.kind is PrincipalKind.AWS:
                yield entry


def _arn(directory: Directory, entry: PrincipalEntry) -> str | None:
    """Return the ARN of the user, role or session that is kept by its id, if it is there."""
    kept = _KEPT.fullmatch(entry.text.value)
    if kept is None:
        return None
    unique_id, session = kept.groups()
    if unique_id.startswith("AIDA"):
        user = one(directory, User, id=unique_id)
        return None if user is None or session else user.arn
    role = one(directory, Role, id=unique_id)
    if role is None or session is None:
        return None if role is None else role.arn
    return f"arn:{role.partition}:sts::{role.account}:assumed-role/{role.name}/{session}"
