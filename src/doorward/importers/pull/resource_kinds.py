"""Resources that have policies of their own, a row for each kind: how AWS is asked for them.

Sources: the API Reference of each service, for operations, pages and errors; Service Authorization
Reference, for the forms of ARNs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from doorward.importers.pull.client import Asker, PullFailed


class Place(msgspec.Struct, frozen=True):
    """Where it is asked: in which account, and in which Region; empty for all of them at once."""

    partition: str
    account: str
    region: str = ""

    def arn(self, service: str, resource: str) -> str:
        """Return the ARN of a resource that is here."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


class Named(msgspec.Struct, frozen=True):
    """A resource as a list names it: its ARN, how it is asked about, and in which Region."""

    arn: str
    asked: Mapping[str, object]
    region: str | None = None


class Kind(msgspec.Struct, frozen=True, kw_only=True):
    """Resources of one service.

    ``listed`` and ``member`` are the operation that lists them and what holds them in its answer,
    ``page`` what it is asked for; ``named`` makes a ``Named`` of each. ``policy`` is the operation
    that tells the policy of one, ``text`` finds it in the answer; ``none`` is what AWS answers
    where there is none, ``gone`` where the resource was deleted since. ``counts`` may leave some
    out; ``beside`` asks for more members of the bundle.
    """

    service: str
    type: str
    listed: str
    member: str
    named: Callable[[Any, Place], Named]
    policy: str
    text: Callable[[Mapping[str, Any]], str | None]
    gone: str
    none: str = ""
    page: Mapping[str, object] = {}
    counts: Callable[[Asker, Named], bool] = lambda _asker, _named: True
    beside: Callable[[Asker, Named], dict[str, object]] = lambda _asker, _named: {}


def _member(*path: str) -> Callable[[Mapping[str, Any]], str | None]:
    """What finds a policy in an answer; an empty text says that there is none."""

    def found(answer: Mapping[str, Any]) -> str | None:
        value: Any = answer
        for name in path:
            value = value.get(name) or {}
        return value or None

    return found


# ------------------------------------------------------------------------ what is special


BLOCK: Final = "PublicAccessBlockConfiguration"
_NO_BLOCK: Final = "NoSuchPublicAccessBlockConfiguration"


def public_access(asker: Asker, service: str, **asked: object) -> dict[str, object]:
    """Return S3 Block Public Access of a bucket or an account; ``None`` stands for no setting."""
    try:
        return {BLOCK: asker.call(service, "get_public_access_block", **asked)[BLOCK]}
    except PullFailed as error:
        if error.code != _NO_BLOCK:
            raise
        return {BLOCK: None}


def _bucket(each: Mapping[str, Any], place: Place) -> Named:
    """A bucket, asked where it is; of a list that does not say where, AWS leads there."""
    name = each["Name"]
    arn = f"arn:{place.partition}:s3:::{name}"
    return Named(arn, {"Bucket": name}, each.get("BucketRegion"))


def _is_own_key(asker: Asker, named: Named) -> bool:
    """Whether a key is the customer's: AWS's own keys have policies that nobody can change."""
    told = asker.call("kms", "describe_key", KeyId=named.asked["KeyId"])["KeyMetadata"]
    return bool(told["KeyManager"] == "CUSTOMER")


def _queue(url: str, place: Place) -> Named:
    asked = {"QueueUrl": url, "AttributeNames": ["Policy"]}
    return Named(place.arn("sqs", url.rpartition("/")[2]), asked)


BUCKETS: Final = Kind(
    service="s3",
    type="AWS::S3::Bucket",
    listed="list_buckets",
    member="Buckets",
    page={"MaxBuckets": 1000},  # without it, AWS does not say where they are
    named=_bucket,
    policy="get_bucket_policy",
    text=_member("Policy"),
    none="NoSuchBucketPolicy",
    gone="NoSuchBucket",
    beside=lambda asker, named: public_access(asker, "s3", **named.asked),
)
"""Buckets of all Regions stand in one list."""

REGIONAL: Final[tuple[Kind, ...]] = (
    Kind(
        service="kms",
        type="AWS::KMS::Key",
        listed="list_keys",
        member="Keys",
        named=lambda each, _place: Named(
            each["KeyArn"], {"KeyId": each["KeyId"], "PolicyName": "default"}
        ),
        counts=_is_own_key,
        policy="get_key_policy",
        text=_member("Policy"),
        gone="NotFoundException",
    ),
    Kind(
        service="sqs",
        type="AWS::SQS::Queue",
        listed="list_queues",
        member="QueueUrls",
        page={"MaxResults": 1000},  # without it, there are no pages
        named=_queue,
        policy="get_queue_attributes",
        text=_member("Attributes", "Policy"),
        gone="AWS.SimpleQueueService.NonExistentQueue",
    ),
    Kind(
        service="sns",
        type="AWS::SNS::Topic",
        listed="list_topics",
        member="Topics",
        named=lambda each, _place: Named(each["TopicArn"], {"TopicArn": each["TopicArn"]}),
        policy="get_topic_attributes",
        text=_member("Attributes", "Policy"),
        gone="NotFound",
    ),
    Kind(
        service="lambda",
        type="AWS::Lambda::Function",
        listed="list_functions",
        member="Functions",
        named=lambda each, _place: Named(
            each["FunctionArn"], {"FunctionName": each["FunctionName"]}
        ),
        policy="get_policy",
        text=_member("Policy"),
        none="ResourceNotFoundException",
        gone="ResourceNotFoundException",
    ),
    Kind(
        service="secretsmanager",
        type="AWS::SecretsManager::Secret",
        listed="list_secrets",
        member="SecretList",
        named=lambda each, _place: Named(each["ARN"], {"SecretId": each["ARN"]}),
        policy="get_resource_policy",
        text=_member("ResourcePolicy"),
        gone="ResourceNotFoundException",
    ),
    Kind(
        service="ecr",
        type="AWS::ECR::Repository",
        listed="describe_repositories",
        member="repositories",
        named=lambda each, _place: Named(
            each["repositoryArn"], {"repositoryName": each["repositoryName"]}
        ),
        policy="get_repository_policy",
        text=_member("policyText"),
        none="RepositoryPolicyNotFoundException",
        gone="RepositoryNotFoundException",
    ),
    Kind(
        service="dynamodb",
        type="AWS::DynamoDB::Table",
        listed="list_tables",
        member="TableNames",
        named=lambda name, place: Named(
            arn := place.arn("dynamodb", f"table/{name}"), {"ResourceArn": arn}
        ),
        policy="get_resource_policy",
        text=_member("Policy"),
        none="PolicyNotFoundException",
        gone="ResourceNotFoundException",
    ),
)
"""Kinds that are listed Region by Region."""

KINDS: Final = (BUCKETS, *REGIONAL)
"""All kinds."""
