"""What AWS reports of an organization and no access decision rests on."""

from __future__ import annotations

import enum

import msgspec


class DeclaredType(enum.Enum):
    """Types of organization policy that audits read; none of them decides on a request."""

    AISERVICES_OPT_OUT_POLICY = "AISERVICES_OPT_OUT_POLICY"
    TAG_POLICY = "TAG_POLICY"


class DeclaredPolicy(msgspec.Struct, frozen=True):
    """A policy of such a type: its document's text, and the root, units and accounts it is on.

    ``content`` is empty where it could not be read.
    """

    id: str
    type: DeclaredType
    name: str
    content: str
    targets: tuple[str, ...]


class Delegate(msgspec.Struct, frozen=True):
    """An account that is registered as a delegated administrator.

    ``services`` are those that it administers; ``None`` where nobody asked.
    """

    account: str
    services: tuple[str, ...] | None = None


class OrganizationReport(msgspec.Struct, frozen=True):
    """What is reported of one organization.

    ``enabled`` are the types of policies that its root has in force, ``None`` where the root does
    not say. ``resource_policy`` is the text of the organization's own, by which the management of
    policies is delegated, ``None`` where there is none.
    """

    delegates: tuple[Delegate, ...] = ()
    resource_policy: str | None = None
    declared: tuple[DeclaredPolicy, ...] = ()
    enabled: frozenset[str] | None = None

    def of_type(self, kind: DeclaredType) -> tuple[DeclaredPolicy, ...]:
        """Return the policies of a type that are attached somewhere."""
        return tuple(each for each in self.declared if each.type is kind and each.targets)

    def is_enabled(self, kind: DeclaredType) -> bool:
        """Whether policies of a type are in force; AWS attaches none of a type that is not."""
        return bool(self.of_type(kind)) if self.enabled is None else kind.value in self.enabled
