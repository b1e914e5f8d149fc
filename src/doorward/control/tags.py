"""Tags: merged, removed, and kept within AWS's rules.

Source: IAM User Guide, "Tags for IAM resources", "Rules for tagging": keys are unique whatever
their case on users and roles, and case-sensitive on other resources; the last value given wins and
brings its own spelling of the key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from doorward.control import messages
from doorward.control.quotas import QUOTAS
from doorward.model.principal import Tags
from doorward.policy.folding import fold

Identity = Callable[[str], str]
"""When two keys are one: when this gives the same for both."""


def exact(key: str) -> str:
    """Compare keys as they are written: policies, instance profiles, MFA devices."""
    return key


ignoring_case = fold
"""Compare keys whatever their case: users, roles."""


def merged(present: Tags, given: Tags, same: Identity) -> Tags:
    """Return ``present`` with ``given`` added or replacing.

    No call gives a key twice, in whatever case: condition keys ignore case, so of two only one
    would be judged as aws:RequestTag and both would be kept.

    Raises ``ControlError``: InvalidInput for a key given twice or beginning with ``aws:``,
    LimitExceeded above 50.
    """
    keys = [fold(key) for key, _ in given]
    if len(set(keys)) != len(keys):
        raise messages.DUPLICATE_TAGS.error()
    if any(fold(key).startswith("aws:") for key, _ in given):
        raise messages.SYSTEM_TAGS.error()
    result = {same(key): (key, value) for key, value in present}
    result |= {same(key): (key, value) for key, value in given}
    if len(result) > QUOTAS["TagsPerResource"]:
        raise messages.TOO_MANY_TAGS.error()
    return tuple(result.values())


def without(present: Tags, keys: Iterable[str], same: Identity) -> Tags:
    """Return ``present`` without ``keys``; a key that is not there is no error."""
    gone = {same(key) for key in keys}
    return tuple((key, value) for key, value in present if same(key) not in gone)
