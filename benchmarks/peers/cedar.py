"""Measures cedarpy: identity policies in translation, the set of them parsed once."""

from __future__ import annotations

from collections.abc import Mapping

import cedarpy

from benchmarks.peers.rounds import Form, Json, serve


def prepare(given: Json) -> Mapping[str, Form]:
    """``policies``: Cedar text; ``requests``: as ``is_authorized`` takes them."""
    policies = cedarpy.PolicySet.from_str(given["policies"])
    entities = cedarpy.Entities.from_json_str("[]")
    requests = given["requests"]
    return {
        "one by one": lambda: [
            _effect(cedarpy.is_authorized(request, policies, entities)) for request in requests
        ],
        "batch": lambda: [
            _effect(result) for result in cedarpy.is_authorized_batch(requests, policies, entities)
        ],
    }


def _effect(result: cedarpy.AuthzResult) -> str:
    if result.diagnostics.errors:
        return "ERROR"
    if result.decision is cedarpy.Decision.Allow:
        return "ALLOW"
    return "EXPLICIT_DENY" if result.diagnostics.reasons else "IMPLICIT_DENY"


if __name__ == "__main__":
    serve(prepare)
