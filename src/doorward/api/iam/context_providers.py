"""Context providers of identity providers, between IAM's shape and the value that is kept."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from doorward.api.iam.shapes import Shape
from doorward.control import context_providers
from doorward.model.federation import ContextProvider


def read(given: Mapping[str, Any] | None) -> ContextProvider | None:
    """Return the context provider that a call gives, if it does; raises InvalidInput."""
    if given is None:
        return None
    return context_providers.checked(
        subject_key=given["SubjectSourceKey"],
        mappings=[
            (each["SourceKey"], each.get("TargetKey"))
            for each in given.get("KeyDefinitionList", ())
        ],
        subject_type=given.get("SubjectTypeValue"),
        subject_type_key=given.get("SubjectTypeSourceKey"),
    )


def shape(held: ContextProvider | None) -> Shape | None:
    """Project a context provider; ``None`` where there is none."""
    if held is None:
        return None
    return {
        "KeyDefinitionList": [
            {"SourceKey": each.source, "TargetKey": each.target} for each in held.mappings
        ],
        "SubjectSourceKey": held.subject_key,
        "SubjectTypeValue": held.subject_type,
        "SubjectTypeSourceKey": held.subject_type_key,
    }
