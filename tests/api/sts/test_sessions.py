"""Temporary credentials on real clients: who gets them, what they carry, what they may not do.

Sources: AWS STS API Reference; IAM User Guide, "Compare AWS STS credentials", "Pass session tags
in AWS STS", "The confused deputy problem".
"""

from __future__ import annotations

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pyotp
import pytest

from examples.main_job.clients import Identity, of_session
from tests.accounts import allow, new_account, new_role, new_user, policy, refused, trust

if TYPE_CHECKING:
    from tests.live import LiveServer

DENIED = "is not authorized to perform: "
EXTERNAL: dict[str, Any] = {"Condition": {"StringEquals": {"sts:ExternalId": "Acme-1"}}}
MFA: dict[str, Any] = {"Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}
EVERYTHING = policy(allow("*"))
ALL_STS = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def other(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


def assume(who: Identity, role: str, **parameters: Any) -> dict[str, Any]:
    answer: dict[str, Any] = who.client("sts").assume_role(
        RoleArn=role, RoleSessionName="test", **parameters
    )
    return answer


def session(who: Identity, role: str, **parameters: Any) -> Identity:
    return of_session(who.endpoint, assume(who, role, **parameters)["Credentials"])


def test_a_role_session_says_who_it_is(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}), EVERYTHING)
    answer = assume(administrator, role)
    name = role.rsplit("/", 1)[-1]
    assert "PackedPolicySize" not in answer
    assert answer["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{number}:assumed-role/{name}/test"
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")
    who = of_session(administrator.endpoint, answer["Credentials"]).client("sts")
    caller = who.get_caller_identity()
    assert caller["Arn"] == answer["AssumedRoleUser"]["Arn"]
    assert caller["UserId"] == answer["AssumedRoleUser"]["AssumedRoleId"]


@pytest.mark.parametrize("given", [{}, {"ExternalId": "acme-1"}, {"ExternalId": "Acme-2"}])
def test_an_external_id_must_be_the_one_asked_for(
    account: tuple[str, Identity], other: tuple[str, Identity], given: dict[str, str]
) -> None:
    role = new_role(account[1], trust({"AWS": other[0]}, **EXTERNAL))
    with refused("AccessDenied", DENIED, 403):
        assume(other[1], role, **given)
    assume(other[1], role, ExternalId="Acme-1")


def test_both_accounts_must_say_yes(
    account: tuple[str, Identity], other: tuple[str, Identity], live_server: LiveServer
) -> None:
    role = new_role(account[1], trust({"AWS": other[0]}))
    without = new_user(other[1])[1]
    with refused("AccessDenied", "no identity-based policy allows", 403):
        assume(without, role)
    allowed = new_user(other[1], policy(allow("sts:AssumeRole", role)))[1]
    assume(allowed, role)
    outsider = new_account(live_server)[1]
    with refused("AccessDenied", DENIED, 403):
        assume(outsider, role)


@pytest.mark.parametrize(
    "spelling", [str.upper, str.lower, lambda arn: arn + "x", lambda arn: arn.replace("/", "/a/")]
)
def test_a_role_that_is_not_there_is_denied_like_one_that_forbids(
    account: tuple[str, Identity], spelling: Any
) -> None:
    """Names are case sensitive when a role is assumed ("Troubleshoot IAM roles")."""
    role = new_role(account[1], trust({"AWS": account[0]}), Path="/Team/")
    prefix, name = role.split("role/", 1)
    with refused("AccessDenied", DENIED, 403):
        assume(account[1], f"{prefix}role/{spelling('Team/' + name)}")


@pytest.mark.parametrize("arn", ["arn:aws:iam::111122223333:user/administrator", "x" * 30])
def test_what_is_no_role_is_invalid(account: tuple[str, Identity], arn: str) -> None:
    with refused("ValidationError", f"{arn} is invalid", 400):
        assume(account[1], arn)


def test_a_session_lasts_as_long_as_was_asked_and_the_role_admits(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    short = new_role(administrator, trust({"AWS": number}), EVERYTHING)
    long = new_role(administrator, trust({"AWS": number}), MaxSessionDuration=7200)
    for role, asked in ((short, 900), (short, 3600), (long, 7200)):
        ends = assume(administrator, role, DurationSeconds=asked)["Credentials"]["Expiration"]
        assert abs(ends.timestamp() - time.time() - asked) < 20
    with refused("ValidationError", "MaxSessionDuration", 400):
        assume(administrator, short, DurationSeconds=3601)
    with refused("ValidationError", "1 validation error detected", 400):
        assume(administrator, short, DurationSeconds=43_201)
    chained = session(administrator, short)
    with refused("ValidationError", "1 hour session limit for roles assumed by role chaining"):
        assume(chained, long, DurationSeconds=3601)
    assume(chained, long, DurationSeconds=3600)


def test_a_session_policy_only_narrows(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}), policy(allow("iam:List*")))
    answer = assume(administrator, role, Policy=policy(allow(["iam:ListRoles", "iam:GetRole"])))
    assert answer["PackedPolicySize"] > 0
    iam = of_session(administrator.endpoint, answer["Credentials"]).client("iam")
    iam.list_roles()
    with refused("AccessDenied", "no session policy allows the iam:ListUsers action"):
        iam.list_users()
    with refused("AccessDenied", "no identity-based policy allows the iam:GetRole action"):
        iam.get_role(RoleName=role.rsplit("/", 1)[-1])


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"Policy": "{"}, "MalformedPolicyDocument"),
        ({"Policy": trust("*")}, "MalformedPolicyDocument"),
        ({"PolicyArns": [{"arn": "arn:aws:iam::111122223333:policy/none"}]}, "ValidationError"),
        ({"Tags": [{"Key": "a", "Value": "1"}, {"Key": "A", "Value": "2"}]},
         "InvalidParameterValue"),
        ({"TransitiveTagKeys": ["a"]}, "InvalidParameterValue"),
    ],
    ids=str,
)  # fmt: skip
def test_a_session_that_cannot_be_made_is_not(
    account: tuple[str, Identity], parameters: dict[str, Any], code: str
) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}, ALL_STS))
    with refused(code, status=400):
        assume(administrator, role, **parameters)


