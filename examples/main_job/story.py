"""The story: every way of the main job, allowed and refused, each decision with its reason."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pyotp
from botocore.exceptions import ClientError

from examples.main_job.clients import Identity, of_session, unsigned
from examples.main_job.estate import (
    BUCKET,
    EXTERNAL_ID,
    Estate,
    allow,
    bucket_policy,
    inside,
    policy,
)

OBJECT = f"{BUCKET}/report.csv"
STEP = 30


@dataclass
class Scene:
    """One scene: what was tried, what came of it, and the call that can be explained."""

    title: str
    expected: str
    outcome: str
    request_id: str
    text: str

    @property
    def as_expected(self) -> bool:
        """Whether the outcome is the one that the story tells."""
        return self.expected == self.outcome


@dataclass
class Story:
    """Plays the scenes against a live server, as people and services would."""

    administrator: Identity
    estate: Estate
    show: Callable[[Scene], None]
    scenes: list[Scene] = field(default_factory=list)

    def play(self) -> bool:
        """Play every scene and put back what was changed; say whether all went as expected."""
        self.owner = inside(self.administrator, self.estate.data_account)
        apps = inside(self.administrator, self.estate.apps_account)
        outside = Identity(
            self.administrator.endpoint, self.estate.outside_key, self.estate.outside_secret
        )
        with (
            key_of(apps, "analyst") as analyst,
            key_of(apps, "intern") as intern,
            key_of(outside, "outsider") as outsider,
            mfa_session(apps, "analyst", analyst) as with_mfa,
            mfa_session(apps, "intern", intern) as intern_with_mfa,
        ):
            session = self._granted(with_mfa)
            self._refused_by_trust(outsider, analyst, with_mfa)
            self._refused_by_identity(intern_with_mfa, session)
            self._guardrails(with_mfa, session)
            self._credentials(apps, analyst)
        return all(scene.as_expected for scene in self.scenes)

    def _granted(self, with_mfa: Identity) -> Identity:
        """Somebody of B assumes the role and reads the bucket."""
        sts = with_mfa.client("sts")
        answer = self._call(
            "A user of account B assumes DataAccessRole, with external id and MFA",
            "ALLOW",
            lambda: sts.assume_role(**self._request()),
        )
        session = of_session(with_mfa.endpoint, answer["Credentials"])
        self._ask("With the session it reads the bucket", "ALLOW", session, "s3:GetObject")
        return session

    def _refused_by_trust(self, outsider: Identity, analyst: Identity, with_mfa: Identity) -> None:
        """The trust policy refuses another account, a wrong external id, a call without MFA."""
        for title, who, request in (
            ("A user of account C tries (trust policy)", outsider, self._request()),
            ("Wrong external id", with_mfa, self._request(ExternalId="guessed")),
            ("No MFA: the same user with its long-term key", analyst, self._request()),
        ):
            call = partial(who.client("sts").assume_role, **request)
            self._call(title, "AccessDenied", call)

    def _refused_by_identity(self, intern: Identity, session: Identity) -> None:
        """No identity-based policy allows it."""
        sts = intern.client("sts")
        self._call(
            "A user of account B whose own policies do not allow it",
            "AccessDenied",
            lambda: sts.assume_role(**self._request()),
        )
        self._ask("The session may not delete", "IMPLICIT_DENY", session, "s3:DeleteObject")
        iam = session.client("iam")
        self._call("The session may do nothing else", "AccessDenied", iam.list_users)

    def _guardrails(self, with_mfa: Identity, session: Identity) -> None:
        """An SCP, a boundary, a session policy and a resource policy each hold access back."""
        with self._scp():
            self._ask(
                "An SCP on account A's OU denies reading", "EXPLICIT_DENY", session, "s3:GetObject"
            )
        self._ask("With the SCP gone it reads again", "ALLOW", session, "s3:GetObject")
        developer = self.owner.assuming(self.estate.developer_arn, "developer")
        iam = developer.client("iam")
        self._call(
            "A developer with AdministratorAccess, held back by its permissions boundary",
            "AccessDenied",
            lambda: iam.create_user(UserName="backdoor"),
        )
        narrow = policy(allow("ListOnly", "s3:ListBucket", BUCKET))
        narrowed = with_mfa.assuming(**self._named(self._request(Policy=narrow)))
        self._ask(
            "A session narrowed by its session policy", "IMPLICIT_DENY", narrowed, "s3:GetObject"
        )
        with self._denying_bucket_policy():
            self._ask("The bucket's own policy denies", "EXPLICIT_DENY", session, "s3:GetObject")

    def _credentials(self, apps: Identity, analyst: Identity) -> None:
        """Credentials that prove nothing."""
        iam, sts = apps.client("iam"), analyst.client("sts")
        key = {"UserName": "analyst", "AccessKeyId": analyst.access_key_id}
        iam.update_access_key(**key, Status="Inactive")
        self._call("A deactivated access key", "InvalidClientTokenId", sts.get_caller_identity)
        iam.update_access_key(**key, Status="Active")
        forger = Identity(analyst.endpoint, analyst.access_key_id, "not-the-secret-of-this-key")
        self._call(
            "A forged signature",
            "SignatureDoesNotMatch",
            forger.client("sts").get_caller_identity,
        )
        nobody = unsigned(analyst.endpoint, "sts")
        self._call("An unsigned call", "MissingAuthenticationToken", nobody.get_caller_identity)

    def _request(self, **changes: Any) -> dict[str, Any]:
        """Return an AssumeRole request for DataAccessRole."""
        return {
            "RoleArn": self.estate.role_arn,
            "RoleSessionName": "analysis",
            "ExternalId": EXTERNAL_ID,
        } | changes

    @staticmethod
    def _named(request: dict[str, Any]) -> dict[str, Any]:
        """Return a request under the names that ``Identity.assuming`` takes."""
        rest = {k: v for k, v in request.items() if k not in {"RoleArn", "RoleSessionName"}}
        return {"role_arn": request["RoleArn"], "session": request["RoleSessionName"], **rest}

    def _call(self, title: str, expected: str, call: Callable[[], dict[str, Any]]) -> Any:
        """Make a call and explain it: an answer is an allow, an error its code."""
        answer: dict[str, Any] | None = None
        try:
            answer = call()
            outcome, metadata = "ALLOW", answer["ResponseMetadata"]
        except ClientError as error:
            outcome, metadata = error.response["Error"]["Code"], error.response["ResponseMetadata"]
        self._explain(title, expected, outcome, metadata["RequestId"])
        return answer

    def _ask(self, title: str, expected: str, session: Identity, action: str) -> None:
        """Ask, as the owner of the bucket, whether a session may act on its object."""
        answer = self.owner.client("doorward").decide(
            Subject={"SessionToken": session.session_token}, Action=action, Resource=OBJECT
        )
        outcome = answer["Decision"]["Effect"]
        self._explain(title, expected, outcome, answer["ResponseMetadata"]["RequestId"])

    def _explain(self, title: str, expected: str, outcome: str, request_id: str) -> None:
        """Look up what was decided on a call, and why, and show it."""
        found = self.administrator.client("doorward").get_decision(RequestId=request_id)
        told = [decision["Text"] for decision in found["Decisions"]]
        text = told[-1] if told else _refusal(found["Event"])
        scene = Scene(title, expected, outcome, request_id, text)
        self.scenes.append(scene)
        self.show(scene)

    @contextmanager
    def _scp(self) -> Iterator[None]:
        """Attach the SCP to account A's organizational unit for a while."""
        organizations = self.administrator.client("organizations")
        attached = {"PolicyId": self.estate.scp, "TargetId": self.estate.data_unit}
        organizations.attach_policy(**attached)
        try:
            yield
        finally:
            organizations.detach_policy(**attached)

    @contextmanager
    def _denying_bucket_policy(self) -> Iterator[None]:
        """Let the bucket's policy deny reading for a while."""
        doorward = self.owner.client("doorward")
        account = self.estate.data_account
        deny = {
            "Sid": "ClosedForAudit",
            "Effect": "Deny",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"{BUCKET}/*",
        }

        def put(text: str) -> None:
            doorward.put_resource(Arn=BUCKET, Account=account, Policy=text, Type="AWS::S3::Bucket")

        put(bucket_policy(account, deny))
        try:
            yield
        finally:
            put(bucket_policy(account))


