"""Every noun of IAM by boto3: names that differ in case alone, what prevents deletion, quotas.

Sources: IAM User Guide, "IAM and AWS STS quotas" (names "aren't distinguished by case"; quotas);
IAM API Reference, the Delete… operations (what must be gone before); texts recorded from AWS.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import pyotp
import pytest

from tests.accounts import ADMINISTRATOR_ACCESS, new_account, policy, refused, trust
from tests.api.iam.test_boto3_mfa import now, pair
from tests.certificates import issue, metadata, pem, rsa_key, ssh

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer

READ = policy({"Effect": "Allow", "Action": "s3:Get*", "Resource": "*"})
TRUST = trust({"Service": "ec2.amazonaws.com"})
MANAGED = "arn:aws:iam::aws:policy/"
TEN = [
    "ReadOnlyAccess", "SecurityAudit", "IAMReadOnlyAccess", "IAMFullAccess", "PowerUserAccess",
    "AmazonS3ReadOnlyAccess", "AmazonS3FullAccess", "AmazonEC2ReadOnlyAccess",
    "AmazonEC2FullAccess", "AmazonSQSFullAccess",
]  # fmt: skip


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def iam(account: tuple[str, Identity]) -> Any:
    return account[1].client("iam")


@pytest.fixture(scope="module")
def quotas(account: tuple[str, Identity], live_server: LiveServer) -> tuple[Any, Any]:
    """The account's own client of Doorward's API, and the operator's."""
    return account[1].client("doorward"), live_server.client("doorward")


def upload(iam: Any, name: str) -> dict[str, Any]:
    leaf = issue()
    answer: dict[str, Any] = iam.upload_server_certificate(
        ServerCertificateName=name, CertificateBody=leaf.pem, PrivateKey=pem(leaf.key)
    )["ServerCertificateMetadata"]
    return answer


def create_policy(iam: Any, name: str) -> Any:
    return iam.create_policy(PolicyName=name, PolicyDocument=READ)["Policy"]


class Noun(NamedTuple):
    """A kind of entity: how it is made, what a taken name answers, its quota, its id.

    ``ignoring_case``: whether a name in another case is taken, too.
    """

    name: str
    make: Callable[[Any, str], Any]
    taken: str
    quota: str
    prefix: str = ""
    ignoring_case: bool = True


NOUNS = (
    Noun("User", lambda iam, name: iam.create_user(UserName=name)["User"]["UserId"],
         "User with name {} already exists.", "UsersPerAccount", "AIDA"),
    Noun("Group", lambda iam, name: iam.create_group(GroupName=name)["Group"]["GroupId"],
         "Group with name {} already exists.", "GroupsPerAccount", "AGPA"),
    Noun("Role", lambda iam, name: iam.create_role(
            RoleName=name, AssumeRolePolicyDocument=TRUST)["Role"]["RoleId"],
         "Role with name {} already exists.", "RolesPerAccount", "AROA"),
    Noun("Profile", lambda iam, name: iam.create_instance_profile(
            InstanceProfileName=name)["InstanceProfile"]["InstanceProfileId"],
         "Instance Profile {} already exists.", "InstanceProfilesPerAccount", "AIPA"),
    Noun("Policy", lambda iam, name: create_policy(iam, name)["PolicyId"],
         "A policy called {} already exists. Duplicate names are not allowed.",
         "PoliciesPerAccount", "ANPA"),
    Noun("Certificate", lambda iam, name: upload(iam, name)["ServerCertificateId"],
         "The Server Certificate with name {} already exists.", "ServerCertificatesPerAccount",
         "ASCA"),
    Noun("Device", lambda iam, name: iam.create_virtual_mfa_device(VirtualMFADeviceName=name),
         "MFADevice entity at the same path and name already exists.",
         "VirtualMFADevicesPerAccount", ignoring_case=False),
    Noun("Saml", lambda iam, name: iam.create_saml_provider(
            Name=name, SAMLMetadataDocument=metadata(issue().base64)),
         "Provider with name {} already exists.", "SAMLProvidersPerAccount", ignoring_case=False),
    Noun("OpenId", lambda iam, name: iam.create_open_id_connect_provider(
            Url=f"https://{name.lower()}.example.org"),
         "Provider with url https://{} already exists.", "OpenIdConnectProvidersPerAccount",
         ignoring_case=False),
)  # fmt: skip


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_a_name_is_taken_once(iam: Any, noun: Noun) -> None:
    name = f"{noun.name}Pp"
    made = noun.make(iam, name)
    if noun.prefix:
        assert (made[:4], len(made)) == (noun.prefix, 21)
    said = name.lower() + ".example.org" if noun.name == "OpenId" else name
    with refused("EntityAlreadyExists", noun.taken.format(said), 409):
        noun.make(iam, name)
    if noun.ignoring_case:
        other = name.swapcase()
        with refused("EntityAlreadyExists", noun.taken.format(other), 409):
            noun.make(iam, other)
    elif noun.name != "OpenId":
        noun.make(iam, name.swapcase())


