"""What happened: one value per call, in the shape of a CloudTrail record."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Event(msgspec.Struct, frozen=True):
    """One recorded call.

    ``record`` is the CloudTrail-shaped JSON text (eventVersion, userIdentity, eventSource …); the
    other fields are what events are looked up by. ``accounts`` are those that may read it: the
    caller's and the one that the installation is run from. ``decisions`` is the JSON text of the
    list of decisions taken on the call (``render.record.facts``), empty where the call
    never came to one.
    """

    id: str
    request_id: str
    account: str
    time: datetime
    source: str
    name: str
    record: str
    decisions: str = "[]"
    accounts: tuple[str, ...] = ()
    principal: str | None = None
    error_code: str | None = None
