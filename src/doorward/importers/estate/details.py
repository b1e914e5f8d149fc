"""Authorization details: what ``aws iam get-account-authorization-details`` writes.

Source: IAM API Reference, "GetAccountAuthorizationDetails" and the data types of its answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final

import msgspec

from doorward.engine.reading import Field, fail, flag, items, text
from doorward.errors import InvalidInput
from doorward.importers.estate.parts import AWS, Part, Parts
from doorward.importers.estate.role_members import Told, last_used, profiles, seconds
from doorward.importers.estate.source import (
    OF_A_ROLE,
    UNKNOWN,
    Source,
    plain,
    tags,
    unknown_name,
    wanted,
)
from doorward.importers.estate.unknowns import unknown_policy
from doorward.importers.estate.whereabouts import known_partition
from doorward.model.evidence import Source as Known
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Role,
    User,
)
from doorward.model.schema import Entity
from doorward.policy.arn import Arn, is_account_id, parse_arn
from doorward.policy.partitions import COMMERCIAL
from doorward.policy.problem import Severity

LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
"""The lists of a page."""

PAGE: Final = frozenset({*LISTS, "IsTruncated", "Marker", "NextToken", "ResponseMetadata"})
"""Every member that a page may have."""

_UNIQUE_ID: Final = re.compile(r"\w{16,128}", re.ASCII)


class _Kind(msgspec.Struct, frozen=True):
    """How the details of one kind of entity are spelt; ``more`` fields are its own."""

    word: str
    name: str
    more: frozenset[str]

    @property
    def fields(self) -> frozenset[str]:
        """Every field that is known."""
        return self.more | {
            "Path", "Arn", "CreateDate", f"{self.name}Name", f"{self.name}Id",
        }  # fmt: skip


_ATTACHED: Final = "AttachedManagedPolicies"
_BOUNDARY: Final = "PermissionsBoundary"
_USER: Final = _Kind(
    "user", "User", frozenset({"UserPolicyList", "GroupList", _ATTACHED, _BOUNDARY, "Tags"})
)
_GROUP: Final = _Kind("group", "Group", frozenset({"GroupPolicyList", _ATTACHED}))
_ROLE: Final = _Kind(
    "role",
    "Role",
    frozenset({
        "AssumeRolePolicyDocument", "InstanceProfileList", "RolePolicyList", _ATTACHED, _BOUNDARY,
        "Tags", "RoleLastUsed", "MaxSessionDuration", "MaxSigninSessionDuration", "Description",
    }),
)  # fmt: skip
_POLICY: Final = _Kind(
    "policy",
    "Policy",
    frozenset({
        "DefaultVersionId", "AttachmentCount", "PermissionsBoundaryUsageCount", "IsAttachable",
        "Description", "UpdateDate", "PolicyVersionList", "Tags",
    }),
)  # fmt: skip


class _Entry(msgspec.Struct, frozen=True, gc=False):
    """One item of a list: its fields, its ARN taken apart, its unique id."""

    source: Source
    field: Field
    fields: Mapping[str, Field]
    arn: Arn
    id: str

    @property
    def about(self) -> tuple[str, ...]:
        """Whom its problems touch."""
        return (str(self.arn),)

    @property
    def told(self) -> Told:
        """What a role's own members are read from."""
        return Told(self.source, self.fields, self.about)

    @property
    def path(self) -> str:
        """The path in the ARN."""
        return f"/{self.arn.resource_id.removesuffix(self.arn.name)}"


def read_details(page: Field, source: Source, parts: Parts) -> None:
    """Read one page of authorization details; what is wrong with it is a problem."""
    source.kinds = (Known.DETAILS,)
    try:
        found = source.fields(page, PAGE)
    except InvalidInput as error:
        source.refuse(error, page, ())
        return
    accounts: set[str] = set()
    for name, read in _READERS.items():
        if name not in found:
            continue
        for field in source.each(found[name], ()):
            part = _part(field, source, read)
            if part is not None and parts.add(part):
                accounts.add(getattr(part.head, "account", AWS))
    nothing = not any(found[name].value for name in LISTS if name in found)
    tells = bool(accounts) or nothing  # of a page that cannot be read, not even whose it is
    accounts.discard(AWS)
    cut = "IsTruncated" in found and source.attempt(
        flag, found["IsTruncated"], (), Severity.WARNING
    )
    if tells:
        parts.page(source, accounts, truncated=cut is not False or "NextToken" in found)


def _part(field: Field, source: Source, read: Callable[[Field, Source], Part]) -> Part | None:
    """One entity, or ``None`` and a problem."""
    try:
        return read(field, source)
    except InvalidInput as error:
        source.refuse(error, field, _named(field))
        return None


def _named(field: Field) -> tuple[str, ...]:
    """Whom an entry that is not read is about, if it says so much."""
    arn = field.value.get("Arn") if isinstance(field.value, Mapping) else None
    return (arn,) if isinstance(arn, str) and arn else ()


