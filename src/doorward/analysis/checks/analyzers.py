"""Checks of IAM Access Analyzer: whether it looks at an account, and what it found there."""

from __future__ import annotations

from collections.abc import Iterator

from doorward.analysis.command import aws
from doorward.analysis.regions import Others, bring, looking, others, seen
from doorward.analysis.registry import PASSED, Miss, Passed, Scope, Unseen, check
from doorward.model.evidence import Source
from doorward.model.regional import EXTERNAL, UNUSED, AccessFinding, Analyzer
from doorward.results.finding import Remedy, Severity, State


def _of_others(beside: Others, regions: set[str] | None = None) -> Unseen:
    """What to bring where an analyzer of another account may look at this one."""
    where = "every Region" if regions is None else ", ".join(sorted(regions))
    if beside.known:
        return Unseen(bring(Source.ANALYZERS, (where,), "the organization's other accounts in "))
    return Unseen(
        "bring the organization (organization.json): an analyzer of another account may look at"
        f" this one, in {where}"
    )


@check(
    "aa.external_enabled",
    "An analyzer of external access is active in every Region",
    Severity.LOW,
    needs=(Source.REGIONS, Source.ANALYZERS),
    practices=("BP22", "BP24"),
    references={"cis5": "1.19", "cis7": "2.18", "hub": "IAM.28"},
)
def external_enabled(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for each enabled Region in which no analyzer looks at access from outside.

    An analyzer sees the resources of its Region alone. It has to be ACTIVE, and of type ACCOUNT or
    ORGANIZATION; one of unused or of internal access does not count. One of an organization looks
    at all of its accounts, and stands in the management account or in that of the delegated
    administrator: it counts for every account of the organization that is here.

    So a Region fails if the account has none, and no other account of its organization has one
    for all. Where it has none and others were not asked, or the organization is not known, the
    check says what to bring. Regions in which the account was not asked are named. Source: IAM
    User Guide, "Create an IAM Access Analyzer external access analyzer".
    """
    found, beside = seen(scope), others(scope)
    covered = {each.region for each in looking(scope, EXTERNAL, beside)}
    left: set[str] = set()
    for region in sorted(found.enabled & (found.analyzers_in | covered)):
        if region in covered:
            yield PASSED
        elif beside.asked(region):
            yield _nobody_looks(scope, region)
        else:
            left.add(region)
    if left:
        yield _of_others(beside, left)
    if unasked := found.enabled - found.analyzers_in - covered:
        yield Unseen(bring(Source.ANALYZERS, unasked))


def _nobody_looks(scope: Scope, region: str) -> Miss:
    return Miss(
        scope.id,
        f"no analyzer of external access is active in {region}",
        facts=(("region", region),),
        remedy=Remedy(
            "Make an analyzer in each Region; best one of the whole organization, in the account"
            " of its delegated administrator (--type ORGANIZATION). Close Regions that nobody"
            " uses.",
            (
                aws(
                    "accessanalyzer",
                    "create-analyzer",
                    region=region,
                    analyzer_name="external-access",
                    type="ACCOUNT",
                ),
            ),
        ),
        about=region,
    )


@check(
    "aa.findings",
    "No finding of an analyzer of external access is active",
    Severity.LOW,
    needs=(Source.REGIONS, Source.ANALYZERS, Source.ACCESS_FINDINGS),
    practices=("BP22", "BP7"),
)
def findings(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for each active finding of external access to a resource of the account.

    IAM Access Analyzer tells of resources that somebody outside of the account, or of the
    organization, can reach. What is archived was judged to be meant, what is resolved is gone:
    neither counts. Findings of unused and of internal access do not count either. A resource that
    the analyzer could not analyze is UNKNOWN.

    A finding of an organization's analyzer is told of the account that has the resource. A Region
    in which no analyzer looks at the account, and an analyzer whose findings were not brought, are
    named, and the check does not pass: nobody looked. Where the account has an analyzer of its
    own, one of the organization would find no more. ``res.public``, ``res.cross_account`` and
    ``role.trust_external`` look at external access themselves.
    """
    found = seen(scope)
    active = looking(scope, EXTERNAL, others(scope))
    told = [each for each in found.findings if each.is_external and each.status == "ACTIVE"]
    yield from (_access(each) for each in told)
    unread = {each for each in active if not _is_read(scope, each)}
    open_in = {each.region for each in unread} | {_region(each.analyzer) for each in told}
    covered = {each.region for each in active}
    yield from (PASSED for _ in found.enabled & covered - open_in)
    blind = found.enabled - covered
    if nobody := blind & found.analyzers_in:
        yield Unseen(f"no analyzer of external access is active in {', '.join(sorted(nobody))}")
    if unasked := blind - found.analyzers_in:
        yield Unseen(bring(Source.ANALYZERS, unasked))
    if unread:
        yield Unseen(bring(Source.ACCESS_FINDINGS, {each.arn for each in unread}))


def _is_read(scope: Scope, analyzer: Analyzer) -> bool:
    """Whether all active findings of an analyzer are here."""
    return analyzer.arn in scope.evidence.seen_in_regions(analyzer.account).analyzed


def _region(arn: str) -> str:
    return arn.split(":")[3]


def _access(found: AccessFinding) -> Miss:
    of = {"region": _region(found.analyzer), "analyzer_arn": found.analyzer}
    facts = (("analyzer", found.analyzer), ("finding", found.id))
    if found.error:
        return Miss(
            found.resource,
            f"the analyzer could not analyze it: {found.error}",
            facts,
            Remedy(
                "Let the service-linked role of IAM Access Analyzer read the resource's policy.",
                (aws("accessanalyzer", "get-finding-v2", **of, id=found.id),),
            ),
            about=found.id,
            state=State.UNKNOWN,
        )
    return Miss(
        found.resource,
        "somebody outside can reach it",
        facts,
        Remedy(
            "See who can, and take that out of the resource's policy: the finding is resolved"
            " then. Where it is meant, archive the finding, in the analyzer's account.",
            (
                aws("accessanalyzer", "get-finding-v2", **of, id=found.id),
                aws("accessanalyzer", "update-findings", **of, ids=found.id, status="ARCHIVED"),
            ),
        ),
        about=found.id,
    )


@check(
    "aa.unused_enabled",
    "An analyzer of unused access is active",
    Severity.LOW,
    needs=(Source.REGIONS, Source.ANALYZERS),
    practices=("BP24", "BP11"),
)
def unused_enabled(scope: Scope) -> Iterator[Passed | Miss | Unseen]:
    """Fails for an account at whose unused access no analyzer looks.

    Roles, keys, passwords and permissions that nobody uses are found by an analyzer of type
    ACCOUNT_UNUSED_ACCESS or ORGANIZATION_UNUSED_ACCESS, which has to be ACTIVE. One is enough,
    in whatever Region: its findings are the same everywhere. One of an organization, in its
    management account or that of the delegated administrator, counts for every account that it
    does not exclude.

    The account fails if every enabled Region was asked, in the other accounts of its organization
    too, and there was none; else the check says what to bring. AWS charges for these analyzers.
    ``user.key_unused``, ``user.pw_unused``, ``role.unused`` and ``access.stale_service`` look at
    unused access themselves. Source: IAM User Guide, "Create an IAM Access Analyzer unused access
    analyzer".
    """
    found, beside = seen(scope), others(scope)
    if looking(scope, UNUSED, beside):
        yield PASSED
    elif unasked := found.enabled - found.analyzers_in:
        yield Unseen(bring(Source.ANALYZERS, unasked))
    elif not (beside.known and beside.everywhere):
        yield _of_others(beside)
    else:
        yield Miss(
            scope.id,
            "no analyzer of unused access is active",
            remedy=Remedy(
                "Make one, best of the whole organization, in the account of its delegated"
                " administrator (--type ORGANIZATION_UNUSED_ACCESS). AWS charges for each user and"
                " role that it looks at.",
                (
                    aws(
                        "accessanalyzer",
                        "create-analyzer",
                        region=scope.home.region,
                        analyzer_name="unused-access",
                        type="ACCOUNT_UNUSED_ACCESS",
                    ),
                ),
            ),
        )