def test_a_context_assertion_matches_no_provider(account: tuple[str, Identity]) -> None:
    """The model: InvalidContextAssertion for one that "does not match a trusted context provider".

    To pass one needs leave first (Service Authorization Reference, SetContext).
    """
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}, ALL_STS))
    context = {"ProviderArn": "arn:aws:iam::aws:contextProvider/x", "ContextAssertion": "abcd"}
    with refused("InvalidContextAssertion", "does not match a trusted context provider", 400):
        assume(administrator, role, ProvidedContexts=[context])
    user = new_user(administrator, policy(allow("sts:AssumeRole")))[1]
    with refused("AccessDenied", f"{DENIED}sts:SetContext on resource: {role}"):
        assume(user, role, ProvidedContexts=[context])


def test_tags_and_source_identity_need_leave_of_their_own(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}))
    with refused("AccessDenied", f"{DENIED}sts:TagSession on resource: {role}"):
        assume(administrator, role, Tags=[{"Key": "team", "Value": "red"}])
    with refused("AccessDenied", f"{DENIED}sts:SetSourceIdentity on resource: {role}"):
        assume(administrator, role, SourceIdentity="alice")


def test_what_passes_on_along_a_chain_needs_leave_at_every_step(
    account: tuple[str, Identity],
) -> None:
    number, administrator = account
    first = new_role(administrator, trust({"AWS": number}, ALL_STS), EVERYTHING)
    open_ = new_role(
        administrator,
        trust({"AWS": number}, ALL_STS),
        policy(allow("iam:ListUsers", Condition={"StringEquals": {
            "aws:PrincipalTag/team": "red", "aws:SourceIdentity": "alice"}})),
    )  # fmt: skip
    closed = new_role(administrator, trust({"AWS": number}))
    plain = [{"Key": "team", "Value": "red"}, {"Key": "stays", "Value": "here"}]
    tagged = session(administrator, first, Tags=plain, TransitiveTagKeys=["team"])
    named = session(administrator, first, SourceIdentity="alice")
    both = session(
        administrator, first, Tags=plain, TransitiveTagKeys=["team"], SourceIdentity="alice"
    )
    with refused("AccessDenied", "sts:TagSession"):
        assume(tagged, closed)
    with refused("AccessDenied", "sts:SetSourceIdentity"):
        assume(named, closed)
    session(both, open_).client("iam").list_users()
    with refused("AccessDenied", "no identity-based policy allows the iam:ListUsers"):
        session(named, open_).client("iam").list_users()
    with refused("AccessDenied", "cannot change"):
        assume(named, open_, SourceIdentity="bob")
    assert assume(named, open_)["SourceIdentity"] == "alice"
    with refused("InvalidParameterValue", "transitive tag"):
        assume(both, open_, Tags=[{"Key": "Team", "Value": "blue"}])


