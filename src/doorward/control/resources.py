"""The registry of resources: owner, resource policy and tags, by ARN."""

from __future__ import annotations

from datetime import datetime

import msgspec

from doorward.control import principals
from doorward.control.errors import ControlError
from doorward.engine import binding
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import Arn, parse_arn
from doorward.policy.folding import fold
from doorward.policy.kind import PolicyKind
from doorward.policy.parse import parse
from doorward.policy.validate import validate

OWN_SERVICES = frozenset({"iam", "sts", "organizations", "doorward"})
"""Services whose resources are in the directory: a registered policy could only widen access."""


def put_resource(
    transaction: Transaction,
    *,
    arn: str,
    account: str,
    policy: str | None,
    kind: str | None,
    tags: Tags,
    now: datetime,
) -> RegisteredResource:
    """Register a resource or replace its record.

    Raises ``ControlError``: ValidationException for what is no ARN, an account that the ARN
    contradicts or that is not here, a policy that cannot be evaluated or that names somebody who
    is not here, or a tag given twice; ConflictException when another account has registered the
    ARN.
    """
    _check_arn(arn, account)
    if transaction.get(Account, account) is None:
        raise ControlError("ValidationException", f"There is no account {account}.")
    held = transaction.get(RegisteredResource, arn)
    if held is not None and held.account != account:
        raise ControlError("ConflictException", f"{arn} is registered by another account.")
    kept = None if policy is None else _kept(transaction, arn, policy)
    _check_tags(tags)
    record = RegisteredResource(
        arn=arn, account=account, updated=now, policy=kept, type=kind, tags=tags
    )
    if held is None:
        transaction.add(record)
    else:
        transaction.put(record)
    return record


def _check_arn(arn: str, account: str) -> None:
    """Refuse what is no resource of ``account`` that could have a policy of its own."""
    parsed = parse_arn(arn)
    if parsed is None or not parsed.resource:
        raise ControlError("ValidationException", f"{arn} is not the ARN of a resource.")
    if parsed.service in OWN_SERVICES or "*" in arn or "?" in arn:
        raise ControlError(
            "ValidationException",
            f"{arn} cannot be registered: what Doorward serves itself is in the directory, and the"
            " name of a resource has no wildcards.",
        )
    if _bucket(parsed) is not None:
        raise ControlError(
            "ValidationException",
            f"{arn} cannot be registered: an object is its bucket's; register the bucket.",
        )
    if parsed.account and parsed.account != account:
        raise ControlError("ValidationException", f"{arn} does not belong to account {account}.")


def covering(directory: Directory, arn: str) -> RegisteredResource | None:
    """Return the record that speaks for a resource: its own, or that of an S3 object's bucket."""
    parsed = parse_arn(arn)
    bucket = _bucket(parsed) if parsed else None
    return directory.get(RegisteredResource, arn if bucket is None else bucket)


def _bucket(arn: Arn) -> str | None:
    """Return the ARN of an S3 object's bucket, ``None`` for any other resource."""
    if arn.service != "s3" or arn.account or "/" not in arn.resource:
        return None
    return str(arn).partition("/")[0]


def get_resource(directory: Directory, arn: str) -> RegisteredResource:
    """Return a record; raise ``ControlError`` (ResourceNotFoundException) when there is none."""
    record = directory.get(RegisteredResource, arn)
    if record is None:
        raise ControlError("ResourceNotFoundException", f"{arn} is not registered.")
    return record


def shown(directory: Directory, record: RegisteredResource) -> RegisteredResource:
    """Return a record with its policy as it is shown: by the ARNs that principals have now."""
    if record.policy is None:
        return record
    policy = binding.shown(directory, record.policy)
    return msgspec.structs.replace(record, policy=policy)


def delete_resource(transaction: Transaction, arn: str) -> None:
    """Remove a record; raise ``ControlError`` (ResourceNotFoundException) when there is none."""
    transaction.remove(get_resource(transaction, arn))


def _check_tags(tags: Tags) -> None:
    """Refuse a key given twice, in whatever case: to condition keys the two are one."""
    keys = [fold(key) for key, _ in tags]
    for key in keys:
        if keys.count(key) > 1:
            raise ControlError("ValidationException", f"The tag {key} is given twice.")


def _kept(directory: Directory, arn: str, policy: str) -> str:
    """Return a resource policy as it is kept; refuse one that may not be written.

    The first thing that is wrong is named; of a principal that does not exist in AWS's words.
    """
    service = arn.split(":")[2]
    document, problems = parse(policy)
    if document is not None:
        problems = validate(document, PolicyKind.RESOURCE, service=service)
    for problem in problems:
        if problem.refused:
            place = problem.pointer or "the top level"
            raise ControlError(
                "ValidationException", f"The policy cannot be used: {problem.message} (at {place})"
            )
    if document is None:
        raise ControlError("ValidationException", "The policy cannot be read.")
    try:
        return principals.bound(directory, document, canonical_users=service == "s3")
    except ControlError as refused:
        raise ControlError("ValidationException", refused.message) from None
