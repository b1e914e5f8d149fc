"""What an audit of AWS accounts is often asked and this one does not look at, and why.

Listed, so that nobody takes what is not looked at for what is well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec


class Absent(msgspec.Struct, frozen=True):
    """A check that is not there: what it would look at, why it cannot, and what it would need.

    ``references`` are the controls that nothing here answers for that reason, written as those of
    checks are (``analysis.registry.check``).
    """

    id: str
    title: str
    reason: str
    needed: str
    references: Mapping[str, str] = {}


_ACCOUNTS: Final = "Contacts are AWS's account data; neither exports nor directories have them."
_OTHER_POLICIES: Final = (
    "Of the types of organization policy only service and resource control policies decide about"
    " access; others are not read."
)

ABSENT: Final = (
    Absent(
        "account.contact",
        "The account's contact is current",
        _ACCOUNTS,
        "aws account get-contact-information, and somebody who knows whether it is current",
        {"cis5": "1.1", "cis7": "2.2"},
    ),
    Absent(
        "account.security_contact",
        "A security contact is registered",
        _ACCOUNTS,
        "aws account get-alternate-contact --alternate-contact-type SECURITY",
        {"cis5": "1.2", "cis7": "2.3"},
    ),
    Absent(
        "account.contacts_differ",
        "Contacts for security, billing and operations differ",
        _ACCOUNTS,
        "aws account get-alternate-contact, for each type",
    ),
    Absent(
        "org.delegated_admins",
        "Delegated administrators are those that are expected",
        "Who is registered as a delegated administrator is in no export that is read.",
        "aws organizations list-delegated-administrators",
    ),
    Absent(
        "org.delegated_policies",
        "The management of policies and services is delegated",
        "The organization's resource policy is in no export that is read.",
        "aws organizations describe-resource-policy, list-delegated-administrators",
        {"cis7": "2.1.5 2.1.6"},
    ),
    Absent(
        "org.ai_optout",
        "A policy opts out of AI services' use of content",
        _OTHER_POLICIES,
        "aws organizations list-policies --filter AISERVICES_OPT_OUT_POLICY",
    ),
    Absent(
        "org.tag_policy",
        "A tag policy is attached",
        _OTHER_POLICIES,
        "aws organizations list-policies --filter TAG_POLICY",
    ),
    Absent(
        "policy.privesc",
        "Nobody can reach more than was meant",
        "Paths over several permissions need symbolic reasoning over the whole estate, which is"
        " not there yet. user.admin, policy.passrole_any, policy.assume_any, boundary.missing and"
        " account.granters look at single steps.",
        "the analysis of escalation paths",
    ),
)
"""In the order in which the page of checks tells of them."""
