"""How a report is to be drawn, beside the report itself."""

from __future__ import annotations

import msgspec

from doorward.results.picture import CredentialPicture, OrganizationPicture, TrendPoint


class Look(msgspec.Struct, frozen=True):
    """What forms may go by; each takes what it knows.

    ``version`` is Doorward's own. ``width`` and ``color`` are of a terminal, ``limit`` how many
    findings are shown there. The pictures are drawn in the page: organizations, credentials, and
    the trend, the oldest run first, with this one at its end.
    """

    version: str = ""
    width: int = 100
    color: bool = False
    limit: int = 50
    organizations: tuple[OrganizationPicture, ...] = ()
    credentials: CredentialPicture | None = None
    trend: tuple[TrendPoint, ...] = ()


PLAIN = Look()
"""What is drawn when nobody says how."""
