"""``doorward why --message``: the text of an AccessDenied error, explained and asked again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError
from click.testing import CliRunner

from doorward.api.authorization_message import MESSAGE_HEADER
from doorward.cli import cli
from tests.accounts import allow, new_account, new_user, policy
from tests.cli.running import doorward
from tests.importers.test_denied_text import TOKEN
from tests.importers.test_policy_files import written

if TYPE_CHECKING:
    from tests.live import LiveServer

ALICE = "arn:aws:iam::111122223333:user/alice"
NOTES = "arn:aws:sqs:eu-west-1:111122223333:notes"
BECAUSE = "because no identity-based policy allows the sqs:SendMessage action"
PASTED = (
    "An error occurred (AccessDenied) when calling the SendMessage operation:"
    f" User: {ALICE} is not authorized to perform: sqs:SendMessage on resource: {NOTES}"
    f" {BECAUSE}\n"
)
HINT = "Attach a policy that allows the action on this resource to the user, group or role."
TEXT = f"""\
DENIED implicitly  sqs:SendMessage on {NOTES}
  caller   {ALICE}
  by       identity-based policy
  rule     identity-implicit-deny: no identity-based policy of the caller allows it
  hint     {HINT}
  note     A message names one layer, the first that denied. When that is mended, another may deny.
