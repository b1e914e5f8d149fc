"""The tables of last uses and of reports, which belong to no version.

Part of ``store.tables``, whose rules hold here.
"""

from __future__ import annotations

from sqlalchemy import Table

from doorward.store.parts import METADATA, index, key, text, time

USES = Table(
    "uses",
    METADATA,
    text("subject"),
    text("scope"),
    text("account"),
    time("time"),
    text("service"),
    text("region"),
    key("subject", "scope"),
)
"""The marks of last uses (``model.use``)."""

REPORTS = Table(
    "reports",
    METADATA,
    text("id"),
    text("account"),
    text("kind"),
    time("made"),
    time("expires"),
    text("body"),
    key("id"),
    index("reports", "expires"),
)
"""Reports that were asked for and are kept for a while (``model.report``)."""
