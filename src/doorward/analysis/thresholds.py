"""The numbers that checks go by, each of which an audit may set."""

from __future__ import annotations

from datetime import date

import msgspec


class Thresholds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What counts as old, unused or short.

    Ages are whole days, rounded down, in UTC; what is older than the number fails, what is just as
    old passes. Sources of the usual values: CIS AWS Foundations 5.0 and AWS Security Hub (45 and
    90 days, 14 characters, 24 passwords).
    """

    key_age: int = 90
    key_very_old: int = 730
    """From when on an old key is a severe finding (AWS Trusted Advisor: two years)."""
    key_unused: int = 45
    inactive_key_age: int = 90
    password_unused: int = 45
    root_used: int = 90
    """The root user should not have been used within so many days."""
    role_unused: int = 90
    service_unused: int = 90
    service_credential_age: int = 90
    certificate_expiry: int = 30
    """A certificate should be good for so many days, at least."""
    password_length: int = 14
    password_reuse: int = 24
    password_age: int = 90
    granting_share: int = 10
    """Of a hundred principals, how many may manage permissions."""
    allowed_regions: tuple[str, ...] = ()
    """The Regions that work may be done in; empty: that some Region is closed is enough."""
    break_glass: tuple[str, ...] = ()
    """ARNs, with ``*`` and ``?``, of the users and roles for emergencies."""
    trusted_accounts: tuple[str, ...] = ()
    """Accounts outside of the organization that are trusted all the same."""
    contact_companies: tuple[str, ...] = ()
    """Names of companies, of which accounts' contacts have to give one; empty: any, or none."""
    contact_domains: tuple[str, ...] = ()
    """The domains that e-mail addresses of security contacts may be of; empty: any."""
    contacts_reviewed: date | None = None
    """The day on which somebody last made sure that all contacts are current: ``2026-01-31``."""
    contact_review_age: int = 365
    """How old that review may be."""
    delegated_administrators: tuple[str, ...] = ()
    """Accounts that may be delegated administrators: of any service (``111122223333``), or of one
    (``111122223333/guardduty.amazonaws.com``)."""
