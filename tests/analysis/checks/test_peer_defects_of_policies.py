"""What other tools get wrong of policies, roles and trust, and this one does not.

Provenance: the sources of Prowler 5.46.0, ScoutSuite and cloudsplaining, runs of them, and what
their users reported (issues by repository and number).
"""

from __future__ import annotations

from typing import Any

import pytest

from doorward.model.organization import PolicyType
from doorward.model.schema import Entity
from doorward.results.finding import Severity, State
from tests.analysis.checks.case import (
    ACCOUNT,
    FULL,
    OTHER,
    Case,
    attached,
    document,
    group,
    inline,
    member,
    policy,
    role,
    user,
)
from tests.analysis.checks.cases import found, verdicts
from tests.analysis.checks.policy_cases import allow, deny, version
from tests.analysis.checks.trust_cases import STRANGERS, github, trusting
from tests.analysis.checks.user_cases import (
    ADMINISTRATOR,
    ALL_BUT_IAM,
    IAM_ALONE,
    READ,
    WITH_MFA,
    within_organization,
)

ANA, APP, TEAM = user("ana"), role("app"), group("team")


def state(name: str, *entities: Entity) -> State:
    """Return the worst end of a check on an estate."""
    ended = [verdict.state for verdict in verdicts(name, Case("", State.PASS, entities))]
    return max(ended, key=list(State).index)


# --- administrators: Prowler, Steampipe match AdministratorAccess by name, or `*` in a statement


@pytest.mark.parametrize("statements", [(READ,), (FULL, deny("iam:*"))], ids=["reads", "denied"])
def test_a_policy_called_administrator_access_makes_no_administrator(
    statements: tuple[dict[str, Any], ...],
) -> None:
    name = "AdministratorAccess"
    entities = (ANA, *policy(name, *statements), attached(ANA, name))
    for check in ("user.admin", "policy.admin_attached"):
        assert state(check, *entities) is State.PASS


@pytest.mark.parametrize(
    "statements",
    [
        (IAM_ALONE, ALL_BUT_IAM),
        (allow("i*:*"), ALL_BUT_IAM),
        (allow([f"{letter}*:*" for letter in "abcdeklsI"]),),
        ({"Effect": "Allow", "NotAction": "aws-portal:*", "Resource": "*"},),
        ({"Effect": "Allow", "Action": "*", "NotResource": "arn:aws:s3:::logs/*"},),
    ],
    ids=["split", "split by a letter", "letter by letter", "all but one", "all but a bucket"],
)
def test_an_administrator_is_seen_however_it_is_written(
    statements: tuple[dict[str, Any], ...],
) -> None:
    assert state("user.admin", ANA, inline(ANA, *statements)) is State.FAIL
    assert state("policy.admin_attached", ANA, inline(ANA, *statements)) is State.FAIL


def test_an_administrator_by_group_and_own_policy_together_is_seen() -> None:
    """cloudsplaining #188: what is split over policies is missed."""
    split = (ANA, TEAM, member(ANA, TEAM), inline(ANA, IAM_ALONE), inline(TEAM, ALL_BUT_IAM))
    assert state("user.admin", *split) is State.FAIL
    assert state("user.mfa_admin", *split) is State.FAIL
    assert state("group.admin", *split) is State.PASS
    assert state("policy.admin_attached", *split) is State.PASS


def test_a_boundary_is_no_grant_and_takes_away() -> None:
    """ScoutSuite #1666 reads boundaries as grants."""
    bounded = user("ana", permissions_boundary=ADMINISTRATOR)
    assert state("user.admin", bounded, inline(bounded, READ)) is State.PASS
    assert state("user.admin", bounded, inline(bounded, FULL)) is State.FAIL
    edge = f"arn:aws:iam::{ACCOUNT}:policy/edge"
    narrow = user("ana", permissions_boundary=edge)
    entities = (narrow, inline(narrow, FULL), *policy("edge", READ))
    assert state("user.admin", *entities) is State.PASS


