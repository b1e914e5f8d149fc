"""The roles that AWS services make for themselves: one row a service.

Sources: the services' own pages on service-linked roles; AWS Managed Policy Reference Guide; names
and suffixes as recorded from AWS. A service that is not here may have such roles on AWS all the
same: then Doorward says that it knows none.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import msgspec

from doorward.control.protection import SERVICE_ROLE_PATH


class ServiceRole(msgspec.Struct, frozen=True):
    """The role of one service.

    ``service`` is its principal, ``name`` the role's name (or, with ``suffix``, how it begins),
    ``policy`` the name of the AWS managed policy that the role has.
    """

    service: str
    name: str
    policy: str
    suffix: bool = False

    @property
    def path(self) -> str:
        """The path of the role."""
        return f"{SERVICE_ROLE_PATH}{self.service}/"

    @property
    def policy_arn(self) -> str:
        """The ARN of the role's policy."""
        return f"arn:aws:iam::aws:policy/aws-service-role/{self.policy}"

    @property
    def trust_policy(self) -> str:
        """The trust policy: the service alone may assume its role."""
        return (
            '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":'
            f'["{self.service}"]}},"Action":["sts:AssumeRole"]}}]}}'
        )


_SCALING = "application-autoscaling"
_PREFIX = "AWSServiceRoleFor"

