"""Writes docs/reference/operations.md: every operation of every served service, done or absent.

``python -m tools.operations_page`` writes the page; a test fails while it is stale.
"""

from __future__ import annotations

from pathlib import Path

from doorward.api import services
from doorward.api.operation import REGISTRY
from doorward.wire.models import service

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "operations.md"

HEAD = """# Operations

Every operation of every service that Doorward serves, as the service models list them. *Done*
operations are authenticated, validated, authorised by the engine and recorded; *partial* ones
refuse the parameters named; *absent* ones answer `NotImplemented`. This page is generated
(`python -m tools.operations_page`).
"""


def state(name: str, operation: str) -> str:
    """Return how far an operation is served."""
    served = REGISTRY.get((name, operation))
    if served is None:
        return "absent"
    if served.untaken:
        return f"partial: without {', '.join(sorted(served.untaken))}"
    return "done"


def page() -> str:
    """Return the page's text."""
    services.load()
    parts = [HEAD]
    for name in services.SERVICES:
        operations = sorted(service(name).operations)
        served = sum((name, operation) in REGISTRY for operation in operations)
        parts.append(
            f"\n## {name}: {served} of {len(operations)}\n\n| Operation | State |\n|---|---|\n"
        )
        parts.extend(f"| {operation} | {state(name, operation)} |\n" for operation in operations)
    return "".join(parts)


def main() -> None:
    """Write the page."""
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