def test_control_policies_count() -> None:
    """Prowler #7114 and PMapper #94: SCPs are not looked at."""
    guarded = within_organization(deny(["iam:*"]))
    assert state("role.admin", *guarded, APP, inline(APP, FULL)) is State.PASS
    only_reads = within_organization(
        deny("*", Condition={"Bool": {"aws:SecureTransport": "true"}})
    )
    assert state("role.admin", *only_reads, APP, inline(APP, FULL)) is State.PASS


def test_a_condition_is_told_and_not_passed_over() -> None:
    """cloudsplaining #278, #167: flagged in spite of conditions, or not at all with any."""
    (finding,) = found("user.admin", Case("", State.FAIL, (ANA, inline(ANA, WITH_MFA))))
    assert "aws:MultiFactorAuthPresent" in finding.message
    assert ("only with", "aws:MultiFactorAuthPresent") in finding.facts
    assert finding.severity is Severity.HIGH


def test_what_may_be_done_with_mfa_alone_is_said_wherever_it_is_told() -> None:
    mfa = {"Bool": {"aws:MultiFactorAuthPresent": "true"}}
    maker = inline(ANA, allow("iam:CreateRole", Condition=mfa))
    (finding,) = found("boundary.missing", Case("", State.FAIL, (ANA, maker)))
    assert finding.message.endswith("without a boundary, depending on aws:MultiFactorAuthPresent")
    (finding,) = found(
        "policy.assume_any",
        Case("", State.FAIL, policy("p", allow("sts:*", Condition=mfa))),
    )
    assert finding.message.endswith(", depending on aws:MultiFactorAuthPresent")
    assert finding.severity is Severity.MEDIUM


def test_keys_of_oneself_are_no_permission_management() -> None:
    """Prowler #5731: scoping to ``${aws:username}`` is taken for all users."""
    own = allow("iam:*AccessKey*", "arn:aws:iam::*:user/${aws:username}")
    others = [user(f"user{number}") for number in range(3)]
    entities = [each for who in others for each in (who, inline(who, own))]
    assert state("account.granters", *entities) is State.PASS
    assert state("boundary.missing", *entities) is State.PASS


# --- permissive role assumption: any `*` in a resource, and actions compared literally


