"""What AWS reports of an organization: delegations, and policies that decide on no request.

Provenance: Organizations API Reference, ListDelegatedAdministrators,
ListDelegatedServicesForAccount, DescribeResourcePolicy, ListPolicies; botocore's model of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest

from doorward.engine.request_form import request
from doorward.importers.estate.ask import ask, question
from doorward.importers.estate.delegations import ADMINISTRATOR_MEMBERS
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.evidence import Source
from doorward.model.organization_report import DeclaredPolicy, DeclaredType, Delegate
from doorward.model.schema import SCHEMAS
from doorward.policy.problem import Severity
from tests.importers.test_estate_formats import A as ALICES
from tests.importers.test_estate_formats import example
from tests.importers.test_estate_problems import ALICE, KEY, NAMES, places, put
from tests.importers.test_policy_files import written

A, B, ORG = "111122223333", "444455556666", "o-exampleorg1"
GUARDDUTY, CONFIG = "guardduty.amazonaws.com", "config.amazonaws.com"
T = "2026-01-02T03:04:05+00:00"
BUNDLE: dict[str, Any] = {
    "Organization": {"Id": ORG, "MasterAccountId": A},
    "Roots": [{"Id": "r-exam"}],
    "Accounts": [{"Id": each, "ParentId": "r-exam"} for each in (A, B)],
}
OPT_OUT = '{"services": {"default": {"opt_out_policy": {"@@assign": "optOut"}}}}'
POLICY = {
    "Id": "p-optout0001", "Arn": "arn:aws:organizations::x", "Name": "ai", "AwsManaged": False,
    "Description": "", "Type": "AISERVICES_OPT_OUT_POLICY", "Content": OPT_OUT,
    "Targets": ["r-exam", B],
}  # fmt: skip
TAG = POLICY | {"Id": "p-tags000001", "Type": "TAG_POLICY", "Content": {"tags": {}}, "Targets": []}


def administrator(account: str, organization: str = ORG) -> dict[str, str]:
    arn = f"arn:aws:organizations::{A}:account/{organization}/{account}"
    return {
        "Id": account, "Arn": arn, "Email": "x@example.com", "Name": "x", "Status": "ACTIVE",
        "JoinedMethod": "CREATED", "JoinedTimestamp": T, "DelegationEnabledDate": T,
    }  # fmt: skip


def services(*principals: str, account: str = B) -> dict[str, Any]:
    rows = [{"ServicePrincipal": each, "DelegationEnabledDate": T} for each in principals]
    return {"AccountId": account, "DelegatedServices": rows}


def resource_policy(content: Any, organization: str = ORG) -> dict[str, Any]:
    arn = f"arn:aws:organizations::{A}:resourcepolicy/{organization}/rp-example1"
    summary = {"Id": "rp-example1", "Arn": arn}
    return {"ResourcePolicy": {"ResourcePolicySummary": summary, "Content": content}}


DELEGATION = {"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Principal": {"AWS": B}, "Action": "organizations:*", "Resource": "*"}
]}  # fmt: skip
ADMINISTRATORS = {"DelegatedAdministrators": [administrator(B)]}


def read(folder: Path, *pages: Any, bundle: dict[str, Any] = BUNDLE) -> Estate:
    files = {f"{number}.json": page for number, page in enumerate(pages)}
    return read_estate(written(folder, {"organization.json": bundle, **files}))


def new(found: Estate) -> set[Source]:
    """What is known of the organization besides itself."""
    assert found.evidence.known[ORG] == found.evidence.known[B]
    return {*found.evidence.known[ORG]} - {Source.ORGANIZATION}


@pytest.mark.parametrize(
    ("pages", "delegates", "known"),
    [
        ([{"DelegatedAdministrators": []}], (),
         {Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES}),
        ([ADMINISTRATORS], (Delegate(B),), {Source.DELEGATED_ADMINISTRATORS}),
        ([ADMINISTRATORS, services(GUARDDUTY, CONFIG)], (Delegate(B, (GUARDDUTY, CONFIG)),),
         {Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES}),
        ([services(CONFIG), ADMINISTRATORS, services(account=A)], (Delegate(B, (CONFIG,)),),
         {Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES}),
        ([ADMINISTRATORS, services(CONFIG, account=A)], (Delegate(B),),
         {Source.DELEGATED_ADMINISTRATORS}),
        ([ADMINISTRATORS | {"NextToken": "n"}, {"DelegatedAdministrators": [administrator(A)]}],
         (Delegate(A), Delegate(B)), {Source.DELEGATED_ADMINISTRATORS}),
    ],
    ids=["none", "one", "its services", "in another order", "another's services", "pages"],
)  # fmt: skip
def test_who_is_a_delegated_administrator(
    pages: list[Any], delegates: tuple[Delegate, ...], known: set[Source], tmp_path: Path
) -> None:
    found = read(tmp_path, *pages)
    assert found.problems == ()
    assert found.evidence.organizations[ORG].delegates == delegates
    assert new(found) == known


@pytest.mark.parametrize(
    ("page", "broken"),
    [
        (ADMINISTRATORS | {"NextToken": "n"},
         {Source.DELEGATED_ADMINISTRATORS, Source.DELEGATED_SERVICES}),
        (services(CONFIG) | {"NextToken": "n"}, {Source.DELEGATED_SERVICES}),
    ],
)  # fmt: skip
def test_a_page_that_others_follow_is_not_whole(
    page: dict[str, Any], broken: set[Source], tmp_path: Path
) -> None:
    found = read(tmp_path, page)
    assert [each.code for each in found.problems] == ["PAGES_MISSING"]
    assert found.broken[ORG].keys() == broken
    assert not new(found) & broken


@pytest.mark.parametrize(
    ("page", "says"),
    [
        ({"ResourcePolicy": None}, None),
        (resource_policy(json.dumps(DELEGATION)), DELEGATION),
        (resource_policy(DELEGATION), DELEGATION),
        ({"ResourcePolicy": {"Content": json.dumps(DELEGATION)}}, DELEGATION),
    ],
    ids=["none", "text", "object", "of no ARN"],
)
def test_the_resource_policy(page: dict[str, Any], says: Any, tmp_path: Path) -> None:
    found = read(tmp_path, page)
    assert found.problems == ()
    text = found.evidence.organizations[ORG].resource_policy
    assert (json.loads(text) if text is not None else None) == says
    assert new(found) == {Source.DELEGATION_POLICY}


def other(folder: Path, *pages: Any, **places: Any) -> Estate:
    """An estate of two organizations; ``places`` are pages by folder."""
    second = json.loads(json.dumps(BUNDLE).replace(ORG, "o-second0001").replace("r-exam", "r-sec"))
    second |= {"Organization": {"Id": "o-second0001", "MasterAccountId": "999988887777"}}
    second["Accounts"] = [{"Id": "999988887777", "ParentId": "r-sec"}]
    files = {"a.json": BUNDLE, "b.json": second}
    files |= {f"{number}.json": page for number, page in enumerate(pages)}
    return read_estate(written(folder, files | places))


def test_an_answer_is_about_the_organization_that_it_names(tmp_path: Path) -> None:
    page = resource_policy(DELEGATION, "o-second0001")
    found = other(tmp_path, page, {"DelegatedAdministrators": [administrator(B)]})
    assert found.problems == ()
    reports = found.evidence.organizations
    assert (reports[ORG].resource_policy, reports["o-second0001"].delegates) == (None, ())
    assert reports[ORG].delegates == (Delegate(B),)
    assert found.evidence.knows("o-second0001", Source.DELEGATION_POLICY)


def test_an_answer_that_names_none_is_about_its_folders(tmp_path: Path) -> None:
    found = other(tmp_path, **{"999988887777/p.json": {"ResourcePolicy": None}})
    assert found.problems == ()
    assert found.evidence.knows("o-second0001", Source.DELEGATION_POLICY)
    assert not found.evidence.knows(ORG, Source.DELEGATION_POLICY)


def test_an_answer_about_nobody_knows_what_breaks_them_all(tmp_path: Path) -> None:
    found = other(tmp_path, {"ResourcePolicy": None})
    assert [(each.code, each.severity) for each in found.problems] == [
        ("UNKNOWN_ORGANIZATION", Severity.ERROR)
    ]
    assert {ORG, "o-second0001"} < found.broken.keys()
    assert found.broken[ORG].keys() == {Source.DELEGATION_POLICY}


def test_an_answer_about_an_organization_that_is_not_here_is_a_warning(tmp_path: Path) -> None:
    found = read(tmp_path, resource_policy(DELEGATION, "o-elsewhere1"))
    assert [(each.code, each.severity) for each in found.problems] == [
        ("UNKNOWN_ORGANIZATION", Severity.WARNING)
    ]
    assert found.broken == {}
    assert new(found) == set()


@pytest.mark.parametrize(
    ("page", "code", "broken"),
    [
        ({"DelegatedAdministrators": None}, "INVALID_TYPE", Source.DELEGATED_ADMINISTRATORS),
        ({"DelegatedAdministrators": [{}]}, "MISSING_FIELD", Source.DELEGATED_ADMINISTRATORS),
        ({"DelegatedAdministrators": [{"Id": "7"}]}, "INVALID_VALUE",
         Source.DELEGATED_ADMINISTRATORS),
        ({"DelegatedServices": []}, "MISSING_FIELD", Source.DELEGATED_SERVICES),
        (services(CONFIG) | {"DelegatedServices": [{}]}, "MISSING_FIELD",
         Source.DELEGATED_SERVICES),
        ({"ResourcePolicy": {}}, "MISSING_FIELD", Source.DELEGATION_POLICY),
        ({"ResourcePolicy": "x"}, "INVALID_TYPE", Source.DELEGATION_POLICY),
        (resource_policy("{"), "JSON_SYNTAX_ERROR", Source.DELEGATION_POLICY),
        (resource_policy(DELEGATION, "x"), "INVALID_VALUE", Source.DELEGATION_POLICY),
    ],
)  # fmt: skip
def test_what_cannot_be_used_breaks_its_source(
    page: Any, code: str, broken: Source, tmp_path: Path
) -> None:
    found = read(tmp_path, page)
    (problem,) = found.problems
    assert (problem.code, problem.severity) == (code, Severity.ERROR)
    assert broken in found.broken[ORG]
    assert Source.ORGANIZATION not in found.broken[ORG]


def test_two_resource_policies_are_no_knowledge(tmp_path: Path) -> None:
    found = read(tmp_path, {"ResourcePolicy": None}, resource_policy(DELEGATION))
    assert [each.code for each in found.problems] == ["CONFLICTING_ENTRIES"]
    assert found.broken[ORG].keys() == {Source.DELEGATION_POLICY}


# ------------------------------------------------------------------- policies that declare


def with_policies(*policies: Any, **more: Any) -> dict[str, Any]:
    return BUNDLE | {"Policies": list(policies), **more}


def test_policies_that_declare_are_read_with_their_targets(tmp_path: Path) -> None:
    found = read(tmp_path, bundle=with_policies(POLICY, TAG))
    assert found.problems == ()
    first, second = found.evidence.organizations[ORG].declared
    assert first == DeclaredPolicy(
        "p-optout0001", DeclaredType.AISERVICES_OPT_OUT_POLICY, "ai", OPT_OUT, ("r-exam", B)
    )
    assert (second.type, json.loads(second.content)) == (DeclaredType.TAG_POLICY, {"tags": {}})
    assert new(found) == {Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES}


@pytest.mark.parametrize(
    ("more", "known"),
    [
        ({}, set()),
        ({"Policies": []}, set()),
        ({"ListedPolicyTypes": ["SERVICE_CONTROL_POLICY", "TAG_POLICY"]}, {Source.TAG_POLICIES}),
        ({"Policies": [POLICY]}, {Source.AI_OPT_OUT_POLICIES}),
        ({"Policies": [POLICY], "ListedPolicyTypes": ["TAG_POLICY"]},
         {Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES}),
    ],
    ids=["nothing", "no policies", "asked for", "one is there", "both"],
)  # fmt: skip
def test_that_there_is_none_is_known_where_it_was_asked(
    more: dict[str, Any], known: set[Source], tmp_path: Path
) -> None:
    found = read(tmp_path, bundle=BUNDLE | more)
    assert found.problems == ()
    assert new(found) == known


@pytest.mark.parametrize(
    ("types", "enabled"),
    [
        (None, None),
        ([], frozenset()),
        ([{"Type": "TAG_POLICY", "Status": "ENABLED"}], frozenset({"TAG_POLICY"})),
        ([{"Type": "TAG_POLICY", "Status": "PENDING_ENABLE"}], frozenset()),
    ],
)
def test_which_types_are_in_force(types: Any, enabled: Any, tmp_path: Path) -> None:
    root = {"Id": "r-exam"} | ({} if types is None else {"PolicyTypes": types})
    found = read(tmp_path, bundle=BUNDLE | {"Roots": [root]})
    assert found.evidence.organizations[ORG].enabled == enabled


@pytest.mark.parametrize(
    "change",
    [
        {"Content": "{"}, {"Content": "[]"}, {"Content": 7}, {"Content": None},
        {"Targets": "r-exam"}, {"Targets": [7]}, {"Name": 7},
    ],
)  # fmt: skip
def test_one_that_cannot_be_used_breaks_its_type_alone(
    change: dict[str, Any], tmp_path: Path
) -> None:
    found = read(tmp_path, bundle=with_policies(POLICY | change, TAG))
    assert [each.severity for each in found.problems] == [Severity.ERROR]
    assert found.broken[ORG].keys() == {Source.AI_OPT_OUT_POLICIES}
    assert new(found) == {Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES}


def test_two_of_one_id_are_no_knowledge(tmp_path: Path) -> None:
    found = read(tmp_path, bundle=with_policies(POLICY, POLICY | {"Targets": []}))
    assert [each.code for each in found.problems] == ["CONFLICTING_ENTRIES"]
    assert found.broken[ORG].keys() == {Source.AI_OPT_OUT_POLICIES}


def test_types_that_are_asked_for_are_names(tmp_path: Path) -> None:
    found = read(tmp_path, bundle=BUNDLE | {"ListedPolicyTypes": [7]})
    assert [each.code for each in found.problems] == ["INVALID_TYPE"]
    assert found.broken[ORG].keys() == {Source.AI_OPT_OUT_POLICIES, Source.TAG_POLICIES}


def decided(folder: Path, *policies: Any) -> tuple[str, list[Any]]:
    """What the example estate says with more policies: a decision, and all that it holds."""
    files = {name: example(name) for name in NAMES}
    files["organization.json"]["Policies"] += policies
    found = read_estate(written(folder, files))
    asked = question(found, request(principal=ALICE, action="s3:GetObject", resource=KEY))
    held: list[Any] = [found.snapshot.all(kind) for kind in SCHEMAS]
    return ask(found, asked).decision.effect.value, held


DENYING = json.dumps({"Version": "2012-10-17", "Statement": [
    {"Effect": "Deny", "Action": "*", "Resource": "*"}
]})  # fmt: skip


@pytest.mark.parametrize(
    "policy",
    [
        POLICY | {"Content": DENYING, "Targets": ["r-exam", ALICES]},
        TAG | {"Content": DENYING, "Targets": ["r-exam"]},
        POLICY | {"Content": "{", "Targets": ["r-exam"]},
        POLICY | {"Content": OPT_OUT, "Targets": "everywhere"},
        {"Id": "p-tags000001", "Type": "TAG_POLICY"},
    ],
    ids=["denying", "a tag policy, denying", "torn", "attached anywhere", "without content"],
)
def test_they_never_take_part_in_a_decision(policy: dict[str, Any], tmp_path: Path) -> None:
    """Neither what they say, nor that it cannot be read: allowed stays allowed."""
    effect, held = decided(tmp_path / "without")
    assert effect == "ALLOW"
    assert decided(tmp_path / "with", policy) == (effect, held)


def test_whatever_stands_anywhere_is_never_an_exception(tmp_path: Path) -> None:
    pages = {
        "organization.json": with_policies(POLICY, TAG, ListedPolicyTypes=["TAG_POLICY"]),
        "a.json": ADMINISTRATORS,
        "s.json": services(CONFIG), "p.json": resource_policy(DELEGATION),
    }  # fmt: skip
    hostile: tuple[Any, ...] = (None, 7, "x", [], {}, [None], {"a": None})
    every = [(name, each) for name, value in pages.items() for each in places(value)]
    for number, (name, pointer) in enumerate(every):
        files = json.loads(json.dumps(pages))
        put(name, pointer, hostile[number % len(hostile)])(files)
        found = read_estate(written(tmp_path, files))
        assert found.problems or A in found.evidence.known, (name, pointer)


def test_an_organization_without_accounts_is_known_by_nothing_else(tmp_path: Path) -> None:
    found = read_estate(written(tmp_path, {"o.json": BUNDLE | {"Accounts": []}}))
    assert found.evidence.known == {ORG: {Source.ORGANIZATION}}


def test_every_member_that_aws_may_send_is_known() -> None:
    """Held against the service model, so that a member which AWS adds is noticed here."""
    model = botocore.session.get_session().get_service_model("organizations")
    assert set(model.shape_for("DelegatedAdministrator").members) == ADMINISTRATOR_MEMBERS
    assert set(model.shape_for("DelegatedService").members) == {
        "ServicePrincipal", "DelegationEnabledDate",
    }  # fmt: skip
    assert set(model.shape_for("ResourcePolicy").members) == {"ResourcePolicySummary", "Content"}
    assert {each.value for each in DeclaredType} < set(model.shape_for("PolicyType").enum)
