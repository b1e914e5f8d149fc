"""``organization.json``: an organization with its units, accounts, policies and attachments.

The form is Doorward's own, of the fields of AWS's answers (Organizations API Reference). Exactly
the attachments that are listed hold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from doorward.engine.reading import Field, fail, items, text
from doorward.errors import InvalidInput
from doorward.importers.estate.organization_reports import LISTED_TYPES, NOT_DECIDING
from doorward.importers.estate.parts import Part, Parts
from doorward.importers.estate.source import (
    EPOCH,
    OF_ORGANIZATIONS,
    UNKNOWN,
    Source,
    plain,
    tags,
    unknown_name,
    wanted,
)
from doorward.importers.estate.whereabouts import partition_told
from doorward.model.evidence import Source as Known
from doorward.model.organization import (
    Account,
    Organization,
    OrganizationalUnit,
    OrganizationPolicy,
    PolicyTarget,
    PolicyType,
    RootFeature,
    TrustedService,
)
from doorward.model.schema import Entity
from doorward.policy.arn import is_account_id
from doorward.policy.problem import Severity

T = TypeVar("T")

LISTS: Final = ("Organization", "Roots", "OrganizationalUnits", "Accounts")
"""The members that no other file has; ``Policies`` stands beside them."""

_FEATURES, _SERVICES = "EnabledFeatures", "EnabledServicePrincipals"
_TOP: Final = frozenset({
    *LISTS, "Policies", "OrganizationId", _FEATURES, _SERVICES, LISTED_TYPES,
})  # fmt: skip
_ORGANIZATION: Final = frozenset({
    "Id", "Arn", "FeatureSet", "MasterAccountArn", "MasterAccountId", "MasterAccountEmail",
    "AvailablePolicyTypes",
})  # fmt: skip
_ROOT: Final = frozenset({"Id", "Arn", "Name", "PolicyTypes"})
_UNIT: Final = frozenset({"Id", "Arn", "Name", "Path", "ParentId"})
_ACCOUNT: Final = frozenset({
    "Id", "Arn", "Email", "Name", "Status", "State", "Paths", "JoinedMethod", "JoinedTimestamp",
    "ParentId", "Tags",
})  # fmt: skip
_POLICY: Final = frozenset({
    "Id", "Arn", "Name", "Description", "Type", "AwsManaged", "Content", "Targets",
})  # fmt: skip
_AWS_POLICIES: Final = frozenset({"p-FullAWSAccess", "p-RCPFullAWSAccess"})

_DECIDING: Final = {each.value: each for each in PolicyType}

_MOST_LEVELS: Final = 16
"""Units inside each other that are followed; AWS allows five."""


def read_organization(field: Field, source: Source, parts: Parts) -> None:
    """Read an organization; what is wrong with it is a problem."""
    source.kinds = (Known.ORGANIZATION, Known.ROOT_FEATURES)
    try:
        found = source.fields(field, _TOP)
    except InvalidInput as error:
        source.refuse(error, field, ())
        return
    if found.keys() == {"Organization"} and found["Organization"].value is None:
        parts.standing_alone(source)
        return
    _Organization(source, parts, found, field).read()


class _Organization:
    """One organization while it is read; its id is unknown if it could not be read."""

    def __init__(
        self, source: Source, parts: Parts, found: Mapping[str, Field], field: Field
    ) -> None:
        self._source = source
        self._parts = parts
        self._found = found
        self._field = field
        self._id = unknown_name("organization")
        self._root = unknown_name("root")
        self._feature_set = "ALL"
        self._units: dict[str, OrganizationalUnit] = {}
        self._accounts: dict[str, tuple[str, Field]] = {}
        self._ordinals: dict[str, int] = {}
        self._listed: set[PolicyType] = set()
        self._attached: set[PolicyType] = set()

    def read(self) -> None:
        """Read everything in it."""
        head = self._head()
        types = self._read_root()
        self._each("OrganizationalUnits", self._unit)
        self._each("Accounts", self._account)
        self._each("Policies", self._policy, self._anything)
        if head is not None:
            enabled = self._types(types)
            organization = Organization(
                self._id,
                head,
                self._root,
                EPOCH,
                feature_set=self._feature_set,
                enabled_policy_types=enabled,
                trusted_services=self._services(),
                root_features=self._features(),
            )
            self._add(organization, self._found["Organization"])
            self._parts.reports.told(self._id, self._source, self._found, types)
            if head not in self._accounts:
                self._not_listed(self._field, f"the management account {head}", self._id)
        self._check_places()

    def _each(
        self,
        name: str,
        read: Callable[[Field], None],
        failed: Callable[[InvalidInput, Field], None] | None = None,
    ) -> None:
        """Read the items of a list; one that cannot be read touches the whole organization.

        A list that cannot be read touches everything: whom it would name is not known.
        """
        for field in self._source.each(self._found[name], ()) if name in self._found else ():
            try:
                read(field)
            except InvalidInput as error:
                if failed is not None:
                    failed(error, field)
                else:
                    self._source.refuse(error, field, ())

    def _add(self, entity: Entity, field: Field, *rest: PolicyTarget) -> None:
        self._parts.add(Part(entity, self._source, field.pointer, rest))

    def _not_listed(self, field: Field, what: str, about: str) -> None:
        self._source.report(
            "NOT_LISTED",
            Severity.WARNING,
            field.pointer,
            f"{what} is not listed here",
            about=(about,),
        )

    # ------------------------------------------------------------------ the places

    def _head(self) -> str | None:
        """The management account, and the organization's id; ``None`` if they cannot be read."""
        source = self._source
        try:
            field = wanted(self._found, "Organization", self._field)
            found = source.fields(field, _ORGANIZATION)
            management = wanted(found, "MasterAccountId", field)
            identifier = text(wanted(found, "Id", field))
            number = _number(management)
        except InvalidInput as error:
            source.refuse(error, self._field, ())
            return None
        self._id = identifier
        self._place(number, found, field)
        if "FeatureSet" in found:
            about = (identifier,)
            self._feature_set = source.attempt(text, found["FeatureSet"], about) or "ALL"
        return number

    def _place(self, account: str, found: Mapping[str, Field], field: Field) -> None:
        """Note in which partition an account is, if an ``Arn`` tells it."""
        if "Arn" in found:
            about, warning = (account,), Severity.WARNING
            partition = self._source.attempt(partition_told, found["Arn"], about, warning)
            if partition is not None:
                place = account, self._source, field.pointer
                self._parts.whereabouts.tell(place, partition)

    def _services(self) -> tuple[TrustedService, ...]:
        """The services with trusted access (ListAWSServiceAccessForOrganization)."""

        def read(field: Field) -> TrustedService:
            found = self._source.fields(field, frozenset({"ServicePrincipal", "DateEnabled"}))
            since = self._source.time(found, "DateEnabled", (self._id,))
            return TrustedService(text(wanted(found, "ServicePrincipal", field)), since)

        return self._told(_SERVICES, read)

    def _features(self) -> tuple[RootFeature, ...]:
        """The features of centralized root access (ListOrganizationsFeatures)."""
        known = {each.value: each for each in RootFeature}

        def read(field: Field) -> RootFeature:
            if text(field) not in known:
                raise fail(field, f"one of {', '.join(known)} is wanted here")
            return known[text(field)]

        if _FEATURES in self._found:
            self._parts.root_features.add(self._id)
        return self._told(_FEATURES, read)

    def _told(self, name: str, read: Callable[[Field], T]) -> tuple[T, ...]:
        """The items of a list that decides on no request; one that cannot be read is a warning."""
        if name not in self._found:
            return ()
        about, warning = (self._id,), Severity.WARNING
        listed = self._source.attempt(items, self._found[name], about, warning) or ()
        found = (self._source.attempt(read, each, about, warning) for each in listed)
        return tuple(each for each in found if each is not None)

    def _read_root(self) -> Field | None:
        """Note the root's id; return what it says of the types of policies, if it does."""
        field = self._found.get("Roots", self._field)
        try:
            roots = items(wanted(self._found, "Roots", self._field))
            if len(roots) != 1:
                raise fail(field, "an organization has one root")
            found = self._source.fields(roots[0], _ROOT, (self._id,))
            self._root = text(wanted(found, "Id", roots[0]))
        except InvalidInput as error:
            self._source.refuse(error, field, (self._id,))
            return None
        return found.get("PolicyTypes")

    def _unit(self, field: Field) -> None:
        found = self._source.fields(field, _UNIT, (self._id,))
        identifier = text(wanted(found, "Id", field))
        unit = OrganizationalUnit(
            identifier,
            self._id,
            text(wanted(found, "ParentId", field)),
            plain(found["Name"]) if "Name" in found else identifier,
            EPOCH,
        )
        self._units.setdefault(identifier, unit)
        self._add(unit, field)

    def _account(self, field: Field) -> None:
        found = self._source.fields(field, _ACCOUNT, (self._id,))
        number = _number(wanted(found, "Id", field))
        about = (number,)
        try:
            parent = text(wanted(found, "ParentId", field))
        except InvalidInput as error:
            self._source.refuse(error, field, about)
            parent = unknown_name("parent")
        self._accounts.setdefault(number, (parent, field))
        self._place(number, found, field)

        def said(name: str, otherwise: str) -> str:
            if name not in found:
                return otherwise
            return self._source.attempt(text, found[name], about, Severity.WARNING) or otherwise

        account = Account(
            number,
            said("Name", number),
            EPOCH,
            email=said("Email", "") or None,
            organization_id=self._id,
            parent_id=parent,
            joined=self._source.time(found, "JoinedTimestamp", about),
            joined_method=said("JoinedMethod", "CREATED"),
            status=said("Status", "ACTIVE"),
            tags=self._source.attempt(tags, found["Tags"], about) or () if "Tags" in found else (),
        )
        self._add(account, field)

    def _check_places(self) -> None:
        """Report what does not stand below the root; who is there is not decided about."""
        for unit in self._units.values():
            at, levels = unit.parent_id, 0
            while at in self._units and levels < _MOST_LEVELS:
                at, levels = self._units[at].parent_id, levels + 1
            if at != self._root:
                field = self._found["OrganizationalUnits"]
                self._misplaced(field, f"the unit {unit.id}", unit.id)
        for number, (parent, field) in self._accounts.items():
            if parent != self._root and parent not in self._units:
                self._misplaced(field, f"the account {number}, in {parent},", number)

    def _misplaced(self, field: Field, what: str, about: str) -> None:
        self._source.report(
            "NOT_BELOW_ROOT",
            Severity.ERROR,
            field.pointer,
            f"{what} does not stand below the root {self._root}",
            about=(about,),
        )

    # ---------------------------------------------------------------- the policies

    def _policy(self, field: Field) -> None:
        """Read one policy with its attachments."""
        found = self._source.fields(field, _POLICY, (self._id,))
        identifier = text(wanted(found, "Id", field))
        spelt = text(wanted(found, "Type", field))
        if spelt in NOT_DECIDING:
            self._parts.reports.declare(self._id, self._source, found, field)
            return
        if spelt not in _DECIDING:
            raise fail(found["Type"], f"the type {spelt} of policy is not known")
        kind = _DECIDING[spelt]
        listed = (
            tuple(text(each) for each in items(found["Targets"])) if "Targets" in found else ()
        )
        name = plain(found["Name"]) if "Name" in found else identifier
        description = plain(found["Description"]) if "Description" in found else ""
        content = UNKNOWN
        if identifier not in _AWS_POLICIES:  # of AWS's, AWS's own content counts
            content = self._source.document(
                wanted(found, "Content", field), (identifier, self._id), OF_ORGANIZATIONS[kind]
            )
        self._listed.add(kind)
        targets = [self._target(each, identifier, field) for each in dict.fromkeys(listed)]
        if targets:
            self._attached.add(kind)
        if identifier in _AWS_POLICIES:
            for target in targets:
                self._add(target, field)
            return
        policy = OrganizationPolicy(identifier, self._id, name, kind, content, EPOCH, description)
        self._add(policy, field, *targets)

    def _target(self, target: str, policy: str, field: Field) -> PolicyTarget:
        ordinal = self._ordinals[target] = self._ordinals.get(target, -1) + 1
        if target not in {self._root, *self._units, *self._accounts}:
            self._not_listed(field, f"the target {target} of the policy {policy}", policy)
        return PolicyTarget(self._id, target, policy, ordinal)

    def _anything(self, error: InvalidInput, field: Field) -> None:
        """A policy that cannot be read may say anything, and be attached anywhere."""
        self._source.refuse(error, field, (self._id,))
        kind = PolicyType.SERVICE_CONTROL_POLICY
        name = unknown_name(f"policy at {field.pointer} in {self._source.file}")
        policy = OrganizationPolicy(name, self._id, name, kind, UNKNOWN, EPOCH)
        self._add(policy, field, self._target(self._root, name, field))
        self._attached.add(kind)

    def _types(self, field: Field | None) -> tuple[PolicyType, ...]:
        """The types that are in force: attached ones, and those of which the root says so.

        Where the root says nothing, it is those of which there are policies.
        """
        if field is None:
            return _in_order(self._attached | self._listed)
        said: set[PolicyType] = set()
        for each in self._source.each(field, (self._id,)):
            status = self._source.attempt(_type_status, each, (self._id,))
            if status is not None and status[0] in _DECIDING and status[1]:
                said.add(_DECIDING[status[0]])
        for kind in _in_order(self._attached - said):
            self._source.report(
                "POLICY_TYPE_NOT_ENABLED",
                Severity.WARNING,
                field.pointer,
                f"{kind.value} is not enabled here, but some are attached: they count",
                about=(self._id,),
            )
        return _in_order(self._attached | said)


def _in_order(kinds: set[PolicyType]) -> tuple[PolicyType, ...]:
    return tuple(kind for kind in PolicyType if kind in kinds)


def _number(field: Field) -> str:
    if not is_account_id(text(field)):
        raise fail(field, "an account id has twelve digits")
    return text(field)


def _type_status(field: Field) -> tuple[str, bool]:
    value = field.value
    if not isinstance(value, Mapping) or not {"Type", "Status"} <= value.keys():
        raise fail(field, "a Type and a Status are wanted here", code="MissingField")
    return text(field.child("Type", value["Type"])), (
        text(field.child("Status", value["Status"])) != "PENDING_ENABLE"
    )
