"""Errors of STS: AWS's code and text, as in ``control.messages``.

Texts recorded from AWS in public issue trackers and recordings; rows marked "ours" word what AWS
does not publish.
"""

from __future__ import annotations

from doorward.control.errors import Message

# --- session tags
DUPLICATE_TAGS = Message(
    "InvalidParameterValue",
    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
)
SYSTEM_TAGS = Message(
    "InvalidParameterValue", "Session tag keys cannot begin with aws: (reserved for AWS)."
)  # ours
TRANSITIVE_NOT_PASSED = Message(
    "InvalidParameterValue",
    "The specified transitive tag key must be included in the requested tags.",
)
TRANSITIVE_HELD = Message(
    "InvalidParameterValue",
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive "
    "tag key from the calling session.",
)
TAG_HELD = Message(
    "InvalidParameterValue",
    "One of the specified tag keys can't be set because it conflicts with a transitive tag key "
    "from the calling session.",
)  # ours, after the one above

# --- session policies
POLICY_TOO_LARGE = Message("PackedPolicyTooLarge", "Policy exceeds the packed size limit.")  # ours
PACKED_POLICY = Message(
    "PackedPolicyTooLarge",
    "Packed policy consumes {percent}% of allotted space, please use smaller policy.",
)
PACKED_TAGS = Message(
    "PackedPolicyTooLarge", "Packed size of session tags consumes {percent}% of allotted space."
)
TOO_MANY_ARNS = Message("ValidationError", "The number of policy ARNs exceeds {limit}.")  # ours
NO_SUCH_POLICY = Message("ValidationError", "{arn} does not exist or is not attachable.")  # ours

# --- roles
INVALID_ARN = Message("ValidationError", "{arn} is invalid")
CHAINED_TOO_LONG = Message(
    "ValidationError",
    "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role "
    "chaining.",
)
TOO_LONG = Message(
    "ValidationError",
    "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
)
ROLE_GONE = Message("AccessDenied", "{arn} no longer exists")  # ours
IDENTITY_SET = Message(
    "AccessDenied", "SourceIdentity is set already by the calling session; it cannot change"
)  # ours
NO_CONTEXT_PROVIDER = Message(
    "InvalidContextAssertion",
    "The context assertion does not match a trusted context provider: there is none in Doorward.",
)  # ours

# --- access keys
NO_ACCOUNT_IN_KEY = Message(
    "ValidationError", "Access key id {id} is malformed: it names no account."
)  # ours
