"""AssumeRoot: short sessions as root user of a member account, for one task.

Source: AWS STS API Reference, AssumeRoot. The caller's own side decides (rule S9), and whether its
account manages the member's organization. Service control policies bind the session as they bind
the member's root user.
"""

from __future__ import annotations

from typing import Any

from doorward.api.call import Read
from doorward.api.operation import Asks, Parameters, Question, operation
from doorward.api.sts.issued import SECRETS, Issued, credentials, issued
from doorward.control import root_access, sessions
from doorward.engine.request import Resource


def _asks(action: str) -> Asks:
    """Ask for AssumeRoot on the member's root user, for the task that the call names."""

    def questions(_call: Read, parameters: Parameters) -> tuple[Question, ...]:
        account = root_access.target_of(parameters["target_principal"])
        task = parameters["task_policy_arn"].get("arn")
        context = {"sts:TaskPolicyArn": task} if task else {}
        resource = Resource(f"arn:aws:iam::{account}:root", account)
        return (Question(action, resource, context),)

    return questions


def _answer(session: Issued) -> dict[str, Any]:
    """Project a session to AssumeRoot's output."""
    shape = credentials(session)
    if session.claims.source_identity:
        shape["SourceIdentity"] = session.claims.source_identity
    return shape


@operation("sts", "AssumeRoot", asks=_asks, answer=_answer, redact=SECRETS, issues=True)
def assume_root(
    call: Read,
    *,
    target_principal: str,
    task_policy_arn: dict[str, str],
    duration_seconds: int | None = None,
    minimum_session_token_size: int | None = None,
) -> Issued:
    """Issue a session as root user of a member account; the question has been allowed."""
    account, task = root_access.target_of(target_principal), task_policy_arn.get("arn", "")
    root_access.check_task(call.directory, call.caller.account, account, task)
    calling = call.caller.claims
    claims = sessions.root_session(
        account,
        task_policy=task,
        asked=duration_seconds,
        source_identity=calling.source_identity if calling else None,
        now=call.now,
        ids=call.ids,
    )
    return issued(call, claims, minimum_session_token_size)
