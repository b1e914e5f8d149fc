"""Carrying checks out: on every account or organization, each to an end that says how it ended.

Nothing that failed is a pass. A check whose source is missing is NOT_CHECKED, one that raises is
an ERROR, and so is one that looked at what could not be read whole: what it found stands beside.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from doorward.analysis.registry import Check, Extent, IfThere, Miss, Scope, Unseen
from doorward.analysis.thresholds import Thresholds
from doorward.model.evidence import Evidence, Source
from doorward.model.organization import Account, Organization
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Finding, State, Verdict

TO_BRING: Final[Mapping[Source, str]] = {
    Source.DETAILS: "aws iam get-account-authorization-details",
    Source.CREDENTIAL_REPORT: "aws iam generate-credential-report, then get-credential-report",
    Source.SUMMARY: "aws iam get-account-summary",
    Source.PASSWORD_POLICY: "aws iam get-account-password-policy",
    Source.MFA_DEVICES: "aws iam list-virtual-mfa-devices, and list-mfa-devices for each user",
    Source.LAST_ACCESSED: "aws iam generate-service-last-accessed-details for each principal",
    Source.ORGANIZATION: "organization.json",
    Source.RESOURCES: "resources.json",
    Source.ACCESS_KEYS: "aws iam list-access-keys for each user",
    Source.SERVICE_CREDENTIALS: "aws iam list-service-specific-credentials for each user",
    Source.SERVER_CERTIFICATES: "aws iam list-server-certificates",
    Source.PROVIDERS: "aws iam list-saml-providers and list-open-id-connect-providers",
    Source.ROLE_LAST_USED: "aws iam get-account-authorization-details, which has RoleLastUsed",
    Source.ROOT_FEATURES: "aws iam list-organizations-features, in organization.json",
    Source.REGIONS: "aws ec2 describe-regions",
    Source.INSTANCES: "aws ec2 describe-instances, in every Region",
    Source.ANALYZERS: "aws accessanalyzer list-analyzers, in every Region",
    Source.ACCESS_FINDINGS: "aws accessanalyzer list-findings-v2 for each analyzer",
    Source.CONTACT: "aws account get-contact-information",
    Source.SECURITY_CONTACT: "aws account get-alternate-contact --alternate-contact-type SECURITY",
    Source.ALTERNATE_CONTACTS: "aws account get-alternate-contact for each of the three types",
    Source.TRUSTED_SERVICES: (
        "aws organizations list-aws-service-access-for-organization, in organization.json"
    ),
    Source.DELEGATED_ADMINISTRATORS: "aws organizations list-delegated-administrators",
    Source.DELEGATED_SERVICES: (
        "aws organizations list-delegated-services-for-account for each of them"
    ),
    Source.DELEGATION_POLICY: "aws organizations describe-resource-policy",
    Source.AI_OPT_OUT_POLICIES: (
        "aws organizations list-policies --filter AISERVICES_OPT_OUT_POLICY, in organization.json"
    ),
    Source.TAG_POLICIES: (
        "aws organizations list-policies --filter TAG_POLICY, in organization.json"
    ),
}
"""What brings a source, for those who lack it."""

Broken = Mapping[str, Mapping[Source, str]]
"""By account or organization: the sources that could not be read whole, and why."""


def run(
    checks: Collection[Check],
    snapshot: Snapshot,
    evidence: Evidence,
    now: datetime,
    *,
    thresholds: Thresholds | None = None,
    broken: Broken | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Verdict, ...]:
    """Carry out checks on every account and organization of an estate.

    A check on organizations has a verdict for each account, too, of which it is not known whether
    it is in one: NOT_CHECKED, or ERROR. Where an account is known to stand alone it has none.
    ``progress`` is told how many scopes are done, of how many. Verdicts stand in the order of
    ``checks``, then by id. Never raises for a check that does.
    """
    accounts = frozenset(account.id for account in snapshot.all(Account))
    organizations = [each.id for each in snapshot.all(Organization)]
    scopes = [
        *((Extent.ACCOUNT, each) for each in sorted(accounts)),
        *((Extent.ORGANIZATION, each) for each in organizations),
    ]
    alone = {
        each.id for each in snapshot.all(Account) if each.organization_id not in organizations
    }
    found: dict[str, list[Verdict]] = {each.info.id: [] for each in checks}
    made: dict[tuple[object, str], object] = {}
    for done, (extent, identifier) in enumerate(scopes):
        progress(done, len(scopes))
        scope = Scope(
            identifier, snapshot, evidence, now, thresholds or Thresholds(), accounts, made
        )
        faults = (broken or {}).get(identifier, {})
        for each in checks:
            if each.extent is extent or (identifier in alone and _lacking(each, scope)):
                found[each.info.id].append(_verdict(each, scope, faults))
    progress(len(scopes), len(scopes))
    return tuple(verdict for verdicts in found.values() for verdict in verdicts)


def _unready(check: Check, scope: Scope, faults: Mapping[Source, str]) -> Verdict | None:
    """What is said of a check that lacks something; ``None`` if it lacks nothing."""
    missing = _missing(check, scope)
    if not missing:
        return None
    touched = _touched(check, faults)
    state = State.ERROR if touched else State.NOT_CHECKED
    return Verdict(check.info.id, scope.id, state, reason="; ".join([*touched, missing]))


def _verdict(check: Check, scope: Scope, faults: Mapping[Source, str]) -> Verdict:
    unready = _unready(check, scope, faults)
    if unready is not None:
        return unready
    name, reasons = check.info.id, _touched(check, faults)
    examined = 0
    findings: list[Finding] = []
    state = State.ERROR if reasons else State.PASS
    try:
        for outcome in check.run(scope):
            if isinstance(outcome, Unseen):
                state = _worst((state, State.NOT_CHECKED))
                reasons.append(outcome.reason)
                continue
            examined += 1
            if isinstance(outcome, Miss):
                findings.append(_finding(check, scope, outcome))
    except Exception as error:  # noqa: BLE001 - whatever it raises, it is no pass
        state = State.ERROR
        reasons.append(f"the check could not be carried out: {type(error).__name__}: {error}")
    state = _worst((state, *(each.state for each in findings)))
    return Verdict(name, scope.id, state, examined, tuple(findings), "; ".join(reasons))


def _finding(check: Check, scope: Scope, miss: Miss) -> Finding:
    info = check.info
    return Finding(
        info.id,
        miss.state,
        miss.severity or info.severity,
        scope.id,
        miss.subject,
        miss.message,
        miss.facts,
        miss.remedy,
        miss.about,
    )


_ORDER: Final = list(State)


def _worst(states: Iterable[State]) -> State:
    return max(states, key=_ORDER.index, default=State.PASS)


def _alternatives(check: Check) -> Iterator[tuple[Source, ...]]:
    for need in check.needs:
        if not isinstance(need, IfThere):
            yield need if isinstance(need, tuple) else (need,)


def _lacking(check: Check, scope: Scope) -> list[str]:
    """The sources that a check needs and that are not there, with what brings them."""
    return [
        " or ".join(f"the {source.value} ({TO_BRING[source]})" for source in any_of)
        for any_of in _alternatives(check)
        if not any(scope.evidence.knows(scope.id, source) for source in any_of)
    ]


def _missing(check: Check, scope: Scope) -> str:
    """What a check needs and is not there, and what to do; empty if nothing is missing."""
    lacking = _lacking(check, scope)
    bring = [f"bring {', and '.join(lacking)}"] if lacking else []
    unset = [name for name in check.settings if not getattr(scope.thresholds, name)]
    return "; ".join([*bring, *(f"set {name} among the thresholds" for name in unset)])


def _touched(check: Check, faults: Mapping[Source, str]) -> list[str]:
    """Why what a check looks at is not whole."""
    used = {source for any_of in _alternatives(check) for source in any_of}
    used |= {need.source for need in check.needs if isinstance(need, IfThere)}
    return [f"the {source.value}: {why}" for source, why in faults.items() if source in used]
