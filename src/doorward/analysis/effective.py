"""What identities may do in effect: with all of their policies, groups, boundary and guardrails.

An *administrator* may do everything that ``PANEL`` names, on resources that no policy can have
meant in particular. What the organization's guardrails take from everybody is left out of the
panel, but some action that changes permissions has to be left. So a name or a text says nothing:
policies that make an administrator only together do, and so does a group; a boundary, or a Deny
on part of it, is seen.

Assumed: calls come by TLS; a key's policy is AWS's default one, which lets the account's policies
decide; where circumstances matter (MFA, an address), the caller can come into them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

import msgspec

from doorward.analysis.holdings import Holder, holdings, reason
from doorward.analysis.reach import USUAL, Reach, hinders, opened, reach
from doorward.analysis.registry import Scope
from doorward.engine.compile import compile_document, read_document
from doorward.engine.context import Context, overlay
from doorward.engine.decision import Rule
from doorward.engine.gather import gather, held
from doorward.engine.layers import Layer, Layers, Policies, Policy
from doorward.engine.organization_keys import organization_context
from doorward.engine.principals import is_service_linked_role
from doorward.engine.request import Request, Resource
from doorward.engine.subject import Subject
from doorward.errors import DoorwardError
from doorward.model.directory import Directory
from doorward.model.home import Home
from doorward.model.identity import Group, Role, User
from doorward.model.organization import Account, Organization
from doorward.model.principal import IamUser, Principal, RoleSession, somebody
from doorward.policy.document import Document
from doorward.policy.folding import fold

NAME: Final = "doorward-representative-7c1f"
"""A name that no policy has: a pattern that meets it meets nearly everything of its kind."""


class Ask(msgspec.Struct, frozen=True):
    """An action, and the resource that it is asked on, a template as ``Home.at`` fills.

    ``permissions``: whoever may do it changes what somebody may do.
    """

    action: str
    resource: str = "*"
    permissions: bool = False


_USER: Final = "arn:{p}:iam::{a}:user/{n}"
_GROUP: Final = "arn:{p}:iam::{a}:group/{n}"
_ROLE: Final = "arn:{p}:iam::{a}:role/{n}"
_POLICY: Final = "arn:{p}:iam::{a}:policy/{n}"

GRANTING: Final = (
    Ask("iam:AttachRolePolicy", _ROLE, permissions=True),
    Ask("iam:PutRolePolicy", _ROLE, permissions=True),
    Ask("iam:AttachUserPolicy", _USER, permissions=True),
    Ask("iam:PutUserPolicy", _USER, permissions=True),
    Ask("iam:AttachGroupPolicy", _GROUP, permissions=True),
    Ask("iam:PutGroupPolicy", _GROUP, permissions=True),
    Ask("iam:AddUserToGroup", _GROUP, permissions=True),
    Ask("iam:CreatePolicyVersion", _POLICY, permissions=True),
    Ask("iam:SetDefaultPolicyVersion", _POLICY, permissions=True),
    Ask("iam:UpdateAssumeRolePolicy", _ROLE, permissions=True),
)
"""What grants permissions: each is enough to give somebody more than they have."""

TOLD_APART: Final = (
    *(fold(ask.action) for ask in GRANTING),
    "iam:createrole",
    "iam:createuser",
)
"""What makes identities, and changes what they may do, folded: few policies are about any."""

PANEL: Final = (
    GRANTING[0],
    Ask("s3:DeleteBucket", "arn:{p}:s3:::{n}"),
    Ask("ec2:TerminateInstances", "arn:{p}:ec2:{r}:{a}:instance/{n}"),
    Ask("dynamodb:DeleteTable", "arn:{p}:dynamodb:{r}:{a}:table/{n}"),
    *GRANTING[1:],
    Ask("iam:CreateRole", _ROLE, permissions=True),
    Ask("iam:CreateUser", _USER),
    Ask("iam:CreateAccessKey", _USER),
    Ask("iam:CreateLoginProfile", _USER),
    Ask("iam:PassRole", _ROLE),
    Ask("sts:AssumeRole", _ROLE),
    Ask("kms:PutKeyPolicy", "arn:{p}:kms:{r}:{a}:key/{n}"),
    Ask("kms:Decrypt", "arn:{p}:kms:{r}:{a}:key/{n}"),
    Ask("s3:GetObject", "arn:{p}:s3:::{n}/{n}"),
    Ask("s3:PutBucketPolicy", "arn:{p}:s3:::{n}"),
    Ask("ec2:RunInstances", "arn:{p}:ec2:{r}:{a}:instance/{n}"),
    Ask("lambda:CreateFunction", "arn:{p}:lambda:{r}:{a}:function:{n}"),
    Ask("lambda:UpdateFunctionCode", "arn:{p}:lambda:{r}:{a}:function:{n}"),
    Ask("secretsmanager:GetSecretValue", "arn:{p}:secretsmanager:{r}:{a}:secret:{n}"),
    Ask("cloudformation:CreateStack", "arn:{p}:cloudformation:{r}:{a}:stack/{n}/{n}"),
)
"""What an administrator of an account may do; what few others may do comes first."""

MANAGEMENT: Final = (
    Ask("organizations:AttachPolicy", "arn:{p}:organizations::{a}:root/o-doorward00/r-door"),
)
"""What one of an organization's management account may do beside it."""


