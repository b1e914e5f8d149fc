"""How large a document may be (rule G4): one table for each way of counting.

Sources: IAM User Guide, "IAM and AWS STS quotas" (managed, inline and trust policies; "IAM doesn't
count white space") and STS API Reference, AssumeRole (session policies); AWS Organizations User
Guide, "Quotas and service limits" (there white space counts), and AWS's announcement of 15 May
2026 that doubled the size of service control policies; AWS PrivateLink Guide, "Control access to
VPC endpoints using endpoint policies".
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.policy.kind import PolicyKind


class SizeQuota(msgspec.Struct, frozen=True):
    """At most ``characters``, with or without white space; ``code`` names the problem."""

    characters: int
    code: str
    white_space_counts: bool

    def size_of(self, text: str) -> int:
        """Count the characters of ``text`` as this quota counts them."""
        return len(text) if self.white_space_counts else len("".join(text.split()))


_IDENTITY = SizeQuota(6_144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", white_space_counts=False)

SIZE_QUOTAS: Mapping[PolicyKind, SizeQuota] = MappingProxyType(
    {
        PolicyKind.IDENTITY: _IDENTITY,
        PolicyKind.BOUNDARY: _IDENTITY,
        PolicyKind.TRUST: SizeQuota(
            2_048, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", white_space_counts=False
        ),
        PolicyKind.SESSION: SizeQuota(
            2_048, "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA", white_space_counts=True
        ),
        PolicyKind.SERVICE_CONTROL: SizeQuota(
            10_240, "POLICY_SIZE_EXCEEDS_SCP_QUOTA", white_space_counts=True
        ),
        PolicyKind.RESOURCE_CONTROL: SizeQuota(
            5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", white_space_counts=True
        ),
        PolicyKind.ENDPOINT: SizeQuota(
            20_480, "POLICY_SIZE_EXCEEDS_ENDPOINT_POLICY_QUOTA", white_space_counts=True
        ),
    }
)
"""The limit of one document of each kind that has one. Of trust policies it is the default, which
AWS raises on request to 4,096."""

INLINE_QUOTAS: Mapping[str, int] = MappingProxyType(
    {"User": 2_048, "Group": 5_120, "Role": 10_240}
)
"""The sum of the inline policies of one identity, in characters; white space does not count."""

RESOURCE_QUOTAS: Mapping[str, int] = MappingProxyType(
    {
        "dynamodb": 20_480,  # API Reference, PutResourcePolicy: 20 KB, white space counts
        "ecr": 10_240,  # API Reference, SetRepositoryPolicy
        "elasticfilesystem": 20_000,  # API Reference, PutFileSystemPolicy
        "es": 102_400,  # OpenSearch Service API Reference, UpdateDomainConfig
        "kms": 32_768,  # Developer Guide, "Resource quotas": key policy document size
        "lambda": 20_480,  # Developer Guide, "Lambda quotas": function resource-based policy
        "mediastore": 8_192,  # API Reference, PutContainerPolicy
        "s3": 20_480,  # User Guide, "Bucket policies": limited to 20 KB in size
        "s3tables": 20_480,  # API Reference, PutTableBucketPolicy
        "secretsmanager": 20_480,  # API Reference, PutResourcePolicy
    }
)
"""The size of a resource's policy, in bytes of UTF-8, by the service in the resource's ARN. White
space counts. Services that are not here document no limit, or none of which we know."""
