"""Rows 44 to 62 of the catalogue of bad input where the whole server has a part in them.

What can be said of parsing alone is in ``tests/wire``, of documents in ``tests/policy``.
"""

from __future__ import annotations

import socket
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest
from botocore.exceptions import ClientError

from examples.main_job.clients import Identity
from tests.accounts import new_account, new_user, refused, trust
from tests.server import minimal, raw
from tests.signing import FORM, Signed

if TYPE_CHECKING:
    from tests.live import LiveServer

IAM = "2010-05-08"


# ---------------------------------------------------------------------- row 44: enumeration

ASKING = [
    ("iam", "GetUser", "UserName"),
    ("iam", "GetRole", "RoleName"),
    ("iam", "GetGroup", "GroupName"),
    ("iam", "GetPolicy", "PolicyArn"),
    ("iam", "GetLoginProfile", "UserName"),
    ("iam", "ListAccessKeys", "UserName"),
    ("iam", "ListAttachedRolePolicies", "RoleName"),
    ("iam", "CreateAccessKey", "UserName"),
    ("iam", "DeleteRole", "RoleName"),
    ("iam", "SimulatePrincipalPolicy", "PolicySourceArn"),
    ("sts", "AssumeRole", "RoleArn"),
]


@pytest.fixture(scope="module")
def there(live_server: LiveServer) -> dict[str, str]:
    """What the first account has, by the member that names it."""
    iam = live_server.client("iam")
    name = new_user(live_server.administrator)[0]
    role = iam.create_role(
        RoleName="is-there", AssumeRolePolicyDocument=trust({"AWS": minimal.ACCOUNT})
    )["Role"]["Arn"]
    iam.create_group(GroupName="is-there")
    policy = iam.create_policy(PolicyName="is-there", PolicyDocument=minimal.POLICY)["Policy"]
    return {
        "UserName": name, "RoleName": "is-there", "GroupName": "is-there", "RoleArn": role,
        "PolicyArn": policy["Arn"], "PolicySourceArn": role,
    }  # fmt: skip


@pytest.fixture(scope="module")
def nobodies(live_server: LiveServer) -> list[Identity]:
    """Two users without any policy: one of the first account, one of another."""
    other = new_account(live_server)[1]
    return [new_user(each)[1] for each in (live_server.administrator, other)]


@cache
def _client(who: Identity, service: str) -> Any:
    """A client, made once: making one takes longer than any call."""
    return who.client(service)


@pytest.mark.parametrize("number", [0, 1], ids=["own account", "another account"])
@pytest.mark.parametrize(("service", "operation", "member"), ASKING)
def test_row_44_without_leave_nobody_learns_what_is_there(
    there: dict[str, str],
    nobodies: list[Identity],
    number: int,
    service: str,
    operation: str,
    member: str,
) -> None:
    """The answer for what exists and what does not is one, but for the name that was asked for."""
    client = _client(nobodies[number], service)
    exists = there[member]
    answers = []
    for value in (exists, exists[:-1] + "x"):
        given: dict[str, Any] = {member: value}
        if operation == "AssumeRole":
            given["RoleSessionName"] = "s1"
        if operation == "SimulatePrincipalPolicy":
            given["ActionNames"] = ["s3:GetObject"]
        with pytest.raises(ClientError) as denied:
            client._make_api_call(operation, given)
        answer = denied.value.response
        error = answer["Error"]
        said = error["Message"].replace(value, "NAME")
        answers.append((answer["ResponseMetadata"]["HTTPStatusCode"], error["Code"], said))
    assert answers[0] == answers[1]
    assert answers[0][:2] == (403, "AccessDenied")


# ------------------------------------------------------------------- rows 45 and 53: too much


def test_row_45_a_stream_without_a_length_ends_at_the_limit(live_server: LiveServer) -> None:
    """100 MiB in chunks: an answer after the first, and the server has not kept the others."""
    endpoint = live_server.endpoint
    headers = raw.signed_head(endpoint, Signed())[:-1]
    head = raw.request([*headers, ("transfer-encoding", "chunked")], b"")
    chunk = b"10000\r\n" + b"a" * 65_536 + b"\r\n"
    before = _memory(live_server)
    sent = 0
    host, _, port = urlsplit(endpoint).netloc.partition(":")
    with socket.create_connection((host, int(port)), timeout=20) as connection:
        connection.sendall(head)
        try:
            while sent < 100 << 20:
                connection.sendall(chunk)
                sent += 65_536
        except OSError:
            pass
        answer = connection.recv(4096) if sent < 100 << 20 else connection.recv(65_536)
    assert answer.split(b" ", 2)[1] == b"413"
    assert _memory(live_server) - before < 16 << 20
    assert Signed().send(endpoint).status == 200


