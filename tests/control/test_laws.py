"""Laws of the rules that stand apart from the store: tags, paths, sizes, identifiers."""

from __future__ import annotations

import random
import re
from functools import partial
from importlib import import_module
from pkgutil import iter_modules

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doorward import control
from doorward.control import names, tags
from doorward.control.errors import ControlError, Message
from doorward.control.ids import Ids
from doorward.control.quotas import (
    OF_ACCOUNTS,
    QUOTAS,
    RAISED,
    at_most,
    most,
    put,
    significant,
    within,
)
from doorward.control.tags import Identity
from doorward.model.ids import account_of
from doorward.model.principal import Tags
from doorward.model.snapshot import Snapshot
from doorward.policy.folding import fold
from tests.control.estate import A, B, Estate

_KEYS = st.text(alphabet="aAbBkK", min_size=1, max_size=2)
_TAGS = st.lists(st.tuples(_KEYS, _KEYS), max_size=6).map(tuple)
_IDENTITIES = st.sampled_from([tags.exact, tags.ignoring_case])


def _unique(given_tags: Tags, same: Identity) -> Tags:
    return tuple({same(key): (key, value) for key, value in given_tags}.values())


@given(present=_TAGS, new=_TAGS, same=_IDENTITIES)
def test_merged_tags_hold_all_that_was_given(present: Tags, new: Tags, same: Identity) -> None:
    present, new = _unique(present, same), _unique(new, tags.ignoring_case)
    result = tags.merged(present, new, same)
    assert set(new) <= set(result)
    assert {same(key) for key, _ in result} == {same(key) for key, _ in (*present, *new)}
    assert tags.merged(result, new, same) == result
    assert tags.without(result, [key for key, _ in result], same) == ()


@given(new=_TAGS, same=_IDENTITIES)
def test_a_key_given_twice_is_refused(new: Tags, same: Identity) -> None:
    """A call's own keys are compared whatever their case, as condition keys are (C15)."""
    twice = len({fold(key) for key, _ in new}) != len(new)
    if twice:
        with pytest.raises(ControlError, match="Duplicate tag keys"):
            tags.merged((), new, same)
    else:
        assert tags.merged((), new, same) == new


@given(st.text(alphabet="/a. é", max_size=8))
def test_a_path_is_segments_between_slashes(text: str) -> None:
    segments = text.split("/")
    good = text == "/" or (
        text.startswith("/")
        and text.endswith("/")
        and len(text) > 1
        and all(part and part.isascii() and " " not in part for part in segments[1:-1])
    )
    if good:
        assert names.path(text) == text
    else:
        with pytest.raises(ControlError, match="path is invalid"):
            names.path(text)


@given(st.text(alphabet=" \t\n\rx{}", max_size=30))
def test_white_space_is_not_counted(text: str) -> None:
    assert significant(text) == len(re.sub(r"\s", "", text))


@pytest.mark.parametrize("name", sorted(QUOTAS))
def test_a_quota_admits_its_limit_and_no_more(name: str) -> None:
    nobody = Snapshot.empty()
    at_most(name, QUOTAS[name])
    within(nobody, A, name, QUOTAS[name])
    for check in (at_most, partial(within, nobody, A)):
        with pytest.raises(ControlError) as caught:
            check(name, QUOTAS[name] + 1)
        assert caught.value.code == "LimitExceeded"
        assert caught.value.message == f"Cannot exceed quota for {name}: {QUOTAS[name]}"


@pytest.mark.parametrize("name", sorted(OF_ACCOUNTS))
def test_a_quota_of_one_account_is_of_no_other(estate: Estate, name: str) -> None:
    """IAM User Guide, "IAM and AWS STS quotas": adjustable ones up to a maximum."""
    for value in (0, most(name), 1):
        estate.run(put, A, name, value)
        estate.run(within, A, name, value)
        error = estate.refusal(within, A, name, value + 1)
        assert error.message == f"Cannot exceed quota for {name}: {value}"
        estate.run(within, B, name, QUOTAS[name])
    for value in (-1, most(name) + 1):
        assert estate.refusal(put, A, name, value).code == "ValidationException"
    assert estate.refusal(put, "999999999999", name, 1).code == "ResourceNotFoundException"


