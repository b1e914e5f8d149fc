"""Organizations: the tree, its accounts, its policies; what is refused, and why."""

from __future__ import annotations

from typing import Any

import pytest

from doorward.control import (
    accounts,
    attachments,
    messages,
    organization_policies,
    organizations,
    roles,
    units,
)
from doorward.control.errors import ControlError, Message
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyType,
)
from tests.control.estate import ADMINISTRATOR_ACCESS, ALLOW, NOW, A, B, Estate

SCP, RCP = PolicyType.SERVICE_CONTROL_POLICY, PolicyType.RESOURCE_CONTROL_POLICY
DENY = '{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}'
RCP_DENY = DENY.replace('"Action"', '"Principal":"*","Action"')


class Tree:
    """An organization managed by A with SCPs enabled, and what its tests keep asking."""

    def __init__(self, estate: Estate) -> None:
        self.estate = estate
        made = estate.organization()
        self.organization = estate.run(organizations.enable_type, made, SCP)

    @property
    def root(self) -> str:
        return self.organization.root_id

    def unit(self, name: str, parent: str | None = None) -> OrganizationalUnit:
        return self.estate.run(
            units.create,
            self.organization,
            parent=parent or self.root,
            name=name,
            now=NOW,
            ids=self.estate.ids,
        )

    def account(self, email: str = "a@example.com", **named: Any) -> str:
        status = self.estate.run(
            accounts.create,
            self.organization,
            email=email,
            name="Member",
            now=NOW,
            ids=self.estate.ids,
            **named,
        )
        assert status.account_id is not None
        return status.account_id

    def policy(
        self, name: str = "p", content: str = DENY, kind: PolicyType = SCP
    ) -> OrganizationPolicy:
        return self.estate.run(
            organization_policies.create,
            self.organization,
            name=name,
            kind=kind,
            content=content,
            description="",
            now=NOW,
            ids=self.estate.ids,
        )

    def attached(self, target: str, kind: PolicyType = SCP) -> list[str]:
        found = self.estate.run(organization_policies.attached_to, self.organization, target, kind)
        return [policy.id for policy in found]


@pytest.fixture
def tree(estate: Estate) -> Tree:
    return Tree(estate)


def refused(message: Message, error: ControlError) -> None:
    """Hold an error against a row of the table of messages."""
    assert (error.code, error.message) == (message.code, message.text)
    assert error.details.get("Reason") == message.reason


def test_an_organization_begins_with_its_management_account(estate: Estate) -> None:
    organization = estate.organization()
    assert organization.enabled_policy_types == ()
    assert organization.arn == f"arn:aws:organizations::{A}:organization/{organization.id}"
    assert estate.run(organizations.of, A) == organization
    assert estate.run(organizations.managed_by, A) == organization
    held = estate.run(lambda directory: directory.get(Account, A))
    assert held is not None
    assert (held.organization_id, held.parent_id, held.joined_method) == (
        organization.id,
        organization.root_id,
        "INVITED",
    )
    refused(messages.NOT_IN_USE, estate.refusal(organizations.of, B))
    refused(
        messages.ALREADY_IN_ORGANIZATION,
        estate.refusal(organizations.create, A, now=NOW, ids=estate.ids),
    )
    refused(
        messages.CONSOLIDATED_BILLING,
        estate.refusal(
            organizations.create,
            B,
            feature_set="CONSOLIDATED_BILLING",
            now=NOW,
            ids=estate.ids,
        ),
    )


def test_only_the_management_account_manages(tree: Tree) -> None:
    member = tree.account()
    assert tree.estate.run(organizations.of, member) == tree.organization
    refused(
        messages.MANAGEMENT_ACCOUNT_ONLY,
        tree.estate.refusal(organizations.managed_by, member),
    )


def test_enabling_scps_attaches_full_access_everywhere(estate: Estate) -> None:
    """AWS Organizations User Guide: FullAWSAccess on every root, unit and account."""
    organization = estate.organization()
    unit = estate.run(
        units.create,
        organization,
        parent=organization.root_id,
        name="u",
        now=NOW,
        ids=estate.ids,
    )
    enabled = estate.run(organizations.enable_type, organization, SCP)
    for target in (organization.root_id, unit.id, A):
        found = estate.run(organization_policies.attached_to, enabled, target, SCP)
        assert [policy.id for policy in found] == ["p-FullAWSAccess"]
    refused(messages.TYPE_ENABLED, estate.refusal(organizations.enable_type, enabled, SCP))
    disabled = estate.run(organizations.disable_type, enabled, SCP)
    assert estate.run(organization_policies.attached_to, disabled, unit.id, SCP) == ()
    refused(messages.TYPE_NOT_ENABLED, estate.refusal(organizations.disable_type, disabled, SCP))


