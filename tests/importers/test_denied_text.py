"""The text of an AccessDenied error, taken apart: our own exactly, and as people paste others'.

Sources of the rows: IAM User Guide, "Troubleshoot access denied error messages" and "… with
authorization ID"; AWS Security Blog, "Enhanced access denied error messages with policy ARNs";
AWS STS API Reference, "DecodeAuthorizationMessage"; the wrappings are those of the AWS CLI and
SDKs for Java and Go, of S3 (quotes), of IAM (kind and name) and of CloudTrail (JSON).
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from doorward.engine.decision import Decision, Effect, LayerEffect, Rule
from doorward.engine.layers import Layer
from doorward.engine.special import needs_trust
from doorward.errors import InvalidInput, Unsupported
from doorward.importers.denied_text import LONGEST, read_denied_text
from doorward.model.principal import RootUser
from doorward.policy.folding import fold
from doorward.policy.resource_patterns import prepare
from doorward.render.caller import caller_label
from doorward.render.denial import Denial
from doorward.render.message import access_denied_message
from tests.cpu import cpu_of
from tests.render.situations import BOB, BY_RULE, DENY, FULL, KEY, situation
from tests.spec.rows import Estate, Question
from tests.spec.run import decision_of
from tests.spec.tables import SECTIONS

EXPLICIT, IMPLICIT = Effect.EXPLICIT_DENY, Effect.IMPLICIT_DENY
SCP = "arn:aws:organizations::987654321098:policy/o-qv5af4abcd/service_control_policy/p-2kgnabcd"
OF_RULE = {
    Rule.SESSION_LIMIT: Layer.IDENTITY,
    Rule.RESERVED_BY_AWS: Layer.IDENTITY,
    Rule.CROSS_PARTITION: Layer.RESOURCE,
    Rule.RESOURCE_CONTROL_IMPLICIT_DENY: Layer.RESOURCE_CONTROL,
    Rule.SERVICE_CONTROL_IMPLICIT_DENY: Layer.SERVICE_CONTROL,
    Rule.ENDPOINT_IMPLICIT_DENY: Layer.ENDPOINT,
    Rule.TRUST_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.KEY_POLICY_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.BLOCK_PUBLIC_ACCESS: Layer.RESOURCE,
    Rule.RESOURCE_IMPLICIT_DENY: Layer.RESOURCE,
    Rule.IDENTITY_IMPLICIT_DENY: Layer.IDENTITY,
    Rule.BOUNDARY_IMPLICIT_DENY: Layer.PERMISSIONS_BOUNDARY,
    Rule.SESSION_IMPLICIT_DENY: Layer.SESSION,
}
"""The layer that the message of a denial by each rule names; AWS words the first two of the
organization's as explicit denials."""


def denials() -> Iterator[tuple[str, Decision]]:
    """Every denial in the tables of rules, and one for each rule."""
    for section in SECTIONS:
        for row in section.rows:
            if isinstance(row.asked, Question | Estate):
                try:
                    decision = decision_of(row.asked)
                except (InvalidInput, Unsupported):
                    continue
                if not decision.allowed:
                    yield f"{section.rule} {row.name}", decision
    for rule, found in BY_RULE.items():
        if not found.decision.allowed:
            yield rule.value, found.decision


def claimed(decision: Decision) -> Denial:
    """What the message of a decision has to say."""
    explicit = decision.rule is Rule.EXPLICIT_DENY
    layer = decision.determining[0].layer if explicit else OF_RULE[decision.rule]
    own = [each.effect for each in decision.layers if each.layer is Layer.IDENTITY]
    root = isinstance(decision.request.principal, RootUser)
    if decision.rule is Rule.TRUST_IMPLICIT_DENY and own == [LayerEffect.IMPLICIT_DENY]:
        # Who may not ask is not told what the role would have said.
        layer = Layer.RESOURCE if root else Layer.IDENTITY
    reads_explicit = explicit or layer in {Layer.SERVICE_CONTROL, Layer.RESOURCE_CONTROL}
    action, resource = decision.request.action, decision.resource
    on_trust = layer is Layer.RESOURCE and needs_trust(fold(action), prepare(resource))
    return Denial(
        principal=caller_label(decision.request.principal),
        action=action,
        resource=None if resource == "*" else resource,
        effect=EXPLICIT if reads_explicit else IMPLICIT,
        layer=layer,
        on_trust=on_trust and (explicit or decision.rule is Rule.TRUST_IMPLICIT_DENY),
    )


