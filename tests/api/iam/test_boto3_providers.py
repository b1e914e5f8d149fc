"""OpenID Connect and SAML providers, by unmodified boto3.

Sources: IAM API Reference (each operation named below); texts recorded in public issues
(EntityAlreadyExists of both kinds; the URL without its scheme; a hundred years of validity).
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.accounts import allow, new_user, policy
from tests.api.iam.people import fresh, refused
from tests.certificates import issue, metadata, pem, rsa_key
from tests.live import ACCOUNT, LiveServer

THUMBPRINT = "ab" * 20
ARN = f"arn:aws:iam::{ACCOUNT}"
METADATA = metadata(issue().base64)


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def test_an_openid_provider_is_created_read_listed_and_deleted(iam: Any) -> None:
    host = f"{fresh('idp')}.example.org/realms/main"
    made = iam.create_open_id_connect_provider(
        Url=f"https://{host}",
        ClientIDList=["b", "a", "b"],
        ThumbprintList=[THUMBPRINT.upper()],
        Tags=[{"Key": "z", "Value": "1"}, {"Key": "a", "Value": ""}],
    )
    arn = f"{ARN}:oidc-provider/{host}"
    tags = [{"Key": "a", "Value": ""}, {"Key": "z", "Value": "1"}]
    assert _body(made) == {"OpenIDConnectProviderArn": arn, "Tags": tags}
    found = _body(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn))
    created = found.pop("CreateDate")
    assert abs((datetime.now(UTC) - created).total_seconds()) < 60
    assert found == {
        "Url": host,
        "ClientIDList": ["b", "a"],
        "ThumbprintList": [THUMBPRINT],
        "Tags": tags,
    }
    listed = iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert {"Arn": arn} in listed
    assert refused(iam.create_open_id_connect_provider, Url=f"https://{host}") == (
        "EntityAlreadyExists",
        409,
        f"Provider with url https://{host} already exists.",
    )
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refused(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == (
        "NoSuchEntity",
        404,
        f"OpenIDConnect Provider not found for arn {arn}",
    )
    assert refused(iam.delete_open_id_connect_provider, OpenIDConnectProviderArn=arn)[1] == 404


@pytest.mark.parametrize(
    "url",
    [
        "http://idp.example.org",
        "idp.example.org",
        "https://",
        "https:///path",
        "https://idp.example.org:8443",
        "https://idp.example.org/?tenant=1",
        "https://idp.example.org/#top",
        "https://user@idp.example.org",
        "https://-idp.example.org",
        "https://idp..example.org",
        "https://idp.example.org/*",
        "https://idp.example.org/a b",
    ],
)
def test_an_issuer_is_an_https_url_without_port_query_or_fragment(iam: Any, url: str) -> None:
    """IAM API Reference, CreateOpenIDConnectProvider, Url."""
    assert refused(iam.create_open_id_connect_provider, Url=url) == (
        "ValidationError",
        400,
        "Invalid Open ID Connect Provider URL",
    )


def test_client_ids_and_thumbprints_change(iam: Any) -> None:
    """Idempotent adding and removing; 100 client IDs, 5 thumbprints (IAM API Reference)."""
    made = iam.create_open_id_connect_provider(Url=f"https://{fresh('clients')}.example.org")
    arn = {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}

    def lists() -> tuple[list[str], list[str]]:
        found = iam.get_open_id_connect_provider(**arn)
        return found["ClientIDList"], found["ThumbprintList"]

    assert lists() == ([], [])
    for client in ("one", "two", "one"):
        iam.add_client_id_to_open_id_connect_provider(ClientID=client, **arn)
    assert lists() == (["one", "two"], [])
    for client in ("one", "none"):
        iam.remove_client_id_from_open_id_connect_provider(ClientID=client, **arn)
    assert lists() == (["two"], [])
    prints = [f"{number:040x}" for number in range(5)]
    iam.update_open_id_connect_provider_thumbprint(ThumbprintList=prints, **arn)
    assert lists() == (["two"], prints)
    update = iam.update_open_id_connect_provider_thumbprint
    assert refused(update, ThumbprintList=[*prints, THUMBPRINT], **arn)[:2] == (
        "InvalidInput",
        400,
    )
    assert refused(update, ThumbprintList=["x" * 40], **arn)[:2] == ("InvalidInput", 400)
    for number in range(99):
        iam.add_client_id_to_open_id_connect_provider(ClientID=str(number), **arn)
    assert refused(iam.add_client_id_to_open_id_connect_provider, ClientID="more", **arn) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: 100",
    )
    iam.delete_open_id_connect_provider(**arn)


def test_a_saml_provider_is_created_read_listed_updated_and_deleted(iam: Any) -> None:
    name = fresh("Corp")
    made = iam.create_saml_provider(Name=name, SAMLMetadataDocument=METADATA)
    arn = f"{ARN}:saml-provider/{name}"
    assert _body(made) == {"SAMLProviderArn": arn}
    found = _body(iam.get_saml_provider(SAMLProviderArn=arn))
    created = found["CreateDate"]
    assert found["SAMLMetadataDocument"] == METADATA
    assert found["ValidUntil"] == created.replace(year=created.year + 100)
    assert set(found) == {"SAMLProviderUUID", "SAMLMetadataDocument", "CreateDate", "ValidUntil"}
    (listed,) = (
        each for each in iam.list_saml_providers()["SAMLProviderList"] if each["Arn"] == arn
    )
    assert listed == {"Arn": arn, "CreateDate": created, "ValidUntil": found["ValidUntil"]}
    assert refused(iam.create_saml_provider, Name=name, SAMLMetadataDocument=METADATA) == (
        "EntityAlreadyExists",
        409,
        f"Provider with name {name} already exists.",
    )
    until = metadata(issue().base64, more='validUntil="2031-02-03T04:05:06Z"')
    updated = iam.update_saml_provider(SAMLProviderArn=arn, SAMLMetadataDocument=until)
    assert _body(updated) == {"SAMLProviderArn": arn}
    again = iam.get_saml_provider(SAMLProviderArn=arn)
    assert again["SAMLMetadataDocument"] == until
    assert again["ValidUntil"] == datetime(2031, 2, 3, 4, 5, 6, tzinfo=UTC)
    assert again["SAMLProviderUUID"] == found["SAMLProviderUUID"]
    iam.delete_saml_provider(SAMLProviderArn=arn)
    assert refused(iam.get_saml_provider, SAMLProviderArn=arn)[:2] == ("NoSuchEntity", 404)
    assert refused(iam.update_saml_provider, SAMLProviderArn=arn)[:2] == ("NoSuchEntity", 404)


@pytest.mark.parametrize(
    "document",
    [
        "x" * 1000,
        f"<!DOCTYPE a [<!ENTITY e '{'x' * 1000}'>]>{METADATA.partition('?>')[2]}",
        METADATA.replace("KeyDescriptor", "KeyDescription"),
    ],
)
def test_metadata_that_cannot_be_read_are_refused(iam: Any, document: str) -> None:
    create = iam.create_saml_provider
    assert refused(create, Name=fresh("bad"), SAMLMetadataDocument=document) == (
        "InvalidInput",
        400,
        "Could not parse metadata",
    )


def test_private_keys_of_saml_providers_come_in_and_never_out(iam: Any) -> None:
    """IAM API Reference, UpdateSAMLProvider: keys are rotated by adding, then removing."""
    name, key = fresh("Sealed"), pem(rsa_key())
    create = {"Name": name, "SAMLMetadataDocument": METADATA}
    required = {"AssertionEncryptionMode": "Required"}
    assert refused(iam.create_saml_provider, **create, **required)[:2] == ("InvalidInput", 400)
    bad = {"AddPrivateKey": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"}
    assert refused(iam.create_saml_provider, **create, **bad)[:2] == ("InvalidInput", 400)
    made = iam.create_saml_provider(**create, **required, AddPrivateKey=key)
    arn = {"SAMLProviderArn": made["SAMLProviderArn"]}
    found = iam.get_saml_provider(**arn)
    assert found["AssertionEncryptionMode"] == "Required"
    (first,) = found["PrivateKeyList"]
    assert set(first) == {"KeyId", "Timestamp"}
    iam.update_saml_provider(**arn, AddPrivateKey=pem(rsa_key(2048, 1)))
    assert refused(iam.update_saml_provider, **arn, AddPrivateKey=key)[:2] == (
        "LimitExceeded",
        409,
    )
    iam.update_saml_provider(**arn, RemovePrivateKey=first["KeyId"])
    (second,) = iam.get_saml_provider(**arn)["PrivateKeyList"]
    assert second["KeyId"] != first["KeyId"]
    remove = iam.update_saml_provider
    assert refused(remove, **arn, RemovePrivateKey=first["KeyId"])[:2] == ("InvalidInput", 400)
    assert refused(remove, **arn, RemovePrivateKey=second["KeyId"])[:2] == ("InvalidInput", 400)
    iam.update_saml_provider(
        **arn, RemovePrivateKey=second["KeyId"], AssertionEncryptionMode="Allowed"
    )
    assert "PrivateKeyList" not in iam.get_saml_provider(**arn)
    iam.delete_saml_provider(**arn)


OF_OPENID = (
    "tag_open_id_connect_provider",
    "list_open_id_connect_provider_tags",
    "untag_open_id_connect_provider",
    "get_open_id_connect_provider",
    "delete_open_id_connect_provider",
)
OF_SAML = (
    "tag_saml_provider",
    "list_saml_provider_tags",
    "untag_saml_provider",
    "get_saml_provider",
    "delete_saml_provider",
)


@pytest.mark.parametrize("names", [OF_OPENID, OF_SAML])
def test_tags_of_providers(iam: Any, names: tuple[str, ...]) -> None:
    """IAM User Guide, "Tags for IAM resources": keys are case-sensitive here."""
    tag, tags, untag, get, delete = (getattr(iam, each) for each in names)
    if names is OF_SAML:
        made = iam.create_saml_provider(Name=fresh("Tagged"), SAMLMetadataDocument=METADATA)
        arn = {"SAMLProviderArn": made["SAMLProviderArn"]}
    else:
        made = iam.create_open_id_connect_provider(Url=f"https://{fresh('tagged')}.example.org")
        arn = {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}
    tag(**arn, Tags=[{"Key": "b", "Value": "1"}, {"Key": "a", "Value": "2"}])
    tag(**arn, Tags=[{"Key": "B", "Value": "3"}])
    assert [(each["Key"], each["Value"]) for each in tags(**arn)["Tags"]] == [
        ("B", "3"),
        ("a", "2"),
        ("b", "1"),
    ]
    page = tags(**arn, MaxItems=2)
    assert page["IsTruncated"]
    assert len(tags(**arn, Marker=page["Marker"])["Tags"]) == 1
    untag(**arn, TagKeys=["b", "none"])
    assert len(get(**arn)["Tags"]) == 2
    assert refused(tag, **arn, Tags=[{"Key": "aws:x", "Value": ""}])[0] == "InvalidInput"
    delete(**arn)


CONTEXT: dict[str, Any] = {
    "KeyDefinitionList": [{"SourceKey": "mail", "TargetKey": "email"}, {"SourceKey": "a b.c"}],
    "SubjectSourceKey": "sub",
    "SubjectTypeValue": "user",
}


def _openid(iam: Any, **more: Any) -> dict[str, Any]:
    made = iam.create_open_id_connect_provider(Url=f"https://{fresh('idp')}.example.org", **more)
    return {"OpenIDConnectProviderArn": made["OpenIDConnectProviderArn"]}


def _saml(iam: Any, **more: Any) -> dict[str, Any]:
    made = iam.create_saml_provider(Name=fresh("idp"), SAMLMetadataDocument=METADATA, **more)
    return {"SAMLProviderArn": made["SAMLProviderArn"]}


@pytest.mark.parametrize(
    ("make", "getting", "updating"),
    [
        (_openid, "get_open_id_connect_provider", "update_open_id_connect_provider"),
        (_saml, "get_saml_provider", "update_saml_provider"),
    ],
)
def test_a_context_provider_is_set_changed_and_removed(
    iam: Any, make: Any, getting: str, updating: str
) -> None:
    """IAM API Reference, ContextProvider, UpdateOpenIDConnectProvider, UpdateSAMLProvider."""
    get, update = getattr(iam, getting), getattr(iam, updating)
    plain, given = make(iam), make(iam, ContextProvider=CONTEXT)
    assert "ContextProvider" not in get(**plain)
    assert get(**given)["ContextProvider"] == CONTEXT
    other = {"SubjectSourceKey": "oid", "SubjectTypeSourceKey": "kind", "KeyDefinitionList": []}
    for which in (plain, given):
        update(**which, ContextProvider=other)
        update(**which)
        found = get(**which)["ContextProvider"]
        assert {"KeyDefinitionList": [], **found} == other
        assert refused(update, **which, ContextProvider=other, RemoveContextProvider=True) == (
            "InvalidInput",
            400,
            "ContextProvider and RemoveContextProvider cannot be given together.",
        )
        update(**which, RemoveContextProvider=True)
        assert "ContextProvider" not in get(**which)


@pytest.mark.parametrize(
    "context",
    [
        {"SubjectSourceKey": " sub"},
        {"SubjectSourceKey": "sub "},
        {"SubjectSourceKey": "a  b"},
        {"SubjectSourceKey": "s\u00fcb"},
        {"SubjectSourceKey": "s", "SubjectTypeSourceKey": "k!"},
        {"SubjectSourceKey": "s", "KeyDefinitionList": [{"SourceKey": "a*"}]},
        {"SubjectSourceKey": "s", "KeyDefinitionList": [{"SourceKey": "a", "TargetKey": "b,"}]},
        {"SubjectSourceKey": "s", "SubjectTypeValue": "user", "SubjectTypeSourceKey": "k"},
    ],
    ids=str,
)
def test_a_context_provider_that_is_none_is_refused(iam: Any, context: dict[str, Any]) -> None:
    """ContextProviderKeyDefinition: letters, digits, single spaces and _ . : / = + - @ #."""
    url = f"https://{fresh('idp')}.example.org"
    create = iam.create_open_id_connect_provider
    assert refused(create, Url=url, ContextProvider=context)[:2] == ("InvalidInput", 400)


def test_who_sets_a_context_provider_may_be_told_apart(live_server: LiveServer) -> None:
    """The API Reference: "use the iam:EnableIdentityPropagation … condition keys"."""
    plain: dict[str, Any] = {"Condition": {"Null": {"iam:EnableIdentityPropagation": "true"}}}
    user = new_user(live_server.administrator, policy(allow("iam:*", **plain)))[1].client("iam")
    made = _openid(user)
    user.update_open_id_connect_provider(**made, RemoveContextProvider=True)
    code, _, text = refused(user.update_open_id_connect_provider, **made, ContextProvider=CONTEXT)
    assert (code, "iam:UpdateOpenIDConnectProvider" in text) == ("AccessDenied", True)


def test_no_identity_center_is_associated(iam: Any) -> None:
    made = _openid(iam)
    for given in (
        {"IdentityCenterInstanceArn": "arn:aws:sso:::instance/ssoins-1234567890abcdef"},
        {"RemoveIdentityCenterInstance": True},
    ):
        code, status, text = refused(iam.update_open_id_connect_provider, **made, **given)
        assert (code, status) == ("NotImplemented", 501)
        assert next(iter(given)) in text
        assert "Doorward has no IAM Identity Center" in text
