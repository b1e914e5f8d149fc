"""A case of a check: an estate, what is known of it, and how the check has to end on it.

Estates are built by name: ``user("ana")`` is a user of ``ACCOUNT`` with an id made of its name.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import msgspec

from doorward.model.credential import AccessKey, KeyStatus, LoginProfile, MfaDevice
from doorward.model.evidence import Evidence, Source
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
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.use import WHOLE, Use
from doorward.results.finding import State

ACCOUNT = "111122223333"
OTHER = "999988887777"
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
"""When cases are audited."""

FULL = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def days_ago(days: float) -> datetime:
    """Return the moment so many days before ``NOW``."""
    return NOW - timedelta(days=days)


@dataclass(frozen=True)
class Case:
    """How a check ends on an estate.

    ``entities`` are the estate, beside its ``ACCOUNT``, and ``uses`` its marks; ``subjects`` are
    those of the findings, in their order. ``without`` are sources that are not there.
    ``evidence`` alters what a live directory would show. ``answers`` fill the words in angle
    brackets of the remedy; ``cleared`` is false where only a person, or another service, can
    carry it out, with ``why`` saying so; ``elsewhere`` is true where a service that Doorward does
    not serve can: then the commands are carried out on the evidence (``carried``).
    """

    name: str
    state: State
    entities: tuple[Entity, ...] = ()
    uses: tuple[Use, ...] = ()
    subjects: tuple[str, ...] = ()
    without: tuple[Source, ...] = ()
    evidence: Callable[[Evidence], Evidence] | None = None
    answers: Mapping[str, str] = field(default_factory=dict)
    as_root: bool = False
    cleared: bool = True
    why: str = ""
    thresholds: Mapping[str, Any] = field(default_factory=dict)
    elsewhere: bool = False


# --- building estates


def unique(prefix: str, name: str) -> str:
    """Return the unique id of what bears a name in a case."""
    return prefix + sha256(name.encode()).hexdigest()[:17].upper()


def account(number: str = ACCOUNT, **more: Any) -> Account:
    """Return an account."""
    return Account(number, f"account {number}", days_ago(1000), **more)


def user(name: str, *, number: str = ACCOUNT, age: float = 500, **more: Any) -> User:
    """Return a user that was made ``age`` days ago."""
    return User(number, name, unique("AIDA", number + name), days_ago(age), **more)


def group(name: str, *, number: str = ACCOUNT) -> Group:
    """Return a group."""
    return Group(number, name, unique("AGPA", number + name), days_ago(500))


def role(
    name: str, trust: Mapping[str, Any] | None = None, *, number: str = ACCOUNT, age: float = 500,
    **more: Any,
) -> Role:  # fmt: skip
    """Return a role; ``trust`` is the statement of its trust policy."""
    statement = trust or {
        "Effect": "Allow",
        "Principal": {"Service": "ec2.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    identifier = unique("AROA", number + name)
    return Role(number, name, identifier, days_ago(age), trust_policy=document(statement), **more)


def document(*statements: Mapping[str, Any]) -> str:
    """Return the text of a policy with these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def member(who: User, of: Group) -> Membership:
    """Return a membership."""
    return Membership(who.account, who.id, of.id)


def inline(owner: User | Group | Role, *statements: Mapping[str, Any], name: str = "p") -> Entity:
    """Return an inline policy."""
    return InlinePolicy(owner.account, owner.id, name, document(*statements))


def policy(name: str, *statements: Mapping[str, Any], number: str = ACCOUNT) -> tuple[Entity, ...]:
    """Return a managed policy of one version."""
    identifier = unique("ANPA", number + name)
    made = days_ago(500)
    return (
        ManagedPolicy(number, name, identifier, made, made),
        PolicyVersion(number, identifier, "v1", document(*statements), made),
    )


def attached(owner: User | Group | Role, to: str, ordinal: int = 0) -> Attachment:
    """Return the attachment of a policy, by its ARN or the name of one in the same account."""
    arn = to if to.startswith("arn:") else f"arn:aws:iam::{owner.account}:policy/{to}"
    return Attachment(owner.account, owner.id, arn, ordinal)


def password(who: User, *, changed: float = 10) -> LoginProfile:
    """Return a password that was set ``changed`` days ago."""
    return LoginProfile(who.id, who.account, "hash", days_ago(changed), days_ago(changed))