def _entry(field: Field, source: Source, kind: _Kind) -> _Entry:
    """Read what every entity has."""
    found = source.fields(field, kind.fields, _named(field))
    spelt = wanted(found, "Arn", field)
    arn = _arn(spelt, kind)
    identifier = wanted(found, f"{kind.name}Id", field)
    if not _UNIQUE_ID.fullmatch(text(identifier)):
        raise fail(identifier, "a unique id has 16 to 128 letters and digits")
    entry = _Entry(source, field, found, arn, text(identifier))
    for name, value in ((f"{kind.name}Name", arn.name), ("Path", entry.path)):
        if name in found and text(found[name]) != value:
            raise fail(found[name], f"the ARN {arn} says {value}")
    if source.folder and arn.account not in {source.folder, AWS}:
        source.another(str(arn), field.pointer, entry.about)
    return entry


def _arn(field: Field, kind: _Kind) -> Arn:
    arn = parse_arn(text(field))
    if arn is None or arn.service != "iam" or arn.resource_type != kind.word or not arn.name:
        raise fail(field, f"the ARN of a {kind.word} is wanted here")
    if not is_account_id(arn.account) and (kind is not _POLICY or arn.account != AWS):
        raise fail(field, "this ARN names no account")
    known_partition(arn, field)
    return arn


def _user(field: Field, source: Source) -> Part:
    entry = _entry(field, source, _USER)
    user = User(
        entry.arn.account,
        entry.arn.name,
        entry.id,
        source.time(entry.fields, "CreateDate", entry.about),
        path=entry.path,
        tags=_tags(entry),
        permissions_boundary=_boundary(entry),
        partition=entry.arn.partition,
    )
    rest: list[Entity] = [*_inline(entry, _USER), *_attached(entry)]
    groups: list[str] = []
    for each in _list(entry, "GroupList"):
        name = source.attempt(text, each, entry.about)
        if name is None:
            rest.append(unknown_policy(user, "GroupList"))
        else:
            groups.append(name)
    rest += _unreadable_lists(entry, user, ("UserPolicyList", "GroupList", _ATTACHED))
    return Part(user, source, field.pointer, tuple(rest), tuple(groups))


def _group(field: Field, source: Source) -> Part:
    entry = _entry(field, source, _GROUP)
    group = Group(
        entry.arn.account,
        entry.arn.name,
        entry.id,
        source.time(entry.fields, "CreateDate", entry.about),
        path=entry.path,
        partition=entry.arn.partition,
    )
    rest: list[Entity] = [*_inline(entry, _GROUP), *_attached(entry)]
    rest += _unreadable_lists(entry, group, ("GroupPolicyList", _ATTACHED))
    return Part(group, source, field.pointer, tuple(rest))


def _role(field: Field, source: Source) -> Part:
    entry = _entry(field, source, _ROLE)
    found = entry.fields
    trust = wanted(found, "AssumeRolePolicyDocument", field)
    role = Role(
        entry.arn.account,
        entry.arn.name,
        entry.id,
        source.time(found, "CreateDate", entry.about),
        trust_policy=source.document(trust, entry.about, OF_A_ROLE),
        path=entry.path,
        description=_description(entry),
        max_session_duration=seconds(entry.told, "MaxSessionDuration", 43200) or 3600,
        tags=_tags(entry),
        permissions_boundary=_boundary(entry),
        max_signin_session=seconds(entry.told, "MaxSigninSessionDuration", 7_776_000),
        partition=entry.arn.partition,
    )
    rest: list[Entity] = [*_inline(entry, _ROLE), *_attached(entry), *profiles(entry.told, role)]
    rest += _unreadable_lists(entry, role, ("RolePolicyList", _ATTACHED))
    return Part(role, source, field.pointer, tuple(rest), used=last_used(entry.told))


def _policy(field: Field, source: Source) -> Part:
    entry = _entry(field, source, _POLICY)
    if entry.arn.account == AWS and entry.arn.partition != COMMERCIAL:
        # AWS's own have the same names, and for all that is known ids, in every partition.
        entry = msgspec.structs.replace(entry, id=f"{entry.arn.partition}:{entry.id}")
    found = entry.fields
    default = text(wanted(found, "DefaultVersionId", field))
    created = source.time(found, "CreateDate", entry.about)
    updated = source.time(found, "UpdateDate", entry.about)
    versions: dict[str, Entity] = {}
    for each in _list(entry, "PolicyVersionList"):
        version = source.attempt(lambda one: _version(one, entry), each, entry.about)
        if version is None:
            continue
        if version.version in versions:
            raise fail(each, f"the version {version.version} stands twice", code="DuplicateKey")
        versions[version.version] = version
    account, name = entry.arn.account, entry.arn.name
    if default not in versions:
        source.report(
            "MISSING_VERSION",
            Severity.ERROR,
            field.pointer,
            f"the default version, {default}, is not listed, or cannot be read",
            about=entry.about,
        )
        versions[default] = PolicyVersion(account, entry.id, default, UNKNOWN, created)
    head = ManagedPolicy(
        account,
        name,
        entry.id,
        created,
        updated,
        path=entry.path,
        description=_description(entry),
        default_version=default,
        versions_ever=len(versions),
        tags=_tags(entry),
        partition=entry.arn.partition,
    )
    return Part(head, source, field.pointer, tuple(versions.values()))


