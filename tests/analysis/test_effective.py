"""What is asked of identities, held against AWS's own words, and what the answers rest on."""

from __future__ import annotations

import pytest

from doorward.analysis import checks
from doorward.analysis.effective import (
    GRANTING,
    MANAGEMENT,
    NAME,
    PANEL,
    Ask,
    actor,
    making_administrator,
)
from doorward.analysis.registry import REGISTRY
from doorward.analysis.trust import SENDS
from doorward.model.home import Home
from doorward.model.snapshot import Snapshot
from doorward.policy import catalog
from tests.analysis.checks.case import ACCOUNT, FULL, account, group, inline, member, user
from tests.analysis.checks.policy_cases import allow, deny
from tests.analysis.checks.user_cases import ALL_BUT_IAM, IAM_ALONE, READ, within_organization

checks.load()


@pytest.mark.parametrize("ask", [*PANEL, *MANAGEMENT], ids=lambda ask: ask.action)
def test_what_is_asked_is_an_action_on_a_resource_of_its_type(ask: Ask) -> None:
    """Source: Service Authorization Reference."""
    known = catalog.action(ask.action)
    assert known is not None
    assert known.full_name == ask.action
    arn = Home(ACCOUNT).at(ask.resource, NAME)
    assert catalog.resource_format(ask.action, arn) is not None


def test_each_way_to_grant_is_asked_of_administrators_too() -> None:
    assert set(GRANTING) <= set(PANEL)
    assert all(ask.permissions for ask in GRANTING)


def test_services_that_send_their_source_are_told_of() -> None:
    told = REGISTRY["role.confused_deputy"].info.documentation
    assert all(service.removesuffix(".amazonaws.com") in told for service in SENDS)


def test_no_more_is_taken_than_makes_an_administrator() -> None:
    ana, team, readers = user("ana"), group("team"), group("readers")
    estate = Snapshot.of(
        (
            account(),
            ana,
            team,
            readers,
            member(ana, team),
            member(ana, readers),
            inline(readers, READ),
            inline(team, ALL_BUT_IAM),
            inline(ana, IAM_ALONE, name="iam"),
            inline(ana, allow("iam:AttachRolePolicy"), name="attach"),
            inline(ana, allow("iam:List*"), name="list"),
        ),
        {},
    )
    behind = making_administrator(actor(estate, ana))
    assert {policy.name for policy in behind} == {"iam", "attach"}


def test_a_key_of_a_denial_is_a_circumstance_where_it_tells_of_the_caller() -> None:
    """A Deny that the caller can get around by an address leaves it what it is; by a tag, not."""
    ana = user("ana")
    by_address = deny("*", Condition={"NotIpAddress": {"aws:SourceIp": "192.0.2.0/24"}})
    by_tag = deny("*", Condition={"StringNotEquals": {"aws:ResourceTag/open": "yes"}})
    for statement, keys in ((by_address, ("aws:SourceIp",)), (by_tag, None)):
        estate = Snapshot.of((account(), ana, inline(ana, FULL, statement)), {})
        found = actor(estate, ana).ask(PANEL[0])
        assert (found.keys if found.granted else None) == keys


def test_circumstances_that_several_policies_ask_for_add_up() -> None:
    """A group that denies all without MFA, below guardrails that close Regions."""
    ana, team = user("ana"), group("team")
    region = {"StringNotEquals": {"aws:RequestedRegion": "eu-west-1"}}
    mfa = {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}}
    estate = Snapshot.of(
        (
            *within_organization(deny("*", Condition=region)),
            ana,
            team,
            member(ana, team),
            inline(team, deny("*", Condition=mfa)),
            inline(ana, FULL),
        ),
        {},
    )
    found = actor(estate, ana).ask(PANEL[0])
    assert found.granted
    assert set(found.keys) == {"aws:MultiFactorAuthPresent", "aws:RequestedRegion"}
    assert found.hindered