def test_policy_types_that_are_not_kept_are_named(estate: Estate) -> None:
    with pytest.raises(ControlError, match="not TAG_POLICY") as caught:
        organizations.policy_type("TAG_POLICY")
    assert caught.value.details == {"Reason": "INVALID_ENUM_POLICY_TYPE"}
    assert organizations.policy_type("SERVICE_CONTROL_POLICY") is SCP


def test_disabling_a_type_leaves_the_other(tree: Tree) -> None:
    both = tree.estate.run(organizations.enable_type, tree.organization, RCP)
    tree.organization = tree.estate.run(organizations.disable_type, both, SCP)
    assert tree.organization.enabled_policy_types == (RCP,)
    assert tree.attached(tree.root, SCP) == []
    assert tree.attached(tree.root, RCP) == ["p-RCPFullAWSAccess"]


def test_a_new_account_has_an_access_role_for_the_management_account(tree: Tree) -> None:
    """AWS Organizations User Guide, "Accessing a member account …"."""
    account = tree.account(given_tags=(("stage", "prod"),))
    role = tree.estate.run(roles.get, account, "OrganizationAccountAccessRole")
    assert role.trust_policy == (
        '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":'
        f'{{"AWS":"arn:aws:iam::{A}:root"}},"Action":"sts:AssumeRole"}}]}}'
    )
    (attached,) = tree.estate.run(attachments.of, role)
    assert attached.policy_arn == ADMINISTRATOR_ACCESS
    held = tree.estate.run(accounts.get, tree.organization, account)
    assert (held.parent_id, held.tags) == (tree.root, (("stage", "prod"),))
    assert tree.attached(account) == ["p-FullAWSAccess"]
    other = tree.account("b@example.com", role_name="Door")
    assert tree.estate.run(roles.get, other, "Door").account == other


def test_one_address_is_one_account(tree: Tree) -> None:
    """CreateAccountFailureReason: EMAIL_ALREADY_EXISTS."""
    tree.account("a@example.com")
    status = tree.estate.run(
        accounts.create,
        tree.organization,
        email="a@example.com",
        name="Again",
        now=NOW,
        ids=tree.estate.ids,
    )
    assert (status.state, status.failure_reason, status.account_id) == (
        "FAILED",
        "EMAIL_ALREADY_EXISTS",
        None,
    )
    assert tree.estate.run(accounts.creation, tree.organization, status.id) == status
    refused(
        messages.NO_SUCH_CREATION,
        tree.estate.refusal(accounts.creation, tree.organization, "car-none"),
    )


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"role_name": "AWSServiceRoleForX"}, messages.INVALID_ROLE_NAME),
        ({"given_tags": (("a", "1"), ("a", "2"))}, messages.DUPLICATE_TAG_KEY),
        ({"given_tags": (("aws:a", "1"),)}, messages.SYSTEM_TAG_KEY),
        (
            {"given_tags": tuple((f"k{n}", "") for n in range(51))},
            messages.TOO_MANY_ORGANIZATION_TAGS,
        ),
    ],
)
def test_accounts_that_are_not_created(
    tree: Tree, named: dict[str, Any], message: Message
) -> None:
    error = tree.estate.refusal(
        accounts.create,
        tree.organization,
        email="x@example.com",
        name="X",
        now=NOW,
        ids=tree.estate.ids,
        **named,
    )
    refused(message, error)


def test_units_form_a_tree_of_five_levels(tree: Tree) -> None:
    parent, names = tree.root, []
    for level in range(5):
        unit = tree.unit(f"level {level}", parent)
        parent = unit.id
        names.append(unit.id)
    assert tree.estate.run(units.path, tree.organization, parent) == "/".join(
        (tree.organization.id, tree.root, *names, "")
    )
    error = tree.estate.refusal(
        units.create,
        tree.organization,
        parent=parent,
        name="level 5",
        now=NOW,
        ids=tree.estate.ids,
    )
    refused(messages.UNIT_TOO_DEEP, error)
    assert tree.attached(names[2]) == ["p-FullAWSAccess"]


