"""What a decision took for granted, in words: so that nobody has to guess what was not checked."""

from __future__ import annotations

from doorward.engine.request import Resource


def assumptions(resource: Resource, account: str | None, *, limited: bool) -> tuple[str, ...]:
    """Return what was assumed about ``resource``.

    ``account`` is its owner, as far as it is known; ``limited`` says whether RCPs apply, where
    there are any.
    """
    found: tuple[str, ...] = ()
    if account is None and resource.arn != "*":
        found += (f"nobody says who owns {resource.arn}: it counts as the caller's account's",)
    if not limited:
        found += ("resource control policies do not limit this action and resource (rule S7)",)
    return found
