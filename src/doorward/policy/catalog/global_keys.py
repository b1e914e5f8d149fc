"""The condition keys that any service may see.

Source: IAM User Guide, "AWS global condition context keys" (data type and value type of each; the
keys of other services that role sessions carry stand there, too).
"""

from __future__ import annotations

from doorward.policy.catalog.entries import ConditionKey, KeyType

_PRINCIPAL = {
    "aws:PrincipalArn": (KeyType.ARN,),
    "aws:PrincipalAccount": (KeyType.STRING,),
    "aws:PrincipalOrgPaths": (KeyType.STRING,),
    "aws:PrincipalOrgID": (KeyType.STRING,),
    "aws:PrincipalTag/${TagKey}": (KeyType.STRING,),
    "aws:PrincipalIsAWSService": (KeyType.BOOL,),
    "aws:PrincipalServiceName": (KeyType.STRING,),
    "aws:PrincipalServiceNamesList": (KeyType.STRING,),
    "aws:PrincipalType": (KeyType.STRING,),
    "aws:userid": (KeyType.STRING,),
    "aws:username": (KeyType.STRING,),
}

_ROLE_SESSION = {
    "aws:AssumedRoot": (KeyType.BOOL,),
    "aws:FederatedProvider": (KeyType.STRING, KeyType.ARN),
    "aws:TokenIssueTime": (KeyType.DATE,),
    "aws:SignInSessionArn": (KeyType.ARN,),
    "aws:MultiFactorAuthAge": (KeyType.NUMERIC,),
    "aws:MultiFactorAuthPresent": (KeyType.BOOL,),
    "aws:ChatbotSourceArn": (KeyType.ARN,),
    "aws:Ec2InstanceSourceVpc": (KeyType.STRING,),
    "aws:Ec2InstanceSourcePrivateIPv4": (KeyType.IP_ADDRESS,),
    "aws:SourceIdentity": (KeyType.STRING,),
    "ec2:RoleDelivery": (KeyType.NUMERIC,),
    "ec2:SourceInstanceArn": (KeyType.ARN,),
    "glue:RoleAssumedBy": (KeyType.STRING,),
    "glue:CredentialIssuingService": (KeyType.STRING,),
    "codebuild:BuildArn": (KeyType.ARN,),
    "codebuild:ProjectArn": (KeyType.ARN,),
    "lambda:SourceFunctionArn": (KeyType.ARN,),
    "ssm:SourceInstanceArn": (KeyType.ARN,),
    "identitystore:UserId": (KeyType.STRING,),
}

_NETWORK = {
    "aws:SourceIp": (KeyType.IP_ADDRESS,),
    "aws:SourceVpc": (KeyType.STRING,),
    "aws:SourceVpcArn": (KeyType.ARN,),
    "aws:SourceVpce": (KeyType.STRING,),
    "aws:VpceAccount": (KeyType.STRING,),
    "aws:VpceOrgID": (KeyType.STRING,),
    "aws:VpceOrgPaths": (KeyType.STRING,),
    "aws:VpcSourceIp": (KeyType.IP_ADDRESS,),
}

_RESOURCE = {
    "aws:ResourceAccount": (KeyType.STRING,),
    "aws:ResourceOrgPaths": (KeyType.STRING,),
    "aws:ResourceOrgID": (KeyType.STRING,),
    "aws:ResourceTag/${TagKey}": (KeyType.STRING,),
}

_REQUEST = {
    "aws:CalledVia": (KeyType.STRING,),
    "aws:CalledViaFirst": (KeyType.STRING,),
    "aws:CalledViaLast": (KeyType.STRING,),
    "aws:CalledViaAWSMCP": (KeyType.STRING,),
    "aws:ViaAWSService": (KeyType.BOOL,),
    "aws:ViaAWSMCPService": (KeyType.BOOL,),
    "aws:IsMcpServiceAction": (KeyType.BOOL,),
    "aws:CurrentTime": (KeyType.DATE,),
    "aws:EpochTime": (KeyType.DATE, KeyType.NUMERIC),
    "aws:referer": (KeyType.STRING,),
    "aws:RequestedRegion": (KeyType.STRING,),
    "aws:RequestTag/${TagKey}": (KeyType.STRING,),
    "aws:TagKeys": (KeyType.STRING,),
    "aws:SecureTransport": (KeyType.BOOL,),
    "aws:SourceAccount": (KeyType.STRING,),
    "aws:SourceArn": (KeyType.ARN,),
    "aws:SourceOrgID": (KeyType.STRING,),
    "aws:SourceOrgPaths": (KeyType.STRING,),
    "aws:UserAgent": (KeyType.STRING,),
}

_MULTIVALUED = {
    "aws:PrincipalOrgPaths",
    "aws:PrincipalServiceNamesList",
    "aws:VpceOrgPaths",
    "aws:ResourceOrgPaths",
    "aws:CalledVia",
    "aws:TagKeys",
    "aws:SourceOrgPaths",
}

GLOBAL_KEYS = tuple(
    ConditionKey(name, types, name in _MULTIVALUED)
    for group in (_PRINCIPAL, _ROLE_SESSION, _NETWORK, _RESOURCE, _REQUEST)
    for name, types in group.items()
)
"""Every global key: those of the principal, its role session, the network, resource, request."""
