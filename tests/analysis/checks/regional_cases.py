"""Cases of the checks in ``analysis.checks.instances`` and ``analysis.checks.analyzers``."""

from __future__ import annotations

import msgspec

from doorward.model.evidence import Source
from doorward.model.regional import AccessFinding, Analyzer, Instance
from doorward.results.finding import State
from tests.analysis.checks.case import (
    ACCOUNT,
    MANAGEMENT,
    OTHER,
    Case,
    account,
    joined,
    organization,
)
from tests.analysis.checks.regional import (
    EAST,
    WEST,
    analyzer,
    asked,
    finding,
    instance,
    together,
)
from tests.analysis.checks.seen import Alter

LIVE = Case("the live directory has none", State.NOT_CHECKED)
MEMBERS = (*organization(), joined())
BARE, THERE = instance("i-0a"), instance("i-0c", region=EAST)
IN_WEST, IN_EAST = analyzer(), analyzer(region=EAST)
OF_ALL = analyzer("ORGANIZATION", account=MANAGEMENT)
OF_ALL_EAST = analyzer("ORGANIZATION", account=MANAGEMENT, region=EAST)
UNUSED = analyzer("ACCOUNT_UNUSED_ACCESS", region=EAST)
UNUSED_OF_ALL = analyzer("ORGANIZATION_UNUSED_ACCESS", account=MANAGEMENT)
EXCLUDING = analyzer("ORGANIZATION_UNUSED_ACCESS", account=MANAGEMENT, excluded=[ACCOUNT])
INTERNAL = analyzer("ACCOUNT_INTERNAL_ACCESS")
OPEN = finding(IN_WEST, "open")
_NO_ORGANIZATION = (Source.ORGANIZATION,)


def arn_of(each: Instance) -> str:
    """Return the ARN of an instance."""
    return f"arn:aws:ec2:{each.region}:{ACCOUNT}:instance/{each.id}"


def covered(*there: Analyzer | AccessFinding) -> Alter:
    """Have the account and the management account asked, each with its analyzers."""
    theirs = [each for each in there if isinstance(each, Analyzer) and each.account == MANAGEMENT]
    mine = [each for each in there if each not in theirs]
    return together(asked(*mine), asked(*theirs, account=MANAGEMENT))


