"""The registry of resources: owner, resource policy and tags, by ARN."""

from __future__ import annotations

from datetime import datetime

from doorward.control.errors import ControlError
from doorward.model.directory import Directory, Transaction
from doorward.model.organization import Account
from doorward.model.principal import Tags
from doorward.model.resource import RegisteredResource
from doorward.policy.arn import parse_arn
from doorward.policy.parse import parse
from doorward.policy.problem import Severity


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
    contradicts or that is not here, or a policy that cannot be evaluated; ConflictException when
    another account has registered the ARN.
    """
    parsed = parse_arn(arn)
    if parsed is None or not parsed.resource:
        raise ControlError("ValidationException", f"{arn} is not the ARN of a resource.")
    if parsed.service == "iam" or "*" in arn or "?" in arn:
        raise ControlError(
            "ValidationException",
            f"{arn} cannot be registered: IAM's own resources are in the directory, and the name"
            " of a resource has no wildcards.",
        )
    if parsed.account and parsed.account != account:
        raise ControlError("ValidationException", f"{arn} does not belong to account {account}.")
    if transaction.get(Account, account) is None:
        raise ControlError("ValidationException", f"There is no account {account}.")
    held = transaction.get(RegisteredResource, arn)
    if held is not None and held.account != account:
        raise ControlError("ConflictException", f"{arn} is registered by another account.")
    _check_policy(policy)
    record = RegisteredResource(
        arn=arn, account=account, updated=now, policy=policy, type=kind, tags=tags
    )
    if held is None:
        transaction.add(record)
    else:
        transaction.put(record)
    return record


def get_resource(directory: Directory, arn: str) -> RegisteredResource:
    """Return a record; raise ``ControlError`` (ResourceNotFoundException) when there is none."""
    record = directory.get(RegisteredResource, arn)
    if record is None:
        raise ControlError("ResourceNotFoundException", f"{arn} is not registered.")
    return record


def delete_resource(transaction: Transaction, arn: str) -> None:
    """Remove a record; raise ``ControlError`` (ResourceNotFoundException) when there is none."""
    transaction.remove(get_resource(transaction, arn))


def _check_policy(policy: str | None) -> None:
    """Refuse a resource policy that cannot be parsed or names no principal."""
    if policy is None:
        return
    document, problems = parse(policy)
    errors = [problem for problem in problems if problem.severity is Severity.ERROR]
    if document is None or errors:
        first = errors[0] if errors else problems[0]
        raise ControlError(
            "ValidationException",
            f"The policy cannot be used: {first.message} (at {first.pointer or '/'}).",
        )
    for statement in document.statements:
        if statement.principals is None:
            raise ControlError(
                "ValidationException",
                f"The policy cannot be used: {statement.pointer} names no Principal.",
            )