_VERSION: Final = frozenset({"Document", "VersionId", "IsDefaultVersion", "CreateDate"})


def _version(field: Field, entry: _Entry) -> PolicyVersion:
    source = entry.source
    found = source.fields(field, _VERSION, entry.about)
    name = text(wanted(found, "VersionId", field))
    marked = "IsDefaultVersion" in found and flag(found["IsDefaultVersion"])
    if marked != (name == plain(entry.fields["DefaultVersionId"])) and "IsDefaultVersion" in found:
        raise fail(found["IsDefaultVersion"], "DefaultVersionId says otherwise")
    return PolicyVersion(
        entry.arn.account,
        entry.id,
        name,
        source.document(wanted(found, "Document", field), entry.about),
        source.time(found, "CreateDate", entry.about),
    )


_READERS: Final[Mapping[str, Callable[[Field, Source], Part]]] = dict(
    zip(LISTS, (_user, _group, _role, _policy), strict=True)
)


# ------------------------------------------------------------- what several kinds have


def _list(entry: _Entry, name: str) -> tuple[Field, ...]:
    """The items of a list; an empty one is left out by AWS, so an absent one is empty."""
    field = entry.fields.get(name)
    if field is None or not isinstance(field.value, list):
        return ()
    return items(field)


def _unreadable_lists(
    entry: _Entry, owner: User | Group | Role, names: tuple[str, ...]
) -> Iterator[InlinePolicy]:
    """What stands for lists that are none: that not all is known of their owner."""
    for name in names:
        field = entry.fields.get(name)
        if field is not None and entry.source.attempt(items, field, entry.about) is None:
            yield unknown_policy(owner, name)


def _inline(entry: _Entry, kind: _Kind) -> Iterator[InlinePolicy]:
    """Inline policies; one of which not even the name can be read is unknown."""
    seen: set[str] = set()
    for index, each in enumerate(_list(entry, f"{kind.name}PolicyList")):
        found = entry.source.attempt(lambda one: _named_document(one, entry), each, entry.about)
        name, document = found or (unknown_name(str(index)), UNKNOWN)
        if name in seen:
            error = fail(each, f"the policy {name} stands twice", code="DuplicateKey")
            entry.source.refuse(error, each, entry.about)
            name, document = unknown_name(str(index)), UNKNOWN
        seen.add(name)
        yield InlinePolicy(entry.arn.account, entry.id, name, document)


def _named_document(field: Field, entry: _Entry) -> tuple[str, str]:
    known = frozenset({"PolicyName", "PolicyDocument"})
    found = entry.source.fields(field, known, entry.about)
    name = text(wanted(found, "PolicyName", field))
    return name, entry.source.document(wanted(found, "PolicyDocument", field), entry.about)


def _attached(entry: _Entry) -> Iterator[Attachment]:
    """Attached policies in their order; one that cannot be read is unknown."""
    seen: set[str] = set()
    for index, each in enumerate(_list(entry, _ATTACHED)):
        arn = entry.source.attempt(lambda one: _policy_arn(one, entry), each, entry.about)
        arn = arn or unknown_name(str(index))
        if arn not in seen:
            yield Attachment(entry.arn.account, entry.id, arn, index)
        seen.add(arn)


def _policy_arn(field: Field, entry: _Entry) -> str:
    found = entry.source.fields(field, frozenset({"PolicyName", "PolicyArn"}), entry.about)
    arn = text(wanted(found, "PolicyArn", field))
    if parse_arn(arn) is None:
        raise fail(found["PolicyArn"], "the ARN of a policy is wanted here")
    return arn


def _boundary(entry: _Entry) -> str | None:
    """The boundary's ARN; one that cannot be read is unknown."""
    field = entry.fields.get(_BOUNDARY)
    if field is None:
        return None
    known = frozenset({"PermissionsBoundaryType", "PermissionsBoundaryArn"})

    def read(one: Field) -> str:
        found = entry.source.fields(one, known, entry.about)
        arn = text(wanted(found, "PermissionsBoundaryArn", one))
        if parse_arn(arn) is None:
            raise fail(found["PermissionsBoundaryArn"], "the ARN of a policy is wanted here")
        return arn

    return entry.source.attempt(read, field, entry.about) or unknown_name(_BOUNDARY)


def _tags(entry: _Entry) -> tuple[tuple[str, str], ...]:
    """Tags; an entity whose tags cannot be read is not taken: conditions look at them."""
    return tags(entry.fields["Tags"]) if "Tags" in entry.fields else ()


def _description(entry: _Entry) -> str | None:
    if "Description" not in entry.fields:
        return None
    return entry.source.attempt(plain, entry.fields["Description"], entry.about, Severity.WARNING)
