"""What a peer's process does: read the workload, then measure one form of asking after another.

stdin: a line of JSON with the workload, then a line with the name of a form for every measurement
wanted. stdout: for each a line of JSON, ``{"seconds": CPU a decision, "effects": […]}``. Runs in
the peer's own environment, so nothing of Doorward is imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

Json = dict[str, Any]
Form = Callable[[], list[str]]


def serve(prepare: Callable[[Json], Mapping[str, Form]]) -> None:
    """Prepare once, outside every measurement; then measure what is named, until stdin ends."""
    forms = prepare(json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        before = time.process_time()
        effects = forms[line.strip()]()
        seconds = (time.process_time() - before) / len(effects)
        print(json.dumps({"seconds": seconds, "effects": effects}), flush=True)