@pytest.mark.parametrize("noun", NOUNS, ids=lambda noun: noun.name)
def test_an_account_has_no_more_than_its_quota(
    account: tuple[str, Identity], quotas: tuple[Any, Any], iam: Any, noun: Noun
) -> None:
    """The quota is set to what the account has, and put back."""
    number, (own, operator) = account[0], quotas
    listed = own.list_account_quotas()["Quotas"]
    (before,) = (each for each in listed if each["QuotaName"] == noun.quota)
    assert before["Value"] == before["Default"] <= before["Maximum"]
    quota = {"AccountId": number, "QuotaName": noun.quota}
    with refused("AccessDeniedException"):
        own.put_account_quota(**quota, Value=before["Maximum"])
    operator.put_account_quota(**quota, Value=0)
    with refused("LimitExceeded", f"Cannot exceed quota for {noun.quota}: 0", 409):
        noun.make(iam, f"{noun.name}Over")
    operator.put_account_quota(**quota, Value=before["Value"])
    noun.make(iam, f"{noun.name}Over")
    with refused("ValidationException"):
        operator.put_account_quota(**quota, Value=before["Maximum"] + 1)


def test_a_name_is_found_in_any_case_and_told_as_written(iam: Any) -> None:
    iam.create_user(UserName="CaseUser")
    iam.create_group(GroupName="CaseGroup")
    iam.create_role(RoleName="CaseRole", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="CaseProfile")
    upload(iam, "CaseCertificate")
    got = (
        iam.get_user(UserName="caseuser")["User"]["UserName"],
        iam.get_group(GroupName="CASEGROUP")["Group"]["GroupName"],
        iam.get_role(RoleName="caserole")["Role"]["RoleName"],
        iam.get_instance_profile(InstanceProfileName="caseprofile")["InstanceProfile"][
            "InstanceProfileName"
        ],
        iam.get_server_certificate(ServerCertificateName="casecertificate")["ServerCertificate"][
            "ServerCertificateMetadata"
        ]["ServerCertificateName"],
    )
    assert got == ("CaseUser", "CaseGroup", "CaseRole", "CaseProfile", "CaseCertificate")


def test_a_rename_keeps_the_id_and_takes_no_taken_name(iam: Any) -> None:
    made = iam.create_user(UserName="Before")["User"]
    iam.create_user(UserName="Taken")
    with refused("EntityAlreadyExists", "User with name tAKEN already exists.", 409):
        iam.update_user(UserName="before", NewUserName="tAKEN")
    iam.update_user(UserName="Before", NewUserName="bEFORE")
    after = iam.get_user(UserName="Before")["User"]
    assert (after["UserName"], after["UserId"]) == ("bEFORE", made["UserId"])


# --- what prevents deletion

CANNOT = "Cannot delete entity, must "


def _device(iam: Any, user: str) -> Callable[[], Any]:
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"of-{user}")["VirtualMFADevice"]
    serial = made["SerialNumber"]
    iam.enable_mfa_device(**pair(user, serial, made["Base32StringSeed"].decode(), now()))
    with refused("DeleteConflict", "MFA VirtualDevice in use. Must deactivate first.", 409):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    return lambda: iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)


