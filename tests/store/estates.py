"""Entities to store: one hand-written of each kind, and strategies for any."""

from __future__ import annotations

import enum
import types
from datetime import UTC, datetime, timedelta
from typing import Any, get_args, get_origin, get_type_hints

import msgspec
from hypothesis import strategies as st

from doorward.model.certificate import (
    ServerCertificate,
    ServiceCredential,
    SigningCertificate,
    SshPublicKey,
)
from doorward.model.credential import (
    AccessKey,
    KeyStatus,
    LoginProfile,
    MfaDevice,
    PasswordPolicy,
)
from doorward.model.event import Event
from doorward.model.federation import (
    ContextProvider,
    KeyMapping,
    OpenIdProvider,
    SamlKey,
    SamlProvider,
)
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.organization import (
    Account,
    AccountCreation,
    AccountQuota,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
    RootFeature,
    TrustedService,
)
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.service_linked import RoleDeletion
from doorward.store.statements import SUPPOSED

A = "111122223333"
B = "444455556666"
NOW = datetime(2026, 7, 1, 12, 30, 45, 123456, tzinfo=UTC)
TAGS = (("Team", "Ops"), ("team", "ops, too"), ("empty", ""))
DOCUMENT = '{ "Version" : "2012-10-17",\r\n\t"Statement": [] }  '

ONE_OF_EACH: tuple[Entity, ...] = (
    User(A, "Ana", "AIDAANA", NOW, path="/eng/", tags=TAGS, permissions_boundary="arn:aws:x"),
    Role(
        A,
        "Deploy",
        "AROADEPLOY",
        NOW,
        DOCUMENT,
        description="",
        max_session_duration=43200,
        max_signin_session=7776000,
    ),
    ManagedPolicy(A, "Read", "ANPAREAD", NOW, NOW + timedelta(days=1), versions_ever=7),
    PolicyVersion(A, "ANPAREAD", "v7", DOCUMENT, NOW),
    InlinePolicy(A, "AIDAANA", "own", DOCUMENT),
    Attachment(A, "AIDAANA", f"arn:aws:iam::{A}:policy/Read", 3),
    AccessKey("AKIAANA", A, "AIDAANA", bytes(range(256)), NOW, KeyStatus.INACTIVE),
    MfaDevice(f"arn:aws:iam::{A}:mfa/ana", A, b"", NOW, "AIDAANA", NOW, last_step=2**40),
    Account(
        A,
        "acme",
        NOW,
        "ops@example.org",
        "o-acme",
        "r-acme",
        NOW,
        installation=True,
        token_version=2,
        properties=(("RoleManager/Enabled", "true"),),
    ),
    AccountCreation("car-1", "o-acme", "new", "SUCCEEDED", NOW, NOW, B),
    Organization(
        "o-acme",
        A,
        "r-acme",
        NOW,
        enabled_policy_types=tuple(PolicyType),
        trusted_services=(TrustedService("iam.amazonaws.com", NOW),),
        root_features=tuple(RootFeature),
    ),
    OrganizationalUnit("ou-acme-1", "o-acme", "r-acme", "prod", NOW),
    OrganizationPolicy(
        "p-1", "o-acme", "deny", PolicyType.SERVICE_CONTROL_POLICY, DOCUMENT, NOW, "why"
    ),
    PolicyTarget("o-acme", "ou-acme-1", "p-1", 0),
    RegisteredResource("arn:aws:s3:::acme", A, NOW, DOCUMENT, "AWS::S3::Bucket", TAGS),
    Group(A, "Team", "AGPATEAM", NOW, path="/eng/"),
    Membership(A, "AIDAANA", "AGPATEAM"),
    InstanceProfile(A, "Web", "AIPAWEB", NOW, "/eng/", "AROADEPLOY", TAGS),
    LoginProfile(
        "AIDAANA",
        A,
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA",
        NOW,
        NOW + timedelta(days=1),
        reset_required=True,
        max_session=3600,
        earlier_hashes=("one", "two"),
    ),
    PasswordPolicy(A, 14, require_symbols=True, users_may_change=True, max_age=90),
    SshPublicKey("APKAANA", A, "AIDAANA", "ssh-rsa AAAA", NOW, KeyStatus.INACTIVE),
    SigningCertificate("C1", A, A, "-----BEGIN\r\n", "00ff", NOW),
    ServerCertificate(A, "Web", "ASCAWEB", "-----BEGIN", NOW, NOW, "/cloudfront/", "chain", TAGS),
    ServiceCredential("ACCAANA", A, "AIDAANA", "s", "Ana-at-1", b"\0", NOW, expires=NOW),
    OpenIdProvider(
        A,
        "idp.example.org/x",
        NOW,
        ("a", "b"),
        ("00" * 20,),
        TAGS,
        ContextProvider("sub", (KeyMapping("mail", "email"), KeyMapping("x")), None, "kind"),
    ),
    SamlProvider(
        A, "Idp", "ASPA", NOW, "<a>\r\n</a>", NOW, TAGS, "Required", (SamlKey("K", NOW, b"\0"),)
    ),
    RoleDeletion("task/aws-service-role/s/r/1", A, NOW),
    AccountQuota(A, "GroupsPerAccount", 500),
)