def test_a_session_dies_with_its_role(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}))
    name, who = role.rsplit("/", 1)[-1], session(administrator, role).client("sts")
    who.get_caller_identity()
    iam = administrator.client("iam")
    iam.delete_role(RoleName=name)
    with refused("InvalidClientTokenId", status=403):
        who.get_caller_identity()
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust({"AWS": number}))
    with refused("InvalidClientTokenId", status=403):
        who.get_caller_identity()


def test_a_token_serves_its_own_key_alone(account: tuple[str, Identity]) -> None:
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}))
    one, two = session(administrator, role), session(administrator, role)
    assert one.session_token is not None
    last = one.session_token[-6]
    broken = one.session_token[:-6] + ("A" if last != "A" else "B") + one.session_token[-5:]
    for key, secret, token in (
        (one.access_key_id, one.secret_access_key, two.session_token),
        (one.access_key_id, one.secret_access_key, broken),
        (one.access_key_id, one.secret_access_key, None),
        (administrator.access_key_id, administrator.secret_access_key, one.session_token),
    ):
        with refused("InvalidClientTokenId", status=403):
            Identity(one.endpoint, key, secret, token).client("sts").get_caller_identity()
    with refused("SignatureDoesNotMatch", status=403):
        Identity(one.endpoint, one.access_key_id, two.secret_access_key, one.session_token).client(
            "sts"
        ).get_caller_identity()


def test_a_user_session_without_mfa_calls_no_iam_and_little_sts(
    account: tuple[str, Identity],
) -> None:
    user = new_user(account[1], EVERYTHING)[1]
    answer = user.client("sts").get_session_token(DurationSeconds=900)
    who = of_session(user.endpoint, answer["Credentials"])
    who.client("sts").get_caller_identity()
    with refused("InvalidClientTokenId"):
        who.client("iam").list_users()
    with refused("AccessDenied", "Cannot call GetSessionToken with session credentials"):
        who.client("sts").get_session_token()
    role = new_role(account[1], trust({"AWS": account[0]}))
    with refused("AccessDenied", "Cannot call GetSessionToken with session credentials"):
        session(who, role).client("sts").get_session_token()
    with refused("ValidationError", "1 validation error detected"):
        user.client("sts").get_session_token(DurationSeconds=129_601)


class Device:
    """A user's virtual MFA device, and how far its codes are spent."""

    def __init__(self, administrator: Identity, user: str) -> None:
        iam = administrator.client("iam")
        made = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
        self.serial: str = made["SerialNumber"]
        self.seed = made["Base32StringSeed"].decode()
        self._totp = pyotp.TOTP(self.seed)
        left = 30 - time.time() % 30
        if left < 8:
            time.sleep(left)
        self._now = int(time.time())
        iam.enable_mfa_device(
            UserName=user,
            SerialNumber=self.serial,
            AuthenticationCode1=self._totp.at(self._now - 30),
            AuthenticationCode2=self._totp.at(self._now),
        )

    @property
    def next_code(self) -> dict[str, str]:
        """The one code within the window that is not spent yet."""
        return {"SerialNumber": self.serial, "TokenCode": self._totp.at(self._now + 30)}

    @property
    def spent_code(self) -> dict[str, str]:
        """The code that enabled the device."""
        return {"SerialNumber": self.serial, "TokenCode": self._totp.at(self._now)}


