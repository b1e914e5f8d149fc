"""Every error that a domain verb answers: AWS's code and AWS's text, one row each.

Sources: codes from the service models. Texts recorded from AWS in public issue trackers and
recordings; for Organizations, whose texts are hardly
recorded anywhere, the model's own documentation of the error. Rows marked "ours" word what AWS
does not publish.
"""

from __future__ import annotations

from doorward.control.errors import Message

# --- finding
NO_SUCH_USER = Message("NoSuchEntity", "The user with name {name} cannot be found.")
NO_SUCH_GROUP = Message("NoSuchEntity", "The group with name {name} cannot be found.")
NO_SUCH_ROLE = Message("NoSuchEntity", "The role with name {name} cannot be found.")
NO_SUCH_PROFILE = Message("NoSuchEntity", "Instance Profile {name} cannot be found.")
NOT_IN_PROFILE = Message(
    "NoSuchEntity", "Role {role} in Instance Profile {name} cannot be found."
)  # ours
NO_SUCH_INLINE = Message("NoSuchEntity", "The {owner} policy with name {name} cannot be found.")
NO_SUCH_POLICY = Message("NoSuchEntity", "Policy {arn} was not found.")
NO_SUCH_VERSION = Message(
    "NoSuchEntity", "Policy {arn} version {version} does not exist or is not attachable."
)
NOT_ATTACHABLE = Message("NoSuchEntity", "Policy {arn} does not exist or is not attachable.")
SERVICE_ROLE_POLICY = Message(
    "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer {kind}."
)
SERVICE_ROLE_BOUNDARY = Message(
    "PolicyNotAttachable", "Scope ARN: {arn} does not exist or is not attachable."
)
NO_SUCH_BOUNDARY = Message("NoSuchEntity", "Scope ARN: {arn} does not exist or is not attachable.")
NO_SUCH_ALIAS = Message("NoSuchEntity", "The account alias {alias} cannot be found.")  # ours
NO_SUCH_KEY = Message("NoSuchEntity", "The Access Key with id {id} cannot be found.")
NO_SUCH_DEVICE = Message(
    "NoSuchEntity", "VirtualMFADevice with serial number {serial} doesn't exist."
)
NO_SUCH_TOKEN = Message(
    "NoSuchEntity", "MFADevice with serial number {serial} doesn't exist."
)  # ours
NO_SUCH_KEY_DEVICE = Message(
    "NoSuchEntity", "FIDO security key {serial} is not enabled for this user."
)  # ours
DEVICE_NOT_ENABLED = Message(
    "NoSuchEntity", "MFA Device with serial number {serial} is not enabled for this user."
)  # ours

# --- names
USER_EXISTS = Message("EntityAlreadyExists", "User with name {name} already exists.")
GROUP_EXISTS = Message("EntityAlreadyExists", "Group with name {name} already exists.")
ROLE_EXISTS = Message("EntityAlreadyExists", "Role with name {name} already exists.")
PROFILE_EXISTS = Message("EntityAlreadyExists", "Instance Profile {name} already exists.")
POLICY_EXISTS = Message(
    "EntityAlreadyExists",
    "A policy called {name} already exists. Duplicate names are not allowed.",
)
ALIAS_EXISTS = Message("EntityAlreadyExists", "The account alias {alias} already exists.")
DEVICE_EXISTS = Message(
    "EntityAlreadyExists", "MFADevice entity at the same path and name already exists."
)
LONG_SERIAL = Message(
    "ValidationError", "The serial number {serial} would be longer than {limit} characters."
)  # ours
DEVICE_IN_USE = Message("EntityAlreadyExists", "MFA Device is already in use.")
INVALID_PATH = Message(
    "ValidationError",
    "The specified value for path is invalid. It must begin and end with / and contain only "
    "alphanumeric characters and/or / characters.",
)
RESERVED_PATH = Message(
    "InvalidInput", "The path {path} is reserved for roles that AWS services make for themselves."
)  # ours
RESERVED_NAME = Message(
    "InvalidInput", "Role names that begin with AWSServiceRoleFor are reserved for AWS services."
)  # ours
INVALID_ARN = Message("ValidationError", "Invalid ARN:  Could not be parsed!")
INVALID_BOUNDARY = Message(
    "ValidationError", "Value ({arn}) for parameter PermissionsBoundary is invalid."
)
INVALID_MARKER = Message("ValidationError", "Invalid Marker.")
NAME_REQUIRED = Message(
    "ValidationError", "Must specify userName when calling with non-User credentials"
)
EXPIRED_IS_NOT_SETTABLE = Message(
    "InvalidInput", "An access key cannot be set to the status Expired."
)  # ours

