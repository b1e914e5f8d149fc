"""What a root user did, and who could have done it instead, as values."""

from __future__ import annotations

import enum
from datetime import datetime

import msgspec


class Way(enum.Enum):
    """How something is done without the root user, if it can be."""

    NOTHING = "no permission is needed"
    ROLE = "a role"
    TASK = "a privileged task, by AssumeRoot from the management account"
    LEFT_OUT = "it need not be done"
    BLOCKED = "a role is denied it"
    ONLY_ROOT = "only the root user can do it"


class Call(msgspec.Struct, frozen=True):
    """A call of the root user: what (``iam:CreateUser``), when, from where, and how it ended.

    ``error`` is the code that it was answered with. ``address`` and ``agent`` are as recorded.
    """

    time: datetime
    operation: str
    address: str
    agent: str
    request_id: str
    error: str | None = None


class Need(msgspec.Struct, frozen=True):
    """An action that was used, and a way to do it without the root user.

    ``resources`` are those that it was used on, ``times`` how often, ``last`` when last. ``by`` is
    the role's name, or the ARN of the task's policy; ``why`` says what else there is to know.
    """

    action: str
    resources: tuple[str, ...]
    times: int
    last: datetime
    way: Way
    by: str = ""
    why: str = ""


class DraftRole(msgspec.Struct, frozen=True):
    """A role with exactly the permissions that were used.

    ``trust`` and ``policies`` are the texts of documents; of the recorded questions, ``proved``
    were asked of the engine for the role, and all were allowed. ``commands`` make it.
    """

    name: str
    trust: str
    policies: tuple[str, ...]
    proved: int
    commands: tuple[str, ...]


class RootUse(msgspec.Struct, frozen=True):
    """What the root user of an account did: calls, the latest first, and what to do about it.

    ``addresses`` are pairs of an address and how many calls came from it. ``by_task`` counts calls
    in sessions of AssumeRoot, which are not among ``calls``. ``is_whole`` is false where there are
    older calls that were not read.
    """

    account: str
    calls: tuple[Call, ...]
    addresses: tuple[tuple[str, int], ...]
    needs: tuple[Need, ...]
    role: DraftRole | None
    by_task: int = 0
    is_whole: bool = True