class Held(enum.Enum):
    """Whether an identity has a power."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


class Power(msgspec.Struct, frozen=True):
    """What an identity may do to permissions.

    ``administers``: it is an administrator; ``grants``: it may do some of ``GRANTING``, to others
    or to itself. ``keys`` are the circumstances on which that rests, ``withheld`` the actions of
    the panel that guardrails take from it. ``sets_versions`` and ``concerned``: its policies have
    an Allow about iam:SetDefaultPolicyVersion, or about what makes and changes identities, on
    something. ``why`` it is not known.
    """

    administers: Held = Held.NO
    grants: Held = Held.NO
    keys: tuple[str, ...] = ()
    hindered: bool = False
    withheld: tuple[str, ...] = ()
    sets_versions: bool = False
    concerned: bool = False
    why: str = ""


POWERLESS: Final = Power()


_NOTHING: Final = Reach(granted=False, rule=Rule.IDENTITY_IMPLICIT_DENY)


class Actor(msgspec.Struct, frozen=True):
    """An identity that can be asked about: its layers on its own account, and its context."""

    principal: Principal
    home: Home
    layers: Layers
    context: Context

    def ask(self, ask: Ask, given: Context = USUAL, on: str | None = None) -> Reach:
        """Say whether it may do ``ask``, on ``on`` if that is given."""
        if not self._has_an_allow(fold(ask.action)):
            return _NOTHING
        arn = on or self.home.at(ask.resource, NAME)
        layers = opened(self.layers, self.principal, ask.action)
        context = overlay(self.context, given)
        return reach(layers, self._request(ask.action, arn, context))

    def without_guardrails(self, ask: Ask, given: Context) -> Reach:
        """Say whether it might do ``ask`` if its organization had no control policies."""
        layers = msgspec.structs.replace(self.layers, service_control=None, resource_control=None)
        return Actor(self.principal, self.home, layers, self.context).ask(ask, given)

    def _request(self, action: str, arn: str, context: Context) -> Request:
        return Request(self.principal, action, (Resource(arn, self.home.account),), context)

    def _has_an_allow(self, action: str) -> bool:
        """Whether a policy allows the action anywhere: without that, the rest need not be asked.

        What it is asked on has no policy that would grant it instead.
        """
        return any(
            not statement.denies
            for policy in self.layers.identity or ()
            for statement in compile_document(policy.document).about(action)
        )

    def mentions(self, *actions: str) -> bool:
        """Say whether any of its policies has an Allow about one of ``TOLD_APART``, folded.

        It is quick, and tells no more: on what, and in which circumstances, is for ``ask`` to say.
        """
        policies = self.layers.identity or ()
        return any(not _about(each.document.source).isdisjoint(actions) for each in policies)


@lru_cache(maxsize=16_384)
def _about(text: str) -> frozenset[str]:
    """Those of ``TOLD_APART`` that Allow statements of a policy are about."""
    compiled = compile_document(read_document(text))
    return frozenset(
        action
        for action in TOLD_APART
        if any(not statement.denies for statement in compiled.about(action))
    )


def powers(scope: Scope) -> dict[str, Power]:
    """Return what users, groups and roles of an account may do, by their unique ids.

    Found out once for each account; service-linked roles have none that anybody could use.
    """
    return scope.snapshot.derived(_powers, scope.id)


def actor(directory: Directory, holder: Holder) -> Actor:
    """Return an identity as one that acts; of a group, somebody who has nothing but it.

    Raises as ``gather``.
    """
    principal = _principal(holder)
    subject = Subject(principal)
    home = Home(holder.account, holder.partition)
    resource = Resource(home.at(_ROLE, NAME), home.account)
    layers = gather(directory, subject, resource)
    if isinstance(holder, Group):
        layers = msgspec.structs.replace(layers, identity=held(directory, holder.id))
    return Actor(principal, home, layers, organization_context(directory, subject, resource))


def administers(document: Document, home: Home) -> tuple[str, ...] | None:
    """Return the keys in which a policy by itself makes an administrator; ``None`` if in none."""
    layers = Layers(identity=(Policy(document),))
    alone = Actor(somebody(home.account, home.partition), home, layers, Context({}))
    found = _administers(alone, PANEL)
    if found is None:
        return None
    return found[1]


def _principal(holder: Holder) -> Principal:
    match holder:
        case User():
            return IamUser(holder.arn, holder.id, holder.tags)
        case Role():
            return RoleSession(
                holder.arn,
                None,
                holder.id,
                holder.tags,
                service_linked=is_service_linked_role(holder.arn),
            )
        case Group():
            return somebody(holder.account, holder.partition)


def _powers(directory: Directory, account: str) -> dict[str, Power]:
    held_account = directory.get(Account, account)
    organization = (
        directory.get(Organization, held_account.organization_id)
        if held_account is not None and held_account.organization_id is not None
        else None
    )
    manages = organization is not None and organization.management_account == account
    panel = (*PANEL, *MANAGEMENT) if manages else PANEL
    found: list[Holder] = [*directory.find(User, account=account)]
    found += directory.find(Group, account=account)
    found += directory.find(Role, account=account)
    return {
        each.id: _power(directory, each, panel)
        for each in found
        if not (isinstance(each, Role) and is_service_linked_role(each.arn))
    }


_SET_VERSION: Final = "iam:setdefaultpolicyversion"


def _power(directory: Directory, holder: Holder, panel: tuple[Ask, ...]) -> Power:
    try:
        acting = actor(directory, holder)
        if not acting.mentions(*TOLD_APART):
            return POWERLESS
        return msgspec.structs.replace(
            _judged(acting, holder, panel),
            sets_versions=acting.mentions(_SET_VERSION),
            concerned=True,
        )
    except DoorwardError as error:
        return Power(Held.UNKNOWN, Held.UNKNOWN, why=reason(error))


def _judged(acting: Actor, holder: Holder, panel: tuple[Ask, ...]) -> Power:
    granting = _first(found for found in _granting(acting, holder) if found.granted)
    if granting is None:
        return POWERLESS
    administrator = _administers(acting, panel)
    if administrator is not None:
        _, keys, withheld = administrator
        return Power(Held.YES, Held.YES, keys, hinders(keys), withheld)
    return Power(Held.NO, Held.YES, granting.keys, granting.hindered)


def _first(found: Iterable[Reach]) -> Reach | None:
    """The first that depends on no circumstances; else the first of all."""
    first: Reach | None = None
    for each in found:
        if not each.keys:
            return each
        first = first or each
    return first


def _granting(acting: Actor, holder: Holder) -> Iterator[Reach]:
    """Whether the identity may grant: to somebody, or to itself."""
    for ask in GRANTING:
        if acting.mentions(fold(ask.action)):
            found = acting.ask(ask)
            itself = not found.granted and _WORDS[type(holder)] in ask.resource
            yield acting.ask(ask, on=holder.arn) if itself else found


_WORDS: Final = {User: ":user/", Group: ":group/", Role: ":role/"}


def _administers(
    acting: Actor, panel: tuple[Ask, ...]
) -> tuple[Ask, tuple[str, ...], tuple[str, ...]] | None:
    """What the panel says: an action on permissions, the keys of all, what guardrails withhold.

    Circumstances add up: what one action needs is given for all. ``None``: no administrator.
    """
    given = USUAL
    first: Ask | None = None
    keys: list[str] = []
    withheld: list[str] = []
    for ask in panel:
        found = acting.ask(ask, given)
        if not found.granted:
            if not acting.without_guardrails(ask, given).granted:
                return None
            withheld.append(ask.action)
            continue
        given = overlay(given, found.given)
        keys += found.keys
        if first is None and ask.permissions:
            first = ask
    left = [ask for ask in panel if keys and ask.action not in withheld]
    if first is None or not all(acting.ask(ask, given).granted for ask in left):
        return None
    return first, tuple(dict.fromkeys(keys)), tuple(withheld)


def making_administrator(acting: Actor) -> Policies:
    """Return the identity's policies without which it would be no administrator."""
    granted = (ask for ask in PANEL if ask.permissions and acting.ask(ask).granted)
    first = next(granted, None)
    return () if first is None else _behind(acting, [(first, None)])