CASES = {
    "ec2.instance_role": (
        LIVE,
        Case("no instances", State.PASS, evidence=asked()),
        Case("a profile", State.PASS, evidence=asked(instance("i-0a", profile="app"))),
        Case(
            "none that runs",
            State.PASS,
            evidence=asked(
                *(
                    instance(f"i-{each}", state=each)
                    for each in ("stopped", "stopping", "terminated", "shutting-down", "pending")
                )
            ),
        ),
        Case(
            "one of several, in each Region",
            State.FAIL,
            evidence=asked(BARE, instance("i-0b", profile="a"), THERE),
            subjects=(arn_of(BARE), arn_of(THERE)),
            answers={"profile": "app"},
        ),
        Case(
            "one, and a Region that was not asked",
            State.FAIL,
            evidence=asked(BARE, instances_in=[WEST]),
            subjects=(arn_of(BARE),),
            answers={"profile": "app"},
        ),
        Case(
            "in China",
            State.FAIL,
            (account(partition="aws-cn"),),
            evidence=asked(instance("i-0a", region="cn-north-1"), enabled=["cn-north-1"]),
            subjects=(f"arn:aws-cn:ec2:cn-north-1:{ACCOUNT}:instance/i-0a",),
            answers={"profile": "app"},
        ),
        Case(
            "a Region that was not asked", State.NOT_CHECKED, evidence=asked(instances_in=[EAST])
        ),
        Case("no instances known", State.NOT_CHECKED, evidence=asked(without=[Source.INSTANCES])),
        Case(
            "Regions that are not known",
            State.NOT_CHECKED,
            evidence=asked(BARE, without=[Source.REGIONS]),
        ),
    ),
    "aa.external_enabled": (
        LIVE,
        Case("in every Region", State.PASS, evidence=asked(IN_WEST, IN_EAST)),
        Case(
            "of the organization, in its own account",
            State.PASS,
            evidence=asked(analyzer("ORGANIZATION"), IN_EAST),
        ),
        Case(
            "of the organization, in another account",
            State.PASS,
            MEMBERS,
            evidence=covered(OF_ALL, OF_ALL_EAST),
        ),
        Case(
            "of the organization, where the account itself was not asked",
            State.PASS,
            MEMBERS,
            evidence=together(
                asked(IN_WEST, analyzers_in=[WEST]), asked(OF_ALL, OF_ALL_EAST, account=MANAGEMENT)
            ),
        ),
        Case(
            "in one Region of two",
            State.FAIL,
            evidence=asked(IN_WEST),
            subjects=(ACCOUNT,),
        ),
        Case("nowhere", State.FAIL, evidence=asked(), subjects=(ACCOUNT, ACCOUNT)),
        Case(
            "not active, or of something else",
            State.FAIL,
            evidence=asked(
                analyzer(status="CREATING"),
                analyzer(status="DISABLED", region=EAST),
                UNUSED,
                INTERNAL,
            ),
            subjects=(ACCOUNT, ACCOUNT),
        ),
        Case(
            "another account's own",
            State.FAIL,
            MEMBERS,
            evidence=covered(
                analyzer(account=MANAGEMENT), analyzer(account=MANAGEMENT, region=EAST)
            ),
            subjects=(ACCOUNT, ACCOUNT),
        ),
        Case(
            "an account that is closed was not asked",
            State.FAIL,
            (*MEMBERS, msgspec.structs.replace(joined(OTHER), status="SUSPENDED")),
            evidence=covered(OF_ALL),
            subjects=(ACCOUNT, MANAGEMENT),
        ),
        Case(
            "other accounts of the organization were not asked",
            State.NOT_CHECKED,
            MEMBERS,
            evidence=asked(IN_WEST),
        ),
        Case(
            "the organization is not known",
            State.NOT_CHECKED,
            evidence=asked(IN_WEST),
            without=_NO_ORGANIZATION,
        ),
        Case(
            "a Region not asked", State.NOT_CHECKED, evidence=asked(IN_WEST, analyzers_in=[WEST])
        ),
        Case(
            "analyzers that are not known",
            State.NOT_CHECKED,
            evidence=asked(without=[Source.ANALYZERS]),
        ),
    ),
    "aa.findings": (
        LIVE,
        Case("none", State.PASS, evidence=asked(IN_WEST, IN_EAST)),
        Case(
            "archived, resolved, of something else",
            State.PASS,
            evidence=asked(
                IN_WEST,
                IN_EAST,
                finding(IN_WEST, "meant", status="ARCHIVED"),
                finding(IN_WEST, "gone", status="RESOLVED"),
                finding(UNUSED, "idle", is_external=False),
            ),
        ),
        Case(
            "two that are active, one of them the organization's",
            State.FAIL,
            MEMBERS,
            evidence=covered(IN_WEST, IN_EAST, OPEN, OF_ALL, OF_ALL_EAST, finding(OF_ALL, "shut")),
            subjects=(OPEN.resource, "arn:aws:s3:::shut"),
        ),
        Case(
            "one, and a Region that was not asked",
            State.FAIL,
            evidence=asked(IN_WEST, OPEN, analyzers_in=[WEST]),
            subjects=(OPEN.resource,),
        ),
        Case(
            "a resource that could not be analyzed",
            State.UNKNOWN,
            evidence=asked(IN_WEST, IN_EAST, finding(IN_WEST, "secret", error="ACCESS_DENIED")),
            subjects=("arn:aws:s3:::secret",),
        ),
        Case("no analyzer in a Region", State.NOT_CHECKED, evidence=asked(IN_WEST)),
        Case(
            "an analyzer of the organization whose findings were not brought",
            State.NOT_CHECKED,
            MEMBERS,
            evidence=together(
                asked(IN_WEST, IN_EAST),
                asked(OF_ALL, OF_ALL_EAST, account=MANAGEMENT, unread=[OF_ALL]),
            ),
        ),
        Case(
            "findings that were not brought",
            State.NOT_CHECKED,
            evidence=asked(IN_WEST, IN_EAST, without=[Source.ACCESS_FINDINGS]),
        ),
    ),
    "aa.unused_enabled": (
        LIVE,
        Case("in one Region", State.PASS, evidence=asked(UNUSED)),
        Case("of the organization", State.PASS, MEMBERS, evidence=covered(UNUSED_OF_ALL)),
        Case(
            "of the organization, that leaves the account out",
            State.FAIL,
            MEMBERS,
            evidence=covered(EXCLUDING),
            subjects=(ACCOUNT,),
        ),
        Case(
            "of something else, or not active",
            State.FAIL,
            evidence=asked(IN_WEST, IN_EAST, INTERNAL, analyzer(UNUSED.kind, status="FAILED")),
            subjects=(ACCOUNT,),
        ),
        Case("a Region not asked", State.NOT_CHECKED, evidence=asked(analyzers_in=[WEST])),
        Case(
            "others were not asked in some Region",
            State.NOT_CHECKED,
            MEMBERS,
            evidence=together(asked(), asked(account=MANAGEMENT, analyzers_in=[EAST])),
        ),
        Case("other accounts were not asked", State.NOT_CHECKED, MEMBERS, evidence=asked()),
        Case(
            "the organization is not known",
            State.NOT_CHECKED,
            evidence=asked(),
            without=_NO_ORGANIZATION,
        ),
    ),
}