def test_every_denial_of_the_tables_is_read_back_from_its_message() -> None:
    seen = {}
    for name, decision in denials():
        message = access_denied_message(decision)
        assert read_denied_text(message).denial == claimed(decision), f"{name}: {message}"
        seen[decision.rule] = name
    assert set(seen) == OF_RULE.keys() | {Rule.EXPLICIT_DENY}


@given(
    key=st.one_of(
        st.text(min_size=1, max_size=40),
        st.lists(
            st.sampled_from(
                [
                    " because no identity-based policy allows the s3:GetObject action",
                    " with an explicit deny in a session policy",
                    " with an explicit deny in a service control policy: arn:aws:iam::1:policy/p",
                    " on resource: arn:aws:s3:::x",
                    " Encoded authorization failure message: ",
                    '"',
                    "\n",
                    " ",
                    ".",
                    "User: ",
                ]
            ),
            min_size=1,
        ).map("".join),
    ),
    denies=st.booleans(),
)
def test_whatever_the_name_of_the_resource_holds_it_is_read_back(key: str, denies: bool) -> None:
    resource = f"arn:aws:s3:::bucket/{key}"
    found = situation({"identity": [FULL, DENY] if denies else []}, resource=resource)
    message = access_denied_message(found.decision)
    assert read_denied_text(message).denial == claimed(found.decision)


WHO, ON = "arn:aws:iam::123456789012:user/Matt", "arn:aws:iam::123456789012:role/*"
NOT = "is not authorized to perform:"
SENTENCE = f"User: {WHO} {NOT} iam:ListRoles on resource: {ON}"
BECAUSE = "because no identity-based policy allows the iam:ListRoles action"
MATT = Denial(WHO, "iam:ListRoles", ON)
NO_IDENTITY = Denial(WHO, "iam:ListRoles", ON, IMPLICIT, Layer.IDENTITY)
BY_SCP = Denial(WHO, "iam:ListRoles", ON, EXPLICIT, Layer.SERVICE_CONTROL, policy_arn=SCP)
JOHN = "arn:aws:iam::777788889999:user/John"
TOKEN = "rHU-pVHMSckD0OAc5l3r9_gKN1XZjZ2X9J3w0fZ31licaTpAVwlD9ix3fLSABy3XTEkRZRz0cNrXAz1L9EuYD42c"
GO_TO = (
    "Go to https://us-east-1.console.aws.amazon.com/iam/home?region=us-east-1"
    "#/authorization-details/EXAMPLE1a2b for complete details, or call the"
    " GetRequestAuthorizationDetails API with the following authorization id: EXAMPLE1a2b"
)

