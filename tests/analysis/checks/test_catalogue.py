"""Every check that people ask for is there, or is listed with the reason why it is not."""

from __future__ import annotations

from doorward.analysis import checks
from doorward.analysis.absent import ABSENT
from doorward.analysis.registry import REGISTRY, STANDARDS
from doorward.analysis.thresholds import Thresholds
from doorward.results.practice import PRACTICES
from tools.checks_page import GROUPS, thresholds

checks.load()

ASKED = """
root.access_key root.mfa root.hw_mfa root.multi_mfa root.used root.certs root.central_mgmt
user.mfa_console user.mfa_any user.hw_mfa user.mfa_admin user.mfa_sms user.pw_unused
user.key_unused user.key_never_used user.key_age user.key_inactive_old user.two_keys
user.pw_and_key user.long_lived user.certs user.service_creds user.direct_policies user.no_group
user.federation user.admin
group.admin group.empty group.inline
role.inline role.admin role.trust_any role.trust_external role.trust_external_no_extid
role.trust_no_mfa role.confused_deputy role.service_trust_scope role.oidc_scope role.unused
role.ec2_unused role.support role.security_audit
policy.admin_attached policy.admin_unattached policy.service_star policy.kms_decrypt_all
policy.kms_full policy.cloudtrail_full policy.marketplace_subscribe policy.assume_any
policy.passrole_any policy.notaction policy.notresource policy.notprincipal policy.privesc
policy.unattached policy.versions policy.cloudshell policy.deny_group_ineffective
boundary.missing boundary.removable
pw.length pw.upper pw.lower pw.number pw.symbol pw.reuse pw.age pw.hard_expiry pw.self_change
cert.expired
account.contact account.security_contact account.contacts_differ
ec2.instance_role
aa.external_enabled aa.findings aa.unused_enabled
org.member org.delegated_admins org.region_deny org.ai_optout org.tag_policy org.guardrails
org.mgmt_workload org.ou_structure org.delegated_policies org.scp_ineffective
res.public res.cross_account
access.stale_service
"""
"""What Prowler, ScoutSuite, Steampipe, Security Hub and CIS look at, and the product's own."""


def test_what_is_asked_for_is_there_or_says_why_not() -> None:
    absent = {each.id for each in ABSENT}
    assert set(ASKED.split()) - set(REGISTRY) == absent
    assert not absent & set(REGISTRY)


def test_every_check_counts_for_practices_that_are_there() -> None:
    for name, check in REGISTRY.items():
        assert check.info.practices, name
        assert set(check.info.practices) <= PRACTICES.keys(), name


def test_every_check_is_about_something_that_the_page_has_a_title_for() -> None:
    assert {name.split(".")[0] for name in REGISTRY} == GROUPS.keys()


def test_every_threshold_is_named_by_a_check_that_goes_by_it() -> None:
    named = {name for check in REGISTRY.values() for name in thresholds(check)}
    assert named == set(Thresholds.__struct_fields__)


def controls(standard: str) -> set[str]:
    """Return the controls of a standard that a check answers, or that are told not to be."""
    answered = {
        each.control
        for check in REGISTRY.values()
        for each in check.info.references
        if each.standard == STANDARDS[standard]
    }
    untold = {control for e in ABSENT for control in e.references.get(standard, "").split()}
    assert not answered & untold
    return answered | untold


def test_every_control_of_a_standard_is_answered_or_told_not_to_be() -> None:
    """Provenance: the chapters on IAM (5.0: 1; 7.0: 2), Security Hub's IAM and account controls.

    Security Hub's IAM controls 23 to 25 ask for tags on analyzers, roles and users: no posture.
    """
    assert controls("cis5") == {f"1.{number}" for number in range(1, 22)}
    of_organizations = {f"2.1.{number}" for number in range(1, 7)}
    assert controls("cis7") == of_organizations | {f"2.{number}" for number in range(2, 22)}
    of_iam = {f"IAM.{number}" for number in (*range(1, 23), 26, 27, 28)}
    assert controls("hub") == of_iam | {"Account.1"}


def test_what_prowler_maps_wrongly_is_answered_by_what_it_asks_for() -> None:
    """Prowler answers IAM.26 by unused credentials, and IAM.2, IAM.9 and IAM.21 by nothing."""
    wanted = {
        "IAM.26": {"cert.expired"},
        "IAM.2": {"user.direct_policies"},
        "IAM.9": {"root.mfa"},
        "IAM.21": {"policy.service_star"},
    }
    for control, names in wanted.items():
        answering = {
            name
            for name, check in REGISTRY.items()
            if any(each.control == control for each in check.info.references)
        }
        assert answering == names, control
