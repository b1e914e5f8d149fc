"""The evidence of a live directory: the same reports that would be exported of it, read back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from doorward.analysis.report import credentials
from doorward.importers.credential_report import reported
from doorward.model.certificate import SigningCertificate
from doorward.model.credential import AccessKey, LoginProfile, MfaDevice
from doorward.model.evidence import BY_REGION, OF_ORGANIZATIONS, Access, Evidence, Source
from doorward.model.identity import Role, User
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from doorward.model.use import TRACKED, WHOLE, Use

OF_AWS = frozenset({
    Source.CONTACT, Source.SECURITY_CONTACT, Source.ALTERNATE_CONTACTS,
    Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES, Source.DELEGATION_POLICY,
    Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES,
}) | BY_REGION  # fmt: skip
"""What only AWS knows: a live directory has nothing like it."""

LIVE = frozenset(Source) - OF_AWS
"""What a live directory is known by: all else."""


def observed(snapshot: Snapshot, uses: Iterable[Use], now: datetime) -> Evidence:
    """Return what is seen of a live directory beside it.

    ``uses`` are the marks of access keys and roles as a whole, and of services by principals.
    """
    marks = list(uses)
    whole = {use.subject: use for use in marks if use.scope == WHOLE}
    accounts = snapshot.all(Account)
    return Evidence(
        taken=now,
        known={
            account.id: LIVE | OF_ORGANIZATIONS if account.organization_id is None else LIVE
            for account in accounts
        }
        | dict.fromkeys(_organizations(accounts), LIVE),
        reported={
            account.id: tuple(reported(dict(zip(head, row, strict=True))) for row in rows)
            for account in accounts
            for head, *rows in (credentials.rows(snapshot, account, whole),)
        },
        summaries={account.id: _summary(snapshot, account.id) for account in accounts},
        role_uses={
            role.id: whole[role.id].time if role.id in whole else None
            for role in snapshot.all(Role)
        },
        accesses=_accesses(snapshot, marks, now),
    )


def _summary(snapshot: Snapshot, account: str) -> Mapping[str, int]:
    """What GetAccountSummary would say of the root user, of which nothing else tells as much."""
    return {
        "AccountMFAEnabled": int(bool(snapshot.find(MfaDevice, owner_id=account))),
        "AccountAccessKeysPresent": int(bool(snapshot.find(AccessKey, owner_id=account))),
        "AccountPasswordPresent": int(snapshot.get(LoginProfile, account) is not None),
        "AccountSigningCertificatesPresent": int(
            bool(snapshot.find(SigningCertificate, owner_id=account))
        ),
    }


def _organizations(accounts: Iterable[Account]) -> set[str]:
    return {each.organization_id for each in accounts if each.organization_id is not None}


def _accesses(
    snapshot: Snapshot, marks: Iterable[Use], now: datetime
) -> Mapping[str, tuple[Access, ...]]:
    """Last accesses by the ARN of who made them; services that were never used are not told."""
    arns = {each.id: each.arn for each in snapshot.all(User)}
    arns |= {each.id: each.arn for each in snapshot.all(Role)}
    found: dict[str, list[Access]] = {}
    for use in marks:
        arn = arns.get(use.subject)
        tells = use.scope != WHOLE and ":" not in use.scope
        if arn is not None and tells and use.time >= now - TRACKED:
            found.setdefault(arn, []).append(Access(use.scope, use.time))
    return {arn: tuple(each) for arn, each in found.items()}
