"""Rows of ``test_facts`` about identity providers, certificates and service-linked roles."""

from __future__ import annotations

from typing import Any

from doorward.model.federation import OpenIdProvider, SamlProvider
from doorward.model.schema import Entity
from tests.api.asking import ACCOUNT, NOW

TAGS = (("team", "red"),)
HELD: tuple[Entity, ...] = (
    OpenIdProvider(ACCOUNT, "idp.example.org/realm", NOW, tags=TAGS),
    SamlProvider(ACCOUNT, "Corp", "ASPA", NOW, "<x/>", NOW, tags=TAGS),
)

ARN = f"arn:aws:iam::{ACCOUNT}"
OPENID, SAML = f"{ARN}:oidc-provider/idp.example.org/realm", f"{ARN}:saml-provider/Corp"
NO_OPENID, NO_SAML = f"{ARN}:oidc-provider/none.example.org", f"{ARN}:saml-provider/none"
IDP, CORP = {"open_id_connect_provider_arn": OPENID}, {"saml_provider_arn": SAML}
TAG = {"tags": [{"Key": "k", "Value": "v"}]}
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
    ("DeleteSAMLProvider", CORP, SAML, set()),
    ("TagSAMLProvider", CORP | TAG, SAML, OF_TAGS),
    ("UntagSAMLProvider", CORP | TAG_KEYS, SAML, {"aws:TagKeys"}),
    ("ListSAMLProviderTags", CORP, SAML, set()),
]
"""Operation, parameters, resource, condition keys."""

TAGGING: list[tuple[str, dict[str, Any], str]] = [
    ("CreateOpenIDConnectProvider", {"url": "https://n"}, "iam:TagOpenIDConnectProvider"),
    ("CreateSAMLProvider", {"name": "n"}, "iam:TagSAMLProvider"),
]
"""Operation, parameters, the action that tags in the call ask for besides."""