# --- tags
DUPLICATE_TAGS = Message(
    "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive."
)
SYSTEM_TAGS = Message("InvalidInput", "System tags cannot be added/updated by requester")
TOO_MANY_TAGS = Message("LimitExceeded", "The number of tags has reached the maximum limit.")

# --- quotas
OVER_QUOTA = Message("LimitExceeded", "Cannot exceed quota for {quota}: {limit}")
INLINE_TOO_LARGE = Message(
    "LimitExceeded", "Maximum policy size of {limit} bytes exceeded for {owner} {name}"
)
TOO_MANY_VERSIONS = Message(
    "LimitExceeded",
    "A managed policy can have up to {limit} versions. Before you create a new version, you must "
    "delete an existing version.",
)

# --- deletion conflicts
MUST_DETACH_POLICIES = Message(
    "DeleteConflict", "Cannot delete entity, must detach all policies first."
)
MUST_DELETE_POLICIES = Message(
    "DeleteConflict", "Cannot delete entity, must delete policies first."
)
MUST_DELETE_KEYS = Message(
    "DeleteConflict", "Cannot delete entity, must delete access keys first."
)
MUST_DELETE_LOGIN = Message(
    "DeleteConflict", "Cannot delete entity, must delete login profile first."
)
MUST_DELETE_DEVICES = Message(
    "DeleteConflict", "Cannot delete entity, must delete MFA device first."
)
MUST_REMOVE_USERS = Message(
    "DeleteConflict", "Cannot delete entity, must remove users from group first."
)
MUST_REMOVE_ROLES = Message(
    "DeleteConflict", "Cannot delete entity, must remove roles from instance profile first."
)
POLICY_ATTACHED = Message("DeleteConflict", "Cannot delete a policy attached to entities.")
POLICY_HAS_VERSIONS = Message(
    "DeleteConflict",
    "This policy has more than one version. Before you delete a policy, you must delete the "
    "policy's versions. The default version is deleted with the policy.",
)
DEFAULT_VERSION = Message("DeleteConflict", "Cannot delete the default version of a policy.")
DEVICE_ASSIGNED = Message("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.")

# --- policy documents
SYNTAX = Message("MalformedPolicyDocument", "Syntax errors in policy.")
OLD_VERSION = Message(
    "MalformedPolicyDocument", "Policy document must be version 2012-10-17 or greater."
)
LEGACY = Message("MalformedPolicyDocument", "The policy failed legacy parsing")
NO_ACTION = Message("MalformedPolicyDocument", "Policy statement must contain actions.")
NO_RESOURCE = Message("MalformedPolicyDocument", "Policy statement must contain resources.")
DUPLICATE_SIDS = Message(
    "MalformedPolicyDocument", "Statement IDs (SID) in a single policy must be unique."
)
ODD_SID = Message(
    "MalformedPolicyDocument",
    "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular "
    "expression [0-9A-Za-z]*",
)
NO_VENDOR = Message(
    "MalformedPolicyDocument",
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
)
COLONS = Message("MalformedPolicyDocument", "Actions/Condition can contain only one colon.")
INVALID_VENDOR = Message("MalformedPolicyDocument", "Vendor {vendor} is not valid")
NOT_AN_ARN = Message(
    "MalformedPolicyDocument", 'Resource {resource} must be in ARN format or "*".'
)
PARTITION = Message(
    "MalformedPolicyDocument", 'Partition "{partition}" is not valid for resource "{resource}".'
)
RESOURCE_VENDOR = Message(
    "MalformedPolicyDocument",
    "Resource vendor must be fully qualified and cannot contain regexes.",
)
IAM_REGION = Message(
    "MalformedPolicyDocument", "IAM resource {resource} cannot contain region information."
)
S3_REGION = Message(
    "MalformedPolicyDocument", "Resource {resource} can not contain region information."
)
PROHIBITED_PRINCIPAL = Message(
    "MalformedPolicyDocument", "Policy document should not specify a principal."
)
PROHIBITED_RESOURCE = Message("MalformedPolicyDocument", "Has prohibited field Resource")
NO_PRINCIPAL = Message("MalformedPolicyDocument", "Missing required field Principal")
PROHIBITED_NOT_PRINCIPAL = Message(
    "MalformedPolicyDocument", "AssumeRole policy must not contain NotPrincipal field."
)
LEADING_SPACE = Message("MalformedPolicyDocument", "JSON strings must not have leading spaces")
INVALID_JSON = Message("MalformedPolicyDocument", "This policy contains invalid Json")
INVALID_PRINCIPAL = Message(
    "MalformedPolicyDocument", 'Invalid principal in policy: "{kind}":"{principal}"'
)
FEDERATED_PRINCIPAL = Message(
    "MalformedPolicyDocument",
    "Federated principals must be valid domain names or SAML metadata ARNs",
)
STS_ACTIONS_ONLY = Message(
    "MalformedPolicyDocument", "AssumeRole policy may only specify STS AssumeRole actions."
)

