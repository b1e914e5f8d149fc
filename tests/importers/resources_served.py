"""Resources with policies, as eight services answer about them; served by ``regions_served``.

Each in its protocol: S3 in XML by paths, SNS in XML by ``Action``, Lambda in JSON by paths, the
others in JSON by ``X-Amz-Target``. Lists come one entry a page. Provenance: the API References of
the services: shapes, names of errors and their statuses.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape

from doorward.policy.arn import parse_arn

SERVICES = frozenset({
    "dynamodb", "ecr", "kms", "lambda", "s3", "secretsmanager", "sns", "sqs", "tagging",
})  # fmt: skip
"""Names in the scope of credentials; S3 Control's is S3's."""

ACTIONS = (
    "dynamodb:GetResourcePolicy", "dynamodb:ListTables",
    "ecr:DescribeRepositories", "ecr:GetRepositoryPolicy",
    "kms:DescribeKey", "kms:GetKeyPolicy", "kms:ListKeys",
    "lambda:GetPolicy", "lambda:ListFunctions",
    "s3:GetAccountPublicAccessBlock", "s3:GetBucketPolicy", "s3:GetBucketPublicAccessBlock",
    "s3:ListAllMyBuckets",
    "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecrets",
    "sns:GetTopicAttributes", "sns:ListTopics",
    "sqs:GetQueueAttributes", "sqs:ListQueues",
    "tag:GetResources",
)  # fmt: skip
"""What each call is authorised as (Service Authorization Reference); calls are known by these."""

ON = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": True,
      "RestrictPublicBuckets": True}  # fmt: skip


@dataclass
class Resource:
    """A resource: its ARN, its policy, and which calls about it alone are refused.

    ``block`` is a bucket's own setting, ``of_aws`` a key that AWS manages; of one that is
    ``deleted``, the list still tells.
    """

    arn: str
    policy: Mapping[str, Any] | None = None
    refused: frozenset[str] = frozenset()
    block: Mapping[str, bool] | None = None
    of_aws: bool = False
    deleted: bool = False
    tags: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The last part of the ARN."""
        parsed = parse_arn(self.arn)
        assert parsed is not None
        return parsed.resource.rpartition("/")[2].rpartition(":")[2]


Resources = Mapping[tuple[str, str], list[Resource]]
"""By service and Region."""


@dataclass(frozen=True)
class Call:
    """A call: what it is authorised as, which resource it names, what leads to its page."""

    service: str
    action: str
    about: str = ""
    page: str = ""


@dataclass(frozen=True)
class Answer:
    """A status with a body; an error has its code."""

    status: int
    body: str
    kind: str
    code: str = ""


# --- what is asked


def call_of(service: str, path: str, target: str, body: str) -> Call:
    """Return what a request to a service asks for."""
    if service == "s3":
        return _of_s3(path)
    if service == "lambda":
        parts = urlsplit(path)
        words = parts.path.strip("/").split("/")
        if len(words) > 2:
            return Call(service, "lambda:GetPolicy", words[2])
        return Call(service, "lambda:ListFunctions", page=_first(parts.query, "Marker"))
    if service == "sns":
        asked = {name: value[0] for name, value in parse_qs(body).items()}
        about = asked.get("TopicArn", "")
        return Call(service, f"sns:{asked['Action']}", about, asked.get("NextToken", ""))
    said = json.loads(body)
    if service == "tagging":
        (about,) = said["ResourceTypeFilters"]
        return Call(service, "tag:GetResources", about, said.get("PaginationToken", ""))
    about = next((said[name] for name in _NAMES if name in said), "")
    page = next((said[name] for name in _PAGES if name in said), "")
    return Call(service, f"{service}:{target.rpartition('.')[2]}", about, page)


_NAMES = ("KeyId", "QueueUrl", "SecretId", "repositoryName", "ResourceArn")
_PAGES = ("Marker", "NextToken", "nextToken", "ExclusiveStartTableName")


