"""Cases of the checks in ``analysis.checks.root``."""

from __future__ import annotations

from doorward.model.evidence import Source
from doorward.results.finding import State
from tests.analysis.checks.case import ACCOUNT, Case, key

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


CASES = {
    "root.access_key": (
        Case("no key", State.PASS),
        Case("an inactive key", State.PASS, (key(ACCOUNT, active=False),)),
        Case(
            "an active key",
            State.FAIL,
            (key(ACCOUNT),),
            subjects=(ROOT,),
            as_root=True,
            answers={"key-id": key(ACCOUNT).id},
        ),
        Case(
            "neither report nor summary",
            State.NOT_CHECKED,
            without=(Source.CREDENTIAL_REPORT, Source.SUMMARY),
        ),
    ),
}
