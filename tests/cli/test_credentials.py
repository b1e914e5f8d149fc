"""``doorward credentials`` on a store: for people, for programs, and as AWS's report."""

from __future__ import annotations

import csv
import json
from io import StringIO

import pytest

from doorward.analysis.report import credentials
from doorward.cli.terminal import printable
from doorward.model.credential import AccessKey, KeyStatus
from doorward.model.directory import Transaction
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.store.database import Store
from doorward.usecases.clock import system_clock
from tests.cli.running import doorward
from tests.live import ACCOUNT

OTHER = "444455556666"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A store with two accounts, whose first root user has a key."""
    url = f"sqlite:///{tmp_path_factory.mktemp('credentials')}/doorward.db"
    now = system_clock()
    made = Store.open(url)
    made.migrate()

    def work(transaction: Transaction) -> None:
        for number in (ACCOUNT, OTHER):
            transaction.add(Account(number, f"account {number}", now))
        transaction.add(User(ACCOUNT, "ana", "AIDAANA", now))
        transaction.add(User(ACCOUNT, "\x1b[31mbob", "AIDABOB", now))
        transaction.add(AccessKey("AKIAROOT", ACCOUNT, ACCOUNT, b"sealed", now))
        for name in ("AKIAONE", "AKIATWO"):
            transaction.add(AccessKey(name, ACCOUNT, "AIDAANA", b"sealed", now, KeyStatus.ACTIVE))

    made.write(work)
    made.close()
    return url


def test_the_table_has_the_root_user_first(store: str) -> None:
    done = doorward("credentials", "--store", store, "--account", ACCOUNT)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.decode().splitlines()
    assert lines[1].startswith("<root_account>")
    assert "Delete access key 1 of the root user (+1)" in lines[1]
    assert lines[2].startswith("ana")
    assert "Delete one of two access keys (+1)" in lines[2]
    assert "\x1b" not in done.stdout.decode()


def test_every_account_is_told_of(store: str) -> None:
    done = doorward("credentials", "--store", store, "--output", "json")
    assert done.returncode == 0, done.stderr
    users = json.loads(done.stdout)["Users"]
    assert [each["Account"] for each in users if each["IsRoot"]] == [ACCOUNT, OTHER]
    assert users[0]["Next"] == "Delete access key 1 of the root user"
    assert "sealed" not in done.stdout.decode()


def test_csv_is_awss_report(store: str) -> None:
    done = doorward("credentials", "--store", store, "--output", "csv", "--account", ACCOUNT)
    assert done.returncode == 0, done.stderr
    source = Store.open(store)
    snapshot = source.load()
    source.close()
    account = snapshot.get(Account, ACCOUNT)
    assert account is not None
    found = [tuple(row) for row in csv.reader(StringIO(done.stdout.decode()))]
    said = credentials.rows(snapshot, account, {})
    assert found == [tuple(printable(cell) for cell in row) for row in said]


def test_an_account_that_is_not_there(store: str) -> None:
    done = doorward("credentials", "--store", store, "--account", "999988887777")
    assert done.returncode == 2
    assert b"there is no account 999988887777" in done.stderr