def _memory(server: LiveServer) -> int:
    """The resident bytes of the server's process."""
    for line in Path(f"/proc/{server.process.pid}/status").read_text("utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) << 10
    raise AssertionError("the kernel tells no VmRSS")


MANY = [
    ("100,000 parameters", "&".join(f"p{each}=" for each in range(100_000))),
    ("a huge index", "Tags.member.999999999.Key=a"),
    ("a gap", "Tags.member.1.Key=a&Tags.member.3.Key=b"),
    ("a missing index", "Tags.member.Key=a"),
    ("a duplicate", "UserName=v"),
    ("Action twice", "Action=DeleteUser"),
    ("Version twice", "Version=2011-06-15"),
]


@pytest.mark.parametrize("more", [pytest.param(row[1], id=row[0]) for row in MANY])
def test_row_53_a_form_is_read_one_way_or_not_at_all(live_server: LiveServer, more: str) -> None:
    body = f"Action=TagUser&Version={IAM}&UserName=u&{more}".encode()
    reply = Signed(service="iam", body=body).send(live_server.endpoint)
    assert reply.status == 400
    assert reply.code in {"MalformedInput", "InvalidQueryParameter"}


def test_row_53_url_and_body_may_not_differ(live_server: LiveServer) -> None:
    target = "/?" + urlencode({"Action": "ListUsers", "Version": IAM})
    reply = Signed(target=target).send(live_server.endpoint)
    assert (reply.status, reply.code) == (400, "InvalidQueryParameter")


# --------------------------------------------------------- rows 55 and 56: what HTTP lets one do


def _bent(endpoint: str, **changes: Any) -> bytes:
    """A signed request whose parts are other than a client would send them."""
    signed = Signed()
    headers = raw.signed_head(endpoint, signed)
    headers = [pair for pair in headers if pair[0] not in changes.get("without", ())]
    return raw.request(
        [*headers, *changes.get("more", ())], changes.get("body", signed.body),
        changes.get("line", "POST / HTTP/1.1"), changes.get("end", "\r\n"),
    )  # fmt: skip


NO_LENGTH = {"without": ("content-length",)}
SMUGGLED: dict[str, dict[str, Any]] = {
    "a length and chunks": {"more": [("transfer-encoding", "chunked")]},
    "two lengths": {"more": [("content-length", "4")]},
    "chunks that are also something else": {
        **NO_LENGTH, "more": [("transfer-encoding", "chunked, identity")]
    },
    "chunks by another name": {**NO_LENGTH, "more": [("transfer-encoding", "xchunked")]},
    "a list of lengths": {**NO_LENGTH, "more": [("content-length", "43, 43")]},
    "a length with a sign": {**NO_LENGTH, "more": [("content-length", "+43")]},
    "a chunk without a size": {
        **NO_LENGTH, "more": [("transfer-encoding", "chunked")], "body": b"zz\r\na\r\n0\r\n\r\n"
    },
    "a chunk larger than numbers go": {
        **NO_LENGTH, "more": [("transfer-encoding", "chunked")], "body": b"F" * 17 + b"\r\na\r\n",
    },
    "lines without a carriage return": {"end": "\n"},
    "a folded line": {"more": [("x-a", "1\r\n 2")]},
    "a space before the colon": {"more": [("x-a ", "1")]},
    "a NUL in a value": {"more": [("x-a", "a\0b")]},
}  # fmt: skip


@pytest.mark.parametrize("name", SMUGGLED)
def test_row_55_what_reads_two_ways_ends_the_connection(
    live_server: LiveServer, name: str
) -> None:
    answered = raw.ask(live_server.endpoint, _bent(live_server.endpoint, **SMUGGLED[name]))
    assert (answered.status, answered.closed) == (400, True)


def test_row_55_the_host_is_the_one_that_was_signed(live_server: LiveServer) -> None:
    """A target with a host of its own is read (RFC 9112, 3.2.2 asks for it) and decides nothing.

    A ``Host`` with user information is another host than the one that was signed.
    """
    endpoint = live_server.endpoint
    named = _bent(endpoint, line="POST http://elsewhere.example/ HTTP/1.1")
    assert raw.ask(endpoint, named).status == 200
    host = ("host", "user@" + urlsplit(endpoint).netloc)
    answered = raw.ask(endpoint, _bent(endpoint, without=("host",), more=[host]))
    assert (answered.status, answered.code) == (403, "SignatureDoesNotMatch")


METHODS = [
    ("GET with a body", "GET / HTTP/1.1", 400),
    ("HEAD", "HEAD / HTTP/1.1", 405),
    ("TRACE", "TRACE / HTTP/1.1", 405),
    ("OPTIONS", "OPTIONS * HTTP/1.1", 400),
    ("PATCH", "PATCH / HTTP/1.1", 405),
]


@pytest.mark.parametrize(
    ("line", "status"), [pytest.param(*row[1:], id=row[0]) for row in METHODS]
)
def test_row_56_other_methods_are_not_served(
    live_server: LiveServer, line: str, status: int
) -> None:
    override = [("x-http-method-override", "POST"), ("x-method-override", "POST")]
    sent = _bent(live_server.endpoint, line=line, more=override)
    assert raw.ask(live_server.endpoint, sent).status == status


# ------------------------------------------------------------- rows 61 and 62: what is only data


@pytest.fixture(scope="module")
def people(live_server: LiveServer) -> tuple[Any, Any]:
    """IAM of two accounts that have users and roles enough for several pages."""
    clients = []
    for _ in range(2):
        number, administrator = new_account(live_server)
        iam = administrator.client("iam")
        for each in range(4):
            iam.create_user(UserName=f"user-{each}")
            iam.create_role(
                RoleName=f"role-{each}", AssumeRolePolicyDocument=trust({"AWS": number})
            )
        clients.append(iam)
    return clients[0], clients[1]


def test_row_61_a_marker_is_good_for_its_own_list_alone(people: tuple[Any, Any]) -> None:
    one, other = people
    marker = one.list_users(MaxItems=2)["Marker"]
    assert [user["UserName"] for user in one.list_users(Marker=marker)["Users"]][:2] == [
        "user-1", "user-2"
    ]  # fmt: skip
    for refusing in (other.list_users, one.list_roles, one.list_groups):
        with refused("ValidationError", "Invalid Marker", 400):
            refusing(Marker=marker)


def test_row_61_a_marker_with_any_letter_changed_is_refused(people: tuple[Any, Any]) -> None:
    one, _ = people
    marker = one.list_users(MaxItems=2)["Marker"]
    changed = [marker[:-4], marker + "AAAA", "x", "' OR 1=1 --", "%", "A" * 320, "é" * 30]
    for place, letter in enumerate(marker.rstrip("=")):
        changed.append(marker[:place] + ("A" if letter != "A" else "Q") + marker[place + 1 :])
    for bent in changed:
        with refused("ValidationError", "Invalid Marker", 400):
            one.list_users(Marker=bent)


def test_row_61_the_longest_keys_have_markers_that_iam_takes(people: tuple[Any, Any]) -> None:
    """A tag key may have 128 characters of three bytes; a marker has at most 320 characters."""
    one, _ = people
    keys = [each + "漢" * 127 for each in "漢字鍵"] + ["漢" * 127 + each for each in "一二三"]
    one.tag_user(UserName="user-0", Tags=[{"Key": key, "Value": ""} for key in keys])
    found: list[str] = []
    more: dict[str, str] = {}
    while True:
        answer = one.list_user_tags(UserName="user-0", MaxItems=1, **more)
        found += [tag["Key"] for tag in answer["Tags"]]
        if not answer["IsTruncated"]:
            break
        more = {"Marker": answer["Marker"]}
        assert len(more["Marker"]) <= 320
    assert sorted(found) == sorted(keys)


@pytest.mark.parametrize(
    "prefix", ["/%/", "/_/", "/'/", "/';--/", '/"/', "/user-%/", "/?/", "/*/", "/\\/"]
)
def test_row_61_signs_of_query_languages_are_letters(people: tuple[Any, Any], prefix: str) -> None:
    one, _ = people
    one.create_user(UserName="quoted", Path=prefix)
    found = one.list_users(PathPrefix=prefix)["Users"]
    assert [user["UserName"] for user in found] == ["quoted"]
    one.delete_user(UserName="quoted")


INTERNAL = {
    "x-internal-user": "root",
    "x-doorward-caller": "arn:aws:iam::111122223333:root",
    "x-doorward-account": "999999999999",
    "x-amzn-requestid": "00000000-0000-0000-0000-000000000000",
    "x-amzn-trace-id": "Root=1-0-0",
    "x-minio-replication": "true",
    "x-forwarded-user": "administrator",
    "remote-user": "administrator",
    "remote_user": "administrator",
}


def test_row_62_headers_that_look_internal_mean_nothing(live_server: LiveServer) -> None:
    user = new_user(live_server.administrator)[1]
    plain = Signed(user.access_key_id, user.secret_access_key)
    bent = Signed(user.access_key_id, user.secret_access_key, unsigned=INTERNAL)
    answers = [each.send(live_server.endpoint) for each in (plain, bent)]
    told = {reply.body.replace(reply.request_id, "") for reply in answers}
    assert (len(told), answers[1].status) == (1, 200)
    assert answers[1].request_id != INTERNAL["x-amzn-requestid"]
    event = live_server.client("doorward").get_decision(RequestId=answers[1].request_id)["Event"]
    assert not [value for value in INTERNAL.values() if f'"{value}"' in event]


def test_row_62_no_header_of_aws_s_is_taken_unsigned(live_server: LiveServer) -> None:
    headers = {"content-type": FORM}
    signed = Signed(headers=headers, unsigned={"x-amz-replication": "true"})
    reply = signed.send(live_server.endpoint)
    assert (reply.status, reply.code) == (403, "SignatureDoesNotMatch")
