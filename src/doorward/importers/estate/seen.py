"""What an estate's files show beside its directory, and what of it is not whole.

A source counts as known where its files are there to their last page; why one is not whole stands
in ``broken``, whether it is known or not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from doorward.importers.credential_report import ROOT
from doorward.importers.estate.beside import LAST_ACCESSED, Beside
from doorward.importers.estate.parts import Parts
from doorward.importers.estate.problems import Fault
from doorward.model.evidence import OF_ORGANIZATIONS, Evidence, Unasked
from doorward.model.evidence import Source as Known
from doorward.model.identity import Role, User
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
)
from doorward.model.regional import EXTERNAL, NOWHERE, Regional
from doorward.model.snapshot import Snapshot
from doorward.policy.arn import is_account_id, parse_arn

Broken = Mapping[str, Mapping[Known, str]]
"""By account or organization: the sources that could not be read whole, and why."""

_LISTED: Final[Mapping[Known, tuple[str, ...]]] = {
    Known.MFA_DEVICES: ("VirtualMFADevices",),
    Known.SERVER_CERTIFICATES: ("ServerCertificateMetadataList",),
    Known.PROVIDERS: ("SAMLProviderList", "OpenIDConnectProviderList"),
}
"""Sources that are whole when the last page of each of these lists is there."""

_BY_USER: Final[Mapping[Known, str]] = {
    Known.MFA_DEVICES: "MFADevices",
    Known.ACCESS_KEYS: "AccessKeyMetadata",
    Known.SERVICE_CREDENTIALS: "ServiceSpecificCredentials",
}
"""Sources that are whole when this list was asked for every user."""


def evidence(parts: Parts, beside: Beside, snapshot: Snapshot, broken: Broken) -> Evidence:
    """Return what was seen; the snapshot is the one that the parts make.

    Where details are broken, nobody knows whether all of their users were asked for.
    """
    organizations = {each.id for each in snapshot.all(Organization)}
    uses = {role.id: used for role, used in parts.role_uses()}
    known = {
        each.id: frozenset(_known(each, parts, beside, organizations))
        | (
            frozenset(_by_principal(each.id, beside, snapshot, uses))
            if each.id in parts.whole and Known.DETAILS not in broken.get(each.id, {})
            else frozenset()
        )
        for each in snapshot.all(Account)
    }
    for organization in snapshot.all(Organization):
        members = snapshot.find(Account, organization_id=organization.id)
        of_each = [known[each.id] for each in members]
        shared = frozenset.intersection(*of_each) if of_each else frozenset()
        told = {Known.ORGANIZATION, *parts.reports.known(organization.id)}
        if organization.id in parts.root_features:
            told.add(Known.ROOT_FEATURES)
        known[organization.id] = shared | told
    return Evidence(
        taken=min(beside.times, default=None),
        known=known,
        reported=beside.reported,
        summaries=beside.summaries,
        role_uses={identifier: used[0] for identifier, used in uses.items() if used},
        accesses={arn: tuple(found.values()) for arn, found in beside.accesses.items()},
        regional=beside.by_region.seen,
        contacts=beside.contacts.own,
        alternate_contacts=beside.contacts.alternate,
        organizations={
            each.id: parts.reports.report(each.id) for each in snapshot.all(Organization)
        },
        unasked=_unasked(parts, snapshot),
    )


def _known(
    account: Account, parts: Parts, beside: Beside, organizations: set[str]
) -> Iterator[Known]:
    """Yield the sources that an account is known by, each once or more."""
    yield from beside.known.get(account.id, ())
    yield from _by_region(beside.by_region.seen.get(account.id, NOWHERE))
    yield from beside.contacts.known(account.id)
    if account.organization_id is not None:
        if account.organization_id in organizations:
            yield Known.ORGANIZATION
        if account.organization_id in parts.root_features:
            yield Known.ROOT_FEATURES
        yield from parts.reports.known(account.organization_id)
    elif not parts.alone.isdisjoint({account.id, None}):
        yield from OF_ORGANIZATIONS
    if not parts.resources_of.isdisjoint({account.id, None}):
        yield Known.RESOURCES
    for kind, members in _LISTED.items():
        if kind not in _BY_USER and all((account.id, one) in beside.ended for one in members):
            yield kind
    if account.id in parts.whole:
        yield Known.DETAILS


def _unasked(parts: Parts, snapshot: Snapshot) -> Mapping[str, tuple[Unasked, ...]]:
    """What of resources was not asked for, by account: files in no account's folder are of all."""
    of_all = parts.unasked.get(None, [])
    found = {
        each.id: tuple(dict.fromkeys((*parts.unasked.get(each.id, ()), *of_all)))
        for each in snapshot.all(Account)
    }
    return {account: lacking for account, lacking in found.items() if lacking}


