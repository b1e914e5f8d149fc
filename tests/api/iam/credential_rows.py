"""Rows of ``test_facts`` about identity providers, certificates and service-linked roles."""

from __future__ import annotations

from typing import Any

from doorward.model.certificate import ServerCertificate, ServiceCredential
from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.schema import Entity
from tests.api.asking import ACCOUNT, NOW

TAGS = (("team", "red"),)
HELD: tuple[Entity, ...] = (
    OpenIdProvider(ACCOUNT, "idp.example.org/realm", NOW, tags=TAGS),
    SamlProvider(ACCOUNT, "Corp", "ASPA", NOW, "<x/>", NOW, tags=TAGS),
    ServerCertificate(ACCOUNT, "Web", "ASCAWEB", "", NOW, NOW, "/w/", tags=TAGS),
    ServiceCredential("ACCAANN", ACCOUNT, "AIDAANN", "codecommit.amazonaws.com", "a", b"", NOW),
    ServiceCredential("ACCAOTHER", "444455556666", "AIDAX", "logs.amazonaws.com", "x", b"", NOW),
)

ARN = f"arn:aws:iam::{ACCOUNT}"
OPENID, SAML = f"{ARN}:oidc-provider/idp.example.org/realm", f"{ARN}:saml-provider/Corp"
NO_OPENID, NO_SAML = f"{ARN}:oidc-provider/none.example.org", f"{ARN}:saml-provider/none"
IDP, CORP = {"open_id_connect_provider_arn": OPENID}, {"saml_provider_arn": SAML}
USER, WEB = f"{ARN}:user/u/Ann", f"{ARN}:server-certificate/w/Web"
ANN, CERTIFICATE = {"user_name": "aNN"}, {"server_certificate_name": "wEB"}
OWN_TAG, SERVICE = "iam:ResourceTag/team", "iam:ServiceSpecificCredentialServiceName"
AGE = "iam:ServiceSpecificCredentialAgeDays"
GIT = {"service_name": "codecommit.amazonaws.com"}
HIS = ANN | {"service_specific_credential_id": "ACCAANN"}
BATCH, BATCH_ROLE = {"aws_service_name": "batch.amazonaws.com"}, "AWSServiceRoleForBatch"
SERVICE_ROLE, NAME = f"{ARN}:role/aws-service-role/", {"iam:AWSServiceName"}
TAG = {"tags": [{"Key": "k", "Value": "v"}]}
CONTEXT = {"context_provider": {"SubjectSourceKey": "sub"}}
PROPAGATION = "iam:EnableIdentityPropagation"
TAG_KEYS = {"tag_keys": ["k"]}
OF_TAGS = {"aws:RequestTag/k", "aws:TagKeys"}