def _key(iam: Any, user: str) -> Callable[[], Any]:
    key = iam.create_access_key(UserName=user)["AccessKey"]["AccessKeyId"]
    return lambda: iam.delete_access_key(UserName=user, AccessKeyId=key)


def _member(iam: Any, user: str) -> Callable[[], Any]:
    group = f"of-{user}"
    iam.create_group(GroupName=group)
    iam.add_user_to_group(GroupName=group, UserName=user)
    with refused("DeleteConflict", CANNOT + "remove users from group first.", 409):
        iam.delete_group(GroupName=group)
    return lambda: iam.remove_user_from_group(GroupName=group, UserName=user)


def _certificate(iam: Any, user: str) -> Callable[[], Any]:
    made = iam.upload_signing_certificate(UserName=user, CertificateBody=issue().pem)
    id_ = made["Certificate"]["CertificateId"]
    return lambda: iam.delete_signing_certificate(UserName=user, CertificateId=id_)


def _ssh(iam: Any, user: str) -> Callable[[], Any]:
    made = iam.upload_ssh_public_key(UserName=user, SSHPublicKeyBody=ssh(rsa_key()))
    id_ = made["SSHPublicKey"]["SSHPublicKeyId"]
    return lambda: iam.delete_ssh_public_key(UserName=user, SSHPublicKeyId=id_)


def _service(iam: Any, user: str) -> Callable[[], Any]:
    made = iam.create_service_specific_credential(
        UserName=user, ServiceName="codecommit.amazonaws.com"
    )["ServiceSpecificCredential"]["ServiceSpecificCredentialId"]
    return lambda: iam.delete_service_specific_credential(
        UserName=user, ServiceSpecificCredentialId=made
    )


def _login(iam: Any, user: str) -> Callable[[], Any]:
    iam.create_login_profile(UserName=user, Password="Long-enough-1!")
    return lambda: iam.delete_login_profile(UserName=user)


def _attached(iam: Any, word: str, name: str) -> Callable[[], Any]:
    given = {f"{word.capitalize()}Name": name, "PolicyArn": ADMINISTRATOR_ACCESS}
    getattr(iam, f"attach_{word}_policy")(**given)
    return lambda: getattr(iam, f"detach_{word}_policy")(**given)


def _inline(iam: Any, word: str, name: str) -> Callable[[], Any]:
    given = {f"{word.capitalize()}Name": name, "PolicyName": "p"}
    getattr(iam, f"put_{word}_policy")(**given, PolicyDocument=READ)
    return lambda: getattr(iam, f"delete_{word}_policy")(**given)


def _profile(iam: Any, role: str) -> Callable[[], Any]:
    given = {"InstanceProfileName": f"of-{role}"}
    iam.create_instance_profile(**given)
    iam.add_role_to_instance_profile(**given, RoleName=role)
    with refused("DeleteConflict", CANNOT + "remove roles from instance profile first.", 409):
        iam.delete_instance_profile(**given)
    return lambda: iam.remove_role_from_instance_profile(**given, RoleName=role)


CONFLICTS: tuple[tuple[str, str, Callable[[Any, str], Callable[[], Any]], str], ...] = (
    ("user", "attached", lambda iam, name: _attached(iam, "user", name), "detach all policies"),
    ("user", "inline", lambda iam, name: _inline(iam, "user", name), "delete policies"),
    ("user", "key", _key, "delete access keys"),
    ("user", "device", _device, "delete MFA device"),
    ("user", "group", _member, "remove users from group"),
    ("user", "password", _login, "delete login profile"),
    ("user", "certificate", _certificate, "delete certificates"),
    ("user", "ssh", _ssh, "remove referenced objects"),
    ("user", "service", _service, "remove referenced objects"),
    ("group", "attached", lambda iam, name: _attached(iam, "group", name), "detach all policies"),
    ("group", "inline", lambda iam, name: _inline(iam, "group", name), "delete policies"),
    ("role", "attached", lambda iam, name: _attached(iam, "role", name), "detach all policies"),
    ("role", "inline", lambda iam, name: _inline(iam, "role", name), "delete policies"),
    ("role", "profile", _profile, "remove roles from instance profile"),
)
"""A noun, what it has, how it gets it (the result takes it away again), what must be first."""


