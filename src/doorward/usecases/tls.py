"""TLS as the server speaks it: version 1.2 at the least, certificate and key from files."""

from __future__ import annotations

import ssl

from doorward.errors import ConfigurationError
from doorward.usecases.config import Settings


def context(settings: Settings) -> ssl.SSLContext | None:
    """Return the context for connections, or ``None`` where no certificate is set.

    Raises ``ConfigurationError`` when the files cannot be used; it never shows their content.
    """
    if settings.tls_certificate is None:
        return None
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    renew(made, settings)
    return made


def renew(held: ssl.SSLContext, settings: Settings) -> None:
    """Use the certificate and key that the files hold now, for connections made from now on.

    Raises ``ConfigurationError`` as ``context`` does, with everything as it was.
    """
    files = settings.tls_certificate or "", settings.tls_key
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(*files, password=_no_password)
        held.load_cert_chain(*files, password=_no_password)
    except (OSError, ValueError) as error:
        # A refused key is an OSError, too: ssl.SSLError.
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or "no PEM"
        raise ConfigurationError(
            f"tls_certificate {files[0]} and tls_key {files[1]} cannot be used: {reason}"
        ) from None


def _no_password() -> str:
    """Refuse a key that asks for a password: nobody is there to type it."""
    raise ValueError("the key is encrypted")
