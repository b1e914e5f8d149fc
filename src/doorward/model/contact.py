"""The contacts of an account, as far as audits need them.

They are people's: names, addresses and telephone numbers are looked at when they are read, and not
kept.
"""

from __future__ import annotations

import enum

import msgspec


class ContactType(enum.Enum):
    """Whom AWS writes to beside the root user (Account Management API, "AlternateContact")."""

    BILLING = "BILLING"
    OPERATIONS = "OPERATIONS"
    SECURITY = "SECURITY"


class Contact(msgspec.Struct, frozen=True):
    """An account's own contact.

    ``missing`` are the members that AWS requires and that are not there, or blank.
    ``phone_status`` is what AWS says of the verification of its telephone number, ``None`` where
    it says nothing.
    """

    missing: tuple[str, ...] = ()
    company: str | None = None
    phone_status: str | None = None


class AlternateContact(msgspec.Struct, frozen=True):
    """A contact of one type; ``email`` is folded, and empty if there is none."""

    type: ContactType
    email: str
    missing: tuple[str, ...] = ()

    @property
    def mailbox(self) -> str:
        """Where its mail ends: what follows a ``+`` is a mark on it (RFC 5233)."""
        local, at, domain = self.email.rpartition("@")
        return f"{local.partition('+')[0]}{at}{domain}"

    @property
    def domain(self) -> str:
        """The domain of its e-mail address."""
        return self.email.rpartition("@")[2]
