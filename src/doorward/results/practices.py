"""The practices that checks count for, by id, in few words: ``docs/reference/practices.md``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PRACTICES: Final[Mapping[str, str]] = {
    "BP1": "Roles rather than long-lived users",
    "BP2": "No credentials stored on machines",
    "BP3": "Services act by roles",
    "BP4": "Trust relationships",
    "BP5": "Policies that say what they mean",
    "BP6": "Managed and inline policies",
    "BP7": "Resource-based policies",
    "BP8": "Accounts in an organization",
    "BP9": "Guardrails over whole accounts",
    "BP10": "The scheme of evaluation",
    "BP11": "Least privilege; few may grant",
    "BP12": "Bounded permissions",
    "BP13": "ARNs that name exactly",
    "BP14": "Roles by job responsibility",
    "BP15": "Granular permissions",
    "BP16": "A reason for every grant",
    "BP17": "Temporary privileges",
    "BP18": "Every access verified",
    "BP19": "MFA, the root user first",
    "BP20": "Credentials seen and reviewed",
    "BP21": "Rotated credentials",
    "BP22": "Regular audits",
    "BP23": "The root user only where it must be",
    "BP24": "Access compared with use",
}
"""Every practice, in the order of the page."""


def practice_title(identifier: str) -> str:
    """Say a practice in words; one that is not known is its id."""
    return PRACTICES.get(identifier, identifier)