ROWS: list[tuple[str, dict[str, Any], str, set[str]]] = [
    # OpenID Connect providers.
    (
        "CreateOpenIDConnectProvider",
        {"url": "https://new.org/x"},
        f"{ARN}:oidc-provider/new.org/x",
        set(),
    ),
    ("GetOpenIDConnectProvider", IDP, OPENID, set()),
    ("GetOpenIDConnectProvider", {"open_id_connect_provider_arn": NO_OPENID}, NO_OPENID, set()),
    ("ListOpenIDConnectProviders", {}, "*", set()),
    ("DeleteOpenIDConnectProvider", IDP, OPENID, set()),
    ("AddClientIDToOpenIDConnectProvider", IDP, OPENID, set()),
    ("RemoveClientIDFromOpenIDConnectProvider", IDP, OPENID, set()),
    ("UpdateOpenIDConnectProvider", IDP, OPENID, set()),
    ("UpdateOpenIDConnectProvider", IDP | CONTEXT, OPENID, {PROPAGATION}),
    ("UpdateOpenIDConnectProviderThumbprint", IDP, OPENID, set()),
    ("TagOpenIDConnectProvider", IDP | TAG, OPENID, OF_TAGS),
    ("UntagOpenIDConnectProvider", IDP | TAG_KEYS, OPENID, {"aws:TagKeys"}),
    ("ListOpenIDConnectProviderTags", IDP, OPENID, set()),
    # SAML providers.
    ("CreateSAMLProvider", {"name": "New"}, f"{ARN}:saml-provider/New", set()),
    ("GetSAMLProvider", CORP, SAML, set()),
    ("GetSAMLProvider", {"saml_provider_arn": NO_SAML}, NO_SAML, set()),
    ("ListSAMLProviders", {}, "*", set()),
    ("UpdateSAMLProvider", CORP, SAML, set()),
    ("UpdateSAMLProvider", CORP | CONTEXT, SAML, {PROPAGATION}),
    ("DeleteSAMLProvider", CORP, SAML, set()),
    ("TagSAMLProvider", CORP | TAG, SAML, OF_TAGS),
    ("UntagSAMLProvider", CORP | TAG_KEYS, SAML, {"aws:TagKeys"}),
    ("ListSAMLProviderTags", CORP, SAML, set()),
    # SSH public keys and signing certificates.
    ("UploadSSHPublicKey", ANN, USER, {OWN_TAG}),
    ("GetSSHPublicKey", ANN, USER, {OWN_TAG}),
    ("ListSSHPublicKeys", ANN, USER, {OWN_TAG}),
    ("ListSSHPublicKeys", {}, f"{ARN}:user/caller", set()),
    ("UpdateSSHPublicKey", ANN, USER, {OWN_TAG}),
    ("DeleteSSHPublicKey", ANN, USER, {OWN_TAG}),
    ("UploadSigningCertificate", ANN, USER, {OWN_TAG}),
    ("UploadSigningCertificate", {}, f"{ARN}:user/caller", set()),
    ("ListSigningCertificates", ANN, USER, {OWN_TAG}),
    ("UpdateSigningCertificate", ANN, USER, {OWN_TAG}),
    ("DeleteSigningCertificate", ANN, USER, {OWN_TAG}),
    # Server certificates.
    (
        "UploadServerCertificate",
        {"server_certificate_name": "N", "path": "/n/"},
        f"{ARN}:server-certificate/n/N",
        set(),
    ),
    ("GetServerCertificate", CERTIFICATE, WEB, set()),
    (
        "GetServerCertificate",
        {"server_certificate_name": "none"},
        f"{ARN}:server-certificate/none",
        set(),
    ),
    ("ListServerCertificates", {}, "*", set()),
    ("UpdateServerCertificate", CERTIFICATE, WEB, set()),
    ("DeleteServerCertificate", CERTIFICATE, WEB, set()),
    ("TagServerCertificate", CERTIFICATE | TAG, WEB, OF_TAGS),
    ("UntagServerCertificate", CERTIFICATE | TAG_KEYS, WEB, {"aws:TagKeys"}),
    ("ListServerCertificateTags", CERTIFICATE, WEB, set()),
    # Service-specific credentials.
    ("CreateServiceSpecificCredential", ANN | GIT, USER, {OWN_TAG, SERVICE}),
    (
        "CreateServiceSpecificCredential",
        ANN | GIT | {"credential_age_days": 3},
        USER,
        {OWN_TAG, SERVICE, AGE},
    ),
    ("ListServiceSpecificCredentials", ANN | GIT, USER, {OWN_TAG}),
    ("ListServiceSpecificCredentials", {}, f"{ARN}:user/caller", set()),
    ("ListServiceSpecificCredentials", ANN | {"all_users": True}, f"{ARN}:user/*", set()),
    ("UpdateServiceSpecificCredential", HIS, USER, {OWN_TAG, SERVICE}),
    ("ResetServiceSpecificCredential", HIS, USER, {OWN_TAG, SERVICE}),
    ("DeleteServiceSpecificCredential", HIS, USER, {OWN_TAG, SERVICE}),
    (
        "DeleteServiceSpecificCredential",
        ANN | {"service_specific_credential_id": "ACCAOTHER"},
        USER,
        {OWN_TAG},
    ),
    # Service-linked roles.
    ("CreateServiceLinkedRole", BATCH, f"{SERVICE_ROLE}batch.amazonaws.com/{BATCH_ROLE}", NAME),
    (
        "CreateServiceLinkedRole",
        {"aws_service_name": "autoscaling.amazonaws.com", "custom_suffix": "two"},
        f"{SERVICE_ROLE}autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_two",
        NAME,
    ),
    (
        "CreateServiceLinkedRole",
        {"aws_service_name": "unknown.amazonaws.com"},
        f"{SERVICE_ROLE}unknown.amazonaws.com/",
        NAME,
    ),
    ("DeleteServiceLinkedRole", {"role_name": "oPS"}, f"{ARN}:role/r/Ops", {OWN_TAG}),
    (
        "GetServiceLinkedRoleDeletionStatus",
        {"deletion_task_id": f"task/aws-service-role/batch.amazonaws.com/{BATCH_ROLE}/{'0' * 36}"},
        f"{SERVICE_ROLE}batch.amazonaws.com/{BATCH_ROLE}",
        set(),
    ),
]
"""Operation, parameters, resource, condition keys."""

TAGGING: list[tuple[str, dict[str, Any], str]] = [
    ("CreateOpenIDConnectProvider", {"url": "https://n"}, "iam:TagOpenIDConnectProvider"),
    ("CreateSAMLProvider", {"name": "n"}, "iam:TagSAMLProvider"),
    ("UploadServerCertificate", {"server_certificate_name": "n"}, "iam:TagServerCertificate"),
]
"""Operation, parameters, the action that tags in the call ask for besides."""