FORMS: list[tuple[str, Denial]] = [
    # as it comes out of tools
    (
        f"An error occurred (AccessDenied) when calling X: {SENTENCE} {BECAUSE}\n",
        NO_IDENTITY,
    ),
    (
        f"aws: [ERROR]: An error occurred (AccessDenied) when calling X: {SENTENCE} {BECAUSE}",
        NO_IDENTITY,
    ),
    (f"AccessDenied: {SENTENCE} {BECAUSE}\n\tstatus code: 403, request id: 529b3f7a", NO_IDENTITY),
    (
        f"{SENTENCE} {BECAUSE} (Service: Iam, Status Code: 403) (SDK Attempt Count: 1)",
        NO_IDENTITY,
    ),
    (f'{{"__type":"AccessDeniedException","Message":"{SENTENCE} {BECAUSE}"}}', NO_IDENTITY),
    (f"{SENTENCE.replace(': iam', ':{n}  iam')} {BECAUSE}".replace("{n}", "\n"), NO_IDENTITY),
    (f"{SENTENCE} with an explicit deny in a service control policy: {SCP}", BY_SCP),
    (f"{SENTENCE} with an explicit deny in a service control policy: {SCP}.", BY_SCP),
    (f"{SENTENCE} with an explicit deny in a service control policy: {SCP}. {GO_TO}", BY_SCP),
    (f"{SENTENCE} {BECAUSE}. {GO_TO}", NO_IDENTITY),
    (
        (
            f"You are not authorized to perform this operation. {SENTENCE} {BECAUSE}."
            f" Encoded authorization failure message: {TOKEN}"
        ),
        NO_IDENTITY,
    ),
    (
        (
            '{"errorMessage": "User: arn:aws:iam::1:user/u is not authorized to perform:'
            ' s3:DeleteObject on resource: \\"arn:aws:s3:::b/a key.txt\\" with an explicit deny'
            ' in an identity-based policy"}'
        ),
        Denial(
            "arn:aws:iam::1:user/u",
            "s3:DeleteObject",
            "arn:aws:s3:::b/a key.txt",
            EXPLICIT,
            Layer.IDENTITY,
        ),
    ),
    (
        (
            f"User: arn:aws:sts::1:assumed-role/voclabs/user=B_T {NOT} iam:GetRole"
            " on resource: role voclabs with an explicit deny in an identity-based policy:"
            " arn:aws:iam::1:policy/Pvoclabs2."
        ),
        Denial(
            "arn:aws:sts::1:assumed-role/voclabs/user=B_T",
            "iam:GetRole",
            "role voclabs",
            EXPLICIT,
            Layer.IDENTITY,
            policy_arn="arn:aws:iam::1:policy/Pvoclabs2",
        ),
    ),
    # without a reason
    (SENTENCE, MATT),
    (f"{SENTENCE}.", MATT),
    (f"{SENTENCE} (Service: AmazonIdentityManagement; Status Code: 403)", MATT),
    (f"User: {WHO} {NOT} iam:ListRoles", Denial(WHO, "iam:ListRoles")),
    (f"{SENTENCE} with an explicit deny", Denial(WHO, "iam:ListRoles", ON, EXPLICIT)),
    (
        f"{SENTENCE} due to an explicit deny in a Service Control Policy",
        Denial(WHO, "iam:ListRoles", ON, EXPLICIT, Layer.SERVICE_CONTROL),
    ),
    # callers of every kind
    *(
        (
            (
                f"User: {who} {NOT} sqs:SendMessage with an explicit deny in a"
                " resource-based policy"
            ),
            Denial(who, "sqs:SendMessage", None, EXPLICIT, Layer.RESOURCE),
        )
        for who in (
            "arn:aws:iam::123456789012:root",
            "arn:aws:sts::1:federated-user/Eve",
            "arn:aws:sts::1:assumed-role/Deploy/i-0abc",
            "s3.amazonaws.com",
            "anonymous",
            "accounts.google.com",
        )
    ),
    # the guide's own examples
    (
        (
            f"User: {JOHN} {NOT} codecommit:ListRepositories because no service"
            " control policy allows the codecommit:ListRespositories action"
        ),
        Denial(JOHN, "codecommit:ListRepositories", None, IMPLICIT, Layer.SERVICE_CONTROL),
    ),
    (
        (f"User: {JOHN} {NOT}\nsts:AssumeRole with an explicit deny in the role trust policy"),
        Denial(JOHN, "sts:AssumeRole", None, EXPLICIT, Layer.RESOURCE, on_trust=True),
    ),
    (
        (
            f"User: {JOHN} {NOT}\nsts:AssumeRole because no role trust policy allows"
            " the sts:AssumeRole action"
        ),
        Denial(JOHN, "sts:AssumeRole", None, IMPLICIT, Layer.RESOURCE, on_trust=True),
    ),
    (
        (
            f"User: {JOHN} {NOT}\ncodedeploy:ListDeployments on resource:"
            " arn:aws:codedeploy:us-east-1:1:deploymentgroup:* with an explicit deny in a sessions"
            " policy"
        ),
        Denial(
            JOHN,
            "codedeploy:ListDeployments",
            "arn:aws:codedeploy:us-east-1:1:deploymentgroup:*",
            EXPLICIT,
            Layer.SESSION,
        ),
    ),
    (
        (
            f"User: {JOHN} {NOT}\nSNS:Publish on resource:"
            " arn:aws:sns:us-east-1:444455556666:topic\nwith an explicit deny in a VPC endpoint"
            " policy"
            " transitively through a service control policy"
        ),
        Denial(
            JOHN,
            "SNS:Publish",
            "arn:aws:sns:us-east-1:444455556666:topic",
            EXPLICIT,
            Layer.ENDPOINT,
            through=Layer.SERVICE_CONTROL,
        ),
    ),
]