def _of_s3(path: str) -> Call:
    parts = urlsplit(path)
    bucket = parts.path.strip("/")
    if bucket.startswith("v20180820"):
        return Call("s3", "s3:GetAccountPublicAccessBlock")
    if not bucket:
        assert "max-buckets=" in parts.query  # or AWS would not say where they are
        return Call("s3", "s3:ListAllMyBuckets", page=_first(parts.query, "continuation-token"))
    is_policy = parts.query.startswith("policy")
    return Call("s3", f"s3:GetBucket{'Policy' if is_policy else 'PublicAccessBlock'}", bucket)


def _first(query: str, name: str) -> str:
    return parse_qs(query).get(name, [""])[0]


# --- what is answered


def answer(call: Call, region: str, there: Resources, endpoint: str) -> Answer:
    """Answer a call in a Region."""
    if call.action == "s3:GetAccountPublicAccessBlock":
        return _block(None)
    if call.action == "tag:GetResources":
        return _tagged(call, there.get((call.about, region), []))
    if call.action in _LISTS:
        return _list(call, region, there, endpoint)
    about = call.about.rpartition("/")[2].rpartition(":")[2]
    found = next((x for x in there.get((call.service, region), []) if x.name == about), None)
    if found is None or found.deleted:
        return error(call.service, _GONE[call.service], 404)
    if call.action in found.refused:
        return error(call.service, "AccessDenied", 403)
    if call.action == "kms:DescribeKey":
        manager = "AWS" if found.of_aws else "CUSTOMER"
        return _json({"KeyMetadata": {"KeyId": found.name, "KeyManager": manager}})
    if call.action == "s3:GetBucketPublicAccessBlock":
        return _block(found.block)
    if found.policy is None and call.service in _NO_POLICY:
        return error(call.service, _NO_POLICY[call.service], 404)
    return _policy(call.service, None if found.policy is None else json.dumps(found.policy))


_GONE = {
    "s3": "NoSuchBucket", "kms": "NotFoundException",
    "sqs": "AWS.SimpleQueueService.NonExistentQueue", "sns": "NotFound",
    "lambda": "ResourceNotFoundException", "secretsmanager": "ResourceNotFoundException",
    "ecr": "RepositoryNotFoundException", "dynamodb": "ResourceNotFoundException",
}  # fmt: skip
_NO_POLICY = {
    "s3": "NoSuchBucketPolicy", "lambda": "ResourceNotFoundException",
    "ecr": "RepositoryPolicyNotFoundException", "dynamodb": "PolicyNotFoundException",
}  # fmt: skip
"""The others leave it out of their answer."""


def _policy(service: str, text: str | None) -> Answer:
    match service:
        case "s3":
            return Answer(200, str(text), "application/json")
        case "sns":
            entry = f"<entry><key>Policy</key><value>{escape(str(text))}</value></entry>"
            found = f"<Attributes>{entry}</Attributes>" if text else "<Attributes/>"
            return _sns("GetTopicAttributes", found)
        case "sqs":
            return _json({"Attributes": {"Policy": text}} if text else {})
        case _:
            member = {"secretsmanager": "ResourcePolicy", "ecr": "policyText"}
            return _json({member.get(service, "Policy"): text} if text else {})


def _block(setting: Mapping[str, bool] | None) -> Answer:
    if setting is None:
        return error("s3", "NoSuchPublicAccessBlockConfiguration", 404)
    rows = "".join(
        f"<{name}>{str(each).lower()}</{name}>" for name, each in sorted(setting.items())
    )
    member = "PublicAccessBlockConfiguration"
    return Answer(200, f"<{member}>{rows}</{member}>", "application/xml")


