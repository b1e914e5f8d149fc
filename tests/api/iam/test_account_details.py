"""GetAccountAuthorizationDetails and the reader of exported estates are each other's inverse.

Random estates (groups, boundaries, AWS's policies, several accounts, an organization) are answered
page after page and read back; the questions of ``tests.importers`` then get the same decisions, by
the same statements. No server: the operation is called on a directory.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from doorward.api.iam.account_details import Kind
from doorward.api.operation import REGISTRY
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.identity import Group, ManagedPolicy, Role, User
from doorward.model.organization import Account
from doorward.model.snapshot import Snapshot
from tests.api.asking import call
from tests.importers.estate_writer import AS_TEXT, files
from tests.importers.random_estates import questions, random_estate
from tests.importers.test_estate_laws import decision
from tests.importers.test_policy_files import written

LISTS = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")


def pages(directory: Snapshot, account: str, **given: Any) -> Iterator[dict[str, Any]]:
    """Yield every page that the operation answers to somebody of ``account``."""
    made = call(directory)
    made = structs.replace(made, caller=structs.replace(made.caller, account=account))
    operation = REGISTRY["iam", "GetAccountAuthorizationDetails"]
    marker = None
    while True:
        page = operation.answer(operation.handler(made, marker=marker, **given))
        yield {name: value for name, value in page.items() if value is not None}
        marker = page["Marker"]
        if marker is None:
            return


def as_json(page: dict[str, Any]) -> str:
    """Return a page as the AWS CLI writes it: what is ``None`` is not on the wire."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: clean(each) for name, each in value.items() if each is not None}
        if isinstance(value, list):
            return [clean(each) for each in value]
        return value.isoformat() if isinstance(value, datetime) else value

    return json.dumps(clean(page))


@pytest.mark.parametrize("seed", range(5))
def test_what_is_answered_is_read_back_and_decides_the_same(seed: int, tmp_path: Path) -> None:
    original, draw = random_estate(seed), random.Random(seed)
    found: dict[str, object] = {
        name: content
        for name, content in files(original, AS_TEXT).items()
        if not name.endswith("details.json")
    }
    for account in original.all(Account):
        size = draw.choice([1, 3, 1000])
        for number, page in enumerate(pages(original, account.id, max_items=size)):
            found[f"{account.id}/{number}.json"] = as_json(page)
    estate = read_estate(written(tmp_path, found))
    assert estate.problems == ()
    for asked in questions(original, seed, 12):
        assert decision(estate, *asked) == decision(Estate(original, ()), *asked)


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_pages_go_through_the_lists_in_their_order(size: int) -> None:
    """However large the pages are, they hold the same, each entity once, list after list."""
    estate = random_estate(3)
    account = estate.all(User)[0].account
    (whole,) = pages(estate, account, max_items=1000)
    cut = list(pages(estate, account, max_items=size))
    for name in LISTS:
        assert [each for page in cut for each in page[name]] == whole[name]
        assert whole[name]
    filled = [
        rank for page in cut for rank, name in enumerate(LISTS) for _ in range(len(page[name]))
    ]
    assert filled == sorted(filled)
    sizes = [sum(len(page[name]) for name in LISTS) for page in cut]
    assert sizes[:-1] == [size] * (len(sizes) - 1)
    assert [page["IsTruncated"] for page in cut] == [True] * (len(cut) - 1) + [False]


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.value)
def test_a_filter_chooses_one_kind(kind: Kind) -> None:
    """IAM API Reference, GetAccountAuthorizationDetails, Filter."""
    estate = random_estate(3)
    account = estate.all(User)[0].account
    (page,) = pages(estate, account, filter=[kind.value])
    expected = {
        Kind.USER: {each.arn for each in estate.find(User, account=account)},
        Kind.GROUP: {each.arn for each in estate.find(Group, account=account)},
        Kind.ROLE: {each.arn for each in estate.find(Role, account=account)},
        Kind.LOCAL_POLICY: {each.arn for each in estate.find(ManagedPolicy, account=account)},
        Kind.AWS_POLICY: {"arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
    }
    assert {each["Arn"] for name in LISTS for each in page[name]} == expected[kind]