@pytest.mark.parametrize(("text", "denial"), FORMS)
def test_what_people_paste(text: str, denial: Denial) -> None:
    assert read_denied_text(text).denial == denial


@pytest.mark.parametrize(
    ("text", "encoded"),
    [
        (
            (
                "You are not authorized to perform this operation. Encoded authorization failure"
                " message:"
                f" {TOKEN}"
            ),
            TOKEN,
        ),
        (
            (
                f"API: ec2:RunInstances You are not authorized to perform this operation. Encoded"
                f" authorization failure message: {TOKEN} (Service: Ec2, Status Code: 403)"
            ),
            TOKEN,
        ),
        (
            f"Encoded authorization failure message: {TOKEN[:40]}\n  {TOKEN[40:80]}\n{TOKEN[80:]}",
            TOKEN,
        ),
        (TOKEN, TOKEN),
        (f"  {TOKEN[:50]}\n{TOKEN[50:]}\n", TOKEN),
    ],
)
def test_an_encoded_message_is_found(text: str, encoded: str) -> None:
    found = read_denied_text(text)
    assert (found.denial, found.encoded) == (None, encoded)


def test_an_encoded_message_beside_the_words_is_found_too() -> None:
    found = read_denied_text(f"{SENTENCE}. Encoded authorization failure message: {TOKEN}")
    assert (found.denial, found.encoded) == (MATT, TOKEN)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "User: ",
        "Access Denied",
        "AccessDenied: User is not authorized",
        "short-token",
        f"User:  {NOT} iam:ListRoles",
        "x" * (LONGEST + 1),
        f"User: {BOB} {NOT} everything",
    ],
)
def test_other_texts_are_an_error_that_shows_the_form(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_denied_text(text)
    assert caught.value.code == "UnreadableMessage"
    assert len(text) > LONGEST or "is not authorized to perform" in str(caught.value.hint)


PIECES = [
    "User: ",
    f" {NOT} ",
    "iam:ListRoles",
    " on resource: ",
    KEY,
    BECAUSE,
    " with an explicit deny",
    " in a session policy",
    ": arn:aws:iam::1:policy/p",
    "\n",
    '\\"',
    " ",
    "Encoded authorization failure message: ",
    TOKEN,
    " transitively through a session policy",
]


@given(st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=9)), max_size=30).map("".join))
@example("User: " * 2_700)
@example(f"User: a {NOT} " * 430)
@example(f"User: a {NOT} a:b on resource: arn:" + "with an " * 1_900)
@example("Encoded authorization failure message: " + "A" * 40 + "\n A" * 5_000)
def test_any_text_is_read_or_refused_and_soon(text: str) -> None:
    def read() -> None:
        try:
            found = read_denied_text(text)
        except InvalidInput:
            return
        assert found.denial is not None or found.encoded

    assert cpu_of(read) < 2
