"""The live directory as files: what an audit says of it, it says of its export, too."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from doorward.analysis.checks import load
from doorward.analysis.observed import LIVE, observed
from doorward.analysis.registry import REGISTRY, Check
from doorward.analysis.run import Broken, run
from doorward.analysis.thresholds import Thresholds
from doorward.errors import ConfigurationError
from doorward.importers.estate.read import Estate, read_estate
from doorward.model.credential import AccessKey, KeyStatus, LoginProfile, MfaDevice
from doorward.model.evidence import BY_REGION, OF_ORGANIZATIONS, Evidence, Source
from doorward.model.identity import User
from doorward.model.organization import Account
from doorward.model.resource import RegisteredResource
from doorward.model.schema import Entity
from doorward.model.snapshot import Snapshot
from doorward.model.use import Use
from doorward.policy.problem import Severity
from doorward.results.finding import State, Verdict
from doorward.store import Store
from doorward.usecases.export import accounts as pages
from doorward.usecases.export.folder import export, files_of
from doorward.usecases.export.form import text_of
from doorward.usecases.observing import observe
from tests.analysis.checks import case as built
from tests.analysis.checks.case import ACCOUNT, NOW, OTHER, Case
from tests.analysis.checks.cases import CASES, entities_of
from tests.cli.running import doorward

load()


def nothing(_done: int, _all: int) -> None:
    pass


def exported(snapshot: Snapshot, uses: Iterable[Use], folder: Path) -> Estate:
    """The export of a directory, read back."""
    for name, value in files_of(snapshot, tuple(uses), NOW, nothing):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text_of(value), encoding="utf-8")
    return read_estate(folder)


def audit(
    checks: Iterable[Check],
    snapshot: Snapshot,
    evidence: Evidence,
    case: Case | None = None,
    broken: Broken | None = None,
) -> tuple[Verdict, ...]:
    thresholds = Thresholds(**case.thresholds) if case else None
    return run([*checks], snapshot, evidence, NOW, thresholds=thresholds, broken=broken)


LIVE_CASES = {
    name: [
        case
        for case in cases
        if not case.without
        and case.evidence is None
        and not any(isinstance(e, RegisteredResource) and not e.account for e in case.entities)
    ]
    for name, cases in CASES.items()
}
"""Those of a directory of which all is known, and of which every resource is somebody's."""


@pytest.mark.parametrize("name", REGISTRY)
def test_a_check_says_of_an_export_what_it_says_of_the_directory(
    name: str, tmp_path: Path
) -> None:
    """On every case of the check that can be one of a live directory."""
    compared = 0
    for number, case in enumerate(LIVE_CASES[name]):
        live = Snapshot.of(entities_of(case), {})
        read = exported(live, case.uses, tmp_path / str(number))
        seen = observed(live, case.uses, NOW)
        here = audit([REGISTRY[name]], live, seen, case)
        there = audit([REGISTRY[name]], read.snapshot, read.evidence, case, read.broken)
        if not read.problems:
            compared += 1
            assert read.evidence.known == seen.known, case.name
            assert there == here, case.name
        elif any(each.severity is Severity.ERROR for each in read.problems):
            # A document that cannot be read: the directory says UNKNOWN, its export ERROR.
            states = {verdict.state for verdict in there if verdict.account in read.broken}
            assert states == {State.ERROR}, case.name
    assert compared > 0


