"""Who a request is made by, as far as policies can tell: the principal and its session's facts."""

from __future__ import annotations

import msgspec

from doorward.engine.context import Context
from doorward.model.principal import Principal

_NOTHING = Context({})


class Subject(msgspec.Struct, frozen=True):
    """A principal with what its session carries.

    ``session_policies`` are the texts of the policies passed when the session was made; ``None``
    when none were (the session then has all that its role or user has), or when there is no
    session. ``session_policy_arns`` name the managed ones among them, which stand last.
    ``context`` holds the condition keys that the credential fixes
    (``aws:MultiFactorAuthPresent``, ``aws:MultiFactorAuthAge``, ``aws:TokenIssueTime``,
    ``aws:SourceIdentity`` …). Tags, the session's included, are on the principal. ``task_policy``
    is the ARN of the identity-based policy that bounds a root user's session of AssumeRoot.
    """

    principal: Principal
    session_policies: tuple[str, ...] | None = None
    context: Context = _NOTHING
    session_policy_arns: tuple[str, ...] = ()
    task_policy: str | None = None