@pytest.mark.parametrize("row", CONFLICTS, ids=lambda row: f"{row[0]}-{row[1]}")
def test_what_has_something_is_not_deleted(
    iam: Any, row: tuple[str, str, Callable[[Any, str], Callable[[], Any]], str]
) -> None:
    word, what, give, must = row
    name = f"conflict-{word}-{what}"
    parameters = {f"{word.capitalize()}Name": name}
    more = {"AssumeRolePolicyDocument": TRUST} if word == "role" else {}
    getattr(iam, f"create_{word}")(**parameters, **more)
    take = give(iam, name)
    delete = getattr(iam, f"delete_{word}")
    with refused("DeleteConflict", f"{CANNOT}{must} first.", 409):
        delete(**parameters)
    take()
    delete(**parameters)
    with refused("NoSuchEntity", f"The {word} with name {name} cannot be found.", 404):
        delete(**parameters)


def test_a_policy_in_use_is_not_deleted(iam: Any) -> None:
    arn = create_policy(iam, "in-use")["Arn"]
    iam.create_user(UserName="uses")
    for word, put, take in (
        ("PolicyArn", iam.attach_user_policy, iam.detach_user_policy),
        ("PermissionsBoundary", iam.put_user_permissions_boundary, None),
    ):
        put(**{"UserName": "uses", word: arn})
        with refused("DeleteConflict", "Cannot delete a policy attached to entities.", 409):
            iam.delete_policy(PolicyArn=arn)
        if take:
            take(UserName="uses", PolicyArn=arn)
    iam.delete_user_permissions_boundary(UserName="uses")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)
    with refused("DeleteConflict", "This policy has more than one version.", 409):
        iam.delete_policy(PolicyArn=arn)
    with refused("DeleteConflict", "Cannot delete the default version of a policy.", 409):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v2")
    iam.delete_policy(PolicyArn=arn)
    with refused("NoSuchEntity", f"Policy {arn} was not found.", 404):
        iam.delete_policy(PolicyArn=arn)


# --- what one entity may have


def _attach(word: str) -> Callable[[Any, str, int], Any]:
    def add(iam: Any, name: str, number: int) -> Any:
        arn = MANAGED + [*TEN, "AdministratorAccess"][number]
        return getattr(iam, f"attach_{word}_policy")(
            **{f"{word.capitalize()}Name": name, "PolicyArn": arn}
        )

    return add


def _join(iam: Any, name: str, number: int) -> None:
    iam.create_group(GroupName=f"{name}-{number}")
    iam.add_user_to_group(GroupName=f"{name}-{number}", UserName=name)


def _enable(iam: Any, name: str, number: int) -> None:
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName=f"{name}-{number}")
    device = made["VirtualMFADevice"]
    seed = device["Base32StringSeed"].decode()
    iam.enable_mfa_device(**pair(name, device["SerialNumber"], seed, now()))


def _into_profile(iam: Any, name: str, number: int) -> None:
    if number == 0:
        iam.create_instance_profile(InstanceProfileName=name)
    iam.add_role_to_instance_profile(InstanceProfileName=name, RoleName=name)


