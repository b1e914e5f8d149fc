"""The practices that checks count for, in the order of docs/reference/practices.md."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PRACTICES: Final[Mapping[str, str]] = {
    "BP1": "Roles and temporary credentials rather than long-lived users",
    "BP2": "Roles for machines: no credentials stored on them",
    "BP3": "Service roles: services act by a role that somebody hands over",
    "BP4": "Trust relationships say who may assume a role, on which conditions",
    "BP5": "Policies as JSON: some grant, some only limit",
    "BP6": "Identity-based policies: AWS's for common needs, own ones for exact ones",
    "BP7": "Resource-based policies name their principals",
    "BP8": "Accounts in an organization, in units",
    "BP9": "Service control policies filter whole accounts",
    "BP10": "The evaluation scheme: why a request passes or fails",
    "BP11": "Least privilege: the minimum for the task; few people may grant",
    "BP12": "Boundaries limit how far a grant may go",
    "BP13": "ARNs name exactly what a policy is about",
    "BP14": "Roles by job",
    "BP15": "Reading apart from writing, specific actions",
    "BP16": "No grant without a reason",
    "BP17": "Privileges for a task, then gone",
    "BP18": "Every access verified, wherever it comes from",
    "BP19": "MFA: root first, with several devices, one of them hardware; then everybody",
    "BP20": "Every user's credentials known: passwords, keys, MFA, last use",
    "BP21": "Credentials rotated, without breaking work",
    "BP22": "Audits, regularly: policies, identities, boundaries, access from outside, root",
    "BP23": "Root only where it must be; daily work delegated",
    "BP24": "Access analysed: who used what, when; reality against policy",
}
"""A practice's title by its id. Ids do not change: reports and suppressions name them."""