def test_units_are_named_once_among_siblings(tree: Tree) -> None:
    first, second = tree.unit("a"), tree.unit("b")
    inner = tree.unit("a", first.id)
    assert inner.parent_id == first.id
    error = tree.estate.refusal(
        units.create,
        tree.organization,
        parent=tree.root,
        name="a",
        now=NOW,
        ids=tree.estate.ids,
    )
    refused(messages.UNIT_EXISTS, error)
    refused(messages.UNIT_EXISTS, tree.estate.refusal(units.rename, second, "a"))
    assert tree.estate.run(units.rename, second, "c").name == "c"
    assert tree.estate.run(units.rename, second, None) == second
    error = tree.estate.refusal(
        units.create,
        tree.organization,
        parent="ou-none-12345678",
        name="x",
        now=NOW,
        ids=tree.estate.ids,
    )
    refused(messages.NO_SUCH_PARENT, error)


def test_a_unit_is_deleted_when_it_is_empty(tree: Tree) -> None:
    unit = tree.unit("a")
    inner = tree.unit("b", unit.id)
    refused(messages.UNIT_NOT_EMPTY, tree.estate.refusal(units.delete, unit))
    tree.estate.run(units.delete, inner)
    account = tree.account()
    tree.estate.run(
        accounts.move, tree.organization, account, source=tree.root, destination=unit.id
    )
    refused(messages.UNIT_NOT_EMPTY, tree.estate.refusal(units.delete, unit))
    tree.estate.run(
        accounts.move, tree.organization, account, source=unit.id, destination=tree.root
    )
    tree.estate.run(units.delete, unit)
    refused(messages.NO_SUCH_UNIT, tree.estate.refusal(units.get, tree.organization, unit.id))


def test_an_account_is_moved_from_where_it_is_to_where_it_is_not(tree: Tree) -> None:
    first, second, account = tree.unit("a"), tree.unit("b"), tree.account()

    def move(who: str, source: str, destination: str) -> ControlError:
        return tree.estate.refusal(
            accounts.move, tree.organization, who, source=source, destination=destination
        )

    refused(messages.NO_SUCH_ACCOUNT, move(B, tree.root, first.id))
    refused(messages.NO_SUCH_SOURCE, move(account, "r-none", first.id))
    refused(messages.NO_SUCH_SOURCE, move(account, second.id, first.id))
    refused(messages.NO_SUCH_DESTINATION, move(account, tree.root, "ou-none-12345678"))
    refused(messages.ACCOUNT_IS_THERE, move(account, tree.root, tree.root))
    moved = tree.estate.run(
        accounts.move, tree.organization, account, source=tree.root, destination=first.id
    )
    assert moved.parent_id == first.id


def test_the_last_scp_of_a_target_stays(tree: Tree) -> None:
    """Text recorded in a public issue (terraform-provider-aws 4545)."""
    unit, policy = tree.unit("a"), tree.policy()
    run, organization = tree.estate.run, tree.organization
    full = run(organization_policies.get, organization, "p-FullAWSAccess")
    error = tree.estate.refusal(organization_policies.detach, organization, full, unit.id)
    refused(messages.LAST_POLICY, error)
    assert error.details == {"Reason": "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED"}
    run(organization_policies.attach, organization, policy, unit.id)
    assert tree.attached(unit.id) == ["p-FullAWSAccess", policy.id]
    run(organization_policies.detach, organization, full, unit.id)
    assert tree.attached(unit.id) == [policy.id]
    refused(
        messages.NOT_ATTACHED,
        tree.estate.refusal(organization_policies.detach, organization, full, unit.id),
    )


def test_what_cannot_be_attached(tree: Tree) -> None:
    attach = organization_policies.attach
    unit, policy = tree.unit("a"), tree.policy()
    tree.estate.run(attach, tree.organization, policy, unit.id)
    refused(
        messages.ALREADY_ATTACHED,
        tree.estate.refusal(attach, tree.organization, policy, unit.id),
    )
    refused(messages.NO_SUCH_TARGET, tree.estate.refusal(attach, tree.organization, policy, B))
    for number in range(3):
        tree.estate.run(attach, tree.organization, tree.policy(f"p{number}"), unit.id)
    refused(
        messages.TOO_MANY_ATTACHED,
        tree.estate.refusal(attach, tree.organization, tree.policy("p9"), unit.id),
    )
    rcp = tree.policy("r", RCP_DENY, RCP)
    refused(
        messages.TYPE_NOT_ENABLED,
        tree.estate.refusal(attach, tree.organization, rcp, unit.id),
    )
    refused(
        messages.NO_SUCH_ORGANIZATION_POLICY,
        tree.estate.refusal(organization_policies.get, tree.organization, "p-none"),
    )