def _by_region(seen: Regional) -> Iterator[Known]:
    """Yield what was asked for in some Region; findings, if there is any analyzer to ask."""
    if seen.enabled:
        yield Known.REGIONS
    if seen.instances_in:
        yield Known.INSTANCES
    if seen.analyzers_in:
        yield Known.ANALYZERS
        asked = {each.arn for each in seen.analyzers if each.is_active and each.kind in EXTERNAL}
        if not asked or asked & seen.analyzed:
            yield Known.ACCESS_FINDINGS


def _by_principal(
    account: str, beside: Beside, snapshot: Snapshot, uses: Mapping[str, tuple[object, ...]]
) -> Iterator[Known]:
    """Yield the sources that are asked for user by user, or role by role, if all of them were."""
    users, roles = snapshot.find(User, account=account), snapshot.find(Role, account=account)
    names = {each.name for each in users}
    for kind, member in _BY_USER.items():
        asked = beside.asked.get((account, member))
        listed = all((account, one) in beside.ended for one in _LISTED.get(kind, ()))
        if listed and (asked is not None or not names) and names <= (asked or set()) | {ROOT}:
            yield kind
    if all(uses.get(each.id) for each in roles):
        yield Known.ROLE_LAST_USED
    reported = beside.asked.get((account, LAST_ACCESSED), set())
    if {each.arn for each in users} | {each.arn for each in roles} <= reported:
        yield Known.LAST_ACCESSED


def broken(faults: Iterable[Fault], snapshot: Snapshot) -> Broken:
    """Return what is not whole, by account and organization."""
    places = _Places(snapshot)
    found: dict[str, dict[Known, str]] = {}
    for fault in faults:
        for place in places.touched(fault):
            reasons = found.setdefault(place, {})
            for kind in fault.sources or tuple(Known):
                reasons.setdefault(kind, fault.why)
    return found


def named_accounts(faults: Iterable[Fault]) -> set[str]:
    """Return the accounts that faults name: of them not all is known, so they are there."""
    return {
        each
        for fault in faults
        for each in (*(_account(name) for name in fault.about), fault.folder)
        if each is not None
    }


def _account(name: str) -> str | None:
    """The account that an id or ARN names, if it does."""
    if is_account_id(name):
        return name
    arn = parse_arn(name)
    return arn.account if arn is not None and is_account_id(arn.account) else None


class _Places:
    """Accounts and organizations by whatever a problem may name."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._accounts = [each.id for each in snapshot.all(Account)]
        self._organization_of = {
            each.id: each.organization_id for each in snapshot.all(Account) if each.organization_id
        }
        self._members: dict[str, list[str]] = {each.id: [] for each in snapshot.all(Organization)}
        for account, organization in self._organization_of.items():
            self._members.setdefault(organization, []).append(account)
        self._parts = {each.id: each.organization_id for each in snapshot.all(OrganizationalUnit)}
        self._parts |= {each.id: each.organization_id for each in snapshot.all(OrganizationPolicy)}

    def touched(self, fault: Fault) -> set[str]:
        """Return the accounts that a fault touches, with their organizations."""
        found: set[str] = set()
        for name in fault.about:
            organization = self._parts.get(name, name)
            account = _account(name)
            if organization in self._members:
                found |= {organization, *self._members[organization]}
            elif account is not None:
                found |= {account, *self._above(account)}
        if not found and fault.folder is not None:
            found = {fault.folder, *self._above(fault.folder)}
        return found or {*self._accounts, *self._members}

    def _above(self, account: str) -> set[str]:
        organization = self._organization_of.get(account)
        return {organization} if organization is not None else set()
