"""Where a service departs from the general rules: tables, looked up by folded action.

Source: ``docs/reference/evaluation.md``, "The decision" and "Where services depart from this"; AWS
STS API Reference, "GetCallerIdentity"; IAM User Guide, "Permissions for GetSessionToken", "Role
trust policies", "Comparing the AWS STS API operations".
"""

from __future__ import annotations

from collections.abc import Mapping

from doorward.engine.context import Context
from doorward.engine.decision import Rule
from doorward.engine.principals import Caller, is_service_linked_role
from doorward.engine.request import Resource
from doorward.model.principal import (
    CanonicalUser,
    FederatedIdentity,
    FederatedUser,
    IamUser,
    Principal,
    RoleSession,
    RootUser,
    ServicePrincipal,
)
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import ArnText

_AUTHENTICATED: tuple[type[Principal], ...] = (
    RootUser, IamUser, RoleSession, FederatedUser, ServicePrincipal, FederatedIdentity,
    CanonicalUser,
)  # fmt: skip

NO_PERMISSION_NEEDED: Mapping[str, tuple[type[Principal], ...]] = {
    "sts:getcalleridentity": _AUTHENTICATED,
    "sts:getsessiontoken": (RootUser, IamUser),
}
"""Actions that need no permission, and that no policy can deny, for these kinds of principal."""

FEDERATING_ACTIONS = frozenset({"sts:assumerolewithsaml", "sts:assumerolewithwebidentity"})
"""Actions by which the users of an identity provider come in."""

TRUST_ACTIONS = frozenset({"sts:assumerole"}) | FEDERATING_ACTIONS
"""Actions that the trust policy of a role must allow, whoever asks."""

TRUST_ACTIONS_ON_ROLES = frozenset({"sts:tagsession", "sts:setsourceidentity"})
"""Actions that the trust policy must allow when the resource is a role."""

RESOURCE_CONTROL_SERVICES = frozenset({
    "aoss", "appconfig", "appstream", "autoscaling", "autoscaling-plans", "budgets",
    "clouddirectory", "cloudfront", "cloudsearch", "cloudtrail-data", "codeartifact", "codebuild",
    "codecommit", "codepipeline", "cognito-identity", "cognito-idp", "comprehend",
    "comprehendmedical", "compute-optimizer", "cost-optimization-hub", "dax", "dsql", "dynamodb",
    "ecr", "ecr-public", "events", "firehose", "fis", "fms", "gamelift", "health",
    "inspector-scan", "kendra", "kinesisvideo", "kms", "logs", "memorydb", "networkmonitor",
    "notifications", "opensearch", "pca-connector-ad", "personalize", "polly", "pricing",
    "resource-groups", "rolesanywhere", "s3", "secretsmanager", "servicediscovery", "signin",
    "sqs", "sts", "support", "swf", "textract", "timestream-influxdb", "transcribe", "transfer",
    "translate", "wafv2", "workspaces", "xray",
})  # fmt: skip
"""Services whose actions RCPs limit (S7).

Source: AWS Organizations User Guide, "List of AWS services that support RCPs", read in November
2026.
"""

GRANTED_BY_ORGANIZATIONS = frozenset({"sts:assumeroot"})
"""Actions on another account's root user for which its organization stands (S9)."""

WITHOUT_RESOURCE = frozenset({"ecr"})
"""Services whose resource policies have no ``Resource`` (S11).

Source: Amazon ECR User Guide, "Private repository policies" and its examples.
"""

UNLOCKING = frozenset({"s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy"})
"""Actions that a bucket's policy cannot keep from the root user of its owner (S10).

Source: Amazon S3 API Reference, "DeleteBucketPolicy", "GetBucketPolicy", "PutBucketPolicy".
"""

_OWN_ALIAS_ACTIONS = frozenset({"kms:createalias", "kms:updatealias", "kms:deletealias"})
_POLICY_CHANGES = frozenset({
    "iam:createpolicyversion", "iam:deletepolicy", "iam:deletepolicyversion",
    "iam:setdefaultpolicyversion", "iam:tagpolicy", "iam:untagpolicy",
})  # fmt: skip
_ROLE_CHANGES = frozenset({
    "iam:attachrolepolicy", "iam:createrole", "iam:deleterole",
    "iam:deleterolepermissionsboundary", "iam:deleterolepolicy", "iam:detachrolepolicy",
    "iam:putrolepermissionsboundary", "iam:putrolepolicy", "iam:tagrole", "iam:untagrole",
    "iam:updateassumerolepolicy", "iam:updaterole", "iam:updateroledescription",
})  # fmt: skip

