"""An estate with what AWS tells beside IAM: contacts, what exists by Region, delegations.

No directory exports these, so that no case of a check has them as files.
"""

from __future__ import annotations

import json
from typing import Any

from tests.importers.test_estate_contacts import TYPES, WHOLE, of_type
from tests.importers.test_estate_organization_reports import (
    ADMINISTRATORS,
    BUNDLE,
    DELEGATION,
    POLICY,
    resource_policy,
    services,
)
from tests.importers.test_estate_regions import DEFAULT, NONE, A, analyzer, instance, regions

HOME = "eu-west-1"
ELSEWHERE = sorted(DEFAULT - {HOME})


def abroad() -> dict[str, Any]:
    """Return the files: an instance without a role, a finding, an analyzer in one Region alone."""
    arn = analyzer()["arn"]
    finding = {
        "id": "f-1", "resource": "arn:aws:s3:::open", "status": "ACTIVE",
        "resourceOwnerAccount": A, "findingType": "ExternalAccess",
    }  # fmt: skip
    analyzed = {name: each for name, each in analyzer().items() if name != "createdAt"}
    listed = ["AISERVICES_OPT_OUT_POLICY", "TAG_POLICY", "SERVICE_CONTROL_POLICY"]
    optout = {
        key: each for key, each in POLICY.items() if key in {"Id", "Type", "Content", "Targets"}
    }
    return {
        f"{A}/contacts.json": {"ContactInformation": WHOLE},
        f"{A}/alternate-contacts.json": {
            "AlternateContactTypes": TYPES, "AlternateContacts": [of_type("BILLING")],
        },
        f"{A}/regions.json": regions(*sorted(DEFAULT)),
        f"{A}/{HOME}/instances.json": {"Reservations": [instance(f"{HOME}a")]},
        f"{A}/instances-elsewhere.json": [{"Region": each, **NONE} for each in ELSEWHERE],
        f"{A}/{HOME}/analyzers.json": {"analyzers": [analyzed]},
        f"{A}/analyzers-elsewhere.json": [{"Region": each, "analyzers": []} for each in ELSEWHERE],
        f"{A}/access-findings.json": {"analyzerArn": arn, "findings": [finding]},
        "organization.json": BUNDLE | {"Policies": [optout], "ListedPolicyTypes": listed},
        f"{A}/delegated-administrators.json": ADMINISTRATORS,
        f"{A}/delegated-services.json": services("guardduty.amazonaws.com"),
        f"{A}/delegation-policy.json": resource_policy(json.dumps(DELEGATION)),
    }  # fmt: skip