# --- MFA
INVALID_CODE = Message("InvalidAuthenticationCode", "Authentication code for device is not valid.")

# --- simulating
UNCLEAR_ENTITY = Message(
    "InvalidInput", "Invalid Entity Arn: {arn} does not clearly define entity type and name."
)
FOREIGN_SOURCE = Message(
    "InvalidInput",
    "Invalid Policy Source Arn: caller's account {caller} does not have access to policies in"
    " account {owner}",
)
RESOURCE_NAMES = Message("InvalidInput", "ResourceNames are not in a valid ARN format: {name}.")
RESOURCE_OWNER = Message("InvalidInput", "'{owner}' is not a valid as a Resource Owner.")
# ours, all that follow
ACTION_NAME = Message("InvalidInput", "Invalid Input Actions: {name} is not service:Operation.")
INPUT_POLICY = Message(
    "InvalidInput", "Invalid Input Policies: {name}: {problem} (line {line}, column {column})."
)
ONE_BOUNDARY = Message("InvalidInput", "There can be only one permissions boundary policy.")
CALLER_NEEDED = Message("InvalidInput", "CallerArn is required with a ResourcePolicy.")
GROUP_CALLS = Message("InvalidInput", "{arn} is a group, and no group is ever a caller.")
CONTEXT_ENTRY = Message("InvalidInput", "Invalid Context Entries: {key}: {problem}.")
HANDLING_OPTION = Message("InvalidInput", "Invalid Resource Handling Option: {option}.")
HANDLING_NEEDS = Message(
    "InvalidInput", "The Resource Handling Option {option} needs a resource of the type {kind}."
)
EXCLUSION = Message("InvalidInput", "Invalid Policy Exclusion: {problem}.")
TOO_MANY_RESOURCES = Message("InvalidInput", "At most {limit} resources fit into one simulation.")
NOT_EVALUATED = Message("PolicyEvaluation", "A policy cannot be evaluated: {problem}.")

