"""Trust in OpenID Connect providers: whose tokens, and for what.

Sources: IAM User Guide, "IAM policy validation check reference" (Missing condition key for OIDC
principal, Missing GitHub repo condition key, Specific GitHub repo and branch recommended, Confirm
audience claim type) and "Create a role for OpenID Connect federation". That a subject of another
form than ``repo:OWNER/NAME:ref:refs/heads/BRANCH`` (an environment, say) is warned of, and that
an audience is always remarked on, is what reports of Access Analyzer on public repositories show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from doorward.policy.document import Effect, PrincipalEntry, Statement
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.problem import Finding, Severity
from doorward.policy.validation.rule import Rule
from doorward.policy.validation.subject import Subject, at_text
from doorward.policy.validation.trust import by_web_identity

_TRUST = frozenset({PolicyKind.TRUST})
_GITHUB = "token.actions.githubusercontent.com"
_ONE_BRANCH = re.compile(r"repo:[^*?:/]+/[^*?:/]+:ref:refs/(?:heads|tags)/[^*?]+")
_POSITIVE = frozenset({"stringequals", "stringlike", "stringequalsignorecase"})


def _provider(entry: PrincipalEntry) -> str:
    """The provider's name in condition keys, folded: its URL without the scheme."""
    return fold(entry.text.value.partition(":oidc-provider/")[2] or entry.text.value)


def _trusted(statement: Statement) -> Iterator[tuple[PrincipalEntry, str]]:
    """The OIDC providers that a statement trusts."""
    principals = statement.principals
    if statement.effect is Effect.ALLOW and principals is not None and not principals.negated:
        for entry in principals.entries:
            if by_web_identity(entry):
                yield entry, _provider(entry)


def unconditional_provider(subject: Subject) -> Iterator[Finding]:
    """Trust in an OIDC provider is narrowed by one of the provider's own keys."""
    for statement in subject.statements:
        narrowed = {key.rpartition(":")[0] for key in subject.keys_of(statement)}
        for entry, provider in _trusted(statement):
            if provider not in narrowed:
                message = "Everyone who has a token of this provider may assume the role"
                yield at_text(entry.text, message, "Add a condition on the provider's sub or aud")


def github_without_subject(subject: Subject) -> Iterator[Finding]:
    """Trust in GitHub says which repository."""
    for statement in subject.statements:
        for entry, provider in _trusted(statement):
            if provider == _GITHUB and f"{_GITHUB}:sub" not in subject.keys_of(statement):
                message = "Workflows of every repository on GitHub may assume the role"
                yield at_text(entry.text, message, f"Add a condition on {_GITHUB}:sub")


def github_beyond_a_branch(subject: Subject) -> Iterator[Finding]:
    """A subject of GitHub's names one repository and one branch."""
    for clause in subject.about(f"{_GITHUB}:sub"):
        if clause.statement.effect is not Effect.ALLOW or clause.base not in _POSITIVE:
            continue
        for value in clause.condition.values:
            if not _ONE_BRANCH.fullmatch(value.value):
                message = "The subject is not of one repository and one branch"
                yield at_text(value, message, "repo:OWNER/NAME:ref:refs/heads/BRANCH")


def audience(subject: Subject) -> Iterator[Finding]:
    """Whether the audience of a provider's tokens is one or many is for its owner to know."""
    for statement in subject.statements:
        for provider in dict.fromkeys(provider for _, provider in _trusted(statement)):
            for clause in subject.keys_of(statement).get(f"{provider}:aud", ()):
                message = "An audience may be one text or a list of them"
                hint = "A set operator for a list; none for one text"
                yield at_text(clause.condition.key, message, hint)


RULES = (
    Rule(
        "MISSING_CONDITION_KEY_FOR_OIDC_PRINCIPAL",
        Severity.SECURITY_WARNING,
        unconditional_provider,
        _TRUST,
    ),
    Rule(
        "MISSING_GITHUB_REPO_CONDITION_KEY",
        Severity.SECURITY_WARNING,
        github_without_subject,
        _TRUST,
    ),
    Rule(
        "SPECIFIC_GITHUB_REPO_AND_BRANCH_RECOMMENDED",
        Severity.WARNING,
        github_beyond_a_branch,
        _TRUST,
    ),
    Rule("CONFIRM_AUDIENCE_CLAIM_TYPE", Severity.SUGGESTION, audience, _TRUST),
)
