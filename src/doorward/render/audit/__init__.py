"""An audit in every form: ``FORMS`` by name, each made from the report and how it is to look."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from doorward.render.audit.csv import csv_report
from doorward.render.audit.difference import DIFFERENCE_FORMS
from doorward.render.audit.json import json_report
from doorward.render.audit.junit import junit_report
from doorward.render.audit.look import Look
from doorward.render.audit.ocsf import ocsf_report
from doorward.render.audit.page import html_report
from doorward.render.audit.sarif import sarif_report
from doorward.render.audit.text import text_report
from doorward.results.finding import Report

__all__ = ["FORMS", "DIFFERENCE_FORMS", "Look"]

FORMS: Final[Mapping[str, Callable[[Report, Look], str]]] = {
    "text": text_report,
    "json": json_report,
    "csv": csv_report,
    "html": html_report,
    "sarif": sarif_report,
    "ocsf": ocsf_report,
    "junit": junit_report,
}
"""Every form by the name that ``--output`` has for it; each ends with a line feed."""
