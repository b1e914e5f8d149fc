"""The commands that ask a running server."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from doorward.cli.terminal import printable
from doorward.render.html import html_from_record
from doorward.render.svg import svg_from_record
from tests.accounts import allow, new_user, policy, refused
from tests.cli.running import doorward
from tests.signing import Signed

if TYPE_CHECKING:
    from examples.main_job.clients import Identity
    from tests.live import LiveServer


@pytest.fixture(scope="module")
def administrator(live_server: LiveServer) -> Identity:
    return live_server.administrator


def test_why_explains_an_allow(administrator: Identity) -> None:
    answer = administrator.client("iam").list_users()
    done = doorward(
        "why", "--request-id", answer["ResponseMetadata"]["RequestId"], who=administrator
    )
    said = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert "iam.amazonaws.com ListUsers by arn:aws:iam::111122223333:user/administrator" in said
    assert "identity-allow" in said
    assert "AdministratorAccess" in said
    assert "\x1b" not in said


def test_why_explains_a_denial_with_the_statement(administrator: Identity) -> None:
    deny = {"Effect": "Deny", "Action": "iam:List*", "Resource": "*", "Sid": "NoLists"}
    user = new_user(administrator, policy(allow("*"), deny))[1]
    with refused("AccessDenied") as seen:
        user.client("iam").list_users()
    done = doorward("why", "--request-id", seen.request_id, who=administrator)
    said = done.stdout.decode()
    assert f"answered AccessDenied: {seen.message}" in said
    assert "NoLists" in said
    assert '"Action": "iam:List*"' in said
    as_json = doorward(
        "why", "--request-id", seen.request_id, "--output", "json", who=administrator
    )
    found = json.loads(as_json.stdout)
    assert found["Event"]["errorCode"] == "AccessDenied"
    assert found["Decisions"][0]["Effect"] == "EXPLICIT_DENY"
    record = found["Decisions"][0]["Record"]
    assert record["determining"][0]["sid"] == "NoLists"
    assert "context" not in record
    drawn = {
        form: doorward("why", "--request-id", seen.request_id, "--output", form, who=administrator)
        for form in ("html", "svg")
    }
    assert drawn["svg"].stdout.decode() == svg_from_record(record, name="decision-1")
    assert drawn["html"].stdout.decode() == html_from_record(record, name="decision-1")


def test_why_explains_a_signature_that_failed(
    live_server: LiveServer, administrator: Identity
) -> None:
    reply = Signed(secret="x" * 40).send(live_server.endpoint)
    done = doorward("why", "--request-id", reply.request_id, who=administrator)
    said = done.stdout.decode()
    assert "answered SignatureDoesNotMatch" in said
    assert "No policy was looked at" in said
    drawn = doorward("why", "--request-id", reply.request_id, "--output", "svg", who=administrator)
    assert (drawn.returncode, drawn.stdout) == (2, b"")
    assert "this call has 0" in drawn.stderr.decode()


def test_a_call_that_is_refused_ends_with_one_and_says_why(administrator: Identity) -> None:
    done = doorward("why", "--request-id", "none-such", who=administrator)
    assert (done.returncode, done.stdout) == (1, b"")
    assert b"doorward: " in done.stderr
    assert b"No call none-such is recorded here" in done.stderr
    nobody = new_user(administrator)[1]
    done = doorward("resource", "list", who=nobody)
    assert (done.returncode, b"not authorized" in done.stderr) == (1, True)
    assert nobody.secret_access_key.encode() not in done.stderr


def test_without_a_server_or_a_key_there_is_a_hint(administrator: Identity) -> None:
    done = doorward("resource", "list", "--endpoint", "http://127.0.0.1:9", who=administrator)
    assert done.returncode == 1
    assert b"Traceback" not in done.stderr
    assert b"127.0.0.1:9" in done.stderr
    done = doorward("resource", "list")
    assert done.returncode in {1, 2}
    assert b"Traceback" not in done.stderr


def test_resources_are_put_shown_listed_and_deleted(administrator: Identity) -> None:
    arn = "arn:aws:s3:::from-the-command-line"
    text = policy(
        {"Effect": "Allow", "Principal": "*", "Action": "s3:Get*", "Resource": f"{arn}/*"}
    )
    put = doorward(
        "resource", "put", arn, "--policy", "-", "--tag", "team=red=blue", "--type",
        "AWS::S3::Bucket", "--output", "json", given=text.encode(), who=administrator,
    )  # fmt: skip
    record = json.loads(put.stdout)
    assert record == {
        "Arn": arn, "Account": "111122223333", "Policy": text, "Type": "AWS::S3::Bucket",
        "Tags": [{"Key": "team", "Value": "red=blue"}],
    }  # fmt: skip
    shown = doorward("resource", "get", arn, who=administrator).stdout.decode()
    assert "team = red=blue" in shown
    assert text in shown
    assert arn in doorward("resource", "list", who=administrator).stdout.decode()
    assert doorward("resource", "delete", arn, who=administrator).returncode == 0
    assert doorward("resource", "get", arn, who=administrator).returncode == 1
    assert doorward("resource", "put", arn, "--tag", "team", who=administrator).returncode == 2


def test_an_account_comes_with_a_key_that_works(administrator: Identity) -> None:
    made = doorward("account", "create", "--name", "C", "--output", "json", who=administrator)
    key = json.loads(made.stdout)["AdministratorAccessKey"]
    signed = Signed(key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    assert signed.send(administrator.endpoint).status == 200
    said = doorward("account", "create", "--name", "D", who=administrator).stdout.decode()
    assert "Secret access key" in said


def test_quotas_are_listed_and_set(administrator: Identity) -> None:
    made = doorward("account", "create", "--name", "Q", "--output", "json", who=administrator)
    number = json.loads(made.stdout)["Account"]["Id"]
    given = ("account", "set-quota", number, "RolesPerAccount")
    assert doorward(*given, "5000", who=administrator).returncode == 0
    assert doorward(*given, "5001", who=administrator).returncode == 1
    own = json.loads(made.stdout)["AdministratorAccessKey"]
    theirs = type(administrator)(
        administrator.endpoint, own["AccessKeyId"], own["SecretAccessKey"]
    )
    listed = doorward("account", "quotas", "--output", "json", who=theirs)
    quotas = {each["QuotaName"]: each["Value"] for each in json.loads(listed.stdout)["Quotas"]}
    assert (quotas["RolesPerAccount"], quotas["GroupsPerAccount"]) == (5000, 300)
    said = doorward("account", "quotas", who=theirs).stdout.decode()
    assert "(default 1000, at most 5000)" in said


def test_tokens_are_registered_and_keys_recorded(administrator: Identity) -> None:
    name, _ = new_user(administrator)
    seed = b"GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ\n"
    known = ("mfa", "register", "CLI-TOKEN-1", "--seed", "-")
    done = doorward(*known, given=seed, who=administrator)
    assert (done.returncode, b"Registered CLI-TOKEN-1" in done.stdout) == (0, True)
    assert doorward(*known, given=seed, who=administrator).returncode == 1
    assert b"CLI-TOKEN-1  nobody" in doorward("mfa", "list", who=administrator).stdout
    listed = doorward("mfa", "list", "--output", "json", who=administrator)
    assert "CLI-TOKEN-1" in [each["TokenSerial"] for each in json.loads(listed.stdout)["Tokens"]]
    assert doorward("mfa", "delete", "CLI-TOKEN-1", who=administrator).returncode == 0
    record = ("mfa", "record-key", name, "--name", "blue")
    made = doorward(
        *record, "--certification", "FIDO=L1", "--output", "json", who=administrator
    )  # fmt: skip
    serial = json.loads(made.stdout)["SerialNumber"]
    got = administrator.client("iam").get_mfa_device(SerialNumber=serial, UserName=name)
    assert got["Certifications"] == {"FIDO": "L1"}
    assert b"u2f/user" in doorward(*record, who=administrator).stdout
    assert doorward(*record, "--certification", "FIDO", who=administrator).returncode == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é and 字\n\tindented", "plain, é and 字\n\tindented"),
        ("\x1b[2J\x07\x9b", "\\x1b[2J\\x07\\x9b"),
        ("\u202edetsurt\ud800\r", "\\u202edetsurt\\ud800\\r"),
    ],
)
def test_what_others_wrote_does_not_steer_the_terminal(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_version_says_which() -> None:
    found = json.loads(doorward("version", "--output", "json").stdout)
    assert set(found) == {"doorward", "botocore", "catalog"}
    assert doorward("version").stdout.decode().startswith(f"doorward {found['doorward']} ")


def test_help_names_every_command() -> None:
    said = doorward("--help").stdout.decode()
    for name in ("serve", "decide", "why", "resource", "account", "version"):
        assert name in said
        assert doorward(name, "--help").returncode == 0
