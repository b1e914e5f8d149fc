"""What AWS publishes about itself, as data: the authorization reference and its managed policies.

The data is in the package; each part of it is read when it is first asked for.
"""

from doorward.policy.catalog.entries import (
    AccessLevel,
    Action,
    ActionResource,
    ConditionKey,
    KeyType,
    ResourceType,
    Service,
)
from doorward.policy.catalog.managed import (
    FULL_AWS_ACCESS_ARN,
    RCP_FULL_AWS_ACCESS_ARN,
    ManagedPolicyText,
    aws_managed_policies,
    aws_managed_policy,
    managed_policy_text,
)
from doorward.policy.catalog.provenance import CatalogVersion, Source, version
from doorward.policy.catalog.reference import (
    action,
    actions_of,
    condition_key,
    expand,
    resource_format,
    service,
    services,
    wildcard_only,
)

__all__ = [
    "version",
    "CatalogVersion",
    "Source",
    "services",
    "service",
    "actions_of",
    "action",
    "wildcard_only",
    "expand",
    "resource_format",
    "condition_key",
    "Service",
    "Action",
    "ActionResource",
    "AccessLevel",
    "ResourceType",
    "ConditionKey",
    "KeyType",
    "aws_managed_policies",
    "aws_managed_policy",
    "managed_policy_text",
    "ManagedPolicyText",
    "FULL_AWS_ACCESS_ARN",
    "RCP_FULL_AWS_ACCESS_ARN",
]
