"""What only a root user can do, and what it need not do: a table.

Source: IAM User Guide, "Tasks that require root user credentials"; AWS STS API Reference,
GetSessionToken; IAM API Reference, CreateAccessKey. Of the guide's tasks those stand here that a
call does which a policy can name; the others (registering as a seller, GovCloud's keys, cases with
AWS Support) leave no call to plan for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from doorward.results.root_use import Way


class Special(msgspec.Struct, frozen=True):
    """How it is with an action: the way, and in words why, and what to do instead."""

    way: Way
    why: str


SPECIAL: Final[Mapping[str, Special]] = {
    "account:closeaccount": Special(
        Way.ONLY_ROOT,
        "the root user closes its account; a member account is closed from the management account"
        " by organizations:CloseAccount",
    ),
    "billing:updateiamaccesspreference": Special(
        Way.ONLY_ROOT, "the root user lets users and roles see billing; once is enough"
    ),
    "sts:getsessiontoken": Special(
        Way.LEFT_OUT, "the credentials of a role's session are temporary already"
    ),
    "sts:getfederationtoken": Special(Way.LEFT_OUT, "assume a role with a session policy instead"),
}
"""By action, folded."""

OWN: Final[Mapping[str, str]] = {
    "iam:createaccesskey": "nothing needs an access key of the root user: give it a role",
    "iam:updateaccesskey": "delete the keys of the root user",
    "iam:enablemfadevice": "the root user enables its own devices",
    "iam:createvirtualmfadevice": "the root user enables its own devices",
    "iam:resyncmfadevice": "the root user keeps its own devices in step",
    "iam:changepassword": "the root user changes its own password",
    "iam:uploadsigningcertificate": "nothing needs a signing certificate of the root user",
    "iam:updatesigningcertificate": "delete the certificates of the root user",
}
"""What the root user does with its own credentials, folded, and what to do about it."""

OWN_OTHERWISE: Final = "these are credentials of the root user itself"

MFA_DELETE: Final = Special(
    Way.ONLY_ROOT, "the root user alone turns on MFA delete of a bucket's versions"
)


_TASKS: Final = "arn:aws:iam::aws:policy/root-task/"
UNLOCKS: Final[Mapping[str, str]] = {
    "s3:getbucketpolicy": f"{_TASKS}S3UnlockBucketPolicy",
    "s3:putbucketpolicy": f"{_TASKS}S3UnlockBucketPolicy",
    "s3:deletebucketpolicy": f"{_TASKS}S3UnlockBucketPolicy",
    "sqs:getqueueattributes": f"{_TASKS}SQSUnlockQueuePolicy",
    "sqs:setqueueattributes": f"{_TASKS}SQSUnlockQueuePolicy",
}
"""Actions that the root user may take though the resource's policy denies everybody, folded, and
the task by which they are taken from outside. Sources: S3 API Reference, DeleteBucketPolicy ("the
root principal in a bucket owner's AWS account can perform the GetBucketPolicy, PutBucketPolicy,
and DeleteBucketPolicy API actions, even if their bucket policy explicitly denies the root
principal's access"); IAM User Guide, "Tasks that require root user credentials" (SQS)."""


def special(action: str, parameters: Mapping[str, Any]) -> Special | None:
    """Return how it is with an action that is not like others; ``action`` is folded."""
    if action == "s3:putbucketversioning" and "mfa" in str(sorted(parameters)).lower():
        return MFA_DELETE
    return SPECIAL.get(action)
