"""Rules for names and paths that the service models do not state.

Lengths and character sets of names are in the models, and are checked on the wire.
"""

from __future__ import annotations

import re

from doorward.control import messages
from doorward.control.protection import SERVICE_ROLE_PATH
from doorward.policy.folding import fold

_PATH = re.compile(r"/(?:[!-.0-~]+/)*")
_RESERVED_PATHS = (SERVICE_ROLE_PATH, "/aws-reserved/")
_RESERVED_ROLE_NAME = "AWSServiceRoleFor"


def path(value: str | None) -> str:
    """Return a path that can be stored: ``/`` when none was given.

    Raises ``ControlError`` (ValidationError) for a path without its slashes or with an empty
    segment, which would make two spellings of one ARN.
    """
    if value is None:
        return "/"
    if not _PATH.fullmatch(value):
        raise messages.INVALID_PATH.error()
    return value


def role_path(value: str | None) -> str:
    """Return a role's path; those of AWS's own roles are reserved.

    Service-linked roles are exempt from SCPs and are recognised by their path (IAM User Guide,
    "IAM identifiers"): whoever could make one by hand would escape every SCP.
    """
    checked = path(value)
    if fold(checked).startswith(_RESERVED_PATHS):
        raise messages.RESERVED_PATH.error(path=checked)
    return checked


def role_name(value: str) -> str:
    """Return a role's name; those of service-linked roles are reserved."""
    if fold(value).startswith(fold(_RESERVED_ROLE_NAME)):
        raise messages.RESERVED_NAME.error()
    return value
