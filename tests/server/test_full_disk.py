"""Catalogue row 72: a disk that is full stops writes, and nothing else.

Decisions go on, keys can still be ended, and when there is room again everything is as before,
without a restart.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from examples.main_job.clients import Identity
from tests.accounts import allow, new_user, policy, refused
from tests.live import LiveServer, serving

OWN_DISK = ("unshare", "--map-root-user", "--mount", "sh", "-c")
MOUNT = 'mount -t tmpfs -o size=24m none "$0" && exec "$@"'


def may_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    trial = [*OWN_DISK, MOUNT, "/mnt", "true"]
    return subprocess.run(trial, check=False, capture_output=True).returncode == 0


def _until_full(iam: Any) -> None:
    """Write until the answer is that nothing can be written."""
    with refused("ServiceUnavailable", status=503):
        for number in range(3000):
            tags = [{"Key": "k", "Value": "v" * 250}]
            iam.create_user(UserName=f"filler-{number}", Tags=tags)


def _stays_of_use(
    server: LiveServer,
    ann: tuple[str, Identity],
    bob: tuple[str, Identity],
    fill: Callable[[], None],
) -> None:
    """Fill the disk; then decide, end one key, and delete another."""
    iam, identities = server.client("iam"), [ann[1].client("sts"), bob[1].client("sts")]
    fill()
    asked = [
        sts.get_caller_identity()["ResponseMetadata"]["RequestId"]
        for _ in range(20)
        for sts in identities
    ]
    iam.update_access_key(UserName=ann[0], AccessKeyId=ann[1].access_key_id, Status="Inactive")
    iam.delete_access_key(UserName=bob[0], AccessKeyId=bob[1].access_key_id)
    for sts in identities:
        with refused("InvalidClientTokenId"):
            sts.get_caller_identity()
    assert server.client("doorward").get_decision(RequestId=asked[0])["Event"]


def _people(server: LiveServer) -> list[tuple[str, Identity]]:
    return [new_user(server.administrator, policy(allow("*"))) for _ in range(2)]


@pytest.mark.skipif(not may_mount(), reason="no disk of its own may be mounted here")
def test_row_72_a_full_disk(tmp_path: Path) -> None:
    under = (*OWN_DISK, MOUNT, str(tmp_path))
    with serving(f"sqlite:///{tmp_path}/doorward.db", under=under) as server:
        disk = Path(f"/proc/{server.process.pid}/root{tmp_path}")
        ballast, filler = disk / "doorward.db.ballast", disk / "filler"
        ann, bob = _people(server)
        assert ballast.exists()

        def fill() -> None:
            with filler.open("wb") as file, suppress(OSError):
                while True:
                    file.write(bytes(64 * 1024))
                    file.flush()
            assert shutil.disk_usage(disk).free == 0
            _until_full(server.client("iam"))

        _stays_of_use(server, ann, bob, fill)
        assert not ballast.exists()
        with refused("ServiceUnavailable"):
            server.client("iam").create_user(UserName="not-yet")
        filler.unlink()
        server.client("iam").create_user(UserName="there-is-room-again")
        assert ballast.exists()
        assert server.stop() == 0


def test_row_72_a_file_that_may_not_grow(tmp_path: Path) -> None:
    """By RLIMIT_FSIZE, of which no count of free blocks tells."""
    with serving(f"sqlite:///{tmp_path}/doorward.db") as server:
        ann, bob = _people(server)
        log = tmp_path / "doorward.db-wal"
        pid = server.process.pid
        before = resource.prlimit(pid, resource.RLIMIT_FSIZE)

        def fill() -> None:
            limit = log.stat().st_size + 256 * 1024
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (limit, before[1]))
            _until_full(server.client("iam"))

        _stays_of_use(server, ann, bob, fill)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)
        server.client("iam").create_user(UserName="there-is-room-again")
        assert server.stop() == 0
