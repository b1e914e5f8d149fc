"""What the catalog tells of a service: its actions, resource types and condition keys.

Source: AWS Service Authorization Reference, "Actions, resources, and condition keys for AWS
services", whose words these are. Names keep AWS's spelling; they are compared in any case.
"""

from __future__ import annotations

import enum

import msgspec


class AccessLevel(enum.Enum):
    """What an action does, in the coarsest words. An action has one level.

    Where AWS marks an action as Write and as Tagging or Permissions management, the second holds:
    so do AWS's own tables.
    """

    LIST = "List"
    READ = "Read"
    WRITE = "Write"
    PERMISSIONS_MANAGEMENT = "Permissions management"
    TAGGING = "Tagging"


class KeyType(enum.Enum):
    """The type of a condition key's values, which says what operators fit it."""

    STRING = "String"
    NUMERIC = "Numeric"
    DATE = "Date"
    BOOL = "Bool"
    BINARY = "Binary"
    IP_ADDRESS = "IPAddress"
    ARN = "ARN"


class ActionResource(msgspec.Struct, frozen=True, array_like=True):
    """A resource type that an action accepts.

    ``required``: every request of the action names a resource of this type. Where no type of an
    action is required, a request names one of them or some, as the operation goes.
    ``condition_keys`` are those in the request when it names such a resource.
    """

    name: str
    required: bool
    condition_keys: tuple[str, ...] = ()


class Action(msgspec.Struct, frozen=True, array_like=True):
    """An action of a service.

    Without ``resources`` it is allowed on ``*`` alone. ``condition_keys`` are those that do not
    depend on a resource. ``dependent_actions`` are others that the caller may need as well
    (``iam:PassRole``); which, depends on the request.
    """

    service: str
    name: str
    access_level: AccessLevel
    resources: tuple[ActionResource, ...] = ()
    condition_keys: tuple[str, ...] = ()
    dependent_actions: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """The action as policies name it: ``s3:GetObject``."""
        return f"{self.service}:{self.name}"


class ResourceType(msgspec.Struct, frozen=True, array_like=True):
    """A type of resource: how its ARNs are formed (``${Partition}`` …), the keys it brings."""

    name: str
    arn_formats: tuple[str, ...]
    condition_keys: tuple[str, ...] = ()


class ConditionKey(msgspec.Struct, frozen=True, array_like=True):
    """A condition key; in ``aws:RequestTag/${TagKey}``, ``${TagKey}`` stands for any text.

    ``types``: what its values are; a few keys have two. ``multivalued``: the request may carry
    several values, so that conditions need ForAllValues or ForAnyValue.
    """

    name: str
    types: tuple[KeyType, ...]
    multivalued: bool = False


class Service(msgspec.Struct, frozen=True, array_like=True):
    """A service: the prefix of its actions, its name for people, and what it defines."""

    prefix: str
    name: str
    actions: tuple[Action, ...]
    resource_types: tuple[ResourceType, ...] = ()
    condition_keys: tuple[ConditionKey, ...] = ()
