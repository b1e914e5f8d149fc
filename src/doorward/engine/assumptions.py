"""What a decision took for granted, in words: so that nobody has to guess what was not checked."""

from __future__ import annotations

from doorward.engine.layers import Layers
from doorward.engine.request import Resource


def assumptions(
    layers: Layers, present: Layers, resource: Resource, account: str | None, action: str
) -> tuple[str, ...]:
    """Return what was assumed about ``resource`` and the layers given for it.

    ``present`` are the layers that apply, ``account`` is the resource's, as far as it is known;
    ``action`` is folded.
    """
    found: tuple[str, ...] = ()
    if account is None and resource.arn != "*":
        found += (f"nobody says who owns {resource.arn}: it counts as the caller's account's",)
    if layers.resource_control is not None and present.resource_control is None:
        found += (f"resource control policies do not limit {action} here (rule S7)",)
    return found
