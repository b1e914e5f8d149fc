"""The literal reference evaluator, where services depart from the general rules (S1–S11, §1.8).

One function a rule, so that a rule can be left out to see what it decides. The list of services
is from the AWS Organizations User Guide, "List of AWS services that support RCPs"; the operations
and fields of grants are from the AWS KMS API Reference, "CreateGrant" and "GrantListEntry".
"""

from collections.abc import Mapping
from typing import Any

from tests.oracle.reference_principals import (
    FEDERATED_ACTIONS,
    MalformedError,
    Principal,
    aws_entry_kind,
)
from tests.oracle.reference_public import public
from tests.oracle.reference_text import fold

Case = Mapping[str, Any]
Grant = dict[str, Any]


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


RESOURCE_CONTROL_SERVICES = words(
    """
    appstream dsql clouddirectory cloudfront cloudsearch logs networkmonitor cognito-identity
    cognito-idp comprehend comprehendmedical firehose dynamodb dax autoscaling ecr ecr-public
    gamelift inspector-scan kendra kinesisvideo memorydb aoss personalize polly s3 swf sqs textract
    timestream-influxdb transcribe translate workspaces appconfig autoscaling-plans budgets
    servicediscovery cloudtrail-data codeartifact codebuild codecommit codepipeline xray sts kms
    compute-optimizer cost-optimization-hub events fms fis health rolesanywhere opensearch wafv2
    pricing pca-connector-ad resource-groups secretsmanager signin support transfer notifications
    """
)

FACTS: dict[str, type] = {
    "tags": dict,
    "blockPublicAccess": bool,
    "kmsGrants": list,
    "awsManagedKey": bool,
}
GRANT_FIELDS = words(
    """
    KeyId GrantId Name CreationDate IssuingAccount Operations Constraints GranteePrincipal
    GranteeServicePrincipal RetiringPrincipal RetiringServicePrincipal
    """
)
GRANT_OPERATIONS = words(
    """
    Decrypt Encrypt GenerateDataKey GenerateDataKeyWithoutPlaintext ReEncryptFrom ReEncryptTo Sign
    Verify GetPublicKey CreateGrant RetireGrant DescribeKey GenerateDataKeyPair
    GenerateDataKeyPairWithoutPlaintext GenerateMac VerifyMac DeriveSharedSecret
    """
)
CONTEXT_CONSTRAINTS = ("EncryptionContextEquals", "EncryptionContextSubset")
CONSTRAINTS = frozenset((*CONTEXT_CONSTRAINTS, "SourceArn"))
CONTEXT_PREFIX = "kms:encryptioncontext:"

IAM_READS = ("get", "list", "generate", "simulate", "passrole")
"""S4: what changes nothing; every other action of IAM is taken to change what it is asked on."""


def resource_of(case: Case, service: str) -> str:
    """The sixth part of the ARN asked, if it is one of this service; else empty."""
    parts = case["resource"].split(":", 5)
    return parts[5] if len(parts) == 6 and fold(parts[2]) == service else ""


def assumes_role(action: str, resource: str) -> bool:
    """§1.8: what a role's trust policy must allow."""
    on_role = resource != "*" and resource.split(":", 5)[5].startswith("role/")
    return action in ("sts:assumerole", *FEDERATED_ACTIONS) or (
        action in ("sts:tagsession", "sts:setsourceidentity") and on_role
    )


def read_facts(given: Mapping[str, Any]) -> dict[str, Any]:
    """What the question knows about the resource; what is not of the public form is refused."""
    for name, value in given.items():
        if not isinstance(value, FACTS.get(name, ())):
            raise MalformedError("a fact")
    grants = [read_grant(one) for one in given.get("kmsGrants", [])]
    nothing = {"tags": {}, "blockPublicAccess": False, "awsManagedKey": False}
    return {**nothing, **given, "kmsGrants": grants}


def read_grant(given: Any) -> Grant:
    """S2: one grant as `kms:ListGrants` gives it, or with small first letters of its fields."""
    if not isinstance(given, dict):
        raise MalformedError("a grant")
    grant = capitals(given)
    constraints = capitals(grant.get("Constraints", {}))
    operations = set(grant["Operations"])
    if not (
        set(grant) <= GRANT_FIELDS
        and set(constraints) <= CONSTRAINTS
        and operations <= GRANT_OPERATIONS
    ):
        raise MalformedError("a field or an operation of a grant")
    return grant | {"Operations": {fold(one) for one in operations}, "Constraints": constraints}