OF_ONE: tuple[tuple[str, str, int, Callable[[Any, str, int], Any]], ...] = (
    ("user", "AccessKeysPerUser", 2, lambda iam, name, _: iam.create_access_key(UserName=name)),
    ("user", "MFADevicesPerUser", 8, _enable),
    ("user", "GroupsPerUser", 10, _join),
    ("user", "PoliciesPerUser", 10, _attach("user")),
    ("group", "PoliciesPerGroup", 10, _attach("group")),
    ("role", "PoliciesPerRole", 10, _attach("role")),
    ("user", "CertificatesPerUser", 2, lambda iam, name, _: _certificate(iam, name)),
    ("user", "SSHPublicKeysPerUser", 5, lambda iam, name, number: iam.upload_ssh_public_key(
        UserName=name, SSHPublicKeyBody=ssh(rsa_key(number=number)))),
    ("user", "ServiceSpecificCredentialsPerUser", 2, lambda iam, name, _: _service(iam, name)),
    ("role", "InstanceSessionsPerInstanceProfile", 1, _into_profile),
)  # fmt: skip
"""Whose quota, its name in AWS's error, how many, and how one more is made."""


@pytest.mark.parametrize("row", OF_ONE, ids=lambda row: row[1])
def test_one_entity_has_no_more_than_its_quota(
    iam: Any, row: tuple[str, str, int, Callable[[Any, str, int], Any]]
) -> None:
    word, quota, most, add = row
    name = f"full-{quota}"
    more = {"AssumeRolePolicyDocument": TRUST} if word == "role" else {}
    getattr(iam, f"create_{word}")(**{f"{word.capitalize()}Name": name}, **more)
    for number in range(most):
        add(iam, name, number)
    with refused("LimitExceeded", f"Cannot exceed quota for {quota}: {most}", 409):
        add(iam, name, most)


def test_texts_are_no_longer_than_their_quotas(iam: Any) -> None:
    """White space is not counted."""
    for word, most in (("user", 2048), ("group", 5120), ("role", 10240)):
        name = {f"{word.capitalize()}Name": f"long-{word}"}
        more = {"AssumeRolePolicyDocument": TRUST} if word == "role" else {}
        getattr(iam, f"create_{word}")(**name, **more)
        plain = json.dumps(json.loads(READ), separators=(",", ":"))
        room = plain.replace("s3:Get*", "s3:" + "G" * (most - len(plain) + 4))
        assert len(room) == most
        put = getattr(iam, f"put_{word}_policy")
        put(**name, PolicyName="p", PolicyDocument=room.replace(",", ",\n    "))
        said = f"Maximum policy size of {most} bytes exceeded for {word} long-{word}"
        with refused("LimitExceeded", said, 409):
            put(**name, PolicyName="q", PolicyDocument=READ)
    with refused("LimitExceeded", "Cannot exceed quota for PolicySize: 6144", 409):
        iam.create_policy(PolicyName="long", PolicyDocument=READ.replace("Get*", "G" * 6144))
    long = json.loads(TRUST)
    long["Statement"][0]["Sid"] = "x" * 2048
    with refused("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048", 409):
        iam.create_role(RoleName="long", AssumeRolePolicyDocument=json.dumps(long))


def test_a_policy_has_five_versions_and_an_entity_fifty_tags(iam: Any) -> None:
    arn = create_policy(iam, "versions")["Arn"]
    for _ in range(4):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)
    with refused("LimitExceeded", "A managed policy can have up to 5 versions.", 409):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ)
    iam.create_user(UserName="tagged")
    tags = [{"Key": f"k{number}", "Value": ""} for number in range(50)]
    iam.tag_user(UserName="tagged", Tags=tags)
    with refused("LimitExceeded", "The number of tags has reached the maximum limit.", 409):
        iam.tag_user(UserName="tagged", Tags=[{"Key": "k50", "Value": ""}])


def test_codes_of_a_device_are_spent_by_enabling_it(iam: Any) -> None:
    """RFC 6238 §5.2; a second user cannot enable with what the first one showed."""
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="spent")["VirtualMFADevice"]
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    for name in ("first", "second"):
        iam.create_user(UserName=name)
    step = now()
    assert pyotp.TOTP(seed).digits == 6
    iam.enable_mfa_device(**pair("first", serial, seed, step))
    iam.deactivate_mfa_device(UserName="first", SerialNumber=serial)
    with refused("InvalidAuthenticationCode", status=403):
        iam.enable_mfa_device(**pair("second", serial, seed, step))
