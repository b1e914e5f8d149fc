"""Trust policies: who may assume a role.

Sources: IAM User Guide, "How to use trust policies with IAM roles"; texts recorded from AWS.
"""

from __future__ import annotations

from doorward.control import documents, messages, principals
from doorward.control.quotas import significant, within
from doorward.model.directory import Directory
from doorward.policy.document import Statement
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind


def checked(directory: Directory, account: str, text: str) -> str:
    """Return the text of a trust policy of ``account`` as it is kept.

    Its users and roles are kept by their unique ids.

    Raises ``ControlError``: MalformedPolicyDocument in AWS's words, among them principals that do
    not exist; LimitExceeded above the quota of characters, white space not counted.
    """
    document = documents.written(text, PolicyKind.TRUST)
    for statement in document.statements:
        _check_actions(statement)
    kept = principals.bound(directory, document)
    within(directory, account, "ACLSizePerRole", significant(text))
    return kept


def _check_actions(statement: Statement) -> None:
    """Raise MalformedPolicyDocument for an action that is not one of STS."""
    for complaint in documents.actions(statement):
        raise complaint
    patterns = statement.actions.patterns
    if not all(fold(pattern.value).startswith("sts:") for pattern in patterns):
        raise messages.STS_ACTIONS_ONLY.error()
