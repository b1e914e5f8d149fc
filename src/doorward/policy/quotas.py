"""How large a document may be, by kind of policy (rule G4).

Sources: IAM User Guide, "IAM and AWS STS quotas" (managed policies, trust policies; "IAM doesn't
count white space") and STS API Reference, AssumeRole (session policies); AWS Organizations User
Guide, "Quotas and service limits" (there white space counts); AWS PrivateLink Guide, "Control
access to VPC endpoints using endpoint policies". Resource policies have no common limit: each
service sets its own. The sum of inline policies is a quota of their user, group or role.
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


SIZE_QUOTAS: Mapping[PolicyKind, SizeQuota] = MappingProxyType(
    {
        PolicyKind.IDENTITY: SizeQuota(
            6_144, "POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", white_space_counts=False
        ),
        PolicyKind.TRUST: SizeQuota(
            2_048, "POLICY_SIZE_EXCEEDS_ROLE_TRUST_POLICY_QUOTA", white_space_counts=False
        ),
        PolicyKind.SESSION: SizeQuota(
            2_048, "POLICY_SIZE_EXCEEDS_SESSION_POLICY_QUOTA", white_space_counts=True
        ),
        PolicyKind.SERVICE_CONTROL: SizeQuota(
            5_120, "POLICY_SIZE_EXCEEDS_SCP_QUOTA", white_space_counts=True
        ),
        PolicyKind.RESOURCE_CONTROL: SizeQuota(
            5_120, "POLICY_SIZE_EXCEEDS_RCP_QUOTA", white_space_counts=True
        ),
        PolicyKind.ENDPOINT: SizeQuota(
            20_480, "POLICY_SIZE_EXCEEDS_ENDPOINT_POLICY_QUOTA", white_space_counts=True
        ),
    }
)
"""The limit of one document of each kind that has one."""
