"""What was seen of accounts beside their directory, and of what nothing was seen.

A directory says who may do what. Reports say what happened with it: which credentials are there
and when they were used. What is absent here was not looked at: nobody may take it for nothing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from datetime import datetime

import msgspec

from doorward.model.contact import AlternateContact, Contact
from doorward.model.organization_report import OrganizationReport
from doorward.model.regional import NOWHERE, Regional


class Source(enum.Enum):
    """What an account, or an organization, may be known by; the value is its name for people."""

    DETAILS = "authorization details"
    CREDENTIAL_REPORT = "credential report"
    SUMMARY = "account summary"
    PASSWORD_POLICY = "password policy"  # noqa: S105 - no password
    MFA_DEVICES = "MFA devices"
    LAST_ACCESSED = "last-accessed report"
    ORGANIZATION = "organization"
    RESOURCES = "resources"
    ACCESS_KEYS = "access keys"
    SERVICE_CREDENTIALS = "service-specific credentials"
    SERVER_CERTIFICATES = "server certificates"
    PROVIDERS = "identity providers"
    ROLE_LAST_USED = "last uses of roles"
    ROOT_FEATURES = "centralized root access"
    REGIONS = "enabled Regions"
    INSTANCES = "instances"
    ANALYZERS = "access analyzers"
    ACCESS_FINDINGS = "findings of access analyzers"
    CONTACT = "contact information"
    SECURITY_CONTACT = "security contact"
    ALTERNATE_CONTACTS = "alternate contacts"
    TRUSTED_SERVICES = "services with trusted access"
    DELEGATED_ADMINISTRATORS = "delegated administrators"
    DELEGATED_SERVICES = "services of delegated administrators"
    DELEGATION_POLICY = "organization's resource policy"
    AI_OPT_OUT_POLICIES = "AI services opt-out policies"
    TAG_POLICIES = "tag policies"

    # Members are single objects: their identity is a hash, and many times cheaper than Enum's.
    __hash__ = object.__hash__


OF_ORGANIZATIONS = frozenset({
    Source.ORGANIZATION, Source.ROOT_FEATURES, Source.TRUSTED_SERVICES,
    Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES, Source.DELEGATION_POLICY,
    Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES,
})  # fmt: skip
"""What is known of organizations: an account that is known to be in none lacks none of it."""


class ReportedKey(msgspec.Struct, frozen=True):
    """An access key in a credential report, which tells no id; without a key nothing is set.

    An inactive key looks as none does. ``rotated`` is when it was made.
    """

    active: bool = False
    rotated: datetime | None = None
    used: datetime | None = None
    region: str | None = None
    service: str | None = None


class ReportedCertificate(msgspec.Struct, frozen=True):
    """A signing certificate in a credential report."""

    active: bool = False
    rotated: datetime | None = None


class ReportedUser(msgspec.Struct, frozen=True):
    """A row of a credential report: a user, or the root user (``is_root``), by its ARN.

    ``password`` is ``None`` where the report does not say (the root user's, in older reports);
    ``password_used`` is ``None`` for a password that was never used, as far as is known.
    """

    account: str
    name: str
    arn: str
    created: datetime | None
    is_root: bool
    password: bool | None
    password_used: datetime | None
    password_changed: datetime | None
    password_next_rotation: datetime | None
    mfa: bool
    keys: tuple[ReportedKey, ReportedKey]
    certificates: tuple[ReportedCertificate, ReportedCertificate]


class Access(msgspec.Struct, frozen=True):
    """A service that a principal may use, and when it was last used; ``None``: not in the period.

    ``service`` is its prefix (``s3``), ``granted`` how many entities the report found beside.
    """

    service: str
    used: datetime | None


class Unasked(msgspec.Struct, frozen=True):
    """Resources that could not be asked for, and why, if that is told.

    ``service`` is the prefix of their ARNs; they are those of one Region, or all where it is
    empty; ``arn`` is the one of which not everything is known, if it is but one.
    """

    service: str
    region: str = ""
    arn: str = ""
    why: str = ""


class Evidence(msgspec.Struct, frozen=True):
    """What was seen beside a directory.

    ``taken`` is when it was seen, the oldest of its parts, ``None`` where none says. ``known`` has
    for each account the sources that are whole: every user is in its credential report, every
    device among its devices. Passwords' rules, devices, certificates, providers and the like
    stand in the directory, as they do in a live one. ``reported`` are the rows of credential
    reports by account, the root user first; ``summaries`` account summaries by account;
    ``role_uses`` the last use of roles by unique id, ``None`` for none in the period that AWS
    tracks; ``accesses`` last accesses by a principal's ARN; ``regional`` by account what exists by
    Region: such a source is ``known`` where it was asked for in some Region at least, and which
    Regions these are stands there.
    tracks; ``accesses`` last accesses by a principal's ARN; ``contacts`` and
    ``alternate_contacts`` the contacts of accounts, the latter in the order of ``ContactType``;
    ``organizations`` what is reported of each organization; ``unasked`` by account the resources
    that were not brought, where some were: such a source is ``known``, and not all there is.
    """

    taken: datetime | None = None
    known: Mapping[str, frozenset[Source]] = {}
    reported: Mapping[str, tuple[ReportedUser, ...]] = {}
    summaries: Mapping[str, Mapping[str, int]] = {}
    role_uses: Mapping[str, datetime | None] = {}
    accesses: Mapping[str, tuple[Access, ...]] = {}
    regional: Mapping[str, Regional] = {}
    contacts: Mapping[str, Contact] = {}
    alternate_contacts: Mapping[str, tuple[AlternateContact, ...]] = {}
    organizations: Mapping[str, OrganizationReport] = {}
    unasked: Mapping[str, tuple[Unasked, ...]] = {}

    def knows(self, account: str, source: Source) -> bool:
        """Say whether a source of an account is there, and whole."""
        return source in self.known.get(account, frozenset())

    def seen_in_regions(self, account: str) -> Regional:
        """Return what was seen of an account Region by Region, which may be nothing."""
        return self.regional.get(account, NOWHERE)


BY_REGION = frozenset({Source.REGIONS, Source.INSTANCES, Source.ANALYZERS, Source.ACCESS_FINDINGS})
"""Sources of other services than IAM, in which things are some Region's."""

NOTHING_SEEN = Evidence()
"""Of a directory beside which nothing was seen."""