def test_a_code_counts_once_wherever_it_is_used(account: tuple[str, Identity]) -> None:
    number, administrator = account
    name, user = new_user(administrator, policy(allow(["sts:AssumeRole", "iam:ListUsers"])))
    role = new_role(administrator, trust({"AWS": number}, **MFA), EVERYTHING)
    device, sts = Device(administrator, name), user.client("sts")
    with refused("AccessDenied", DENIED):
        assume(user, role)
    for wrong in (
        device.spent_code,
        device.next_code | {"TokenCode": "000000"},
        {"SerialNumber": device.serial},
        {"TokenCode": device.next_code["TokenCode"]},
        device.next_code | {"SerialNumber": f"arn:aws:iam::{number}:mfa/another"},
    ):
        with refused("AccessDenied", "MultiFactorAuthentication failed", 403):
            assume(user, role, **wrong)
    with refused("AccessDenied", "MultiFactorAuthentication failed", 403):
        assume(administrator, role, **device.next_code)
    assume(user, role, **device.next_code)
    with refused("AccessDenied", "MultiFactorAuthentication failed", 403):
        assume(user, role, **device.next_code)
    with refused("AccessDenied", "MultiFactorAuthentication failed", 403):
        sts.get_session_token(**device.next_code)


def test_ten_wrong_codes_lock_the_device(account: tuple[str, Identity]) -> None:
    """Twenty guesses at once, then the right code: refused in the same words as a wrong one."""
    number, administrator = account
    name, user = new_user(administrator, policy(allow("sts:AssumeRole")))
    role = new_role(administrator, trust({"AWS": number}, **MFA), EVERYTHING)
    device = Device(administrator, name)
    right = device.next_code["TokenCode"]
    wrong = device.next_code | {"TokenCode": f"{(int(right) + 1) % 10**6:06}"}

    def guess(_: int) -> None:
        with refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one"):
            assume(user, role, **wrong)

    with ThreadPoolExecutor(20) as pool:
        list(pool.map(guess, range(20)))
    with refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one"):
        assume(user, role, **device.next_code)
    with refused("AccessDenied", "MultiFactorAuthentication failed with invalid MFA one"):
        user.client("sts").get_session_token(**device.next_code)
    another = new_user(administrator, policy(allow("sts:AssumeRole")))
    assume(another[1], role, **Device(administrator, another[0]).next_code)


def test_a_session_with_mfa_may_call_iam_and_says_so(account: tuple[str, Identity]) -> None:
    number, administrator = account
    name, user = new_user(administrator, policy(allow(["sts:AssumeRole", "iam:ListUsers"])))
    device = Device(administrator, name)
    role = new_role(administrator, trust({"AWS": number}, **MFA), EVERYTHING)
    answer = user.client("sts").get_session_token(**device.next_code)
    who = of_session(user.endpoint, answer["Credentials"])
    listed = who.client("iam").list_users()
    event = _event(administrator, listed["ResponseMetadata"]["RequestId"])
    attributes = event["userIdentity"]["sessionContext"]["attributes"]
    assert attributes["mfaAuthenticated"] == "true"
    session(who, role).client("iam").list_roles()


def test_a_role_session_carries_no_mfa(account: tuple[str, Identity]) -> None:
    """ "Secure API access with MFA": AssumeRole's credentials have no MFA in their context.

    So no chain of roles makes one code good for a role that asks for MFA itself.
    """
    number, administrator = account
    name, user = new_user(administrator, policy(allow("sts:AssumeRole")))
    first = new_role(
        administrator,
        trust({"AWS": number}, **MFA),
        policy(allow("sts:AssumeRole"), allow("iam:ListUsers"), allow("iam:ListRoles", **MFA)),
    )
    second = new_role(administrator, trust({"AWS": number}, **MFA), EVERYTHING)
    who = session(user, first, **Device(administrator, name).next_code)
    who.client("iam").list_users()
    with refused("AccessDenied", DENIED, 403):
        who.client("iam").list_roles()
    with refused("AccessDenied", DENIED, 403):
        assume(who, second)


