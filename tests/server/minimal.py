"""The smallest valid parameters of an operation, found in its service model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from doorward.wire import patterns

if TYPE_CHECKING:
    from doorward.wire.models import Member, Operation, Shape

ACCOUNT = "111122223333"
POLICY = '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}'
TRUST = (
    '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"111122223333"},'
    '"Action":"sts:AssumeRole"}}'
)

BY_NAME = {
    "AccessKeyId": "AKIAI44QH8DHBEXAMPLE",
    "Arn": "arn:aws:s3:::somebody-elses-bucket",
    "AssumeRolePolicyDocument": TRUST,
    "PermissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/boundary",
    "PolicyArn": f"arn:aws:iam::{ACCOUNT}:policy/some",
    "PolicyDocument": POLICY,
    "Content": POLICY,
    "DeletionTaskId": f"task/aws-service-role/batch.amazonaws.com/some/{'0' * 36}",
    "OpenIDConnectProviderArn": f"arn:aws:iam::{ACCOUNT}:oidc-provider/some",
    "Principal": f"arn:aws:iam::{ACCOUNT}:user/administrator",
    "Resource": "arn:aws:s3:::somebody-elses-bucket",
    "RoleArn": f"arn:aws:iam::{ACCOUNT}:role/some",
    "SAMLMetadataDocument": "x" * 1000,
    "SAMLProviderArn": f"arn:aws:iam::{ACCOUNT}:saml-provider/some",
    "SerialNumber": f"arn:aws:iam::{ACCOUNT}:mfa/some",
    "Subject": {"Principal": f"arn:aws:iam::{ACCOUNT}:user/administrator"},
    "TargetPrincipal": ACCOUNT,
    "TaskPolicyArn": {"arn": "arn:aws:iam::aws:policy/root-task/S3UnlockBucketPolicy"},
    "VersionId": "v1",
}
"""Values whose form says more than the model does."""

CANDIDATES = (
    "some", "123456", ACCOUNT, "somebody@example.com", "r-abcd", "ou-abcd-abcdefgh", "p-abcdefgh",
    "o-abcdefghij", "car-abcdefgh12345678", "h-abcdefgh12", "x" * 40, "s3:GetObject", "/", "v1",
    "AKIAI44QH8DHBEXAMPLE", f"arn:aws:iam::{ACCOUNT}:policy/some",
    "o-abcdefghij/r-abcd/ou-abcd-abcdefgh", "RS256",
)  # fmt: skip
"""Texts of which the first that a shape admits is taken."""


def parameters(operation: Operation, also: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Return values for the required members of an operation's input, and for those named too."""
    found = _structure(operation, operation.input) if operation.input else {}
    more = (member for member in operation.members if member.name in also)
    return found | {member.name: _value(operation, member) for member in more}


def _structure(operation: Operation, shape: Shape) -> dict[str, Any]:
    needed = [member for member in shape.members if member.required]
    if not needed and shape is not operation.input:
        needed = [*shape.members[:1]]  # a form cannot say that a structure is empty
    return {member.name: _value(operation, member) for member in needed}


def _value(operation: Operation, member: Member) -> Any:
    shape = operation.shape(member)
    if member.name in BY_NAME:
        return BY_NAME[member.name]
    match shape.kind:
        case "structure":
            return _structure(operation, shape)
        case "list":
            assert shape.element is not None
            return [_value(operation, shape.element)]
        case "map":
            assert shape.key is not None
            assert shape.value is not None
            return {_value(operation, shape.key): _value(operation, shape.value)}
        case "integer" | "long":
            return int(shape.minimum or 1)
        case "boolean":
            return True
        case "string":
            return shape.enum[0] if shape.enum else _text(shape)
        case _:
            raise AssertionError(f"{member.name}: no minimal {shape.kind}")


def _text(shape: Shape) -> str:
    for text in CANDIDATES:
        low, high = shape.minimum or 0, shape.maximum or len(text)
        fits = shape.pattern is None or patterns.matches(shape.pattern, text)
        if fits and low <= len(text) <= high:
            return text
    raise AssertionError(f"{shape.name}: no candidate fits {shape.pattern}")