def key(who: User | str, *, age: float = 10, active: bool = True, number: str = "1") -> AccessKey:
    """Return an access key of a user, or of the root user of an account."""
    owner, of = (who, who) if isinstance(who, str) else (who.id, who.account)
    identifier = unique("AKIA", owner + number)[:20]
    status = KeyStatus.ACTIVE if active else KeyStatus.INACTIVE
    return AccessKey(identifier, of, owner, b"sealed", days_ago(age), status)


def used(what: AccessKey | Role, *, days: float, service: str = "s3") -> Use:
    """Return the mark of a use of a key or role so many days ago."""
    return Use(what.id, WHOLE, what.account, days_ago(days), service, "us-east-1")


def virtual_mfa(who: User | str, name: str = "phone") -> MfaDevice:
    """Return an enabled virtual device of a user, or of the root user of an account."""
    owner, number = (who, who) if isinstance(who, str) else (who.id, who.account)
    return _device(f"arn:aws:iam::{number}:mfa/{name}", number, owner)


def hardware_mfa(who: User | str, serial: str = "GAHT12345678") -> MfaDevice:
    """Return an enabled hardware token."""
    owner, number = (who, who) if isinstance(who, str) else (who.id, who.account)
    return _device(serial, number, owner)


def _device(serial: str, number: str, owner: str) -> MfaDevice:
    return MfaDevice(serial, number, b"sealed", days_ago(10), owner, days_ago(10))


ORGANIZATION, ROOT_ID, MANAGEMENT = "o-exampleorg1", "r-ex01", "444455556666"
"""The organization of cases, its root, and its management account."""

FULL_ACCESS = "p-FullAWSAccess"


def organization(*types: PolicyType, **more: Any) -> tuple[Entity, ...]:
    """Return an organization with its management account; SCPs are enabled if nothing is said."""
    scp = PolicyType.SERVICE_CONTROL_POLICY
    enabled = types or (scp,)
    found = Organization(
        ORGANIZATION, MANAGEMENT, ROOT_ID, days_ago(900), enabled_policy_types=enabled, **more
    )
    full = (on(FULL_ACCESS, ROOT_ID), on(FULL_ACCESS, MANAGEMENT)) if scp in enabled else ()
    return (found, joined(MANAGEMENT), *full)


def joined(number: str = ACCOUNT, parent: str = ROOT_ID) -> Account:
    """Return an account of the organization, in a unit or directly below the root."""
    return account(number, organization_id=ORGANIZATION, parent_id=parent, joined=days_ago(800))


def unit(name: str, parent: str = ROOT_ID) -> OrganizationalUnit:
    """Return an organizational unit, whose id is made of its name."""
    return OrganizationalUnit(unit_id(name), ORGANIZATION, parent, name, days_ago(900))


def unit_id(name: str) -> str:
    """Return the id of the unit of that name."""
    return f"ou-ex01-{sha256(name.encode()).hexdigest()[:8]}"


def scp(
    name: str, *statements: Mapping[str, Any], kind: PolicyType = PolicyType.SERVICE_CONTROL_POLICY
) -> OrganizationPolicy:
    """Return a service control policy, or another policy of the organization."""
    text = document(*statements)
    return OrganizationPolicy(f"p-{name}0000", ORGANIZATION, name, kind, text, days_ago(900))


def on(policy_id: str | OrganizationPolicy, target: str, ordinal: int = 0) -> PolicyTarget:
    """Return the attachment of an organization policy to a root, unit or account."""
    identifier = policy_id if isinstance(policy_id, str) else policy_id.id
    return PolicyTarget(ORGANIZATION, target, identifier, ordinal)


def resource(
    arn: str, *statements: Mapping[str, Any], number: str = ACCOUNT, **more: Any
) -> RegisteredResource:
    """Return a registered resource, with a policy if there are statements."""
    text = document(*statements) if statements else None
    return RegisteredResource(arn, number, days_ago(100), text, **more)


def lacking(evidence: Evidence, sources: tuple[Source, ...]) -> Evidence:
    """Return evidence in which no account has these sources."""
    known = {each: found - set(sources) for each, found in evidence.known.items()}
    return msgspec.structs.replace(evidence, known=known)
