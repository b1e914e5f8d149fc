"""SSH keys, certificates and credentials for one service, by unmodified boto3.

Sources: IAM API Reference (each operation named below); IAM User Guide, "Manage server
certificates in IAM", "Service-specific credentials for IAM users"; texts and names recorded from
AWS in public issues and recordings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.accounts import allow, new_account, new_user, policy
from tests.api.iam.people import fresh, refused
from tests.certificates import issue, pem, public_pem, rsa_key, ssh
from tests.live import ACCOUNT, LiveServer, serving

ARN = f"arn:aws:iam::{ACCOUNT}"
GIT, BEDROCK = "codecommit.amazonaws.com", "bedrock.amazonaws.com"
ROOT = issue()
LEAF = issue(ROOT)
UPLOAD = {"CertificateBody": LEAF.pem, "PrivateKey": pem(LEAF.key)}
REFERENCED = "Cannot delete entity, must remove referenced objects first."


@pytest.fixture
def iam(live_server: LiveServer) -> Any:
    return live_server.client("iam")


@pytest.fixture
def user(iam: Any) -> str:
    name = fresh("holder")
    iam.create_user(UserName=name)
    return name


def _body(answer: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def _recent(moment: datetime) -> bool:
    return abs((datetime.now(UTC) - moment).total_seconds()) < 60 and moment.microsecond == 0


# --- SSH public keys


def test_an_ssh_key_is_uploaded_read_and_deleted(iam: Any, user: str) -> None:
    body = ssh(rsa_key())
    made = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=f"{body} ann@home")[
        "SSHPublicKey"
    ]
    key_id = made["SSHPublicKeyId"]
    assert (key_id[:4], len(key_id), _recent(made["UploadDate"])) == ("APKA", 20, True)
    assert (made["UserName"], made["Status"], made["SSHPublicKeyBody"]) == (user, "Active", body)
    named = {"UserName": user, "SSHPublicKeyId": key_id}
    assert iam.get_ssh_public_key(**named, Encoding="SSH")["SSHPublicKey"] == made
    as_pem = iam.get_ssh_public_key(**named, Encoding="PEM")["SSHPublicKey"]
    assert as_pem == made | {"SSHPublicKeyBody": public_pem(rsa_key())}
    iam.update_ssh_public_key(**named, Status="Inactive")
    (listed,) = iam.list_ssh_public_keys(UserName=user)["SSHPublicKeys"]
    assert listed == {
        "UserName": user,
        "SSHPublicKeyId": key_id,
        "Status": "Inactive",
        "UploadDate": made["UploadDate"],
    }
    assert refused(iam.update_ssh_public_key, **named, Status="Expired")[:2] == (
        "InvalidInput",
        400,
    )
    assert refused(iam.delete_user, UserName=user) == ("DeleteConflict", 409, REFERENCED)
    iam.delete_ssh_public_key(**named)
    assert refused(iam.get_ssh_public_key, **named, Encoding="SSH") == (
        "NoSuchEntity",
        404,
        f"The Public Key with id {key_id} cannot be found.",
    )
    iam.delete_user(UserName=user)


def test_what_is_no_ssh_key_of_a_user_is_refused(iam: Any, user: str) -> None:
    def upload(body: str, name: str = user) -> str:
        return refused(iam.upload_ssh_public_key, UserName=name, SSHPublicKeyBody=body)[0]

    assert upload("AAAAB3NzaC1yc2E") == "UnrecognizedPublicKeyEncoding"
    assert upload("ssh-rsa AAAA") == "InvalidPublicKey"
    assert upload(ssh(rsa_key(1024))) == "InvalidPublicKey"
    assert upload(ssh(rsa_key()), "nobody-of-this-name") == "NoSuchEntity"
    iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=ssh(rsa_key()))
    assert upload(public_pem(rsa_key())) == "DuplicateSSHPublicKey"


def test_an_ssh_key_is_its_user_s_alone(iam: Any, user: str) -> None:
    other = fresh("other")
    iam.create_user(UserName=other)
    made = iam.upload_ssh_public_key(UserName=other, SSHPublicKeyBody=ssh(rsa_key()))
    named = {"UserName": user, "SSHPublicKeyId": made["SSHPublicKey"]["SSHPublicKeyId"]}
    for call in (iam.delete_ssh_public_key, iam.update_ssh_public_key, iam.get_ssh_public_key):
        more: dict[str, str] = {}
        if call == iam.update_ssh_public_key:
            more = {"Status": "Inactive"}
        if call == iam.get_ssh_public_key:
            more = {"Encoding": "SSH"}
        assert refused(call, **named, **more)[0] == "NoSuchEntity"
    iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=ssh(rsa_key()))


def test_a_user_has_five_ssh_keys(iam: Any, user: str) -> None:
    for number in range(5):
        body = ssh(rsa_key(2048, number))
        iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=body)
    first = iam.list_ssh_public_keys(UserName=user, MaxItems=3)
    rest = iam.list_ssh_public_keys(UserName=user, Marker=first["Marker"])
    assert (len(first["SSHPublicKeys"]), len(rest["SSHPublicKeys"])) == (3, 2)
    body = ssh(rsa_key(2048, 5))
    assert refused(iam.upload_ssh_public_key, UserName=user, SSHPublicKeyBody=body) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for SSHPublicKeysPerUser: 5",
    )


# --- signing certificates


def test_a_signing_certificate_is_uploaded_listed_and_deleted(iam: Any, user: str) -> None:
    certificate = issue()
    made = iam.upload_signing_certificate(UserName=user, CertificateBody=certificate.pem)[
        "Certificate"
    ]
    certificate_id = made["CertificateId"]
    assert len(certificate_id) == 32
    assert _recent(made["UploadDate"])
    assert made["CertificateBody"] == certificate.pem
    assert (made["UserName"], made["Status"]) == (user, "Active")
    named = {"UserName": user, "CertificateId": certificate_id}
    iam.update_signing_certificate(**named, Status="Inactive")
    (listed,) = iam.list_signing_certificates(UserName=user)["Certificates"]
    assert listed == made | {"Status": "Inactive"}
    update = iam.update_signing_certificate
    assert refused(update, **named, Status="Expired")[:2] == ("InvalidInput", 400)
    assert refused(iam.delete_user, UserName=user) == (
        "DeleteConflict",
        409,
        "Cannot delete entity, must delete certificates first.",
    )
    iam.delete_signing_certificate(**named)
    assert refused(iam.delete_signing_certificate, **named) == (
        "NoSuchEntity",
        404,
        f"The Certificate with id {certificate_id} cannot be found.",
    )
    iam.delete_user(UserName=user)


def test_which_signing_certificates_are_refused(iam: Any, user: str) -> None:
    """Two a user; the same one once in an account; none outside its time."""
    upload = iam.upload_signing_certificate
    first, second, third = issue(), issue(), issue()
    assert refused(upload, UserName=user, CertificateBody="x")[:2] == ("MalformedCertificate", 400)
    for late in (issue(begins=-9, ends=-1), issue(begins=1)):
        refusal = refused(upload, UserName=user, CertificateBody=late.pem)
        assert refusal[:2] == ("InvalidCertificate", 400)
    upload(UserName=user, CertificateBody=first.pem)
    other = fresh("other")
    iam.create_user(UserName=other)
    again = first.pem.replace("\n", "\r\n")
    assert refused(upload, UserName=other, CertificateBody=again)[:2] == (
        "DuplicateCertificate",
        409,
    )
    upload(UserName=user, CertificateBody=second.pem)
    assert refused(upload, UserName=user, CertificateBody=third.pem) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for CertificatesPerUser: 2",
    )


def test_a_caller_that_names_nobody_means_itself(live_server: LiveServer) -> None:
    own = f"{ARN}:user/${{aws:username}}"
    actions = ["iam:*SigningCertificate*", "iam:ListSSHPublicKeys", "iam:*ServiceSpecific*"]
    name, identity = new_user(live_server.administrator, policy(allow(actions, own)))
    mine = identity.client("iam")
    made = mine.upload_signing_certificate(CertificateBody=issue().pem)["Certificate"]
    assert made["UserName"] == name
    assert mine.list_signing_certificates()["Certificates"] == [made]
    mine.update_signing_certificate(CertificateId=made["CertificateId"], Status="Inactive")
    mine.delete_signing_certificate(CertificateId=made["CertificateId"])
    assert mine.list_ssh_public_keys()["SSHPublicKeys"] == []
    assert mine.list_service_specific_credentials()["ServiceSpecificCredentials"] == []
    everybody = refused(mine.list_service_specific_credentials, AllUsers=True)
    assert everybody[0] == "AccessDenied"
    assert f"resource: {ARN}:user/*" in everybody[2]


# --- server certificates


def test_a_server_certificate_is_uploaded_read_listed_and_deleted(iam: Any) -> None:
    name, path = fresh("Web"), f"/{fresh('sites')}/"
    made = _body(
        iam.upload_server_certificate(
            ServerCertificateName=name,
            Path=path,
            **UPLOAD,
            CertificateChain=ROOT.pem,
            Tags=[{"Key": "z", "Value": "1"}, {"Key": "a", "Value": "2"}],
        )
    )
    metadata = made["ServerCertificateMetadata"]
    assert metadata["Arn"] == f"{ARN}:server-certificate{path}{name}"
    assert metadata["ServerCertificateId"].startswith("ASCA")
    assert metadata["Expiration"] == LEAF.certificate.not_valid_after_utc
    assert _recent(metadata["UploadDate"])
    assert [tag["Key"] for tag in made["Tags"]] == ["a", "z"]
    found = iam.get_server_certificate(ServerCertificateName=name.upper())["ServerCertificate"]
    assert found == made | {"CertificateBody": LEAF.pem, "CertificateChain": ROOT.pem}
    listed = iam.list_server_certificates(PathPrefix=path)["ServerCertificateMetadataList"]
    assert listed == [metadata]
    assert refused(
        iam.upload_server_certificate, ServerCertificateName=name.lower(), **UPLOAD
    ) == (
        "EntityAlreadyExists",
        409,
        f"The Server Certificate with name {name.lower()} already exists.",
    )
    iam.delete_server_certificate(ServerCertificateName=name)
    assert refused(iam.get_server_certificate, ServerCertificateName=name) == (
        "NoSuchEntity",
        404,
        f"The Server Certificate with name {name} cannot be found.",
    )


_LATE, _EARLY = issue(begins=-9, ends=-1), issue(begins=1)


@pytest.mark.parametrize(
    ("given", "code", "text"),
    [
        ({"CertificateBody": "x"}, "MalformedCertificate", "Unable to parse certificate."),
        (
            {"CertificateBody": LEAF.pem * 2},
            "MalformedCertificate",
            "Unable to parse certificate.",
        ),
        ({"PrivateKey": "x"}, "MalformedCertificate", "Invalid Private Key."),
        ({"PrivateKey": pem(LEAF.key, "hush")}, "MalformedCertificate", "Invalid Private Key."),
        ({"PrivateKey": pem(ROOT.key)}, "KeyPairMismatch", "do not match"),
        ({"CertificateChain": "x"}, "MalformedCertificate", "Unable to parse certificate."),
        (
            {"CertificateChain": issue().pem},
            "MalformedCertificate",
            (
                "Unable to validate certificate chain. The certificate chain must start with "
                "the immediate signing certificate, followed by any intermediaries in order. "
                "The index within the chain of the invalid certificate is: -1"
            ),
        ),
        (
            {"CertificateBody": _LATE.pem, "PrivateKey": pem(_LATE.key)},
            "MalformedCertificate",
            "not valid",
        ),
        (
            {"CertificateBody": _EARLY.pem, "PrivateKey": pem(_EARLY.key)},
            "MalformedCertificate",
            "not valid",
        ),
    ],
)
def test_which_server_certificates_are_refused(
    iam: Any, given: dict[str, str], code: str, text: str
) -> None:
    upload = UPLOAD | given
    found = refused(iam.upload_server_certificate, ServerCertificateName=fresh("bad"), **upload)
    assert found[:2] == (code, 400)
    assert text in found[2]


def test_a_server_certificate_is_renamed_moved_and_tagged(live_server: LiveServer) -> None:
    own = f"{ARN}:server-certificate/mine/*"
    _, identity = new_user(
        live_server.administrator, policy(allow("iam:*ServerCertificate*", own))
    )
    mine, name = identity.client("iam"), fresh("Web")
    mine.upload_server_certificate(ServerCertificateName=name, Path="/mine/", **UPLOAD)
    update = {"ServerCertificateName": name}
    denied = refused(mine.update_server_certificate, **update, NewPath="/theirs/")
    assert denied[0] == "AccessDenied"
    assert f"{ARN}:server-certificate/theirs/{name}" in denied[2]
    mine.update_server_certificate(
        **update, NewServerCertificateName=f"{name}x", NewPath="/mine/2/"
    )
    moved = mine.upload_server_certificate(ServerCertificateName=name, Path="/mine/", **UPLOAD)
    assert moved["ServerCertificateMetadata"]["Arn"].endswith(f"/mine/{name}")
    iam = live_server.client("iam")
    taken = refused(iam.update_server_certificate, **update, NewServerCertificateName=f"{name}X")
    assert taken[:2] == ("EntityAlreadyExists", 409)
    iam.tag_server_certificate(**update, Tags=[{"Key": "b", "Value": "1"}])
    iam.tag_server_certificate(**update, Tags=[{"Key": "B", "Value": "2"}])
    iam.untag_server_certificate(**update, TagKeys=["b"])
    assert iam.list_server_certificate_tags(**update)["Tags"] == [{"Key": "B", "Value": "2"}]
    for each in (name, f"{name}x"):
        iam.delete_server_certificate(ServerCertificateName=each)


def test_an_account_has_twenty_server_certificates(live_server: LiveServer) -> None:
    _, administrator = new_account(live_server)
    iam = administrator.client("iam")
    for number in range(20):
        iam.upload_server_certificate(ServerCertificateName=f"c{number:02}", **UPLOAD)
    page = iam.list_server_certificates(MaxItems=15)
    rest = iam.list_server_certificates(Marker=page["Marker"])
    names = [each["ServerCertificateName"] for each in rest["ServerCertificateMetadataList"]]
    assert names == [f"c{number}" for number in range(15, 20)]
    assert refused(iam.upload_server_certificate, ServerCertificateName="more", **UPLOAD) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for ServerCertificatesPerAccount: 20",
    )


# --- credentials for one service


def test_a_service_credential_is_created_listed_reset_and_deleted(iam: Any, user: str) -> None:
    """Members, name and id as recorded from AWS (ACCA…, USER-at-ACCOUNT)."""
    create = iam.create_service_specific_credential
    made = create(UserName=user, ServiceName=GIT)["ServiceSpecificCredential"]
    secret = made.pop("ServicePassword")
    credential_id = made["ServiceSpecificCredentialId"]
    assert (len(secret), credential_id[:4], len(credential_id)) == (40, "ACCA", 20)
    assert _recent(made["CreateDate"])
    assert made == {
        "CreateDate": made["CreateDate"],
        "ServiceName": GIT,
        "ServiceUserName": f"{user}-at-{ACCOUNT}",
        "ServiceSpecificCredentialId": credential_id,
        "UserName": user,
        "Status": "Active",
    }
    listed = iam.list_service_specific_credentials(UserName=user, ServiceName=GIT)
    assert listed["ServiceSpecificCredentials"] == [made]
    named = {"UserName": user, "ServiceSpecificCredentialId": credential_id}
    iam.update_service_specific_credential(**named, Status="Inactive")
    again = iam.reset_service_specific_credential(**named)["ServiceSpecificCredential"]
    assert again.pop("ServicePassword") != secret
    assert again == made | {"Status": "Inactive"}
    assert refused(iam.delete_user, UserName=user) == ("DeleteConflict", 409, REFERENCED)
    iam.delete_service_specific_credential(**named)
    for call in (iam.reset_service_specific_credential, iam.delete_service_specific_credential):
        assert refused(call, **named) == (
            "NoSuchEntity",
            404,
            f"No such credential {credential_id} exists",
        )
    iam.delete_user(UserName=user)


def test_two_credentials_a_service_and_no_other_services(iam: Any, user: str) -> None:
    create = iam.create_service_specific_credential
    made = [
        create(UserName=user, ServiceName=service)["ServiceSpecificCredential"]
        for service in (GIT, "cassandra.amazonaws.com", GIT)
    ]
    assert [each["ServiceUserName"] for each in made] == [
        f"{user}-at-{ACCOUNT}",
        f"{user}-at-{ACCOUNT}",
        f"{user}+1-at-{ACCOUNT}",
    ]
    assert refused(create, UserName=user, ServiceName=GIT) == (
        "LimitExceeded",
        409,
        "Cannot exceed quota for ServiceSpecificCredentialsPerUser: 2",
    )
    unsupported = (
        "NoSuchEntity",
        404,
        "No such service s3.amazonaws.com is supported for Service Specific Credentials",
    )
    assert refused(create, UserName=user, ServiceName="s3.amazonaws.com") == unsupported
    listing = iam.list_service_specific_credentials
    assert refused(listing, UserName=user, ServiceName="s3.amazonaws.com") == unsupported
    everybody = listing(AllUsers=True, ServiceName=GIT)["ServiceSpecificCredentials"]
    assert [each for each in everybody if each["UserName"] == user] == [
        {name: value for name, value in each.items() if name != "ServicePassword"}
        for each in (made[0], made[2])
    ]
    assert refused(listing, AllUsers=True, UserName=user)[:2] == ("InvalidInput", 400)


def test_an_api_key_may_expire(iam: Any, user: str) -> None:
    """IAM User Guide, "API keys for AWS services"."""
    create = iam.create_service_specific_credential
    made = create(UserName=user, ServiceName=BEDROCK, CredentialAgeDays=30)[
        "ServiceSpecificCredential"
    ]
    assert made["ExpirationDate"] - made["CreateDate"] == timedelta(days=30)
    assert made["ServiceCredentialAlias"]
    assert made["ServiceCredentialSecret"]
    assert not {"ServiceUserName", "ServicePassword"} & set(made)
    aged = refused(create, UserName=user, ServiceName=GIT, CredentialAgeDays=30)
    assert aged[:2] == ("InvalidInput", 400)


def test_conditions_on_the_service_bind(live_server: LiveServer, user: str) -> None:
    """Service Authorization Reference: iam:ServiceSpecificCredentialServiceName and …AgeDays."""
    only = {
        "StringEquals": {"iam:ServiceSpecificCredentialServiceName": BEDROCK},
        "NumericLessThanEqualsIfExists": {"iam:ServiceSpecificCredentialAgeDays": "90"},
    }
    document = policy(allow("iam:*ServiceSpecificCredential", Condition=only))
    _, identity = new_user(live_server.administrator, document)
    mine, iam = identity.client("iam"), live_server.client("iam")
    create = mine.create_service_specific_credential
    named = {"UserName": user, "ServiceName": BEDROCK}
    made = create(**named, CredentialAgeDays=90)["ServiceSpecificCredential"]
    assert refused(create, **named, CredentialAgeDays=91)[0] == "AccessDenied"
    assert refused(create, UserName=user, ServiceName=GIT)[0] == "AccessDenied"
    other = iam.create_service_specific_credential(UserName=user, ServiceName=GIT)
    theirs = other["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    reset: Callable[..., Any] = mine.reset_service_specific_credential
    denied = refused(reset, UserName=user, ServiceSpecificCredentialId=theirs)
    assert denied[0] == "AccessDenied"
    reset(UserName=user, ServiceSpecificCredentialId=made["ServiceSpecificCredentialId"])


# --- secrets


def test_no_file_and_no_log_holds_a_private_key_or_a_password(tmp_path: Path) -> None:
    key = pem(LEAF.key)
    inner = key.splitlines()[1]
    with serving(f"sqlite:///{tmp_path}/estate.db") as server:
        iam = server.client("iam")
        iam.create_user(UserName="ann")
        iam.upload_server_certificate(ServerCertificateName="web", **UPLOAD)
        wrong = UPLOAD | {"CertificateBody": ROOT.pem}
        mismatch = refused(iam.upload_server_certificate, ServerCertificateName="x", **wrong)
        assert mismatch[0] == "KeyPairMismatch"
        made = iam.create_service_specific_credential(UserName="ann", ServiceName=GIT)
        secret = made["ServiceSpecificCredential"]["ServicePassword"]
        key_made = iam.create_service_specific_credential(UserName="ann", ServiceName=BEDROCK)
        api_key = key_made["ServiceSpecificCredential"]["ServiceCredentialSecret"]
        assert server.stop() == 0
    written = b"".join(file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())
    assert b"UploadServerCertificate" in written
    assert LEAF.pem.splitlines()[1].encode() in written
    said = "".join(server.said)
    for hidden in (inner, secret, api_key):
        assert hidden.encode() not in written
        assert hidden not in said