def rich() -> tuple[tuple[Entity, ...], tuple[Use, ...]]:
    """Two accounts with everything that a directory can hold, good and bad."""
    ana, ben = built.user("ana", age=400), built.user("ben", path="/eng/", tags=(("team", "x"),))
    crew, ops = built.group("crew"), built.role("ops", age=300, description="on call")
    key = built.key(ana, age=200)
    entities: list[Entity] = [
        built.account(ACCOUNT), built.account(OTHER), ana, ben, crew, ops,
        built.user("zoe", number=OTHER), *built.policy("limits", built.FULL),
        *built.policy("spare", built.FULL, number=OTHER),
        built.member(ana, crew), built.attached(crew, "limits"),
        built.attached(ben, "arn:aws:iam::aws:policy/ReadOnlyAccess"),
        built.inline(ops, {"Effect": "Allow", "Action": "s3:*", "Resource": "*"}),
        built.password(ana), key, built.key(ana, active=False, number="2"),
        built.key(OTHER, age=500), built.virtual_mfa(ana), built.hardware_mfa(ben),
        built.hardware_mfa(OTHER, "GAHT99999999"), built.virtual_mfa(ACCOUNT, "root"),
    ]  # fmt: skip
    uses = (built.used(key, days=3), built.used(ops, days=200))
    return tuple(entities), uses


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A rich directory in a store."""
    found = Store.open(f"sqlite:///{tmp_path}/doorward.db")
    found.migrate()
    entities, uses = rich()

    def fill(transaction: object) -> None:
        for each in entities:
            transaction.add(each)  # type: ignore[attr-defined]

    found.write(fill)
    found.uses.note(uses)
    yield found
    found.close()


def test_the_audit_of_the_directory_is_that_of_its_export(store: Store, tmp_path: Path) -> None:
    """Every check at once, over a store: finding for finding, and all that is known of it."""
    made = export(store, tmp_path / "out", NOW, nothing)
    live = store.load()
    seen = observe(live, store.uses, NOW)
    read = read_estate(tmp_path / "out")
    assert read.problems == ()
    assert read.broken == {}
    assert made.accounts == 2
    alone = dict.fromkeys((ACCOUNT, OTHER), LIVE | OF_ORGANIZATIONS)
    assert read.evidence.known == seen.known == alone
    assert frozenset(Source) - LIVE >= BY_REGION
    assert read.evidence.taken == NOW
    assert read.evidence.reported == seen.reported
    assert read.evidence.role_uses == seen.role_uses
    here = audit(REGISTRY.values(), live, seen)
    assert audit(REGISTRY.values(), read.snapshot, read.evidence, broken=read.broken) == here
    states = {verdict.state for verdict in here}
    assert {State.PASS, State.FAIL} <= states
    assert State.ERROR not in states


@pytest.mark.parametrize("size", [1, 3])
def test_pages_are_written_as_aws_gives_them(
    size: int, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(store, tmp_path / "whole", NOW, nothing)
    monkeypatch.setattr(pages, "PAGE", size)
    export(store, tmp_path / "pages", NOW, nothing)
    found = sorted((tmp_path / "pages" / ACCOUNT).glob("authorization-details-*.json"))
    cut = [json.loads(each.read_text())["IsTruncated"] for each in found]
    assert cut == [True] * (len(cut) - 1) + [False]
    assert len(cut) > 1
    one, many = (read_estate(tmp_path / name) for name in ("whole", "pages"))
    assert many.problems == ()
    assert many.evidence == one.evidence
    assert many.snapshot.all(User) == one.snapshot.all(User)


def test_no_secret_is_written(store: Store, tmp_path: Path) -> None:
    """Neither sealed ones nor hashes, wherever they might stand."""
    secret = "S3CRETS3CRET"

    def marked(transaction: object) -> None:
        for key in store.load().all(AccessKey):
            transaction.put(  # type: ignore[attr-defined]
                AccessKey(key.id, key.account, key.owner_id, secret.encode(), key.created)
            )
        for device in store.load().all(MfaDevice):
            transaction.put(  # type: ignore[attr-defined]
                MfaDevice(device.serial, device.account, secret.encode(), device.created,
                          device.owner_id, device.enabled)
            )  # fmt: skip
        for login in store.load().all(LoginProfile):
            transaction.put(  # type: ignore[attr-defined]
                LoginProfile(login.user_id, login.account, secret, login.created, login.changed)
            )

    store.write(marked)
    export(store, tmp_path / "out", NOW, nothing)
    texts = [each.read_text() for each in (tmp_path / "out").rglob("*.*")]
    assert len(texts) > 20
    assert not any(secret in text for text in texts)


def test_the_command_writes_a_folder_for_its_owner_alone(store: Store, tmp_path: Path) -> None:
    url, out = f"sqlite:///{tmp_path}/doorward.db", tmp_path / "out"
    done = doorward("export", str(out), "--store", url)
    assert done.returncode == 0, done.stderr
    written = len(list(out.rglob("*.*")))
    assert done.stdout.decode() == f"Exported to {out}: 2 accounts in {written} files.\n"
    assert b"accounts: 2 of 2" in done.stderr
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (out, *out.rglob("*"))}
    assert modes == {0o700, 0o600}
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".out")] == []
    again = doorward("export", str(out), "--store", url)
    assert again.returncode == 2
    assert b"is there already" in again.stderr


def test_an_export_that_fails_leaves_nothing_behind(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_done: int, _all: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(ConfigurationError, match="No space left"):
        export(store, tmp_path / "out", NOW, fails)
    assert [each.name for each in tmp_path.iterdir() if "out" in each.name] == []
    with pytest.raises(ConfigurationError, match="cannot be written"):
        export(store, tmp_path / "none" / "out", NOW, nothing)


def test_an_inactive_key_is_still_one(store: Store, tmp_path: Path) -> None:
    """A credential report does not tell it from none: the list of keys does."""
    export(store, tmp_path / "out", NOW, nothing)
    read = read_estate(tmp_path / "out").snapshot
    statuses = sorted(each.status.value for each in read.find(AccessKey, account=ACCOUNT))
    assert statuses == [KeyStatus.ACTIVE.value, KeyStatus.INACTIVE.value]
    assert [each.id for each in read.all(Account)] == [ACCOUNT, OTHER]
