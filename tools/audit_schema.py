"""Writes docs/reference/audit.schema.json: the JSON Schema of an audit, from its types.

``python -m tools.audit_schema`` writes the file; a test fails while it is stale, and holds the
JSON of audits against it. The form changes by addition only, so objects are open.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import msgspec

from doorward.render.audit.form import SCHEMA, ReportForm

PAGE: Final = Path(__file__).parents[1] / "docs" / "reference" / "audit.schema.json"


def schema() -> dict[str, Any]:
    """Return the whole schema."""
    (root,), parts = msgspec.json.schema_components([ReportForm], ref_template="#/$defs/{name}")
    parts["ReportForm"]["properties"]["schema"] = {"const": SCHEMA}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA,
        "title": "An audit by Doorward: the JSON of `doorward audit`",
        "description": "Changes by addition only: ignore members and names that you do not know.",
        **root,
        "$defs": {name: _told(part) for name, part in sorted(parts.items())},
    }


def _told(part: dict[str, Any]) -> dict[str, Any]:
    """A part with its description in one line, as it would be written here by hand."""
    words = part.get("description")
    told = dict(part)
    told.pop("title", None)
    if words:
        told["description"] = " ".join(words.replace("``", "`").split())
    return told


def page() -> str:
    """Return the file's text."""
    return json.dumps(schema(), indent=2) + "\n"


def main() -> None:
    """Write the file."""
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
