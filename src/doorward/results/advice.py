"""Advice: what would change a decision, and who could change it.

A way is a set of changes that together turn a denial into an allow, and of which no part would. It
speaks of the policies and the request as they were asked about: indexes are those of the question.
"""

from __future__ import annotations

import enum

import msgspec

from doorward.engine.decision import StatementRef
from doorward.engine.layers import Layer


class Party(enum.Enum):
    """Who can make a change."""

    CALLER = "caller"  # by making the call in another way: with MFA, from elsewhere, tagged
    SESSION_MAKER = "sessionMaker"  # who calls AssumeRole or GetFederationToken, with policies
    CALLER_ACCOUNT = "callerAccount"  # who administers the caller's users, roles and policies
    RESOURCE_ACCOUNT = "resourceAccount"  # who administers the resource and its policy
    ORGANIZATION = "organization"  # the management account, or its delegated administrator
    ENDPOINT_OWNER = "endpointOwner"  # who owns the VPC endpoint


class Opening(enum.Enum):
    """What a change opens beside the request: nothing narrower can be written."""

    OTHER_RESOURCES = "otherResources"  # the action on other resources, too
    OTHER_ACTIONS = "otherActions"  # other actions on the resource, too
    REST_OF_STATEMENT = "restOfStatement"  # all else that the Deny keeps from this caller
    WHOLE_STATEMENT = "wholeStatement"  # all that the Deny keeps from anybody
    OTHER_CALLERS = "otherCallers"  # others, whom no condition key tells from this caller
    LEVEL = "level"  # all that the level kept from everybody below it
    PUBLIC_POLICY = "publicPolicy"  # all that the public bucket policy allows to anybody


class AddStatement(msgspec.Struct, frozen=True, tag="addStatement"):
    """A statement to be added, as JSON text.

    ``policy`` is the index of the policy to extend; ``None``: a policy of its own, attached to the
    caller (``Layer.IDENTITY``), at the ``level``, or as the layer's first. ``account`` is that of
    the ``party``, where it has one that is known.
    """

    layer: Layer
    statement: str
    party: Party
    level: int | None = None
    policy: int | None = None
    account: str | None = None
    opens: tuple[Opening, ...] = ()


class ReplaceStatement(msgspec.Struct, frozen=True, tag="replaceStatement"):
    """A statement to be replaced by others, as JSON texts; by none: it has to go."""

    ref: StatementRef
    statements: tuple[str, ...]
    party: Party
    account: str | None = None
    opens: tuple[Opening, ...] = ()


class AttachPolicy(msgspec.Struct, frozen=True, tag="attachPolicy"):
    """A policy of AWS's to be attached at a level; ``document`` is its text."""

    layer: Layer
    level: int
    arn: str
    document: str
    party: Party
    account: str | None = None
    opens: tuple[Opening, ...] = (Opening.LEVEL,)


class ChangeContext(msgspec.Struct, frozen=True, tag="changeContext"):
    """A condition key to be given other ``values``; ``None``: the request is not to carry it."""

    key: str
    values: tuple[str, ...] | None
    multi: bool
    party: Party
    account: str | None = None
    opens: tuple[Opening, ...] = ()


class StopBlocking(msgspec.Struct, frozen=True, tag="stopBlockingPublicAccess"):
    """S3 Block Public Access is to be turned off for the bucket."""

    resource: str
    party: Party = Party.RESOURCE_ACCOUNT
    account: str | None = None
    opens: tuple[Opening, ...] = (Opening.PUBLIC_POLICY,)


Change = AddStatement | ReplaceStatement | AttachPolicy | ChangeContext | StopBlocking
"""One change, whole by itself."""


class Way(msgspec.Struct, frozen=True):
    """Changes that together let the request pass; without any one of them it does not."""

    changes: tuple[Change, ...]

    @property
    def exact(self) -> bool:
        """Whether nothing else is opened."""
        return not any(change.opens for change in self.changes)


class Ending(msgspec.Struct, frozen=True):
    """Statements without which an allowed request would be denied; all of them have to go."""

    statements: tuple[StatementRef, ...]


class Advice(msgspec.Struct, frozen=True):
    """What would change a decision.

    Of a denial: the ``ways``, the one that asks least of others first. There is none where
    whatever policies say would not help (``final``), or where none was found: then it may be that
    there is one.
    Of an allow: the ``endings``, smallest first; none where no statement carries it.
    """

    ways: tuple[Way, ...] = ()
    endings: tuple[Ending, ...] = ()
    final: bool = False