def test_other_quotas_are_one_for_all(estate: Estate) -> None:
    fixed = QUOTAS.keys() - OF_ACCOUNTS
    assert {estate.refusal(put, A, name, 1).code for name in fixed} == {"ValidationException"}
    assert estate.refusal(put, A, "None", 1).code == "ValidationException"
    assert set(RAISED) < OF_ACCOUNTS < set(QUOTAS)


@given(seed=st.integers(0, 2**32), account=st.from_regex(r"[0-9]{12}", fullmatch=True))
def test_identifiers_have_their_forms(seed: int, account: str) -> None:
    """Patterns of the service models; IAM User Guide, "IAM identifiers"."""
    ids = Ids(random.Random(seed).randbytes)
    root = ids.root_id()
    for pattern, value in (
        (r"AIDA[A-Z2-7]{17}", ids.unique_id("AIDA", account)),
        (r"AGPA[A-Z2-7]{17}", ids.unique_id("AGPA", account)),
        (r"AKIA[A-Z2-7]{16}", ids.access_key_id("AKIA", account)),
        (r"[1-9][0-9]{11}", ids.account_id()),
        (r"o-[a-z0-9]{10,32}", ids.organization_id()),
        (r"r-[0-9a-z]{4,32}", root),
        (rf"ou-{root[2:]}-[a-z0-9]{{8,32}}", ids.organizational_unit_id(root)),
        (r"p-[0-9a-zA-Z_]{8,128}", ids.organization_policy_id()),
        (r"car-[a-z0-9]{8,32}", ids.account_creation_id()),
        (r"ASPA[A-Z2-7]{28}", ids.long_id("ASPA", account)),
        (r"[A-Z2-7]{32}", ids.long_id("", account)),
        (r"[A-Za-z0-9+/]{40}", ids.secret()),
        (r"[A-Z2-7]{64}", ids.seed()),
        (r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", ids.uuid()),
    ):
        assert re.fullmatch(pattern, value), (pattern, value)
    assert account_of(ids.unique_id("AROA", account)) == account
    assert account_of(ids.access_key_id("AKIA", account)) == account
    assert account_of(ids.long_id("ASPA", account)) == account


@pytest.mark.parametrize(
    ("identifier", "account"),
    [
        # Published with the account, with tools that read ids (see ``account_of``).
        ("ASIAQNZGKIQY56JQ7WML", "029608264753"),
        # AWS's example of the older form, which holds no account.
        ("AKIAIOSFODNN7EXAMPLE", None),
        ("AKIA" + "7" * 16, None),
        ("AKIAQNZGKIQY56JQ7WM", None),
        ("AKIAQNZGKIQY56JQ7WM1", None),
        ("", None),
    ],
)
def test_an_id_of_aws_s_says_its_account(identifier: str, account: str | None) -> None:
    assert account_of(identifier) == account


def test_every_message_is_of_a_code_that_the_service_models_know() -> None:
    """A code outside the models would reach clients as an error that they cannot name."""
    from doorward.wire import faults, models

    def errors_of(service: str) -> set[str]:
        return set(models.service(service).errors)

    tables = [each.name for each in iter_modules(control.__path__) if "messages" in each.name]
    assert {"credential_messages", "messages", "password_messages"} <= set(tables)
    rows = {
        f"{table}.{name}": row
        for table in tables
        for name, row in vars(import_module(f"doorward.control.{table}")).items()
        if isinstance(row, Message)
    }
    assert len(rows) > 60
    for name, row in rows.items():
        owners = [each for each in ("iam", "sts", "organizations") if row.code in errors_of(each)]
        common = "organizations" if row.code.endswith("Exception") else "iam"
        service = owners[0] if owners else common
        assert faults.fault(service, row.code, row.text).code == row.code, name


def test_folding_is_of_ascii_alone() -> None:
    assert tags.merged((("K", "1"),), (("\u212a", "2"),), fold) == (("K", "1"), ("\u212a", "2"))
