"""Who can give a condition key another value: one table, by the beginning of the key.

Source: IAM User Guide, "AWS global condition context keys", which says of each key where its value
comes from. A service's own keys are parameters of the call, unless they are tags of the resource.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from doorward.policy.folding import fold
from doorward.results.advice import Party

_BY_BEGINNING: Final[Mapping[str, Party]] = {
    "aws:currenttime": Party.CALLER,
    "aws:epochtime": Party.CALLER,
    "aws:multifactorauthage": Party.CALLER,
    "aws:multifactorauthpresent": Party.CALLER,
    "aws:principaltag/": Party.CALLER_ACCOUNT,
    "aws:referer": Party.CALLER,
    "aws:requestedregion": Party.CALLER,
    "aws:requesttag/": Party.CALLER,
    "aws:resourcetag/": Party.RESOURCE_ACCOUNT,
    "aws:securetransport": Party.CALLER,
    "aws:sourceidentity": Party.SESSION_MAKER,
    "aws:sourceip": Party.CALLER,
    "aws:sourcevpc": Party.CALLER,
    "aws:sourcevpce": Party.CALLER,
    "aws:tagkeys": Party.CALLER,
    "aws:tokenissuetime": Party.SESSION_MAKER,
    "aws:useragent": Party.CALLER,
    "aws:vpcsourceip": Party.CALLER,
}
"""Global keys; those that end in ``/`` have a tag's name behind. The others say who the caller and
the resource are, or are set by a service that calls: nobody can give them another value."""

_OF_THE_RESOURCE: Final = ("resourcetag/", "existingobjecttag/")


def setter(key: str) -> Party | None:
    """Return who can give ``key`` another value in a request; ``None`` if nobody can."""
    service, colon, rest = fold(key).partition(":")
    if not colon:
        return None
    if service != "aws":
        return Party.RESOURCE_ACCOUNT if rest.startswith(_OF_THE_RESOURCE) else Party.CALLER
    name, slash, _ = f"{service}:{rest}".partition("/")
    return _BY_BEGINNING.get(name + slash)