def user(name: str, account: str = A, **others: Any) -> User:
    """A user whose id follows from its name and account."""
    return User(account, name, f"AIDA{account}{name}", NOW, **others)


def call(id: str, accounts: tuple[str, ...] = (A,), minutes: int = 0, **others: Any) -> Event:
    """An event whose request id follows from its id."""
    at = NOW + timedelta(minutes=minutes)
    return Event(
        id, f"request-{id}", A, at, "iam.amazonaws.com", "GetUser", "{}", "[]", accounts, **others
    )


_TRICKY = ("a", "A", "b", "ab", "a_", "a%", "K", "k", "é", "e\u0301", "", " ", "'", "𝄞", "\uffff")
_LETTERS = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
_MOST = 2**63 - 1
_BASIC: dict[Any, st.SearchStrategy[Any]] = {
    str: st.sampled_from(_TRICKY) | st.text(_LETTERS, max_size=8),
    int: st.integers(-_MOST, _MOST),
    bool: st.booleans(),
    bytes: st.binary(max_size=40),
    datetime: st.datetimes(timezones=st.just(UTC)),
    types.NoneType: st.none(),
}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a field's type."""
    if hint in _BASIC:
        return _BASIC[hint]
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(hint)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return structs(hint)
    parts = get_args(hint)
    if get_origin(hint) is types.UnionType:
        return st.one_of([values(part) for part in parts])
    if get_origin(hint) is tuple and parts[-1] is Ellipsis:
        return st.lists(values(parts[0]), max_size=3).map(tuple)
    if get_origin(hint) is tuple:
        return st.tuples(*[values(part) for part in parts])
    raise TypeError(f"no strategy for {hint}")


def structs(kind: type[Any], **fixed: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Any value of a Struct that can be stored; fields in ``fixed`` come from there."""
    hints = get_type_hints(kind)
    names = [each.name for each in msgspec.structs.fields(kind) if each.name not in SUPPOSED]
    return st.builds(kind, **{name: fixed.get(name, values(hints[name])) for name in names})


_FEW: st.SearchStrategy[str | None] = st.sampled_from(["a", "A", "b", "é"])
_FEW_OR_NONE: st.SearchStrategy[str | None] = st.sampled_from(["a", "b", None])
_IDENTIFIERS = {"account", "id", "name", "owner_id", "policy_id", "organization_id", "parent_id"}


def crowded(kind: type[Any]) -> st.SearchStrategy[Any]:
    """Entities of a kind whose identifiers often collide."""
    hints = get_type_hints(kind)
    few = {
        name: _FEW if hints[name] is str else _FEW_OR_NONE for name in _IDENTIFIERS & set(hints)
    }
    return structs(kind, **few)
