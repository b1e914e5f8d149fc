"""``doorward credentials`` on a store: for people, for programs, and as AWS's report."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import pytest

from doorward.analysis.report import credentials
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
        transaction.add(User(OTHER, "\x1b[31mbob", "AIDABOB", now))
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
    assert found == list(credentials.rows(snapshot, account, {}))


@pytest.mark.parametrize("form", ["text", "csv", "json"])
def test_names_do_not_steer_the_terminal(store: str, form: str) -> None:
    done = doorward("credentials", "--store", store, "--output", form)
    assert b"\x1b" not in done.stdout
    assert b"[31mbob" in done.stdout


def test_an_account_that_is_not_there(store: str) -> None:
    done = doorward("credentials", "--store", store, "--account", "999988887777")
    assert done.returncode == 2
    assert b"there is no account 999988887777" in done.stderr


def test_an_exported_estate_is_told_of_as_the_store_that_it_is_of(
    store: str, tmp_path: Path
) -> None:
    done = doorward("credentials", "--store", store, "--output", "csv", "--account", ACCOUNT)
    folder = tmp_path / "estate"
    folder.mkdir()
    (folder / "credentials.csv").write_bytes(done.stdout)
    told = doorward("credentials", "--estate", str(folder), "--output", "json")
    assert told.returncode == 0, told.stderr
    live = doorward("credentials", "--store", store, "--output", "json", "--account", ACCOUNT)
    assert json.loads(told.stdout) == json.loads(live.stdout)
    again = doorward("credentials", "--estate", str(folder), "--output", "csv")
    assert again.stdout == done.stdout


def test_an_account_whose_report_is_torn_is_not_passed_over(store: str, tmp_path: Path) -> None:
    done = doorward("credentials", "--store", store, "--output", "csv")
    *rows, last = done.stdout.decode().splitlines()
    (tmp_path / "credentials.csv").write_text("\n".join((*rows, last[:60])))
    told = doorward("credentials", "--estate", str(tmp_path))
    assert told.returncode == 1
    assert b"has no credential report that is whole" in told.stderr


def test_an_estate_without_reports(tmp_path: Path) -> None:
    (tmp_path / "details.json").write_text('{"UserDetailList": []}')
    told = doorward("credentials", "--estate", str(tmp_path))
    assert told.returncode == 2
    assert b"aws iam generate-credential-report" in told.stderr
