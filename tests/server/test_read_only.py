"""Catalogue row 72: the store's file system turns read-only, or has no inode left.

Decisions go on from memory, and what was acknowledged is there in the end. Who may not mount a
file system of their own skips these: they need root (a loop device), or user namespaces.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.accounts import allow, new_user, policy, refused
from tests.live import LiveServer, serving
from tests.server.test_full_disk import OWN_DISK, may_mount
from tests.server.test_operating import get

FEW_INODES = 'mount -t tmpfs -o size=64m,nr_inodes=40 none "$0" && exec "$@"'


def run(*command: str | Path) -> bool:
    """Run a command; return whether it went well."""
    ended = subprocess.run([str(part) for part in command], check=False, capture_output=True)
    return ended.returncode == 0


@contextmanager
def disk(folder: Path) -> Iterator[Path]:
    """Give a file system of our own on a loop device, or skip the test.

    It has no journal, so that an error turns it read-only as it is.
    """
    image, place = folder / "disk", folder / "mounted"
    place.mkdir()
    with image.open("wb") as file:
        file.truncate(64 << 20)
    made = shutil.which("mkfs.ext4") and run("mkfs.ext4", "-q", "-O", "^has_journal", image)
    if not made or not run("mount", "-o", "loop,errors=remount-ro", image, place):
        pytest.skip("no loop device may be mounted here")
    try:
        yield place
    finally:
        run("umount", place)


def turn_read_only(place: Path) -> None:
    """Have the kernel find an error in a file system, which takes no writes then."""
    mounts = (line.split() for line in Path("/proc/mounts").read_text().splitlines())
    (source,) = (Path(device) for device, at, *_ in mounts if at == str(place))
    Path(f"/sys/fs/ext4/{source.name}/trigger_fs_error").write_text("test")
    with pytest.raises(OSError, match="Read-only"):
        (place / "trial").touch()


def decides(server: LiveServer, times: int = 20) -> None:
    sts = server.client("sts")
    for _ in range(times):
        sts.get_caller_identity()


def test_row_72_a_file_system_that_turns_read_only(tmp_path: Path) -> None:
    with disk(tmp_path) as place:
        with serving(f"sqlite:///{place}/doorward.db") as server:
            iam = server.client("iam")
            for number in range(5):
                iam.create_user(UserName=f"u{number}")
            name, user = new_user(server.administrator, policy(allow("*")))
            turn_read_only(place)
            with refused("ServiceUnavailable", status=503):
                iam.create_user(UserName="late")
            with refused("ServiceUnavailable", status=503):
                iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
            decides(server)
            assert len(iam.list_users()["Users"]) == 7
            user.client("iam").get_user(UserName="u0")
            assert get(server.endpoint, "/healthz")[0] == 200
            server.stop()
            assert "Traceback" not in "".join(server.said)
        assert run("umount", place)
        run("e2fsck", "-fy", tmp_path / "disk")
        assert run("mount", "-o", "loop", tmp_path / "disk", place)
        with serving(f"sqlite:///{place}/doorward.db") as server:
            names = {each["UserName"] for each in server.client("iam").list_users()["Users"]}
            assert names == {*(f"u{number}" for number in range(5)), name, "administrator"}
            assert server.stop() == 0


def test_row_72_files_that_may_not_be_written_for_a_while(tmp_path: Path) -> None:
    """By the immutable flag of the log: it goes on without a restart when that is taken off."""
    with serving(f"sqlite:///{tmp_path}/doorward.db") as server:
        iam = server.client("iam")
        name, user = new_user(server.administrator, policy(allow("*")))
        files = [tmp_path / "doorward.db-wal", tmp_path / "doorward.db"]
        if not (shutil.which("chattr") and run("chattr", "+i", *files)):
            pytest.skip("no file may be made immutable here")
        try:
            with refused("ServiceUnavailable", status=503):
                iam.create_user(UserName="late")
            decides(server)
            user.client("sts").get_caller_identity()
        finally:
            assert run("chattr", "-i", *files)
        iam.create_user(UserName="later")
        iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
        with refused("InvalidClientTokenId"):
            user.client("sts").get_caller_identity()
        assert {each["UserName"] for each in iam.list_users()["Users"]} >= {name, "later"}
        with refused("NoSuchEntity"):
            iam.get_user(UserName="late")
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)


@pytest.mark.skipif(not may_mount(), reason="no disk of its own may be mounted here")
def test_row_72_no_inode_is_left(tmp_path: Path) -> None:
    """What a server needs it has: writes and revocations go on. A new one says why it cannot."""
    under = (*OWN_DISK, FEW_INODES, str(tmp_path))
    with serving(f"sqlite:///{tmp_path}/doorward.db", under=under) as server:
        inside = Path(f"/proc/{server.process.pid}/root{tmp_path}")
        name, user = new_user(server.administrator, policy(allow("*")))
        (inside / "other").mkdir()
        with contextlib.suppress(OSError):
            for number in range(100):
                (inside / "other" / str(number)).touch()
        assert os.statvfs(inside).f_favail == 0
        iam = server.client("iam")
        iam.create_user(UserName="no-file-is-needed")
        iam.delete_access_key(UserName=name, AccessKeyId=user.access_key_id)
        with refused("InvalidClientTokenId"):
            user.client("sts").get_caller_identity()
        decides(server)
        command = [sys.executable, "-m", "doorward.cli", "serve", "--listen", "127.0.0.1:0"]
        command += ["--store", f"sqlite:///{tmp_path}/other/new.db"]
        entered = ["nsenter", "--target", str(server.process.pid), "--user", "--mount"]
        second = subprocess.run(
            [*entered, *command], check=False, capture_output=True, text=True, timeout=60
        )
        assert second.returncode == 2, second
        assert "No space left on device" in second.stderr
        assert "Traceback" not in second.stderr
        assert server.stop() == 0
        assert "Traceback" not in "".join(server.said)
