"""What an account holds, as checks look at it: its identities, and every policy that is written.

A policy that cannot be read is there all the same, with the reason: nobody may pass over it.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import msgspec

from doorward.analysis.registry import Miss, Scope
from doorward.engine.binding import shown
from doorward.engine.compile import read_document
from doorward.engine.gather import managed_policy
from doorward.engine.principals import is_service_linked_role
from doorward.errors import DoorwardError, InvalidInput
from doorward.model.directory import Directory, one
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Role,
    User,
)
from doorward.policy.document import Document
from doorward.results.finding import Remedy, State

Holder = User | Group | Role
KIND: Final[Mapping[type, str]] = {User: "user", Group: "group", Role: "role"}
"""What the AWS CLI calls holders of policies: ``--user-name``, ``put-role-policy``."""


class Origin(enum.Enum):
    """Who wrote a policy and where it lives; the value is for people."""

    CUSTOMER = "customer managed policy"
    AWS = "AWS managed policy"
    INLINE = "inline policy"


class Written(msgspec.Struct, frozen=True):
    """A permissions policy of an account.

    ``subject`` is its ARN or, of an inline policy, its owner's. ``holders`` have it now;
    ``bounds`` is how many identities have it as their boundary, which grants nothing. ``text`` is
    ``None`` where the policy cannot be read, with the reason in ``trouble``.
    """

    origin: Origin
    subject: str
    name: str
    text: str | None
    holders: tuple[Holder, ...] = ()
    bounds: int = 0
    policy: ManagedPolicy | None = None
    trouble: str = ""

    @property
    def about(self) -> str:
        """What tells the inline policies of one owner apart."""
        return self.name if self.origin is Origin.INLINE else ""

    @property
    def document(self) -> Document:
        """The document; raises ``InvalidInput`` where it cannot be read."""
        if self.text is None:
            raise InvalidInput("InvalidValue", self.trouble)
        return read_document(self.text)


class Holdings(msgspec.Struct, frozen=True):
    """All of an account: users, groups and roles by name, and its policies."""

    users: tuple[User, ...]
    groups: tuple[Group, ...]
    roles: tuple[Role, ...]
    policies: tuple[Written, ...]

    @property
    def own_roles(self) -> tuple[Role, ...]:
        """The roles that the account's people made, or that can be changed by them."""
        return tuple(role for role in self.roles if not is_service_linked_role(role.arn))

    def written(self, *origins: Origin) -> Iterator[Written]:
        """Yield the policies of these origins."""
        return (each for each in self.policies if each.origin in origins)


def holdings(scope: Scope) -> Holdings:
    """Return what the account of a scope holds; found out once for each account."""
    return scope.snapshot.derived(_holdings, scope.id)


def unknown(subject: str, why: str, about: str = "") -> Miss:
    """Return what is said of a subject that cannot be decided."""
    text = "Mend what cannot be read, or export it again; then audit again."
    return Miss(
        subject,
        f"cannot be decided: {why}",
        remedy=Remedy(text),
        about=about,
        state=State.UNKNOWN,
    )


def told_of(written: Written, keys: tuple[str, ...] = ()) -> tuple[tuple[str, str], ...]:
    """Return the facts of a policy: who has it (the first ten), and on what its grant depends."""
    return (
        ("policy", f"{written.origin.value} {written.name}"),
        *(("attached to", holder.arn) for holder in written.holders[:10]),
        *((("attached to", f"{len(written.holders) - 10} more"),) if written.holders[10:] else ()),
        *(("only with", key) for key in keys),
    )


def trust_text(scope: Scope, role: Role) -> str:
    """Return a role's trust policy as its owner sees it; raises ``MalformedPolicy``."""
    return shown(scope.snapshot, role.trust_policy)


def reason(error: DoorwardError) -> str:
    """Return what an error says, in one line."""
    return " ".join(str(error).split()) or type(error).__name__


def _holdings(directory: Directory, account: str) -> Holdings:
    users = directory.find(User, account=account)
    groups = directory.find(Group, account=account)
    roles = directory.find(Role, account=account)
    holders: dict[str, Holder] = {each.id: each for each in users}
    holders |= {each.id: each for each in groups} | {each.id: each for each in roles}
    attached: dict[str, list[Holder]] = {}
    for each in directory.find(Attachment, account=account):
        if each.owner_id in holders:
            attached.setdefault(each.policy_arn, []).append(holders[each.owner_id])
    bounds: dict[str, int] = {}
    for holder in holders.values():
        arn = None if isinstance(holder, Group) else holder.permissions_boundary
        if arn is not None:
            bounds[arn] = bounds.get(arn, 0) + 1
    customer = directory.find(ManagedPolicy, account=account)
    own = {each.arn for each in customer}
    return Holdings(
        users,
        groups,
        roles,
        (
            *_customer(directory, customer, attached, bounds),
            *(
                _foreign(directory, arn, tuple(found))
                for arn, found in sorted(attached.items())
                if arn not in own
            ),
            *_inline(directory, holders.values()),
        ),
    )


def _customer(
    directory: Directory,
    policies: Iterable[ManagedPolicy],
    attached: Mapping[str, list[Holder]],
    bounds: Mapping[str, int],
) -> Iterator[Written]:
    for policy in policies:
        version = directory.get(PolicyVersion, policy.id, policy.default_version)
        text, trouble = _read(None if version is None else version.document)
        yield Written(
            Origin.CUSTOMER,
            policy.arn,
            policy.name,
            text,
            tuple(attached.get(policy.arn, ())),
            bounds.get(policy.arn, 0),
            policy,
            trouble,
        )


def _foreign(directory: Directory, arn: str, holders: tuple[Holder, ...]) -> Written:
    """A policy that is not the account's: AWS's, or one that is attached and not there."""
    name = arn.rpartition("/")[2]
    policy = one(directory, ManagedPolicy, arn=arn)
    try:
        text = managed_policy(directory, arn).document.source
    except DoorwardError as error:
        return Written(Origin.AWS, arn, name, None, holders, 0, policy, reason(error))
    return Written(Origin.AWS, arn, name, text, holders, 0, policy)


def _inline(directory: Directory, holders: Iterable[Holder]) -> Iterator[Written]:
    for holder in holders:
        for each in directory.find(InlinePolicy, owner_id=holder.id):
            text, trouble = _read(each.document)
            yield Written(Origin.INLINE, holder.arn, each.name, text, (holder,), trouble=trouble)


def _read(text: str | None) -> tuple[str | None, str]:
    """A text that can be read as a policy, or why it cannot."""
    if text is None:
        return None, "its default version is not there"
    try:
        read_document(text)
    except DoorwardError as error:
        return None, reason(error)
    return text, ""