# Service without ``.amazonaws.com``; role without its prefix; policy.
_ROWS = (
    ("access-analyzer", "AccessAnalyzer", "AccessAnalyzerServiceRolePolicy"),
    (
        "accountdiscovery.ssm",
        "AmazonSSM_AccountDiscovery",
        "AWSSystemsManagerAccountDiscoveryServicePolicy",
    ),
    ("acm", "CertificateManager", "CertificateManagerServiceRolePolicy"),
    ("airflow", "AmazonMWAA", "AmazonMWAAServiceRolePolicy"),
    (
        "apidestinations.events",
        "AmazonEventBridgeApiDestinations",
        "AmazonEventBridgeApiDestinationsServiceRolePolicy",
    ),
    ("appmesh", "AppMesh", "AWSAppMeshServiceRolePolicy"),
    (
        f"appstream.{_SCALING}",
        "ApplicationAutoScaling_AppStreamFleet",
        "AWSApplicationAutoscalingAppStreamFleetPolicy",
    ),
    (
        "autoscaling-plans",
        "AutoScalingPlans_EC2AutoScaling",
        "AWSAutoScalingPlansEC2AutoScalingPolicy",
    ),
    ("autoscaling", "AutoScaling", "AutoScalingServiceRolePolicy"),
    ("backup", "Backup", "AWSBackupServiceLinkedRolePolicyForBackup"),
    ("batch", "Batch", "BatchServiceRolePolicy"),
    (
        f"cassandra.{_SCALING}",
        "ApplicationAutoScaling_CassandraTable",
        "AWSApplicationAutoscalingCassandraTablePolicy",
    ),
    (
        "cks.kms",
        "KeyManagementServiceCustomKeyStores",
        "AWSKeyManagementServiceCustomKeyStoresServiceRolePolicy",
    ),
    ("cloud9", "AWSCloud9", "AWSCloud9ServiceRolePolicy"),
    ("cloudtrail", "CloudTrail", "CloudTrailServiceRolePolicy"),
    ("cloudwatch-crossaccount", "CloudWatchCrossAccount", "CloudWatch-CrossAccountAccess"),
    (
        "codestar-notifications",
        "CodeStarNotifications",
        "AWSCodeStarNotificationsServiceRolePolicy",
    ),
    (
        f"comprehend.{_SCALING}",
        "ApplicationAutoScaling_ComprehendEndpoint",
        "AWSApplicationAutoscalingComprehendEndpointPolicy",
    ),
    ("compute-optimizer", "ComputeOptimizer", "ComputeOptimizerServiceRolePolicy"),
    ("config", "Config", "AWSConfigServiceRolePolicy"),
    ("config-conforms", "ConfigConforms", "ConfigConformsServiceRolePolicy"),
    ("connect", "AmazonConnect", "AmazonConnectServiceLinkedRolePolicy"),
    (
        f"custom-resource.{_SCALING}",
        "ApplicationAutoScaling_CustomResource",
        "AWSApplicationAutoScalingCustomResourcePolicy",
    ),
    ("dax", "DAX", "DAXServiceRolePolicy"),
    ("delivery.logs", "LogDelivery", "AWSServiceRoleForLogDeliveryPolicy"),
    ("detective", "Detective", "AmazonDetectiveServiceLinkedRolePolicy"),
    ("dms", "DMSServerless", "AWSDMSServerlessServiceRolePolicy"),
    ("dms-fleet-advisor", "DMSFleetAdvisor", "AWSDMSFleetAdvisorServiceRolePolicy"),
    ("docdb-elastic", "DocDB-Elastic", "AmazonDocDB-ElasticServiceRolePolicy"),
    (
        f"dynamodb.{_SCALING}",
        "ApplicationAutoScaling_DynamoDBTable",
        "AWSApplicationAutoscalingDynamoDBTablePolicy",
    ),
    (
        f"ec2.{_SCALING}",
        "ApplicationAutoScaling_EC2SpotFleetRequest",
        "AWSApplicationAutoscalingEC2SpotFleetRequestPolicy",
    ),
    ("ec2-instance-connect", "Ec2InstanceConnect", "Ec2InstanceConnectEndpoint"),
    ("ec2fleet", "EC2Fleet", "AWSEC2FleetServiceRolePolicy"),
    ("ecr", "ECRTemplate", "ECRTemplateServiceRolePolicy"),
    ("ecs", "ECS", "AmazonECSServiceRolePolicy"),
    (
        f"ecs.{_SCALING}",
        "ApplicationAutoScaling_ECSService",
        "AWSApplicationAutoscalingECSServicePolicy",
    ),
    ("eks", "AmazonEKS", "AmazonEKSServiceRolePolicy"),
    ("eks-connector", "AmazonEKSConnector", "AmazonEKSConnectorServiceRolePolicy"),
    ("eks-fargate", "AmazonEKSForFargate", "AmazonEKSForFargateServiceRolePolicy"),
    ("eks-nodegroup", "AmazonEKSNodegroup", "AWSServiceRoleForAmazonEKSNodegroup"),
    ("elasticache", "ElastiCache", "ElastiCacheServiceRolePolicy"),
    (
        f"elasticache.{_SCALING}",
        "ApplicationAutoScaling_ElastiCacheRG",
        "AWSApplicationAutoscalingElastiCacheRGPolicy",
    ),
    ("elasticbeanstalk", "ElasticBeanstalk", "AWSElasticBeanstalkServiceRolePolicy"),
    (
        "elasticfilesystem",
        "AmazonElasticFileSystem",
        "AmazonElasticFileSystemServiceRolePolicy",
    ),
    (
        "elasticloadbalancing",
        "ElasticLoadBalancing",
        "AWSElasticLoadBalancingServiceRolePolicy",
    ),
    ("elasticmapreduce", "EMRCleanup", "AmazonEMRCleanupPolicy"),
    (
        f"elasticmapreduce.{_SCALING}",
        "ApplicationAutoScaling_EMRInstanceGroup",
        "AWSApplicationAutoscalingEMRInstanceGroupPolicy",
    ),
    (
        "email.cognito-idp",
        "AmazonCognitoIdpEmailService",
        "AmazonCognitoIdpEmailServiceRolePolicy",
    ),
    ("emr-containers", "AmazonEMRContainers", "AmazonEMRContainersServiceRolePolicy"),
    ("emrwal", "EMRWAL", "EMRDescribeClusterPolicyForEMRWAL"),
    ("es", "AmazonElasticsearchService", "AmazonElasticsearchServiceRolePolicy"),
    ("events", "CloudWatchEvents", "CloudWatchEventsServiceRolePolicy"),
    ("fis", "FIS", "AmazonFISServiceRolePolicy"),
    ("fms", "FMS", "FMSServiceRolePolicy"),
    ("fsx", "AmazonFSx", "AmazonFSxServiceRolePolicy"),
    ("globalaccelerator", "GlobalAccelerator", "AWSGlobalAcceleratorSLRPolicy"),
    ("grafana", "AmazonGrafana", "AmazonGrafanaServiceLinkedRolePolicy"),
    ("guardduty", "AmazonGuardDuty", "AmazonGuardDutyServiceRolePolicy"),
    ("imagebuilder", "ImageBuilder", "AWSServiceRoleForImageBuilder"),
    ("inspector2", "AmazonInspector2", "AmazonInspector2ServiceRolePolicy"),
    (
        "iotmanagedintegrations",
        "IoTManagedIntegrations",
        "AWSIoTManagedIntegrationsRolePolicy",
    ),
    ("ipam", "IPAM", "AWSIPAMServiceRolePolicy"),
    ("kafka", "Kafka", "KafkaServiceRolePolicy"),
    (
        f"kafka.{_SCALING}",
        "ApplicationAutoScaling_KafkaCluster",
        "AWSApplicationAutoscalingKafkaClusterPolicy",
    ),
    ("kafkaconnect", "KafkaConnect", "KafkaConnectServiceRolePolicy"),
    ("lakeformation", "LakeFormationDataAccess", "LakeFormationDataAccessServiceRolePolicy"),
    (
        f"lambda.{_SCALING}",
        "ApplicationAutoScaling_LambdaConcurrency",
        "AWSApplicationAutoscalingLambdaConcurrencyPolicy",
    ),
    ("lexv2", "LexV2Bots", "AmazonLexV2BotPolicy"),
    ("lightsail", "Lightsail", "LightsailExportAccess"),
    ("logger.cloudfront", "CloudFrontLogger", "AWSCloudFrontLogger"),
    ("m2", "AWSM2", "AWSM2ServicePolicy"),
    ("macie", "AmazonMacie", "AmazonMacieServiceRolePolicy"),
    (
        "malware-protection.guardduty",
        "AmazonGuardDutyMalwareProtection",
        "AmazonGuardDutyMalwareProtectionServiceRolePolicy",
    ),
    (
        "member.org.stacksets.cloudformation",
        "CloudFormationStackSetsOrgMember",
        "CloudFormationStackSetsOrgMemberServiceRolePolicy",
    ),
    ("memorydb", "MemoryDB", "MemoryDBServiceRolePolicy"),
    ("mq", "AmazonMQ", "AmazonMQServiceRolePolicy"),
    (
        "mrk.kms",
        "KeyManagementServiceMultiRegionKeys",
        "AWSKeyManagementServiceMultiRegionKeysServiceRolePolicy",
    ),
    (
        f"neptune.{_SCALING}",
        "ApplicationAutoScaling_NeptuneCluster",
        "AWSApplicationAutoscalingNeptuneClusterPolicy",
    ),
    ("network-firewall", "NetworkFirewall", "AWSNetworkFirewallServiceRolePolicy"),
    (
        "notifications",
        "AwsUserNotifications",
        "AWSUserNotificationsServiceLinkedRolePolicy",
    ),
    (
        "observability.aoss",
        "AmazonOpenSearchServerless",
        "AmazonOpenSearchServerlessServiceRolePolicy",
    ),
    ("opensearchservice", "AmazonOpenSearchService", "AmazonOpenSearchServiceRolePolicy"),
    ("ops.apigateway", "APIGateway", "APIGatewayServiceRolePolicy"),
    ("ops.emr-serverless", "AmazonEMRServerless", "AmazonEMRServerlessServiceRolePolicy"),
    (
        "opsdatasync.ssm",
        "SystemsManagerOpsDataSync",
        "AWSSystemsManagerOpsDataSyncServiceRolePolicy",
    ),
    ("opsinsights.ssm", "AmazonSSM_OpsInsights", "AWSSSMOpsInsightsServiceRolePolicy"),
    ("organizations", "Organizations", "AWSOrganizationsServiceTrustPolicy"),
    (
        "pullthroughcache.ecr",
        "ECRPullThroughCache",
        "AWSECRPullThroughCache_ServiceRolePolicy",
    ),
    ("ram", "ResourceAccessManager", "AWSResourceAccessManagerServiceRolePolicy"),
    ("rds", "RDS", "AmazonRDSServiceRolePolicy"),
    (
        f"rds.{_SCALING}",
        "ApplicationAutoScaling_RDSCluster",
        "AWSApplicationAutoscalingRDSClusterPolicy",
    ),
    ("redshift", "Redshift", "AmazonRedshiftServiceLinkedRolePolicy"),
    ("replication.cassandra", "KeyspacesReplication", "KeyspacesReplicationServiceRolePolicy"),
    ("replication.dynamodb", "DynamoDBReplication", "DynamoDBReplicationServiceRolePolicy"),
    ("replication.ecr", "ECRReplication", "ECRReplicationServiceRolePolicy"),
    ("replicator.lambda", "LambdaReplicator", "AWSLambdaReplicator"),
    ("repository.sync.codeconnections", "GitSync", "AWSGitSyncServiceRolePolicy"),
    ("resource-explorer-2", "ResourceExplorer", "AWSResourceExplorerServiceRolePolicy"),
    ("rolesanywhere", "RolesAnywhere", "AWSRolesAnywhereServicePolicy"),
    ("route53resolver", "Route53Resolver", "Route53ResolverServiceRolePolicy"),
    ("s3-outposts", "S3OnOutposts", "AWSS3OnOutpostsServiceRolePolicy"),
    (
        f"sagemaker.{_SCALING}",
        "ApplicationAutoScaling_SageMakerEndpoint",
        "AWSApplicationAutoscalingSageMakerEndpointPolicy",
    ),
    ("securityhub", "SecurityHub", "AWSSecurityHubServiceRolePolicy"),
    ("servicequotas", "ServiceQuotas", "ServiceQuotasServiceRolePolicy"),
    ("ses", "AmazonSES", "AmazonSESServiceRolePolicy"),
    ("shield", "AWSShield", "AWSShieldServiceRolePolicy"),
    ("spot", "EC2Spot", "AWSEC2SpotServiceRolePolicy"),
    ("spotfleet", "EC2SpotFleet", "AWSEC2SpotFleetServiceRolePolicy"),
    ("ssm", "AmazonSSM", "AmazonSSMServiceRolePolicy"),
    ("ssm-incidents", "IncidentManager", "AWSIncidentManagerServiceRolePolicy"),
    ("ssm-quicksetup", "SSMQuickSetup", "SSMQuickSetupRolePolicy"),
    ("sso", "SSO", "AWSSSOServiceRolePolicy"),
    (
        "stacksets.cloudformation",
        "CloudFormationStackSetsOrgAdmin",
        "CloudFormationStackSetsOrgAdminServiceRolePolicy",
    ),
    ("storage-lens.s3", "S3StorageLens", "S3StorageLensServiceRolePolicy"),
    ("support", "Support", "AWSSupportServiceRolePolicy"),
    ("transitgateway", "VPCTransitGateway", "AWSVPCTransitGatewayServiceRolePolicy"),
    ("trustedadvisor", "TrustedAdvisor", "AWSTrustedAdvisorServiceRolePolicy"),
    ("vpc-lattice", "VpcLattice", "AWSVpcLatticeServiceRolePolicy"),
    ("vpcorigin.cloudfront", "CloudFrontVPCOrigin", "AWSCloudFrontVPCOriginServiceRolePolicy"),
    ("waf", "WAFLogging", "WAFLoggingServiceRolePolicy"),
    ("waf-regional", "WAFRegionalLogging", "WAFRegionalLoggingServiceRolePolicy"),
    ("wafv2", "WAFV2Logging", "WAFV2LoggingServiceRolePolicy"),
)

_WITH_SUFFIX = frozenset({"autoscaling", "connect", "lexv2"})

SERVICE_ROLES: Mapping[str, ServiceRole] = MappingProxyType(
    {
        f"{service}.amazonaws.com": ServiceRole(
            f"{service}.amazonaws.com", f"{_PREFIX}{name}", policy, service in _WITH_SUFFIX
        )
        for service, name, policy in _ROWS
    }
)
"""Every service-linked role by the principal of its service."""
