"""What each kind of credential can call, how long sessions last, and how large their tokens are.

Sources: IAM User Guide, "Compare AWS STS credentials"; AWS STS API Reference; for sizes: What's
New, "AWS STS simplifies session token size limits and adds session token size monitoring"
(September 2026), and texts of PackedPolicyTooLarge recorded from AWS.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from doorward.api import services
from doorward.api.authorize import refusal
from doorward.api.call import Caller
from doorward.api.operation import REGISTRY
from doorward.api.sts.issued import Issued
from doorward.control.sessions import user_duration
from doorward.credentials.session_token import SessionClaims
from doorward.engine.subject import Subject
from doorward.model.principal import IamUser, RootUser
from examples.main_job.clients import Identity, of_session
from tests.accounts import allow, new_account, new_role, policy, refused, trust

if TYPE_CHECKING:
    from tests.live import LiveServer

A = "111122223333"
ALL_STS = ["sts:AssumeRole", "sts:TagSession"]
services.load()


def caller(kind: Any, *, root: bool = False, mfa: bool = False) -> Caller:
    """A caller by a kind of session, or by a long-term key; the user's, or the root user's."""
    arn = f"arn:aws:iam::{A}:{'root' if root else 'user/ann'}"
    user = A if root else "AIDAANN"
    claims = kind and SessionClaims(
        kind=kind,
        account=A,
        access_key_id="ASIA",
        secret_access_key="",
        issued_at=0,
        expires_at=1,
        mfa_authenticated_at=0 if mfa else None,
    )
    principal = RootUser(A) if root else IamUser(arn)
    return Caller(Subject(principal), A, arn, user, "AKIA", claims=claims)


SESSION = "Cannot call {} with session credentials"
INVALID = "The security token included in the request is invalid."
NO_SESSION, ROLE, FEDERATED, USER, TASK = (
    None, "AssumedRole", "FederatedUser", "SessionToken", "AssumedRoot",
)  # fmt: skip
ALL_KINDS = (NO_SESSION, ROLE, FEDERATED, USER, TASK)

# Operation; the kinds of credential that can call it; what the others are told.
CAN_CALL: list[tuple[str, tuple[Any, ...], str]] = [
    ("sts:GetCallerIdentity", ALL_KINDS, ""),
    ("sts:AssumeRole", (NO_SESSION, ROLE, USER), SESSION),
    ("sts:AssumeRoot", (NO_SESSION, ROLE), SESSION),
    ("sts:GetFederationToken", (NO_SESSION,), SESSION),
    ("sts:GetSessionToken", (NO_SESSION,), SESSION),
    ("sts:GetAccessKeyInfo", (NO_SESSION, ROLE), SESSION),
    ("sts:DecodeAuthorizationMessage", (NO_SESSION, ROLE), SESSION),
    ("iam:ListUsers", (NO_SESSION, ROLE, TASK), INVALID),
    ("organizations:ListRoots", ALL_KINDS, ""),
    ("doorward:Decide", ALL_KINDS, ""),
]


@pytest.mark.parametrize(("action", "able", "told"), CAN_CALL)
def test_what_a_kind_of_credential_can_call(action: str, able: tuple[Any, ...], told: str) -> None:
    service, _, name = action.partition(":")
    for kind in ALL_KINDS:
        said = refusal(REGISTRY[service, name], caller(kind))
        expected = None if kind in able else told.format(name)
        assert (said and said.message) == expected, kind


def test_mfa_opens_iam_to_a_user_s_session_and_to_no_federated_user() -> None:
    operation = REGISTRY["iam", "ListUsers"]
    assert refusal(operation, caller(USER, mfa=True)) is None
    assert refusal(operation, caller(FEDERATED, mfa=True)) is not None


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("AssumeRole", "Roles may not be assumed by root accounts."),
        ("AssumeRoot", "AssumeRoot may not be called by root accounts."),
        ("GetFederationToken", None),
        ("GetSessionToken", None),
    ],
)
def test_what_the_root_user_cannot_call(name: str, told: str | None) -> None:
    said = refusal(REGISTRY["sts", name], caller(None, root=True))
    assert (said and said.message) == told


@pytest.mark.parametrize(
    ("asked", "user", "root"),
    [(None, 43_200, 3600), (900, 900, 900), (3601, 3601, 3600), (129_600, 129_600, 3600)],
)
def test_what_a_user_and_root_may_ask_for(asked: int | None, user: int, root: int) -> None:
    """Longer than an hour, the root user's session "defaults to one hour"."""
    assert user_duration(asked, is_root=False) == user
    assert user_duration(asked, is_root=True) == root


