"""Errors of trusted access and centralized root access, as in ``control.messages``.

Texts in the service models' own words; rows marked "ours" word what AWS does not publish.
"""

from __future__ import annotations

from doorward.control.errors import Message

# --- trusted access
NO_SERVICE_PRINCIPAL = Message(
    "InvalidInputException",
    "You specified a service principal that isn't recognized.",
    "UNRECOGNIZED_SERVICE_PRINCIPAL",
)

# --- features
NO_ORGANIZATION = Message(
    "OrganizationNotFoundException", "No organization is associated with your account."
)
NOT_MANAGEMENT = Message(
    "CallerIsNotManagementAccountException",
    "The account making the request is not the management account for the organization.",
)
NOT_ADMINISTRATOR = Message(
    "AccountNotManagementOrDelegatedAdministratorException",
    "The account making the request is not the management account or delegated administrator "
    "account for centralized root access.",
)
IAM_NOT_TRUSTED = Message(
    "ServiceAccessNotEnabledException",
    "Trusted access is not enabled for IAM in Organizations.",
)

# --- root sessions
NOT_A_MEMBER = Message(
    "AccessDenied",
    "AssumeRoot is for the management account, and on members of its organization: {target} is "
    "none of {account}'s.",
)  # ours
NOT_A_TASK = Message(
    "ValidationError", "TaskPolicyArn {arn} is none of AWS's policies for root tasks: {tasks}."
)  # ours
FEATURE_OFF = Message(
    "AccessDenied",
    "The policy {arn} needs the feature {feature} of centralized root access, which is not "
    "enabled in the organization.",
)  # ours
