"""From an estate to the layers of one request: which policies apply to this subject and resource.

Source: IAM User Guide, "Policy evaluation logic"; AWS Organizations User Guide, "SCP evaluation"
and "Resource control policies"; ``docs/reference/evaluation.md``, steps 3 and 4.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from doorward.engine.binding import shown
from doorward.engine.compile import read_document
from doorward.engine.derive import resource_account
from doorward.engine.layers import Layers, Policies, Policy
from doorward.engine.principals import principal_account
from doorward.engine.request import Resource
from doorward.engine.subject import Subject
from doorward.errors import InvalidInput, Unsupported
from doorward.model.credential import PasswordPolicy
from doorward.model.directory import Directory, one
from doorward.model.home import Home
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
)
from doorward.model.principal import FederatedUser, IamUser, Principal, RoleSession
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import Arn, parse_arn
from doorward.policy.catalog import (
    FULL_AWS_ACCESS_ARN,
    RCP_FULL_AWS_ACCESS_ARN,
    aws_managed_policy,
)
from doorward.policy.folding import fold
from doorward.policy.partitions import COMMERCIAL

Identity = TypeVar("Identity", User, Role)


def gather(directory: Directory, subject: Subject, resource: Resource) -> Layers:
    """Collect the policies that apply when ``subject`` acts on ``resource``.

    Whoever is not in the directory has no policies and so no permissions. No endpoint policy is
    ever gathered: a directory has no networks.

    Raises:
        MalformedPolicy: a stored document cannot be read; evaluation would have to guess.
        InvalidInput: an attached policy or a user's group is not in the directory.
        Unsupported: an attached AWS managed policy is not in the catalog.
    """
    principal = subject.principal
    entity = _entity(directory, principal)
    registered = registered_resource(directory, resource.arn)
    account = principal_account(principal)
    owner = resource_account(resource) or (registered.account if registered else None)
    standing = directory.derived(
        _standing,
        _Place(
            None if entity is None else type(entity),
            None if entity is None else entity.id,
            account,
            _holder_of_policy(directory, resource.arn, registered),
            None if resource.arn == "*" else owner or account,
            subject.task_policy,
        ),
    )
    session = _session(subject)
    return standing if session is None else msgspec.structs.replace(standing, session=session)


class _Place(msgspec.Struct, frozen=True):
    """All that the layers depend on in a directory, but for the session's.

    ``holder`` is the unique id of the user or role, of ``kind``; ``account`` the principal's.
    ``policy_on`` is what the resource's policy is on. ``owner`` is whose RCPs limit the use of the
    resource; ``None`` for ``*``, which is no resource. ``task`` is what bounds a root user's
    privileged task.
    """

    kind: type[User] | type[Role] | None
    holder: str | None
    account: str | None
    policy_on: RegisteredResource | Role | None
    owner: str | None
    task: str | None


def _standing(directory: Directory, place: _Place) -> Layers:
    """Return the layers of everybody in ``place`` who has no session policies."""
    kind, holder = place.kind, place.holder
    entity = None if kind is None or holder is None else one(directory, kind, id=holder)
    boundary = None if entity is None else entity.permissions_boundary
    return Layers(
        identity=_task(directory, place.task)
        if entity is None
        else identity_policies(directory, entity),
        permissions_boundary=None if boundary is None else (managed_policy(directory, boundary),),
        resource=_resource_policy(directory, place.policy_on),
        service_control=directory.derived(_chain, (place.account, _SERVICE_CONTROL)),
        resource_control=directory.derived(_chain, (place.owner, _RESOURCE_CONTROL)),
    )


# ----------------------------------------------------------------- the subject's side


def _entity(directory: Directory, principal: Principal) -> User | Role | None:
    """The user or role whose policies count; a federated session has those of its user."""
    match principal:
        case IamUser(arn=arn, unique_id=unique_id):
            return _found(directory, User, arn, unique_id)
        case FederatedUser(user_arn=str(arn)):
            return _found(directory, User, arn, None)
        case RoleSession(role_arn=arn, unique_id=unique_id):
            return _found(directory, Role, arn, unique_id)
        case _:
            return None


def _task(directory: Directory, arn: str | None) -> Policies:
    """The policy of a root user's privileged task, if that is what a session is for.

    Source: AWS STS API Reference, AssumeRoot: TaskPolicyArn is "the identity based policy that
    scopes the session". AWS's five have Deny statements alone.
    """
    return () if arn is None else (managed_policy(directory, arn),)


def _found(
    directory: Directory, kind: type[Identity], arn: str, unique_id: str | None
) -> Identity | None:
    """Find by unique id where it is known: a name may have been given to another since."""
    if unique_id is not None:
        return one(directory, kind, id=unique_id)
    parsed = parse_arn(arn)
    return None if parsed is None else _by_arn(directory, kind, parsed)


def _by_arn(directory: Directory, kind: type[Identity], arn: Arn) -> Identity | None:
    """Find by account, name and path; names differ in more than case (R3)."""
    found = directory.get(kind, arn.account, fold(arn.name))
    return found if found is not None and fold(found.arn) == fold(str(arn)) else None


def identity_policies(directory: Directory, entity: User | Role) -> Policies:
    """Return what a user or role has itself, then what a user has by each group and the account.

    Raises as ``gather``.
    """
    own = held(directory, entity.id)
    if isinstance(entity, Role):
        return own
    everybodys = _everybodys(directory, entity)
    memberships = directory.find(Membership, user_id=entity.id)
    if not memberships:
        return own + everybodys
    groups = sorted(
        (_group(directory, entity, each) for each in memberships), key=lambda each: each.name_key
    )
    shared = tuple(policy for group in groups for policy in held(directory, group.id, group.arn))
    return own + shared + everybodys


_CHANGE_PASSWORD = "arn:aws:iam::aws:policy/IAMUserChangePassword"  # noqa: S105 - a policy's ARN


def _everybodys(directory: Directory, user: User) -> Policies:
    """What an account's password policy may let every user of it do, without any attachment.

    Source: IAM API Reference, PasswordPolicy: AllowUsersToChangePassword "gives IAM users
    permissions to iam:ChangePassword for only their user and to the iam:GetAccountPasswordPolicy
    action … applied at the account-level for all users". That is what AWS's managed policy of this
    name grants.
    """
    rules = directory.get(PasswordPolicy, user.account)
    if rules is None or not rules.users_may_change:
        return ()
    root = Home(user.account, user.partition).root
    return (_managed_by_aws(_CHANGE_PASSWORD, root, user.partition),)


def _group(directory: Directory, user: User, membership: Membership) -> Group:
    group = one(directory, Group, id=membership.group_id)
    if group is None:
        raise InvalidInput(
            "NoSuchEntity", f"the group {membership.group_id} of {user.arn} does not exist"
        )
    return group


def held(directory: Directory, owner_id: str, via: str | None = None) -> Policies:
    """Collect what one user, group or role holds itself: inline policies by name, then attached.

    ``via`` is what ``Policy.via`` is to be. Raises as ``gather``.
    """
    inline = directory.find(InlinePolicy, owner_id=owner_id)
    attached = sorted(directory.find(Attachment, owner_id=owner_id), key=lambda each: each.ordinal)
    return (
        *(Policy(read_document(each.document), name=each.name, via=via) for each in inline),
        *(managed_policy(directory, each.policy_arn, via) for each in attached),
    )


def managed_policy(directory: Directory, arn: str, via: str | None = None) -> Policy:
    """Return a managed policy in its default version; AWS's are in the catalog, if nowhere else.

    Raises as ``gather``.
    """
    policy = one(directory, ManagedPolicy, arn=arn)
    if policy is None and arn.split(":")[4:5] == ["aws"]:
        return _managed_by_aws(arn, via)
    if policy is not None:
        version = directory.get(PolicyVersion, policy.id, policy.default_version)
        if version is not None:
            return Policy(read_document(version.document), policy.name, arn, via)
    raise InvalidInput("NoSuchEntity", f"the attached policy {arn} does not exist")


def _managed_by_aws(arn: str, via: str | None, partition: str = COMMERCIAL) -> Policy:
    """A policy of the catalog, with ARNs of the partition: in which AWS has to have it, too."""
    policy = aws_managed_policy(arn)
    if policy is None:
        raise Unsupported(f"the AWS managed policy {arn}")
    own, its = f"arn:{COMMERCIAL}:", f"arn:{partition}:"
    text = policy.document if own == its else policy.document.replace(own, its)
    return Policy(read_document(text), policy.name, arn.replace(own, its), via)


def _session(subject: Subject) -> Policies | None:
    """The policies passed with the session; a federated user's session has nothing without."""
    texts = subject.session_policies
    if texts is None:
        return () if isinstance(subject.principal, FederatedUser) else None
    managed = subject.session_policy_arns
    inline = len(texts) - len(managed)
    return (
        *(Policy(read_document(text)) for text in texts[:inline]),
        *(
            Policy(read_document(text), name=arn.rpartition("/")[2], arn=arn)
            for text, arn in zip(texts[inline:], managed, strict=True)
        ),
    )