def _list(call: Call, region: str, there: Resources, endpoint: str) -> Answer:
    """One entry, and what leads to the next; buckets of all Regions stand in one list."""
    where = [(place, each) for (service, place), listed in there.items() for each in listed
             if service == call.service and (service == "s3" or place == region)]  # fmt: skip
    start = int(call.page.rpartition("-")[2] or 0)
    more = f"after-{start + 1}" if start + 1 < len(where) else ""
    page = where[start : start + 1]
    if call.service == "s3":
        rows = "".join(
            f"<Bucket><Name>{each.name}</Name><BucketRegion>{place}</BucketRegion></Bucket>"
            for place, each in page
        )
        token = f"<ContinuationToken>{more}</ContinuationToken>" if more else ""
        head = "ListAllMyBucketsResult"
        return Answer(200, f"<{head}><Buckets>{rows}</Buckets>{token}</{head}>", "application/xml")
    if call.service == "sns":
        rows = "".join(f"<member><TopicArn>{each.arn}</TopicArn></member>" for _, each in page)
        token = f"<NextToken>{more}</NextToken>" if more else ""
        return _sns("ListTopics", f"<Topics>{rows}</Topics>{token}")
    member, row, token = _LISTS[call.action]
    rows_of = [row(each, endpoint) for _, each in page]
    return _json({member: rows_of} | ({token: more} if more else {}))


def _tagged(call: Call, listed: list[Resource]) -> Answer:
    """One entry a page; after the last, the token is empty."""
    where = [each for each in listed if each.tags]
    start = int(call.page or 0)
    rows = [
        {"ResourceARN": each.arn, "Tags": [{"Key": k, "Value": v} for k, v in each.tags.items()]}
        for each in where[start : start + 1]
    ]
    more = str(start + 1) if start + 1 < len(where) else ""
    return _json({"ResourceTagMappingList": rows, "PaginationToken": more})


def _url(each: Resource, endpoint: str) -> str:
    return f"{endpoint}/{each.arn.split(':')[4]}/{each.name}"


_LISTS: dict[str, tuple[str, Callable[[Resource, str], Any], str]] = {
    "s3:ListAllMyBuckets": ("", _url, ""),
    "sns:ListTopics": ("", _url, ""),
    "kms:ListKeys": (
        "Keys", lambda each, _: {"KeyId": each.name, "KeyArn": each.arn}, "NextMarker",
    ),
    "sqs:ListQueues": ("QueueUrls", _url, "NextToken"),
    "lambda:ListFunctions": (
        "Functions", lambda each, _: {"FunctionName": each.name, "FunctionArn": each.arn},
        "NextMarker",
    ),
    "secretsmanager:ListSecrets": (
        "SecretList", lambda each, _: {"ARN": each.arn, "Name": each.name}, "NextToken",
    ),
    "ecr:DescribeRepositories": (
        "repositories",
        lambda each, _: {"repositoryArn": each.arn, "repositoryName": each.name}, "nextToken",
    ),
    "dynamodb:ListTables": (
        "TableNames", lambda each, _: each.name, "LastEvaluatedTableName",
    ),
}  # fmt: skip
"""By action: the member of the list, what stands in it, and what leads on."""


def error(service: str, code: str, status: int) -> Answer:
    """Return an error as a service gives it."""
    said = f"<Error><Code>{code}</Code><Message>refused</Message></Error>"
    match service:
        case "s3":
            return Answer(status, said, "application/xml", code)
        case "sns":
            text = f"<ErrorResponse>{said}<RequestId>r</RequestId></ErrorResponse>"
            return Answer(status, text, "text/xml", code)
        case _:
            return Answer(status, json.dumps({"__type": code, "message": "refused"}), _JSON, code)


_JSON = "application/x-amz-json-1.0"


def _json(value: object) -> Answer:
    return Answer(200, json.dumps(value), _JSON)


def _sns(operation: str, inner: str) -> Answer:
    result = f"<{operation}Result>{inner}</{operation}Result>"
    return Answer(200, f"<{operation}Response>{result}</{operation}Response>", "text/xml")
