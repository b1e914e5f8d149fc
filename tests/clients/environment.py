"""What a client's process has of the environment: the server, and nothing of anybody's AWS."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from examples.main_job.clients import REGION, Identity

_TAKEN = ("AWS_", "BOTO_", "ANSIBLE_", "DOORWARD_", "PROWLER_")


def sealed(home: Path, more: Iterable[tuple[str, str]] = ()) -> dict[str, str]:
    """Return an environment without settings of the developer's, with a home of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_TAKEN)}
    return {
        **kept,
        "HOME": str(home),
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_DEFAULT_REGION": REGION,
        "NO_COLOR": "1",
        **dict(more),
    }


def of(identity: Identity) -> dict[str, str]:
    """Return the variables by which AWS's own clients find a server and credentials."""
    named = {
        "AWS_ENDPOINT_URL": identity.endpoint,
        "AWS_ACCESS_KEY_ID": identity.access_key_id,
        "AWS_SECRET_ACCESS_KEY": identity.secret_access_key,
    }
    if identity.session_token is not None:
        named["AWS_SESSION_TOKEN"] = identity.session_token
    return named