# ---------------------------------------------------------------- the resource's side


def registered_resource(directory: Directory, arn: str) -> RegisteredResource | None:
    """Return the registry's entry for a resource; a bucket's stands for its objects."""
    found = directory.get(RegisteredResource, arn)
    parsed = parse_arn(arn)
    if found is None and parsed is not None and parsed.service == "s3" and "/" in parsed.resource:
        return directory.get(RegisteredResource, arn.partition("/")[0])
    return found


def _holder_of_policy(
    directory: Directory, arn: str, registered: RegisteredResource | None
) -> RegisteredResource | Role | None:
    """What the resource's policy is on: an entry of the registry, or the role it is trust of."""
    if registered is not None and registered.policy is not None:
        return registered
    parsed = parse_arn(arn)
    if parsed is None or parsed.service != "iam" or parsed.resource_type != "role":
        return None
    return _by_arn(directory, Role, parsed)


def _resource_policy(
    directory: Directory, holder: RegisteredResource | Role | None
) -> Policy | None:
    match holder:
        case RegisteredResource(policy=str(text), arn=arn) | Role(trust_policy=text, arn=arn):
            return Policy(read_document(shown(directory, text)), arn=arn)
        case _:
            return None


# ------------------------------------------------------------------- the organization

_Chain = tuple[Policies, ...] | None