def _refusal(record: str) -> str:
    """Return why a call was refused before any policy was looked at, from its event."""
    event = json.loads(record)
    return f"{event['errorCode']}: {event['errorMessage']}\n(no policy was looked at)"


@contextmanager
def key_of(account: Identity, user: str) -> Iterator[Identity]:
    """Give a user an access key for a while; keys that an interrupted story left are removed."""
    iam = account.client("iam")
    for old in iam.list_access_keys(UserName=user)["AccessKeyMetadata"]:
        iam.delete_access_key(UserName=user, AccessKeyId=old["AccessKeyId"])
    key = iam.create_access_key(UserName=user)["AccessKey"]
    try:
        yield Identity(account.endpoint, key["AccessKeyId"], key["SecretAccessKey"])
    finally:
        iam.delete_access_key(UserName=user, AccessKeyId=key["AccessKeyId"])


@contextmanager
def mfa_session(account: Identity, user: str, key: Identity) -> Iterator[Identity]:
    """Give a user a virtual MFA device for a while, and a session that it was used for.

    Three codes in a row are used at once, which the window of one step either way admits: the
    first two to enable the device, the third to get the session.
    """
    iam = account.client("iam")
    for old in iam.list_mfa_devices(UserName=user)["MFADevices"]:
        _remove(iam, user, old["SerialNumber"])
    for spare in iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]:
        iam.delete_virtual_mfa_device(SerialNumber=spare["SerialNumber"])
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName=user)["VirtualMFADevice"]
    serial, totp = device["SerialNumber"], pyotp.TOTP(_seed(device["Base32StringSeed"]))
    now = _away_from_the_edge()
    iam.enable_mfa_device(
        UserName=user,
        SerialNumber=serial,
        AuthenticationCode1=totp.at(now - STEP),
        AuthenticationCode2=totp.at(now),
    )
    try:
        answer = key.client("sts").get_session_token(
            SerialNumber=serial, TokenCode=totp.at(now + STEP)
        )
        yield of_session(account.endpoint, answer["Credentials"])
    finally:
        _remove(iam, user, serial)


def _remove(iam: Any, user: str, serial: str) -> None:
    """Take a virtual MFA device away from a user and delete it."""
    iam.deactivate_mfa_device(UserName=user, SerialNumber=serial)
    iam.delete_virtual_mfa_device(SerialNumber=serial)


def _seed(base32: bytes) -> str:
    """Return a device's seed as text; it is base32 as it comes."""
    text = base32.decode()
    base64.b32decode(text)
    return text


def _away_from_the_edge() -> int:
    """Return the time, a little later if the current step is about to end."""
    left = STEP - time.time() % STEP
    if left < 5:
        time.sleep(left)
    return int(time.time())