def test_full_access_of_rcps_cannot_be_detached(tree: Tree) -> None:
    tree.organization = tree.estate.run(organizations.enable_type, tree.organization, RCP)
    rcp = tree.policy("r", RCP_DENY, RCP)
    tree.estate.run(organization_policies.attach, tree.organization, rcp, tree.root)
    full = tree.estate.run(organization_policies.get, tree.organization, "p-RCPFullAWSAccess")
    refused(
        messages.NON_DETACHABLE_POLICY,
        tree.estate.refusal(organization_policies.detach, tree.organization, full, tree.root),
    )
    tree.estate.run(organization_policies.detach, tree.organization, rcp, tree.root)
    assert tree.attached(tree.root, RCP) == ["p-RCPFullAWSAccess"]


def test_a_policy_is_changed_and_deleted_when_attached_nowhere(tree: Tree) -> None:
    policy, other = tree.policy("a"), tree.policy("b")
    update, delete = organization_policies.update, organization_policies.delete
    changed = tree.estate.run(update, policy, name="c", description="d", content=ALLOW)
    assert (changed.name, changed.description, changed.content) == ("c", "d", ALLOW)
    refused(messages.ORGANIZATION_POLICY_EXISTS, tree.estate.refusal(update, other, name="c"))
    full = tree.estate.run(organization_policies.get, tree.organization, "p-FullAWSAccess")
    refused(messages.IMMUTABLE_POLICY, tree.estate.refusal(update, full, name="x"))
    refused(messages.IMMUTABLE_POLICY, tree.estate.refusal(delete, full))
    tree.estate.run(organization_policies.attach, tree.organization, changed, tree.root)
    refused(messages.ORGANIZATION_POLICY_IN_USE, tree.estate.refusal(delete, changed))
    assert tree.estate.run(organization_policies.targets_of, tree.organization, changed) == (
        tree.root,
    )
    tree.estate.run(organization_policies.detach, tree.organization, changed, tree.root)
    tree.estate.run(delete, changed)
    found = tree.estate.run(organization_policies.all_of, tree.organization, SCP)
    assert [each.name for each in found] == ["FullAWSAccess", "b"]


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (SCP, "{"),
        (SCP, RCP_DENY),
        (SCP, DENY.replace('"s3:*"', '"s3"')),
        (SCP, DENY.replace(',"Resource":"*"', "")),
        (RCP, DENY),
        (RCP, RCP_DENY.replace("Deny", "Allow")),
        (RCP, RCP_DENY.replace('"Principal":"*"', f'"Principal":{{"AWS":"{B}"}}')),
        (RCP, RCP_DENY.replace('"Principal"', '"NotPrincipal"')),
        (RCP, RCP_DENY.replace('"Action"', '"NotAction"')),
        (RCP, RCP_DENY.replace('"s3:*"', '"*"')),
    ],
)
def test_policies_that_are_not_well_written(tree: Tree, kind: PolicyType, content: str) -> None:
    """AWS Organizations User Guide, "SCP syntax", "RCP syntax"."""
    error = tree.estate.refusal(
        organization_policies.create,
        tree.organization,
        name="p",
        kind=kind,
        content=content,
        description="",
        now=NOW,
        ids=tree.estate.ids,
    )
    refused(messages.ORGANIZATION_POLICY_MALFORMED, error)


def test_an_scp_has_10240_characters_at_most(tree: Tree) -> None:
    """AWS's announcement of 15 May 2026; white space counts here."""
    error = tree.estate.refusal(
        organization_policies.create,
        tree.organization,
        name="p",
        kind=SCP,
        content=DENY + " " * 10_240,
        description="",
        now=NOW,
        ids=tree.estate.ids,
    )
    assert (error.code, error.details["Reason"]) == (
        "ConstraintViolationException",
        "POLICY_CONTENT_LIMIT_EXCEEDED",
    )


def test_what_belongs_to_another_organization_is_not_found(tree: Tree) -> None:
    theirs: Organization = tree.estate.run(organizations.create, B, now=NOW, ids=tree.estate.ids)
    unit, policy = tree.unit("a"), tree.policy()
    refused(messages.NO_SUCH_UNIT, tree.estate.refusal(units.get, theirs, unit.id))
    refused(
        messages.NO_SUCH_ORGANIZATION_POLICY,
        tree.estate.refusal(organization_policies.get, theirs, policy.id),
    )
    refused(messages.NO_SUCH_ACCOUNT, tree.estate.refusal(accounts.get, theirs, A))