def _event(reader: Identity, request_id: str) -> dict[str, Any]:
    found = reader.client("doorward").get_decision(RequestId=request_id)
    event: dict[str, Any] = json.loads(found["Event"])
    return event


@pytest.mark.parametrize(
    ("parameters", "missing"),
    [
        ({"Tags": [{"Key": "team", "Value": "red"}]}, "sts:TagSession"),
        ({"SourceIdentity": "alice"}, "sts:SetSourceIdentity"),
    ],
    ids=["tags", "source identity"],
)
def test_what_is_set_needs_leave_on_both_sides(
    account: tuple[str, Identity],
    other: tuple[str, Identity],
    parameters: dict[str, Any],
    missing: str,
) -> None:
    """ "Pass session tags in AWS STS": trust policy and identity policy alike, here by account."""
    without = [each for each in ALL_STS if each != missing]
    closed = new_role(account[1], trust({"AWS": other[0]}, without))
    open_ = new_role(account[1], trust({"AWS": other[0]}, ALL_STS))
    able = new_user(other[1], policy(allow(ALL_STS)))[1]
    unable = new_user(other[1], policy(allow(without)))[1]
    for who, role in ((able, closed), (unable, open_)):
        assume(who, role)
        with refused("AccessDenied", f"{DENIED}{missing} on resource: {role}", 403):
            assume(who, role, **parameters)
    assume(able, open_, **parameters)


def test_a_role_does_not_trust_itself(account: tuple[str, Identity]) -> None:
    """IAM User Guide, "Role trust policies": a role is to be named in its own, too."""
    number, administrator = account
    name = administrator.client("sts").get_caller_identity()["Arn"]
    role = new_role(administrator, trust({"AWS": name}), EVERYTHING)
    who = session(administrator, role)
    with refused("AccessDenied", f"{DENIED}sts:AssumeRole on resource: {role}", 403):
        assume(who, role)
    own = trust({"AWS": [name, role]})
    administrator.client("iam").update_assume_role_policy(
        RoleName=role.rsplit("/", 1)[-1], PolicyDocument=own
    )
    assume(who, role)
    assert number in role


def test_older_sessions_are_revoked_by_the_time_of_their_token(
    account: tuple[str, Identity],
) -> None:
    """ "Revoke IAM role temporary security credentials": the policy that AWS's console writes."""
    number, administrator = account
    role = new_role(administrator, trust({"AWS": number}), EVERYTHING)
    older = session(administrator, role).client("iam")
    older.list_users()
    moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 1))
    deny: dict[str, Any] = {
        "Effect": "Deny",
        "Action": ["*"],
        "Resource": ["*"],
        "Condition": {"DateLessThan": {"aws:TokenIssueTime": moment}},
    }
    administrator.client("iam").put_role_policy(
        RoleName=role.rsplit("/", 1)[-1],
        PolicyName="AWSRevokeOlderSessions",
        PolicyDocument=policy(deny),
    )
    with refused("AccessDenied", "with an explicit deny in an identity-based policy", 403):
        older.list_users()
    time.sleep(2)
    session(administrator, role).client("iam").list_users()


def test_a_key_that_is_inactive_is_none_at_once(account: tuple[str, Identity]) -> None:
    """And ends no session that was made with it."""
    administrator = account[1]
    name, user = new_user(administrator, policy(allow("iam:ListUsers")))
    temporary = of_session(
        user.endpoint, user.client("sts").get_session_token()["Credentials"]
    ).client("sts")
    iam = administrator.client("iam")
    iam.update_access_key(UserName=name, AccessKeyId=user.access_key_id, Status="Inactive")
    with refused("InvalidClientTokenId", "The security token included in the request is", 403):
        user.client("sts").get_caller_identity()
    temporary.get_caller_identity()
    iam.update_access_key(UserName=name, AccessKeyId=user.access_key_id, Status="Active")
    user.client("sts").get_caller_identity()
