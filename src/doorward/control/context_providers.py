"""How a provider's tokens would make a trusted context: checked, set and removed.

It is kept and shown with the provider. No token is exchanged yet, so that nothing follows from it;
an association with IAM Identity Center, which Doorward does not have, is refused.

Source: IAM API Reference, ContextProvider, ContextProviderKeyDefinition,
UpdateOpenIDConnectProvider.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from doorward.control import setting_messages as messages
from doorward.model.federation import ContextProvider, KeyMapping

_WORD = r"[A-Za-z0-9_.:/=+\-@#]+"
_KEY = re.compile(rf"{_WORD}(?: {_WORD})*")


def checked(
    *,
    subject_key: str,
    mappings: Iterable[tuple[str, str | None]] = (),
    subject_type: str | None = None,
    subject_type_key: str | None = None,
) -> ContextProvider:
    """Return a context provider; raise ``ControlError`` (InvalidInput) for one that is none."""
    if subject_type is not None and subject_type_key is not None:
        raise messages.ONE_SUBJECT_TYPE.error()
    pairs = tuple(KeyMapping(source, target) for source, target in mappings)
    named = (subject_key, subject_type_key, *(key for p in pairs for key in (p.source, p.target)))
    for key in named:
        if key is not None and not _KEY.fullmatch(key):
            raise messages.CONTEXT_KEY.error(key=key)
    return ContextProvider(subject_key, pairs, subject_type, subject_type_key)


def changed(
    held: ContextProvider | None, given: ContextProvider | None, *, remove: bool
) -> ContextProvider | None:
    """Return what a call leaves of a context provider; raises InvalidInput."""
    if given is not None and remove:
        raise messages.SET_OR_REMOVE.error()
    return None if remove else given or held
