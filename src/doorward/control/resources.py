"""The registry of resources: owner, resource policy and tags, by ARN."""

from __future__ import annotations

from datetime import datetime

from doorward.control.errors import ControlError
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
    contradicts or that is not here, a policy that cannot be evaluated, or a tag given twice;
    ConflictException when another account has registered the ARN.
    """
    _check_arn(arn, account)
    if transaction.get(Account, account) is None:
        raise ControlError("ValidationException", f"There is no account {account}.")
    held = transaction.get(RegisteredResource, arn)
    if held is not None and held.account != account:
        raise ControlError("ConflictException", f"{arn} is registered by another account.")
    _check_policy(arn, policy)
    _check_tags(tags)
    record = RegisteredResource(
        arn=arn, account=account, updated=now, policy=policy, type=kind, tags=tags
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


def delete_resource(transaction: Transaction, arn: str) -> None:
    """Remove a record; raise ``ControlError`` (ResourceNotFoundException) when there is none."""
    transaction.remove(get_resource(transaction, arn))


def _check_tags(tags: Tags) -> None:
    """Refuse a key given twice, in whatever case: to condition keys the two are one."""
    keys = [fold(key) for key, _ in tags]
    for key in keys:
        if keys.count(key) > 1:
            raise ControlError("ValidationException", f"The tag {key} is given twice.")


def _check_policy(arn: str, policy: str | None) -> None:
    """Refuse a resource policy that may not be written: name the first thing that is wrong."""
    if policy is None:
        return
    document, problems = parse(policy)
    if document is not None:
        problems = validate(document, PolicyKind.RESOURCE, service=arn.split(":")[2])
    for problem in problems:
        if problem.refused:
            place = problem.pointer or "the top level"
            raise ControlError(
                "ValidationException", f"The policy cannot be used: {problem.message} (at {place})"
            )
