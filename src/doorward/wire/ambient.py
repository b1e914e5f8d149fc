"""The credentials that AWS's own clients would use here: environment, profiles, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from doorward.errors import ConfigurationError

if TYPE_CHECKING:
    from doorward.wire.client import Credentials


def credentials(profile: str | None = None) -> Credentials:
    """Return the credentials that botocore's chain finds, in a profile if one is named.

    Raises ``ConfigurationError`` when there are none, or no such profile.
    """
    import botocore.exceptions  # noqa: PLC0415 - 300 ms that most commands never need
    import botocore.session  # noqa: PLC0415 - as above

    from doorward.wire.client import Credentials  # noqa: PLC0415 - as above

    try:
        session = botocore.session.Session(profile=profile)
        found = session.get_credentials()
    except botocore.exceptions.BotoCoreError as error:
        raise ConfigurationError(str(error)) from error
    if found is None:
        raise ConfigurationError(
            "no credentials to sign with: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give"
            " --profile"
        )
    frozen = found.get_frozen_credentials()
    return Credentials(frozen.access_key, frozen.secret_key, frozen.token)
