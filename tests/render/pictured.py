"""The estate of `audits.small`: its organization, credential reports and earlier runs."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from doorward.analysis.pictures import credential_picture, organization_pictures
from doorward.model.evidence import (
    Evidence,
    ReportedCertificate,
    ReportedKey,
    ReportedUser,
    Source,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.render.audit import Look
from doorward.results.finding import Report, Severity
from doorward.results.picture import TrendPoint, trend_point
from tests.render.audits import ACCOUNTS, NAMES, NOW, ORGANIZATION, UNITS


def snapshot() -> Snapshot:
    """The organization of ``small``, with its guardrails."""
    root = "r-a1b2"
    made: list[Entity] = [
        Organization(ORGANIZATION, "111122223333", root, NOW),
        *(OrganizationalUnit(each, ORGANIZATION, root, name, NOW) for each, name in UNITS),
    ]
    for account, name, parent in ACCOUNTS:
        where = root if parent == "root" else parent
        made.append(Account(account, name, NOW, organization_id=ORGANIZATION, parent_id=where))
    made.append(Account("999900001111", "acquired-company", NOW))
    guardrails = (
        ("p-regions01", "OnlyOurRegions", PolicyType.SERVICE_CONTROL_POLICY, root),
        ("p-noroot001", "NothingByTheRootUser", PolicyType.SERVICE_CONTROL_POLICY, UNITS[0][0]),
        ("p-trails001", "TrailsStay", PolicyType.SERVICE_CONTROL_POLICY, UNITS[0][0]),
        ("p-ourorg001", "OnlyOurOrganization", PolicyType.RESOURCE_CONTROL_POLICY, UNITS[0][0]),
        ("p-sandbox01", "NoBigInstances", PolicyType.SERVICE_CONTROL_POLICY, "555566667777"),
    )
    for number, (identifier, name, kind, target) in enumerate(guardrails):
        made.append(OrganizationPolicy(identifier, ORGANIZATION, name, kind, "{}", NOW))
        made.append(PolicyTarget(ORGANIZATION, target, identifier, number))
    made.append(PolicyTarget(ORGANIZATION, root, "p-FullAWSAccess", 99))
    return Snapshot.of(made, {})


def reported(account: str, name: str, random: Random) -> ReportedUser:
    """A row of a credential report; of six users one has nothing."""

    def past(most: int) -> datetime:
        return NOW - timedelta(days=random.randrange(1, most))

    def key(chance: float) -> ReportedKey:
        if random.random() > chance:
            return ReportedKey()
        made = past(800)
        used = None if random.random() < 0.25 else max(made, past(300))
        return ReportedKey(active=True, rotated=made, used=used, region="eu-central-1")

    is_root = name == "<root_account>"
    password = is_root or random.random() < 0.5
    arn = f"arn:aws:iam::{account}:root" if is_root else f"arn:aws:iam::{account}:user/{name}"
    return ReportedUser(
        account,
        name,
        arn,
        NOW - timedelta(days=1000),
        is_root,
        password,
        past(200) if password and random.random() < 0.8 else None,
        past(500) if password else None,
        None,
        random.random() < 0.6,
        (key(0.05 if is_root else 0.6), key(0.0 if is_root else 0.2)),
        (ReportedCertificate(), ReportedCertificate()),
    )


def evidence() -> Evidence:
    """Credential reports of four of the five accounts of ``small``."""
    random = Random(3)
    rows = {}
    for account, _, _ in ACCOUNTS[:4]:
        names = [f"{random.choice(NAMES)}-{number:03}" for number in range(13)]
        rows[account] = tuple(
            reported(account, each, random) for each in ("<root_account>", *names)
        )
    known = {account: frozenset({Source.CREDENTIAL_REPORT}) for account in rows}
    return Evidence(NOW, known, rows)


def trend(last: Report) -> tuple[TrendPoint, ...]:
    """Eleven weeks before a report, and the report."""
    random = Random(5)
    points = []
    for week in range(11, 0, -1):
        counts = {
            each: (random.randrange(30, 44) + 3 * rank) * (week + 12) // 14
            for rank, each in enumerate(Severity)
        }
        points.append(TrendPoint(NOW - timedelta(weeks=week), counts, week % 3))
    return (*points, trend_point(last))


def look(made: Report) -> Look:
    """How a page of it is drawn, with every picture."""
    return Look(
        version="0.1.0",
        organizations=organization_pictures(snapshot(), made),
        credentials=credential_picture(evidence(), NOW),
        trend=trend(made),
    )