@pytest.mark.parametrize(
    ("statement", "ends"),
    [
        (allow("sts:AssumeRole", f"arn:aws:iam::{OTHER}:role/app-*"), State.PASS),
        (allow("sts:AssumeRole", "arn:aws:iam::*:role/app-*"), State.PASS),
        (allow("sts:AssumeRoleWithSAML"), State.PASS),
        (allow("sts:AssumeRole", "arn:aws:iam::*:role/*"), State.FAIL),
        (allow("sts:AssumeRole", "arn:aws:iam::*:*"), State.FAIL),
        (allow("sts:Assume*"), State.FAIL),
        (allow("STS:ASSUMEROLE"), State.FAIL),
        (allow("s*:assume?ole"), State.FAIL),
        ({"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}, State.FAIL),
    ],
    ids=lambda each: str(each.get("Action", "but iam")) if isinstance(each, dict) else None,
)
def test_assume_role_on_everything_is_what_a_pattern_meets(
    statement: dict[str, Any], ends: State
) -> None:
    assert state("policy.assume_any", *policy("p", statement)) is ends


@pytest.mark.parametrize(
    ("check", "actions"),
    [
        ("policy.kms_full", "KMS:*"),
        ("policy.kms_decrypt_all", "kms:dec*"),
        ("policy.cloudtrail_full", "CLOUDTRAIL:**"),
        ("policy.marketplace_subscribe", "aws-MARKETPLACE:sub*"),
        ("policy.passrole_any", "iam:pass?ole"),
    ],
)
def test_case_and_wildcards_mean_what_they_mean_to_aws(check: str, actions: str) -> None:
    """Prowler and parliament compare actions as text; cloudsplaining #97: Deny is left out."""
    assert state(check, *policy("p", allow(actions))) is State.FAIL
    assert state(check, *policy("p", allow(actions), deny("*"))) is State.PASS


# --- trust


def test_another_account_is_told_by_its_number_whole_and_with_its_conditions() -> None:
    """Prowler's check of ReadOnlyAccess looks for the account id anywhere in the text."""
    inner = trusting({"AWS": f"arn:aws:iam::{ACCOUNT}:role/for-{OTHER}"})
    assert state("role.trust_external", inner) is State.PASS
    sub = trusting({"AWS": OTHER}, {"StringLike": {"aws:userid": f"*{ACCOUNT}*"}})
    assert state("role.trust_external", sub) is State.PASS
    named = trusting({"AWS": OTHER}, {"StringEquals": {"sts:ExternalId": ACCOUNT}})
    assert state("role.trust_external", *STRANGERS, named) is State.FAIL
    assert state("role.trust_external_no_extid", *STRANGERS, named) is State.PASS


def test_whoever_may_read_is_trusted_by_what_the_role_may_not_by_its_policy() -> None:
    """Prowler tells of outside accounts only where ReadOnlyAccess is attached."""
    outside = trusting({"AWS": OTHER})
    assert state("role.trust_external", outside, inline(outside, READ)) is State.FAIL


def test_resource_control_policies_keep_others_out() -> None:
    """Tools that read a trust policy alone cannot know."""
    others = {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-exampleorg1"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    kept = {**deny("sts:AssumeRole", Condition=others), "Principal": "*"}
    guarded = within_organization(kept, kind=PolicyType.RESOURCE_CONTROL_POLICY)
    assert state("role.trust_any", *guarded, trusting("*")) is State.PASS
    outside = trusting({"AWS": "123412341234"})
    assert state("role.trust_external", *guarded, outside) is State.PASS
    assert state("role.trust_external", *within_organization(READ), outside) is State.FAIL
    whole = trusting({"AWS": ACCOUNT})
    assert state("role.trust_no_mfa", *guarded, whole) is State.FAIL
    strange = {
        "StringNotEqualsIfExists": {"aws:SourceOrgID": "o-exampleorg1"},
        "Bool": {"aws:PrincipalIsAWSService": "true"},
        "Null": {"aws:SourceAccount": "false"},
    }
    kept = {**deny("sts:AssumeRole", Condition=strange), "Principal": "*"}
    guarded = within_organization(kept, kind=PolicyType.RESOURCE_CONTROL_POLICY)
    service = trusting({"Service": "states.amazonaws.com"})
    assert state("role.confused_deputy", *guarded, service) is State.PASS


@pytest.mark.parametrize(
    "service", ["ec2", "lambda", "eks", "elasticmapreduce", "batch", "rds", "apigateway"]
)
def test_services_that_send_no_source_are_not_asked_for_one(service: str) -> None:
    """Prowler #2810: 20 of 21 service roles failed, nearly all of services that never send it."""
    trusted = trusting({"Service": f"{service}.amazonaws.com"})
    assert state("role.confused_deputy", trusted) is State.PASS


def test_a_condition_on_something_else_binds_no_service() -> None:
    """Any condition at all satisfies simple checks; here the service is asked for a stranger."""
    elsewhere = {"StringEquals": {"aws:RequestedRegion": "eu-west-1"}}
    trusted = trusting({"Service": "states.amazonaws.com"}, elsewhere)
    assert state("role.confused_deputy", trusted) is State.FAIL


@pytest.mark.parametrize("subject", ["repo:*", "*", "repo:*/*:ref:refs/heads/main"])
def test_a_subject_that_every_repository_has_is_none(subject: str) -> None:
    key = "token.actions.githubusercontent.com:sub"
    assert state("role.oidc_scope", github({"StringLike": {key: subject}})) is State.FAIL
    # With StringEquals a star is a star: nobody is let in.
    assert state("role.oidc_scope", github({"StringEquals": {key: subject}})) is State.PASS


# --- versions


def test_an_older_version_is_a_way_up_where_it_can_be_set() -> None:
    """Rhino's second path, which no tool's posture checks look at."""
    setting = inline(ANA, allow("iam:setdefaultpolicyversion"))
    estate = (*policy("p", READ), version(document(FULL)), ANA, setting)
    (finding,) = found("policy.versions", Case("", State.FAIL, estate))
    assert finding.severity is Severity.HIGH
    assert ("may be set by", ANA.arn) in finding.facts
    (finding,) = found("policy.versions", Case("", State.FAIL, estate[:-1]))
    assert finding.severity is Severity.LOW
