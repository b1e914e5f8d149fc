"""What a report on access is about: the user, group, role or policy that an ARN names."""

from __future__ import annotations

from doorward.api.call import Read
from doorward.api.iam import facts
from doorward.api.operation import Parameters
from doorward.control import messages, policies
from doorward.engine.gather import held, identity_policies, managed_policy
from doorward.engine.layers import Policies
from doorward.engine.request import Resource
from doorward.model.directory import Directory, one
from doorward.model.identity import Attachment, Group, ManagedPolicy, Membership, Role, User
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.folding import fold

Subject = User | Group | Role | ManagedPolicy

_KINDS: dict[str, type[User | Group | Role]] = {"user": User, "group": Group, "role": Role}
_ABSENT = {
    "user": messages.NO_SUCH_USER,
    "group": messages.NO_SUCH_GROUP,
    "role": messages.NO_SUCH_ROLE,
}


def _parsed(arn: str) -> Arn | None:
    """Take the ARN of a user, group, role or policy apart; return ``None`` for any other."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or not parsed.name:
        return None
    if parsed.resource_type == "policy":
        return parsed if is_account_id(parsed.account) or parsed.account == "aws" else None
    return parsed if parsed.resource_type in _KINDS and is_account_id(parsed.account) else None


def resource(call: Read, parameters: Parameters) -> Resource:
    """Find what a call reports on, by its ARN.

    What is not there, or not the caller's, is asked about as the caller's own: that nobody may
    see it is told only to those who may ask.
    """
    arn, account = parameters["arn"], call.caller.account
    parsed = _parsed(arn)
    if parsed is None:
        return facts.everything(call, parameters)
    if parsed.resource_type == "policy":
        policy = facts.readable_policy(call, {"policy_arn": arn})
        return Resource(arn, account, policy.tags)
    found = call.directory.get(_KINDS[parsed.resource_type], account, fold(parsed.name))
    if found is None or found.arn != arn:
        return Resource(arn, account)
    return Resource(arn, account, () if isinstance(found, Group) else found.tags)


def subject(call: Read, arn: str) -> Subject:
    """Return what an ARN names in the caller's account, or a policy of AWS's.

    Raises ``ControlError``: InvalidInput for another kind of ARN, NoSuchEntity.
    """
    parsed, account = _parsed(arn), call.caller.account
    if parsed is None:
        raise messages.UNCLEAR_ENTITY.error(arn=arn)
    if parsed.resource_type == "policy":
        return policies.get(call.directory, account, arn)
    found = None
    if parsed.account == account:
        found = call.directory.get(_KINDS[parsed.resource_type], account, fold(parsed.name))
    if found is None or found.arn != arn:
        raise _ABSENT[parsed.resource_type].error(name=parsed.name)
    return found


def policies_of(directory: Directory, about: Subject) -> Policies:
    """Return the permissions policies: a user's with those of its groups, or the policy itself."""
    match about:
        case User() | Role():
            return identity_policies(directory, about)
        case Group():
            return held(directory, about.id)
        case ManagedPolicy():
            return (managed_policy(directory, about.arn),)


def entities_of(directory: Directory, account: str, about: Subject) -> tuple[User | Role, ...]:
    """Return who could use those policies: a group's members, whoever a policy is attached to."""
    match about:
        case User() | Role():
            return (about,)
        case Group():
            return _members(directory, about.id)
        case ManagedPolicy():
            found: dict[str, User | Role] = {}
            for each in directory.find(Attachment, policy_arn=about.arn):
                if each.account == account:
                    holders = _holders(directory, each.owner_id)
                    found |= {holder.id: holder for holder in holders}
            return tuple(found.values())


def _holders(directory: Directory, owner: str) -> tuple[User | Role, ...]:
    """Return who has what is attached to the owner with this unique id."""
    holder = one(directory, User, id=owner) or one(directory, Role, id=owner)
    return (holder,) if holder else _members(directory, owner)


def _members(directory: Directory, group_id: str) -> tuple[User, ...]:
    found = (
        one(directory, User, id=each.user_id)
        for each in directory.find(Membership, group_id=group_id)
    )
    return tuple(user for user in found if user is not None)
