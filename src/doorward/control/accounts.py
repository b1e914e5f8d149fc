"""Member accounts: created with their access role, found, moved.

Source: AWS Organizations API Reference (CreateAccount, MoveAccount); AWS Organizations User Guide,
"Accessing a member account that has OrganizationAccountAccessRole".
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import attachments, messages, organizations, roles, units
from doorward.control.errors import Message
from doorward.control.ids import Ids
from doorward.control.quotas import QUOTAS
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account, AccountCreation, Organization
from doorward.model.principal import Tags
from doorward.policy.folding import fold

ACCESS_ROLE = "OrganizationAccountAccessRole"
"""The name of a new account's access role when nobody gives another."""

ADMINISTRATOR_ACCESS = "arn:aws:iam::aws:policy/AdministratorAccess"
"""The policy that the access role has."""

_ACCESS_TRUST = (
    '{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":'
    '{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}'
)


def get(
    directory: Directory,
    organization: Organization,
    account_id: str,
    missing: Message = messages.NO_SUCH_ACCOUNT,
) -> Account:
    """Return an account of the organization; raise ``missing`` for any other."""
    account = directory.get(Account, account_id)
    if account is None or account.organization_id != organization.id:
        raise missing.error()
    return account


def create(
    transaction: Transaction,
    organization: Organization,
    *,
    email: str,
    name: str,
    role_name: str | None = None,
    given_tags: Tags = (),
    now: datetime,
    ids: Ids,
) -> AccountCreation:
    """Create a member account in the root, with a role that the management account may assume.

    It is done when this returns; AWS answers IN_PROGRESS first. An e-mail address that another
    account has makes the request fail (state FAILED, EMAIL_ALREADY_EXISTS), as on AWS. Raises
    ``ControlError``: InvalidInputException for role name and tags, ConstraintViolationException.
    """
    role = ACCESS_ROLE if role_name is None else role_name
    if fold(role).startswith("awsservicerolefor"):
        raise messages.INVALID_ROLE_NAME.error()
    _check_tags(given_tags)
    held = transaction.find(Account, organization_id=organization.id)
    if len(held) >= QUOTAS["AccountsPerOrganization"]:
        raise messages.TOO_MANY_ACCOUNTS.error()
    status = AccountCreation(
        id=ids.account_creation_id(),
        organization_id=organization.id,
        account_name=name,
        state="SUCCEEDED",
        requested=now,
        completed=now,
    )
    if any(account.email == email for account in transaction.all(Account)):
        status = msgspec.structs.replace(
            status, state="FAILED", failure_reason=messages.EMAIL_EXISTS
        )
    else:
        account = Account(ids.account_id(), name, now, email, tags=given_tags)
        _join(transaction, organization, account)
        _add_access_role(transaction, organization, account.id, role, now=now, ids=ids)
        status = msgspec.structs.replace(status, account_id=account.id)
    transaction.add(status)
    return status


def _join(transaction: Transaction, organization: Organization, account: Account) -> None:
    """Add a new account to the organization, in its root, with full access as far as SCPs go."""
    transaction.add(
        msgspec.structs.replace(
            account,
            organization_id=organization.id,
            parent_id=organization.root_id,
            joined=account.created,
        )
    )
    organizations.give_full_access(transaction, organization, account.id)


def creation(directory: Directory, organization: Organization, request_id: str) -> AccountCreation:
    """Return the status of a CreateAccount request; raise …StatusNotFoundException."""
    status = directory.get(AccountCreation, request_id)
    if status is None or status.organization_id != organization.id:
        raise messages.NO_SUCH_CREATION.error()
    return status


def move(
    transaction: Transaction,
    organization: Organization,
    account_id: str,
    *,
    source: str,
    destination: str,
) -> Account:
    """Move an account to another root or unit; policies attached to the account stay.

    Raises ``ControlError``: AccountNotFoundException, SourceParentNotFoundException (also when
    the account is not there), DestinationParentNotFoundException, DuplicateAccountException.
    """
    account = get(transaction, organization, account_id)
    units.check_parent(transaction, organization, source, messages.NO_SUCH_SOURCE)
    units.check_parent(transaction, organization, destination, messages.NO_SUCH_DESTINATION)
    if account.parent_id == destination:
        raise messages.ACCOUNT_IS_THERE.error()
    if account.parent_id != source:
        raise messages.NO_SUCH_SOURCE.error()
    changed = msgspec.structs.replace(account, parent_id=destination)
    transaction.put(changed)
    return changed


def _add_access_role(
    transaction: Transaction,
    organization: Organization,
    account: str,
    name: str,
    *,
    now: datetime,
    ids: Ids,
) -> None:
    role = roles.create(
        transaction,
        account,
        name=name,
        trust_policy=_ACCESS_TRUST.format(account=organization.management_account),
        now=now,
        ids=ids,
    )
    attachments.attach(transaction, role, ADMINISTRATOR_ACCESS)


def _check_tags(given: Tags) -> None:
    if len({fold(key) for key, _ in given}) != len(given):
        raise messages.DUPLICATE_TAG_KEY.error()
    if any(fold(key).startswith("aws:") for key, _ in given):
        raise messages.SYSTEM_TAG_KEY.error()
    if len(given) > QUOTAS["TagsPerResource"]:
        raise messages.TOO_MANY_ORGANIZATION_TAGS.error()
