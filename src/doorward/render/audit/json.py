"""An audit as JSON, in the form of ``render.audit.form``."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from doorward.render.audit.form import report_form
from doorward.render.audit.look import PLAIN, Look
from doorward.results.finding import Report


def json_report(report: Report, look: Look = PLAIN) -> str:  # noqa: ARG001 - every form has it
    """Return a report as JSON: docs/reference/audit.schema.json tells of its members."""
    return json_text(msgspec.to_builtins(report_form(report))) + "\n"


def json_text(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    """Write JSON that is all ASCII: lone surrogates, of which names may be made, are escaped."""
    text = json.dumps(value)
    try:
        return msgspec.json.format(text, indent=1)  # many times quicker than indenting by `json`
    except msgspec.DecodeError:  # it does not take lone surrogates
        return json.dumps(value, indent=1)
