"""Checks of the root user: the one that no policy of its account limits."""

from __future__ import annotations

from collections.abc import Iterator

from doorward.analysis.registry import PASSED, Miss, Passed, Scope, check
from doorward.model.evidence import Source
from doorward.results.finding import Remedy, Severity

_CREDENTIAL_REPORT = (Source.CREDENTIAL_REPORT, Source.SUMMARY)


@check(
    "root.access_key",
    "The root user has no access key",
    Severity.CRITICAL,
    needs=(_CREDENTIAL_REPORT,),
    practices=("BP23", "BP19"),
    references={"cis5": "1.3", "cis7": "2.4", "hub": "IAM.4"},
)
def access_key(scope: Scope) -> Iterator[Passed | Miss]:
    """Fails when an access key of the root user is active.

    Whoever has it can do everything in the account, and no policy, boundary or MFA stands in the
    way. Nothing that a key of the root user is used for needs one.
    """
    subject = f"arn:aws:iam::{scope.id}:root"
    row = scope.root
    if row is not None:
        active = sum(key.active for key in row.keys)
    else:
        active = scope.evidence.summaries[scope.id].get("AccountAccessKeysPresent", 0)
    if not active:
        yield PASSED
        return
    yield Miss(
        subject,
        "the root user has an active access key" if active == 1 else "two keys are active",
        facts=(("active keys", str(active)),),
        remedy=Remedy(
            "Give whatever uses the keys a role; then delete them, signed in as the root user.",
            ("aws iam list-access-keys", "aws iam delete-access-key --access-key-id <key-id>"),
        ),
    )
