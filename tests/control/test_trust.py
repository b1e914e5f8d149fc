"""Trust policies: the principals that may stand in one, and AWS's words for those that may not."""

from __future__ import annotations

import re

import pytest

from doorward.control import roles
from tests.control.estate import NOW, TRUST, A, B, Estate, trust


@pytest.fixture
def estate_with_people(estate: Estate) -> Estate:
    estate.user("Ann", path="/eng/")
    estate.role("Ops", path="/x/")
    return estate


@pytest.mark.parametrize(
    "principal",
    [
        '"*"',
        '{"AWS":"*"}',
        f'{{"AWS":"{B}"}}',
        f'{{"AWS":["arn:aws:iam::{A}:root","arn:aws:iam::{B}:root"]}}',
        f'{{"AWS":"arn:aws:iam::{A}:user/eng/Ann"}}',
        f'{{"AWS":"arn:aws:iam::{A}:role/x/Ops"}}',
        f'{{"AWS":"arn:aws:sts::{A}:assumed-role/Ops/session"}}',
        f'{{"AWS":"arn:aws:sts::{A}:federated-user/bob"}}',
        '{"Service":["ec2.amazonaws.com","states.us-east-1.amazonaws.com"]}',
        '{"Federated":"cognito-identity.amazonaws.com"}',
    ],
)
def test_principals_that_exist(estate_with_people: Estate, principal: str) -> None:
    """IAM User Guide, "AWS JSON policy elements: Principal"."""
    role = estate_with_people.role("r", trust(principal))
    assert estate_with_people.run(roles.shown, role).trust_policy == trust(principal)
    assert re.search(r":(user|role|assumed-role)/", role.trust_policy) is None


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("AWS", "999999999999"),
        ("AWS", "arn:aws:iam::999999999999:root"),
        ("AWS", f"arn:aws:iam::{A}:user/Ann"),
        ("AWS", f"arn:aws:iam::{A}:user/eng/ann"),
        ("AWS", f"arn:aws:iam::{A}:user/*"),
        ("AWS", f"arn:aws:iam::{A}:role/Ops"),
        ("AWS", f"arn:aws:iam::{A}:role/none"),
        ("AWS", f"arn:aws:iam::{A}:group/g"),
        ("AWS", f"arn:aws:sts::{A}:assumed-role/none/s"),
        ("AWS", f"arn:aws:sts::{A}:assumed-role/Ops/*"),
        ("AWS", f"arn:aws:sts::{A}:assumed-role/Ops"),
        ("AWS", f"arn:aws:s3::{A}:bucket"),
        ("AWS", f"arn:aws:s3::{A}:root"),
        ("AWS", "AIDAAAAAAAAAAAAAAAAAA"),
        ("AWS", "everyone"),
        ("Service", "ec2"),
        ("Service", "ec2.example.com"),
        ("Federated", f"arn:aws:iam::{A}:saml-provider/none"),
        ("CanonicalUser", "79a59df900b949e55d96a1e698fbacedfd6e09d98eacf8f8d5218e7cd47ef2be"),
    ],
)
def test_principals_that_do_not_exist(estate_with_people: Estate, kind: str, value: str) -> None:
    """Recorded in public issues: terraform-provider-aws 8905 ("AWS"), terraform 35086 ("SERVICE").

    The spelling "FEDERATED" and "CANONICALUSER" follows "SERVICE".
    """
    error = estate_with_people.refusal(
        roles.create,
        A,
        name="r",
        trust_policy=trust(f'{{"{kind}":"{value}"}}'),
        now=NOW,
        ids=estate_with_people.ids,
    )
    spelt = kind if kind == "AWS" else kind.upper()
    assert (error.code, error.message) == (
        "MalformedPolicyDocument",
        f'Invalid principal in policy: "{spelt}":"{value}"',
    )


def test_a_unique_id_is_a_principal_while_it_exists(estate_with_people: Estate) -> None:
    user = estate_with_people.user("Bob")
    text = trust(f'{{"AWS":"{user.id}"}}')
    role = estate_with_people.role("r", text)
    assert role.trust_policy == text
    shown = estate_with_people.run(roles.shown, role)
    assert shown.trust_policy == trust(f'{{"AWS":"{user.arn}"}}')


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "This policy contains invalid Json"),
        ('{"Statement":[]}', "Syntax errors in policy."),
        # hashicorp/terraform-provider-aws pull request 12267
        ("\n" + TRUST, "JSON strings must not have leading spaces"),
        (
            TRUST.replace("2012-10-17", "2001-01-01"),
            "Policy document must be version 2012-10-17 or greater.",
        ),
        (TRUST.replace('"Action"', '"Resource":"*","Action"'), "Has prohibited field Resource"),
        (
            '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole"}}',
            "Missing required field Principal",
        ),
        (
            TRUST.replace('"Principal"', '"NotPrincipal"'),
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
        (
            TRUST.replace("sts:AssumeRole", "s3:GetObject"),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            TRUST.replace("sts:AssumeRole", "*"),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            TRUST.replace("sts:AssumeRole", "AssumeRole"),
            "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.",
        ),
        (
            trust('{"Federated":"not a domain"}'),
            "Federated principals must be valid domain names or SAML metadata ARNs",
        ),
    ],
)
def test_trust_policies_are_refused_in_the_words_of_aws(
    estate: Estate, text: str, message: str
) -> None:
    """Texts recorded from AWS in public issue trackers."""
    error = estate.refusal(roles.create, A, name="r", trust_policy=text, now=NOW, ids=estate.ids)
    assert (error.code, error.message) == ("MalformedPolicyDocument", message)


def test_a_trust_policy_has_2048_characters_at_most(estate: Estate) -> None:
    """Text: "Cannot exceed quota for ACLSizePerRole: 2048" (kubeflow issue 6687)."""
    role = estate.role("r", TRUST.replace(",", "," + " " * 3000))
    long = TRUST.replace('"Effect"', '"Sid":"' + "x" * 2048 + '","Effect"')
    error = estate.refusal(roles.update_trust, role, long)
    assert (error.code, error.message) == (
        "LimitExceeded",
        "Cannot exceed quota for ACLSizePerRole: 2048",
    )
    newer = trust(f'{{"AWS":"{B}"}}')
    assert estate.run(roles.update_trust, role, newer).trust_policy == newer