_RESERVED: tuple[tuple[frozenset[str], str, str | None, str], ...] = (
    (_OWN_ALIAS_ACTIONS, "kms", None, "alias/aws/"),
    (_POLICY_CHANGES, "iam", "aws", "policy/"),
    (_ROLE_CHANGES, "iam", None, "role/aws-reserved/"),
)
"""Actions that nobody may do on AWS's own: the ARN's service, its account (any, if ``None``), and
how its sixth part begins (S3, S4). Source: AWS KMS Developer Guide, "Aliases"; IAM User Guide,
"AWS managed policies"; IAM Identity Center User Guide, "Permission sets" (its reserved roles)."""


def departs(action: str) -> bool:
    """Whether any of the tables here but that of RCPs may concern the folded ``action``."""
    return action.startswith(_DEPARTING)


_DEPARTING = ("sts:", "iam:", "kms:")


def needs_no_permission(action: str, principal: Principal) -> bool:
    """Whether the folded ``action`` is allowed to ``principal`` whatever policies say."""
    kinds = NO_PERMISSION_NEEDED.get(action)
    return kinds is not None and isinstance(principal, kinds)


def needs_trust(action: str, resource: ArnText) -> bool:
    """Whether the resource policy is a role's trust policy, which must allow the ``action``."""
    if action in TRUST_ACTIONS:
        return True
    return action in TRUST_ACTIONS_ON_ROLES and _is(resource, "iam", "role/")


def granted_by_organization(action: str, principal: Principal, resource: ArnText) -> bool:
    """Whether the caller's own side decides, in another account as in its own (S9)."""
    on_root = _is(resource, "iam", "root") and resource.tail == "root"
    return action in GRANTED_BY_ORGANIZATIONS and on_root and not isinstance(principal, RootUser)


def unlocks(action: str, principal: Principal, resource: ArnText, account: str | None) -> bool:
    """Whether the resource policy, a bucket's, does not count for its owner's root user (S10)."""
    if action not in UNLOCKING or not isinstance(principal, RootUser):
        return False
    return _is(resource, "s3", "") and account in {None, principal.account}


def names_no_resource(resource: ArnText) -> bool:
    """Whether policies on the resource have no ``Resource``: they are about it alone (S11)."""
    return bool(resource.parts) and resource.parts[2] in WITHOUT_RESOURCE


def needs_key_policy(action: str, resource: ArnText) -> bool:
    """Whether a KMS key's policy, or a grant, must allow the ``action`` (S1)."""
    return action.startswith("kms:") and _is(resource, "kms", "key/")


def forbidden(
    action: str, principal: Principal, resource: ArnText, context: Context
) -> Rule | None:
    """Return the rule that denies a request whatever policies allow, or ``None`` (S3, S4, S6)."""
    service = action.partition(":")[0]
    if service in {"sts", "iam"} and _beyond_session(service, action, principal, context):
        return Rule.SESSION_LIMIT
    for actions, owner, account, beginning in _RESERVED:
        if action in actions and _is(resource, owner, beginning):
            return Rule.RESERVED_BY_AWS if account in {None, resource.parts[4]} else None
    return None


_NOT_FOR_ROLE_SESSIONS = frozenset({"sts:getfederationtoken", "sts:getsessiontoken"})
_FOR_FEDERATED_USERS = frozenset({"sts:getcalleridentity"})
_FOR_TEMPORARY_USERS = frozenset({"sts:assumerole", "sts:getcalleridentity"})


def _beyond_session(service: str, action: str, principal: Principal, context: Context) -> bool:
    """Whether a session of this kind has no such call of STS or IAM (S6)."""
    if isinstance(principal, RoleSession):
        return action in _NOT_FOR_ROLE_SESSIONS
    if isinstance(principal, FederatedUser):
        return action not in _FOR_FEDERATED_USERS
    if not isinstance(principal, IamUser | RootUser) or context.get("aws:TokenIssueTime") is None:
        return False
    if isinstance(principal, RootUser) and _true(context, "aws:AssumedRoot"):
        return service == "sts" and action not in _FOR_FEDERATED_USERS
    if service == "sts":
        return action not in _FOR_TEMPORARY_USERS
    return not _true(context, "aws:MultiFactorAuthPresent")


def _true(context: Context, key: str) -> bool:
    """Whether a Boolean key is there and true."""
    found = context.get(key)
    return found is not None and [fold(value) for value in found.values] == ["true"]


def resource_control_applies(
    action: str, caller: Caller, resource: Resource, text: ArnText
) -> bool:
    """Whether resource control policies limit the request, where there are any (S7)."""
    if action.partition(":")[0] not in RESOURCE_CONTROL_SERVICES or action == "kms:retiregrant":
        return False
    if caller.is_service_linked or resource.aws_managed_key:
        return False
    return not (needs_trust(action, text) and is_service_linked_role(resource.arn))


def _is(resource: ArnText, service: str, beginning: str) -> bool:
    """Whether an ARN is of this service and its sixth part begins so."""
    return (
        bool(resource.parts)
        and resource.parts[2] == service
        and resource.tail.startswith(beginning)
    )