def capitals(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields under names with a capital first letter."""
    return {name[:1].upper() + name[1:]: value for name, value in fields.items()}


def encryption_context(given: Mapping[str, Any]) -> dict[str, Any]:
    """S2: the pairs of the request's encryption context, letter by letter as they were given."""
    names = [name for name in given if fold(name).startswith(CONTEXT_PREFIX)]
    return {name[len(CONTEXT_PREFIX) :]: given[name] for name in names}


def on_key(case: Case) -> bool:
    """S1: an action of KMS on a key."""
    return case["action"].startswith("kms:") and resource_of(case, "kms").startswith("key/")


def key_rules(case: Case) -> bool:
    """S1: only the key policy, or a grant, can begin to allow this."""
    return on_key(case)


def grant_kinds(case: Case) -> set[str]:
    """S2: how the grants of the key name the caller, where they allow what is asked."""
    if not on_key(case):
        return set()
    kinds: set[str | None] = set()
    operation = case["action"].removeprefix("kms:")
    for grant in case["facts"]["kmsGrants"]:
        if operation in grant["Operations"] and constraints_hold(grant, operation, case):
            kinds.add(grantee_kind(grant, "Grantee", case["principal"]))
        if operation == "retiregrant":
            kinds.add(grantee_kind(grant, "Retiring", case["principal"]))
    return {kind for kind in kinds if kind}


def grantee_kind(grant: Grant, part: str, principal: Principal) -> str | None:
    """S2: how a grant names the caller in this part, as a key policy would."""
    if principal["kind"] == "Service":
        return "grant" if grant.get(f"{part}ServicePrincipal") == principal["name"] else None
    entry = grant.get(f"{part}Principal")
    if entry is None or "account" not in principal:
        return None
    kind = aws_entry_kind(entry, "resource", principal)
    return "grant" if kind in ("direct", "role") else kind


def constraints_hold(grant: Grant, operation: str, case: Case) -> bool:
    """S2: every constraint of the grant, as far as it binds the operation."""
    constraints, asked = grant["Constraints"], case["encrypted"]
    source = case["context"].get("aws:sourcearn")
    if "SourceArn" in constraints and constraints["SourceArn"] != source:
        return False
    bound = [name for name in CONTEXT_CONSTRAINTS if name in constraints]
    if not bound or operation in ("describekey", "retiregrant"):
        return True
    if operation == "creategrant":
        return False
    subset = constraints.get("EncryptionContextSubset", {})
    if any(name not in asked or asked[name] != value for name, value in subset.items()):
        return False
    return bool(constraints.get("EncryptionContextEquals", asked) == asked)


def alias_of_aws(case: Case) -> bool:
    """S3: aliases of KMS's own."""
    changes = ("kms:createalias", "kms:updatealias", "kms:deletealias")
    return case["action"] in changes and resource_of(case, "kms").startswith("alias/aws/")


def owned_by_aws(case: Case) -> bool:
    """S4: changes of AWS managed policies, and of roles that AWS reserves to itself."""
    service, _, name = case["action"].partition(":")
    if service != "iam" or name.startswith(IAM_READS):
        return False
    account, owned = [*case["resource"].split(":"), "", "", "", ""][4], resource_of(case, "iam")
    return owned.startswith("role/aws-reserved/") or (
        account == "aws" and owned.startswith("policy/")
    )


def public_access_blocked(case: Case) -> bool:
    """S5: the policy is public, and the caller is neither of the account nor an AWS service."""
    principal = case["principal"]
    if not case["facts"]["blockPublicAccess"] or not resource_of(case, "s3"):
        return False
    if principal["kind"] == "Service" or case["account"] == principal.get("account", ""):
        return False
    return any(public(one) for document in case["policy"] for one in document["statements"])


def without_resource(resource: str) -> bool:
    """S11: what has policies that name no resource, for they are about it alone."""
    return [*resource.split(":"), "", "", ""][2] == "ecr"


def owners_root(case: Case) -> bool:
    """S10: what a bucket's policy cannot keep from the root user of the bucket's owner."""
    names = ("s3:getbucketpolicy", "s3:putbucketpolicy", "s3:deletebucketpolicy")
    principal, on_s3 = case["principal"], bool(resource_of(case, "s3"))
    is_owner = principal["kind"] == "root" and case["account"] == principal["account"]
    return case["action"] in names and on_s3 and is_owner


def session_limited(case: Case) -> bool:
    """S6: what STS gives a kind of session no right to call."""
    service, _, name = str(case["action"]).partition(":")
    kind = case["principal"]["kind"]
    if kind in ("role", "session"):
        return service == "sts" and name in ("getfederationtoken", "getsessiontoken")
    if kind == "federated":
        return service == "iam" or (service == "sts" and name != "getcalleridentity")
    if kind not in ("user", "root") or "aws:tokenissuetime" not in case["context"]:
        return False
    assumed = case["context"].get("aws:assumedroot")
    if kind == "root" and isinstance(assumed, str) and fold(assumed) == "true":
        return service == "sts" and name != "getcalleridentity"
    multi_factor = case["context"].get("aws:multifactorauthpresent")
    if service == "iam":
        return not isinstance(multi_factor, str) or fold(multi_factor) != "true"
    return service == "sts" and name not in ("assumerole", "getcalleridentity")


def resource_controls_apply(case: Case) -> bool:
    """S7: whether resource control policies concern this call (beside who asks, S8)."""
    service_linked_role = resource_of(case, "iam").startswith("role/aws-service-role/")
    managed = case["facts"]["awsManagedKey"] and on_key(case)
    return (
        case["action"].split(":")[0] in RESOURCE_CONTROL_SERVICES
        and case["action"] != "kms:retiregrant"
        and not (case["trust"] and service_linked_role)
        and not managed
    )


def organization_grants(case: Case) -> bool:
    """S9: a privileged task as another account's root user, but not by a root user."""
    on_root = resource_of(case, "iam") == "root"
    return case["action"] == "sts:assumeroot" and on_root and case["principal"]["kind"] != "root"


def service_linked(principal: Principal) -> bool:
    """S8: a role under AWS's path for services."""
    role = [*str(principal.get("role_arn")).split(":", 5), "", "", "", "", ""][5]
    return role.startswith("role/aws-service-role/")