# --- organizations
NOT_IN_USE = Message(
    "AWSOrganizationsNotInUseException", "Your account is not a member of an organization."
)
ALREADY_IN_ORGANIZATION = Message(
    "AlreadyInOrganizationException",
    "The provided account is already a member of an organization.",
)
MANAGEMENT_ACCOUNT_ONLY = Message(
    "AccessDeniedException", "You don't have permissions to access this resource."
)
CONSOLIDATED_BILLING = Message(
    "InvalidInputException",
    "Doorward keeps organizations with all features only: the feature set must be ALL.",
    "INVALID_ENUM",
)  # ours
NO_SUCH_ROOT = Message(
    "RootNotFoundException", "We can't find a root with the RootId that you specified."
)
NO_SUCH_ACCOUNT = Message(
    "AccountNotFoundException",
    "You specified an account that doesn't exist.",
)
NO_SUCH_UNIT = Message(
    "OrganizationalUnitNotFoundException",
    "You specified an organizational unit that doesn't exist.",
)
NO_SUCH_PARENT = Message("ParentNotFoundException", "You specified parent that doesn't exist.")
NO_SUCH_CHILD = Message("ChildNotFoundException", "You specified child that doesn't exist.")
NO_SUCH_TARGET = Message("TargetNotFoundException", "You specified a target that doesn't exist.")
NO_SUCH_SOURCE = Message(
    "SourceParentNotFoundException", "You specified a source parent that doesn't exist."
)
NO_SUCH_DESTINATION = Message(
    "DestinationParentNotFoundException", "You specified a destination parent that doesn't exist."
)
NO_SUCH_CREATION = Message(
    "CreateAccountStatusNotFoundException",
    "You specified a create account request that doesn't exist.",
)
NO_SUCH_ORGANIZATION_POLICY = Message(
    "PolicyNotFoundException", "You specified a policy that doesn't exist."
)
ACCOUNT_IS_THERE = Message(
    "DuplicateAccountException", "The account is already in the specified destination."
)
UNIT_EXISTS = Message(
    "DuplicateOrganizationalUnitException", "An OU with the same name already exists."
)
UNIT_NOT_EMPTY = Message(
    "OrganizationalUnitNotEmptyException",
    "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all "
    "child OUs, and try the operation again.",
)
UNIT_TOO_DEEP = Message(
    "ConstraintViolationException",
    "You have exceeded the maximum depth of organizational units.",
    "OU_DEPTH_LIMIT_EXCEEDED",
)
TOO_MANY_UNITS = Message(
    "ConstraintViolationException",
    "You have exceeded the number of organizational units that you can have in an organization.",
    "OU_NUMBER_LIMIT_EXCEEDED",
)
TOO_MANY_ACCOUNTS = Message(
    "ConstraintViolationException",
    "You have exceeded the allowed number of AWS accounts.",
    "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
)
INVALID_ROLE_NAME = Message(
    "InvalidInputException",
    "You provided a role name that isn't valid. A role name can't begin with the reserved prefix "
    "AWSServiceRoleFor.",
    "INVALID_ROLE_NAME",
)
ORGANIZATION_POLICY_EXISTS = Message(
    "DuplicatePolicyException", "A policy with the same name already exists."
)
ORGANIZATION_POLICY_IN_USE = Message(
    "PolicyInUseException", "The policy is attached to one or more entities."
)
IMMUTABLE_POLICY = Message(
    "InvalidInputException",
    "You specified a policy that is managed by AWS and can't be modified.",
    "IMMUTABLE_POLICY",
)
NON_DETACHABLE_POLICY = Message(
    "InvalidInputException", "You can't detach this AWS Managed Policy.", "NON_DETACHABLE_POLICY"
)
TYPE_NOT_ENABLED = Message(
    "PolicyTypeNotEnabledException",
    "This operation can be performed only for enabled policy types.",
)
TYPE_ENABLED = Message(
    "PolicyTypeAlreadyEnabledException", "The specified policy type is already enabled."
)
TYPE_UNSUPPORTED = Message(
    "InvalidInputException",
    "Doorward keeps service control policies and resource control policies only, not {type}.",
    "INVALID_ENUM_POLICY_TYPE",
)  # ours
ALREADY_ATTACHED = Message(
    "DuplicatePolicyAttachmentException",
    "A policy with the specified name and type already exists.",
)
NOT_ATTACHED = Message(
    "PolicyNotAttachedException",
    "The policy isn't attached to the specified target in the specified root.",
)
TOO_MANY_ATTACHED = Message(
    "ConstraintViolationException",
    "You have attached the maximum number of policies to the specified target.",
    "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
)
LAST_POLICY = Message(
    "ConstraintViolationException",
    "You cannot remove the last policy attached to the specified target. You must have at least "
    "one attached at all times.",
    "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
)
ORGANIZATION_POLICY_TOO_LARGE = Message(
    "ConstraintViolationException",
    "You have exceeded the maximum policy size of {limit} characters.",
    "POLICY_CONTENT_LIMIT_EXCEEDED",
)
TOO_MANY_ORGANIZATION_POLICIES = Message(
    "ConstraintViolationException",
    "You have exceeded the number of policies that you can have in an organization.",
    "POLICY_NUMBER_LIMIT_EXCEEDED",
)
ORGANIZATION_POLICY_MALFORMED = Message(
    "MalformedPolicyDocumentException",
    "The provided policy document does not meet the requirements of the specified policy type.",
)
INVALID_PAGINATION_TOKEN = Message(
    "InvalidInputException",
    "You specified an invalid pagination token.",
    "INVALID_PAGINATION_TOKEN",
)
DUPLICATE_TAG_KEY = Message(
    "InvalidInputException",
    "Tag keys must be unique among the tags attached to the same entity.",
    "DUPLICATE_TAG_KEY",
)
SYSTEM_TAG_KEY = Message(
    "InvalidInputException",
    "You specified a tag key that is a system tag.",
    "INVALID_SYSTEM_TAGS_PARAMETER",
)
TOO_MANY_ORGANIZATION_TAGS = Message(
    "ConstraintViolationException",
    "You have exceeded the number of tags allowed on this resource.",
    "MAX_TAG_LIMIT_EXCEEDED",
)
EMAIL_EXISTS = "EMAIL_ALREADY_EXISTS"
"""The failure reason of a CreateAccount request whose e-mail address another account has."""
