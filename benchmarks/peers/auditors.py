"""Auditors of other projects, each a whole process that reads the same account.

cloudsplaining (BSD-3-Clause) reads authorization details from a file; Prowler (Apache-2.0) asks a
server, here a live Doorward that holds the same account, whose own CPU is not counted.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.peers.peer import HOME, INSTALL_SECONDS, NotMeasured
from doorward.importers.estate.read import read_estate
from doorward.model.directory import Transaction
from doorward.model.identity import (
    Attachment,
    Group,
    InlinePolicy,
    ManagedPolicy,
    Membership,
    PolicyVersion,
    Role,
    User,
)
from doorward.store import Store
from tests.clients import installing
from tests.clients.environment import of, sealed
from tests.clients.outcome import NotMeasured as NotInstalled
from tests.live import ACCOUNT, LiveServer, serving

CLOUDSPLAINING: Final = ("cloudsplaining==0.9.1", "policy-sentry==0.15.2")
_ENVIRONMENT: Final = HOME / "cloudsplaining"
_SECONDS: Final = 900
_LISTS: Final = ("UserDetailList", "GroupDetailList", "RoleDetailList", "Policies")
_SERVED: Final = (
    User,
    Group,
    Membership,
    Role,
    ManagedPolicy,
    PolicyVersion,
    InlinePolicy,
    Attachment,
)


def cpu_of_command(
    command: tuple[str, ...],
    folder: Path,
    environment: Mapping[str, str],
    codes: frozenset[int] = frozenset({0}),
) -> float:
    """Return the CPU seconds of a whole process and of those that it started.

    Raises:
        NotMeasured: it ended with a code that is not among ``codes``, or not at all.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=dict(environment),
            capture_output=True,
            check=False,
            timeout=_SECONDS,
        )
    except subprocess.TimeoutExpired as error:
        raise NotMeasured(f"it took more than {_SECONDS} s") from error
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in codes:
        said = (done.stderr or done.stdout).decode(errors="replace").splitlines()[-1:]
        raise NotMeasured(f"exit code {done.returncode}: {' '.join(said)}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


# ------------------------------------------------------------------------ cloudsplaining


def install_cloudsplaining() -> Path:
    """Install it unless it is there; return its program.

    Raises:
        NotMeasured: it cannot be installed.
    """
    python = _ENVIRONMENT / "bin" / "python"
    HOME.mkdir(exist_ok=True)
    pip = (sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet")
    try:
        if not python.exists():
            making = (sys.executable, "-m", "venv", "--without-pip", str(_ENVIRONMENT))
            subprocess.run(making, check=True, capture_output=True, timeout=INSTALL_SECONDS)
        installing_it = (*pip, "--disable-pip-version-check", *CLOUDSPLAINING)
        subprocess.run(installing_it, check=True, capture_output=True, timeout=INSTALL_SECONDS)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise NotMeasured("it cannot be installed") from error
    return _ENVIRONMENT / "bin" / "cloudsplaining"


def one_file(account: Path, file: Path) -> None:
    """Put the pages of an account's authorization details into one file, as it wants them."""
    whole: dict[str, list[object]] = {name: [] for name in _LISTS}
    for page in sorted(account.glob("authorization-details-*.json")):
        for name, entries in json.loads(page.read_text("utf-8")).items():
            if name in whole:
                whole[name] += entries
    file.write_text(json.dumps(whole, indent=4), "utf-8")


def cloudsplaining(program: Path, details: Path) -> float:
    """Return the CPU seconds of a scan."""
    with TemporaryDirectory() as folder:
        command = (str(program), "scan", "--skip-open-report", "--output", folder)
        return cpu_of_command(
            (*command, "--input-file", str(details)), Path(folder), sealed(Path(folder))
        )


# ----------------------------------------------------------------------------- Prowler


def install_prowler() -> Path:
    """Install it as the tests of clients do; return its program.

    Raises:
        NotMeasured: it cannot be installed.
    """
    try:
        return installing.install(installing.PROWLER) / "bin" / "prowler"
    except NotInstalled as error:
        raise NotMeasured(str(error)) from error


@contextmanager
def served(estate: Path, folder: Path) -> Iterator[LiveServer]:
    """Run a Doorward that holds the account of an estate, written through its store."""
    snapshot = read_estate(estate).snapshot
    place = f"sqlite:///{folder / 'audited.db'}"
    with serving(place):
        pass

    def work(transaction: Transaction) -> None:
        for kind in _SERVED:
            for entity in snapshot.all(kind):
                if entity.scope == ACCOUNT:  # what is AWS's is in the server's catalog
                    transaction.add(entity)

    store = Store.open(place)
    try:
        store.write(work)
    finally:
        store.close()
    with serving(place) as server:
        yield server


def prowler(program: Path, server: LiveServer) -> float:
    """Return the CPU seconds of Prowler's checks of IAM; exit code 3 says that some fail."""
    with TemporaryDirectory() as folder:
        command = (str(program), "aws", "--service", "iam", "--no-banner", "-M", "csv")
        environment = sealed(Path(folder), of(server.administrator).items())
        codes = frozenset({0, 3})
        return cpu_of_command((*command, "-o", folder), Path(folder), environment, codes)
