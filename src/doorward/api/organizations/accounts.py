"""Member accounts: create, describe, list, move; and where each node of the tree stands."""

from __future__ import annotations

from doorward.api.call import Read, Write
from doorward.api.operation import operation
from doorward.api.organizations import facts, shapes
from doorward.api.organizations.facts import about
from doorward.api.organizations.shapes import Shape
from doorward.api.pages import Page
from doorward.control import accounts, messages, organizations, units
from doorward.model.organization import Account, AccountCreation, OrganizationalUnit


@operation(
    "organizations",
    "CreateAccount",
    asks=about(),
    answer=shapes.wrapped("CreateAccountStatus"),
)
def create_account(
    call: Write,
    *,
    email: str,
    account_name: str,
    role_name: str | None = None,
    iam_user_access_to_billing: str | None = None,  # noqa: ARG001 - there is no billing here
    tags: list[dict[str, str]] | None = None,
) -> Shape:
    """Create a member account with its access role."""
    status = accounts.create(
        call.transaction,
        organizations.managed_by(call.transaction, call.caller.account),
        email=email,
        name=account_name,
        role_name=role_name,
        given_tags=facts.pairs(tags),
        now=call.now,
        ids=call.ids,
    )
    return shapes.creation(status)


@operation(
    "organizations",
    "DescribeCreateAccountStatus",
    asks=about(),
    answer=shapes.wrapped("CreateAccountStatus"),
)
def describe_create_account_status(call: Read, *, create_account_request_id: str) -> Shape:
    """Tell how a CreateAccount request ended."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    return shapes.creation(
        accounts.creation(call.directory, organization, create_account_request_id)
    )


@operation(
    "organizations",
    "ListCreateAccountStatus",
    asks=about(),
    answer=shapes.paged("CreateAccountStatuses"),
)
def list_create_account_status(
    call: Read,
    *,
    states: list[str] | None = None,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the CreateAccount requests of the organization, by id."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    found = call.directory.find(AccountCreation, organization_id=organization.id)
    return facts.shape_page(
        [shapes.creation(each) for each in found if not states or each.state in states],
        next_token,
        max_results,
    )


@operation("organizations", "ListAccounts", asks=about(), answer=shapes.paged("Accounts"))
def list_accounts(
    call: Read, *, next_token: str | None = None, max_results: int | None = None
) -> Page[Shape]:
    """Return the accounts of the organization, by id."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    found = call.directory.find(Account, organization_id=organization.id)
    return facts.shape_page(
        [shapes.account(call.directory, organization, each) for each in found],
        next_token,
        max_results,
    )


@operation(
    "organizations",
    "DescribeAccount",
    asks=about(facts.node("account_id")),
    answer=shapes.wrapped("Account"),
)
def describe_account(call: Read, *, account_id: str) -> Shape:
    """Return an account of the organization."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    found = accounts.get(call.directory, organization, account_id)
    return shapes.account(call.directory, organization, found)


@operation(
    "organizations",
    "ListAccountsForParent",
    asks=about(facts.node("parent_id")),
    answer=shapes.paged("Accounts"),
)
def list_accounts_for_parent(
    call: Read,
    *,
    parent_id: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the accounts directly in a root or unit, by id."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    units.check_parent(call.directory, organization, parent_id)
    found = call.directory.find(Account, parent_id=parent_id)
    return facts.shape_page(
        [shapes.account(call.directory, organization, each) for each in found],
        next_token,
        max_results,
    )


@operation(
    "organizations",
    "MoveAccount",
    asks=about(
        facts.node("account_id"),
        facts.node("source_parent_id"),
        facts.node("destination_parent_id"),
    ),
)
def move_account(
    call: Write, *, account_id: str, source_parent_id: str, destination_parent_id: str
) -> None:
    """Move an account to another root or unit."""
    accounts.move(
        call.transaction,
        organizations.managed_by(call.transaction, call.caller.account),
        account_id,
        source=source_parent_id,
        destination=destination_parent_id,
    )


@operation(
    "organizations",
    "ListParents",
    asks=about(facts.node("child_id")),
    answer=shapes.paged("Parents"),
)
def list_parents(
    call: Read,
    *,
    child_id: str,
    next_token: str | None = None,
    max_results: int | None = None,  # noqa: ARG001 - a node has one parent: one page
) -> Page[Shape]:
    """Return the one parent of an account or unit."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    unit = units.find(call.directory, organization, child_id)
    parent = (
        unit.parent_id
        if unit
        else accounts.get(call.directory, organization, child_id, messages.NO_SUCH_CHILD).parent_id
    )
    kind = "ROOT" if parent == organization.root_id else "ORGANIZATIONAL_UNIT"
    return facts.shape_page([{"Id": parent, "Type": kind}], next_token, None)


@operation(
    "organizations",
    "ListChildren",
    asks=about(facts.node("parent_id")),
    answer=shapes.paged("Children"),
)
def list_children(
    call: Read,
    *,
    parent_id: str,
    child_type: str,
    next_token: str | None = None,
    max_results: int | None = None,
) -> Page[Shape]:
    """Return the accounts or the units directly below a root or unit, by id."""
    organization = organizations.managed_by(call.directory, call.caller.account)
    units.check_parent(call.directory, organization, parent_id)
    found: tuple[Account, ...] | tuple[OrganizationalUnit, ...] = (
        call.directory.find(Account, parent_id=parent_id)
        if child_type == "ACCOUNT"
        else units.below(call.directory, parent_id)
    )
    return facts.shape_page(
        [{"Id": each.id, "Type": child_type} for each in found], next_token, max_results
    )