def making_granter(acting: Actor, holder: Holder) -> Policies:
    """Return the identity's policies without which it could grant nothing."""
    return _behind(
        acting, [(ask, arn) for ask in GRANTING for arn in (None, holder.arn) if _fits(ask, arn)]
    )


def _fits(ask: Ask, arn: str | None) -> bool:
    return arn is None or any(word in arn and word in ask.resource for word in _WORDS.values())


def _behind(acting: Actor, asks: Iterable[tuple[Ask, str | None]]) -> Policies:
    """The identity-based policies to be taken away until none of this is granted any more."""
    found: list[Policy] = []
    for ask, arn in asks:
        while (said := acting.ask(ask, on=arn)).granted:
            own = acting.layers.identity or ()
            taken = [own[ref.policy] for ref in said.by if ref.layer is Layer.IDENTITY]
            if not taken:
                break
            found += dict.fromkeys(taken)
            layers = msgspec.structs.replace(
                acting.layers, identity=tuple(each for each in own if each not in taken)
            )
            acting = Actor(acting.principal, acting.home, layers, acting.context)
    return tuple(found)


def identities(scope: Scope) -> tuple[User | Role, ...]:
    """Return the users and roles of an account that people, or their programs, act as."""
    found = holdings(scope)
    return (*found.users, *found.own_roles)