"""
READS = '{"Statement": {"Effect": "Allow", "Action": "sqs:Get*", "Resource": "*"}}'
SENDS = '{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*"}}'
MFA = """{"Statement": {"Effect": "Allow", "Action": "sqs:*", "Resource": "*",
  "Condition": {"Bool": {"aws:MultiFactorAuthPresent": "true"}}}}"""


def test_a_pasted_text_is_explained_without_a_server() -> None:
    for done in (
        doorward("why", "--message", PASTED),
        doorward("why", "--message", "-", given=PASTED.encode()),
    ):
        assert (done.returncode, done.stderr.decode()) == (0, "")
        assert done.stdout.decode() == TEXT


def test_as_json_it_names_rule_layer_and_policy() -> None:
    arn = "arn:aws:iam::111122223333:policy/Fence"
    text = PASTED.strip().replace(
        BECAUSE, f"with an explicit deny in a permissions boundary: {arn}"
    )
    done = doorward("why", "--message", text, "--output", "json")
    denial = json.loads(done.stdout)["denial"]
    assert denial["rules"][0].pop("hint").startswith("No Allow helps.")
    assert denial.pop("note")
    assert denial == {
        "principal": ALICE,
        "action": "sqs:SendMessage",
        "resource": NOTES,
        "effect": "EXPLICIT_DENY",
        "layer": "permissionsBoundary",
        "policyType": "permissions boundary",
        "policyArn": arn,
        "rules": [
            {
                "rule": "explicit-deny",
                "meaning": "a Deny statement matches; it wins over every Allow",
            }
        ],
    }


@pytest.mark.parametrize(
    ("files", "agrees", "said"),
    [
        ({"identity.json": READS}, True, "deny it for the reason that the message gives"),
        ({"identity.json": SENDS}, False, "allow it: others denied"),
        (
            {"identity.json": SENDS, "permissionsBoundary.json": READS},
            False,
            "deny it for another reason: User: " + ALICE + " is not authorized to perform:"
            f" sqs:SendMessage on resource: {NOTES} because no permissions boundary allows",
        ),
    ],
)
def test_under_policies_the_same_request_is_decided_and_compared(
    tmp_path: Path, files: dict[str, object], agrees: bool, said: str
) -> None:
    where = str(written(tmp_path, files))
    done = doorward("why", "--message", PASTED, "--policies", where)
    text = done.stdout.decode()
    assert done.returncode == 0, done.stderr
    assert text.startswith(TEXT)
    assert said in text
    assert "\n\n" in text, "the explanation follows"
    found = json.loads(
        doorward("why", "--message", PASTED, "--policies", where, "--output", "json").stdout
    )
    assert found["comparison"]["agrees"] is agrees
    assert found["evaluation"]["principal"] == ALICE
    assert found["evaluation"]["statements"]


def test_a_message_without_a_reason_agrees_with_any_denial(tmp_path: Path) -> None:
    where = str(written(tmp_path, {"identity.json": READS}))
    text = PASTED.strip().removesuffix(BECAUSE)
    done = doorward("why", "--message", text, "--policies", where, "--output", "json")
    found = json.loads(done.stdout)
    assert (found["comparison"]["agrees"], found["denial"]["rules"]) == (True, [])


def test_context_may_be_added(tmp_path: Path) -> None:
    where = str(written(tmp_path, {"identity.json": MFA}))
    asked = ("why", "--message", PASTED, "--policies", where)
    assert b"for the reason that the message gives" in doorward(*asked).stdout
    done = doorward(*asked, "--context", "aws:MultiFactorAuthPresent=true")
    assert b"these policies allow it" in done.stdout


@pytest.mark.parametrize(
    ("who", "resource", "asked"),
    [
        (ALICE, "role voclabs", "arn:aws:iam::111122223333:role/voclabs"),
        (ALICE, "policy arn:aws:iam::111122223333:policy/P", "arn:aws:iam::111122223333:policy/P"),
        (ALICE, "instance profile web", "arn:aws:iam::111122223333:instance-profile/web"),
        ("s3.amazonaws.com", NOTES, NOTES),
        ("anonymous", NOTES, NOTES),
        ("arn:aws:sts::111122223333:assumed-role/Deploy/i-1", NOTES, NOTES),
        (ALICE, None, "*"),
    ],
)
def test_labels_of_callers_and_resources_are_understood(
    tmp_path: Path, who: str, resource: str | None, asked: str
) -> None:
    where = str(written(tmp_path, {"identity.json": READS}))
    on = f" on resource: {resource}" if resource else ""
    text = f"User: {who} is not authorized to perform: iam:GetRole{on}"
    asking = ["why", "--message", text, "--policies", where, "--output", "json"]
    done = CliRunner().invoke(cli, asking, catch_exceptions=False)
    found = json.loads(done.stdout)["evaluation"]
    assert (found["principal"], found["resource"]) == (who, asked)


def test_an_encoded_message_is_decoded_and_printed_as_a_recorded_call(
    live_server: LiveServer,
) -> None:
    _, administrator = new_account(live_server)
    deny = {"Effect": "Deny", "Action": "iam:List*", "Resource": "*", "Sid": "NoLists"}
    user = new_user(administrator, policy(allow("*"), deny))[1]
    with pytest.raises(ClientError) as caught:
        user.client("iam").list_users()
    answer = caught.value.response["ResponseMetadata"]
    encoded = answer["HTTPHeaders"][MESSAGE_HEADER]
    done = doorward("why", "--message", encoded, who=administrator)
    recorded = doorward("why", "--request-id", answer["RequestId"], who=administrator)
    assert done.returncode == 0, done.stderr
    assert done.stdout == recorded.stdout
    assert b"NoLists" in done.stdout
    pasted = f"You are not authorized. Encoded authorization failure message: {encoded}"
    as_json = doorward(
        "why", "--message", "-", "--output", "json", given=pasted.encode(), who=administrator
    )
    assert json.loads(as_json.stdout)["explicitDeny"] is True
    elsewhere = doorward("why", "--message", encoded, who=live_server.administrator)
    assert elsewhere.returncode == 1
    assert b"InvalidAuthorizationMessageException: Message is not valid" in elsewhere.stderr
    assert b"opens on the server that issued it" in elsewhere.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--message", "Access Denied"), "`User: ARN is not authorized to perform"),
        (("--message", PASTED, ALICE), "leave out PRINCIPAL"),
        (("--message", PASTED, "--request-id", "x"), "--request-id stands alone"),
        (("--message", PASTED, "--context", "a=b"), "go with --policies"),
        (("--message", PASTED, "--resource-account", "111122223333"), "go with --policies"),
        (("--message", TOKEN, "--policies", "."), "is decided already"),
        (
            ("--message", PASTED.replace(ALICE, "accounts.google.com"), "--policies", "."),
            "does not say enough to ask again",
        ),
        (
            ("--message", PASTED.replace(NOTES, "my-example-widget"), "--policies", "."),
            "does not say enough to ask again",
        ),
        ((), "`doorward why --message TEXT`"),
    ],
)
def test_mistakes_are_told(arguments: tuple[str, ...], reason: str) -> None:
    done = doorward("why", *arguments)
    assert (done.returncode, done.stdout) == (2, b"")
    assert reason in " ".join(done.stderr.decode().split())


def test_what_a_message_holds_does_not_steer_the_terminal() -> None:
    key = "arn:aws:s3:::b/\x1b[2J\nDENIED  nothing\u202e"
    text = f"User: {ALICE} is not authorized to perform: s3:GetObject on resource: {key}"
    because = " because no session policy allows the s3:GetObject action"
    done = doorward("why", "--message", text + because)
    said = done.stdout.decode()
    assert "\x1b" not in said
    assert "\u202e" not in said
    assert said.splitlines()[0].endswith(r"arn:aws:s3:::b/\x1b[2J\nDENIED  nothing\u202e")