_AWS_POLICIES = frozenset({"p-FullAWSAccess", "p-RCPFullAWSAccess"})
_SERVICE_CONTROL = PolicyType.SERVICE_CONTROL_POLICY
_RESOURCE_CONTROL = PolicyType.RESOURCE_CONTROL_POLICY


def _chain(directory: Directory, place: tuple[str | None, PolicyType]) -> _Chain:
    """One level for the root, each unit on the way, and the account itself.

    ``place`` is the account's id, and the type: the same for all who are in the account.
    ``None`` where policies of this type do not apply: outside an organization, in its management
    account, or while the type is not enabled.
    """
    number, kind = place
    account = None if number is None else directory.get(Account, number)
    if account is None or account.organization_id is None:
        return None
    organization = directory.get(Organization, account.organization_id)
    if organization is None:
        raise InvalidInput(
            "OrganizationNotFound", f"the organization of account {account.id} is not known"
        )
    if account.id == organization.management_account:
        return None
    if kind not in organization.enabled_policy_types:
        return None
    targets = _path(directory, account, organization)
    return tuple(_level(directory, organization, target, kind) for target in targets)


def _path(directory: Directory, account: Account, organization: Organization) -> tuple[str, ...]:
    """The targets above and including an account: the root, each unit down, the account."""
    path = [account.id]
    parent = account.parent_id
    while parent is not None and parent != organization.root_id and parent not in path:
        path.append(parent)
        unit = directory.get(OrganizationalUnit, parent)
        parent = None if unit is None else unit.parent_id
    if parent != organization.root_id:
        raise InvalidInput(
            "TargetNotFound", f"the path of account {account.id} does not lead to the root"
        )
    return (organization.root_id, *reversed(path))


def _level(
    directory: Directory, organization: Organization, target: str, kind: PolicyType
) -> Policies:
    """The policies of one type on one target, in the order of attachment."""
    attached = sorted(
        directory.find(PolicyTarget, target_id=target), key=lambda each: each.ordinal
    )
    via = _target_arn(organization, target)
    found = (_organization_policy(directory, organization, each, via, kind) for each in attached)
    return (
        *_everywhere(kind, via, organization),
        *(policy for policy in found if policy is not None),
    )


def _everywhere(kind: PolicyType, via: str, organization: Organization) -> Policies:
    """What is on every target, attached or not: RCPFullAWSAccess, which cannot be detached."""
    if kind is not PolicyType.RESOURCE_CONTROL_POLICY:
        return ()
    return (_managed_by_aws(RCP_FULL_AWS_ACCESS_ARN, via, organization.partition),)


def _organization_policy(
    directory: Directory,
    organization: Organization,
    attached: PolicyTarget,
    via: str,
    kind: PolicyType,
) -> Policy | None:
    """An attached organization policy, ``None`` if it is of another type."""
    if attached.policy_id in _AWS_POLICIES:
        # RCPFullAWSAccess is there already (`_everywhere`).
        fits = attached.policy_id == "p-FullAWSAccess" and kind is _SERVICE_CONTROL
        if not fits:
            return None
        return _managed_by_aws(FULL_AWS_ACCESS_ARN, via, organization.partition)
    policy = directory.get(OrganizationPolicy, attached.policy_id)
    if policy is None:
        raise InvalidInput(
            "PolicyNotFound", f"the attached policy {attached.policy_id} does not exist"
        )
    if policy.type is not kind:
        return None
    arn = f"{organization.owner}:policy/{organization.id}/{kind.value.lower()}/{policy.id}"
    return Policy(read_document(policy.content), policy.name, arn, via)


_TARGET_TYPES = {"r-": "root", "ou": "ou"}


def _target_arn(organization: Organization, target: str) -> str:
    """The ARN of a root, unit or account as a target of policies."""
    word = _TARGET_TYPES.get(target[:2], "account")
    return f"{organization.owner}:{word}/{organization.id}/{target}"