@pytest.fixture(scope="module")
def account(live_server: LiveServer) -> tuple[str, Identity]:
    return new_account(live_server)


@pytest.fixture(scope="module")
def role(account: tuple[str, Identity]) -> str:
    return new_role(account[1], trust({"AWS": account[0]}, ALL_STS), policy(allow("*")))


def issuing(account: tuple[str, Identity], role: str, **more: Any) -> list[dict[str, Any]]:
    """Return the answers of the three operations that anybody may call for credentials."""
    sts = account[1].client("sts")
    return [
        sts.assume_role(RoleArn=role, RoleSessionName="s1", **more),
        sts.get_federation_token(Name="fay", **more),
        sts.get_session_token(**more),
    ]


def test_every_answer_says_how_large_the_token_is(
    account: tuple[str, Identity], role: str
) -> None:
    """And how much that is of what a token may have: 4,096."""
    for answer in issuing(account, role):
        size = len(answer["Credentials"]["SessionToken"])
        assert answer["SessionTokenSize"] == size
        assert answer["SessionTokenUtilization"] == -(-100 * size // 4096)
        assert size < 1024


@pytest.mark.parametrize("minimum", [0, 1, 1500, 4095, 4096])
def test_a_token_is_made_as_large_as_asked(
    account: tuple[str, Identity], role: str, minimum: int
) -> None:
    for answer in issuing(account, role, MinimumSessionTokenSize=minimum):
        assert minimum <= answer["SessionTokenSize"] <= 4096
        who = of_session(account[1].endpoint, answer["Credentials"]).client("sts")
        assert who.get_caller_identity()["Account"] == account[0]
    with refused("ValidationError", "less than or equal to 4096", 400):
        account[1].client("sts").get_session_token(MinimumSessionTokenSize=4097)


def test_the_packed_size_grows_with_what_is_passed(
    account: tuple[str, Identity], role: str
) -> None:
    """Nothing passed: AssumeRole says nothing, GetFederationToken 0 (recorded from AWS)."""
    sts = account[1].client("sts")

    def sizes(**more: Any) -> tuple[int | None, int]:
        assumed = sts.assume_role(RoleArn=role, RoleSessionName="s1", **more)
        federated = sts.get_federation_token(Name="fay", **more)
        return assumed.get("PackedPolicySize"), federated["PackedPolicySize"]

    read_only = [{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}]
    tags = [{"Key": "team", "Value": secrets.token_hex(60)}]
    assert sizes() == (None, 0)
    small = sizes(PolicyArns=read_only)
    larger = sizes(PolicyArns=read_only, Tags=tags)
    largest = sizes(PolicyArns=read_only, Tags=tags, Policy=policy(allow("s3:GetObject")))
    for one, two in (small, larger, largest):
        assert one == two
        assert one is not None
        assert 1 <= one <= 100
    assert small < larger < largest


def test_what_is_too_large_is_refused_in_percent(account: tuple[str, Identity], role: str) -> None:
    tags = [{"Key": f"k{n}", "Value": secrets.token_urlsafe(180)} for n in range(20)]
    with refused("PackedPolicyTooLarge", "Packed size of session tags consumes ", 400) as seen:
        account[1].client("sts").assume_role(RoleArn=role, RoleSessionName="s1", Tags=tags)
    percent = int(seen.message.split()[-4].rstrip("%"))
    assert percent > 100
    fits = policy(allow("s3:GetObject", f"arn:aws:s3:::{secrets.token_hex(900)}"))
    assert len(fits) < 2048
    with refused("PackedPolicyTooLarge", "Packed policy consumes 1", 400):
        account[1].client("sts").get_federation_token(Name="fay", Policy=fits, Tags=tags[:7])


def test_size_without_white_space_is_what_counts_first(
    account: tuple[str, Identity], role: str
) -> None:
    """The model's own limit is on the text as it is; IAM counts session policies so, too."""
    wide = json.dumps(json.loads(policy(allow("s3:*"))), indent=40)
    assert len(wide) < 2048
    answer = account[1].client("sts").get_federation_token(Name="fay", Policy=wide)
    assert answer["PackedPolicySize"] >= 1


def test_a_session_shows_neither_token_nor_secret() -> None:
    claims = caller(ROLE).claims
    assert claims is not None
    issued = Issued(msgspec.structs.replace(claims, secret_access_key="s3cret"), "t0ken")
    assert "s3cret" not in repr(issued)
    assert "t0ken" not in repr(issued)
