"""What a rule of writing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.subject import Subject

Check = Callable[[Subject], Iterable[Finding]]
"""Finds every place where a document breaks one rule."""

EVERY_KIND = frozenset(PolicyKind)
"""Rules with these kinds hold without a kind, too."""

NO_KIND: frozenset[PolicyKind] = frozenset()

IDENTITIES = frozenset({PolicyKind.IDENTITY, PolicyKind.BOUNDARY})
"""What IAM stores as a managed or inline policy."""

WITHOUT_PRINCIPAL = IDENTITIES | {PolicyKind.SESSION}
"""The policies of whoever asks."""

WITH_PRINCIPAL = frozenset(
    {PolicyKind.TRUST, PolicyKind.RESOURCE, PolicyKind.RESOURCE_CONTROL, PolicyKind.ENDPOINT}
)
"""The policies of what is asked for: each statement says for whom it is."""

ORGANIZATIONS = frozenset({PolicyKind.SERVICE_CONTROL, PolicyKind.RESOURCE_CONTROL})

OF_IAM = WITHOUT_PRINCIPAL | ORGANIZATIONS | {PolicyKind.TRUST}
"""What IAM and Organizations store, as against the services with resource policies."""


class Rule(msgspec.Struct, frozen=True):
    """One row: a code, and the check that finds what breaks it.

    ``severity`` is AWS's finding type for the code. ``kinds`` are the kinds of policy that it is
    about; for those in ``refused`` the document cannot be written, and the problem is an error
    whatever ``severity`` says.
    """

    code: str
    severity: Severity
    check: Check
    kinds: frozenset[PolicyKind] = EVERY_KIND
    refused: frozenset[PolicyKind] = NO_KIND

    @property
    def what(self) -> str:
        """The rule in a sentence: the first of its check's docstring."""
        return " ".join((self.check.__doc__ or "").partition("\n\n")[0].split())

    def refuses(self, kind: PolicyKind | None) -> bool:
        """Whether a document of ``kind`` that breaks the rule cannot be written."""
        return kind in self.refused or self.refused == EVERY_KIND

    def applies(self, kind: PolicyKind | None) -> bool:
        """Whether the rule is about documents of ``kind``."""
        return kind in self.kinds or self.kinds == EVERY_KIND
