"""One call on its way through the pipeline: what is known of it so far."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from doorward.api.authorize import Judged
from doorward.api.call import Caller
from doorward.api.operation import ServedOperation
from doorward.model.snapshot import Snapshot
from doorward.wire.faults import Fault
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.route import Route


@dataclass(slots=True, repr=False)
class Exchange:
    """Filled in step by step; its event says whatever had become known when the call ended.

    ``access_key_id`` is what the request claims, before and after it is proved; ``key_account``
    the account of that key, if there is such a key. ``held`` is the snapshot where it was seen at
    once to be the newest; else the call has to look what other processes have written. ``written``
    says that the call's transaction holds its event, ``promise`` is done when its event is on disk
    for which the reply has to wait. ``denied`` says that the policies refused the call, and not
    something before or after them. An exchange holds secrets, so it has no ``repr``.
    """

    request: HttpRequest
    request_id: str
    now: datetime
    region: str
    held: Snapshot | None = None
    route: Route | None = None
    access_key_id: str | None = None
    key_account: str | None = None
    caller: Caller | None = None
    served: ServedOperation | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)
    judged: tuple[Judged, ...] = ()
    denied: bool = False
    answer: Mapping[str, Any] | None = None
    response: HttpResponse | None = None
    written: bool = False
    promise: Future[None] | None = None
    fault: Fault | None = None

    @property
    def waits(self) -> bool:
        """Whether the call uses the store or decides much, and so must not hold up others."""
        return self.held is None or self._works

    @property
    def looks(self) -> bool:
        """Whether all that the call waits for is a look whether others wrote."""
        served = self.served
        reads = served is not None and not served.issues and not self._works
        return self.held is None and reads

    @property
    def _works(self) -> bool:
        served = self.served
        if served is None or self.route is None:
            return False
        return served.changes(self.route.parameters) or served.reads_store or served.takes_long
