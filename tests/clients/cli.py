"""The AWS CLI, version 1, as a client: the rows, profiles with roles and MFA, skeletons."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pyotp

from tests.clients.cli_rows import (
    ANYTHING,
    ARN,
    ASSUMES,
    GUARDED,
    MAY,
    PROFILES,
    READS,
    ROWS,
    SKELETONS,
    TRUST,
    Row,
    Skeleton,
)
from tests.clients.environment import of, sealed
from tests.clients.installing import ROOT
from tests.clients.outcome import Step, Steps, at
from tests.clients.world import World
from tests.live import LiveServer

VERSION = f"awscli {version('awscli')}"
Json = dict[str, Any]

CONFIGURATION = """
[profile base]
aws_access_key_id = {AccessKeyId}
aws_secret_access_key = {SecretAccessKey}
[profile role]
role_arn = {arn}:role/cli-role
source_profile = base
external_id = cli
role_session_name = cli
[profile stranger]
role_arn = {arn}:role/cli-role
source_profile = base
external_id = guessed
role_session_name = cli
[profile chained]
role_arn = {arn}:role/cli-second
source_profile = role
external_id = cli
role_session_name = cli
[profile unguarded]
role_arn = {arn}:role/cli-guarded
source_profile = base
role_session_name = cli
[profile guarded]
role_arn = {arn}:role/cli-guarded
source_profile = base
mfa_serial = {arn}:mfa/cli-phone
role_session_name = cli
"""
"""Profiles as people write them, without ``aws configure``."""


def run(world: World) -> Steps:
    """Yield a step for each row, and for each skeleton."""
    yield from played(world.server, ROWS, SKELETONS)


def quick(server: LiveServer) -> Steps:
    """Yield the steps that take little time."""
    rows = [row for row in ROWS if row.quick]
    yield from played(server, rows, [each for each in SKELETONS if each.quick])


def played(server: LiveServer, rows: Sequence[Row], skeletons: Sequence[Skeleton]) -> Steps:
    """Run the rows in order, in a folder of their own, then the skeletons."""
    with TemporaryDirectory() as name, shell(Path(name), server) as ask:
        folder = Path(name)
        documents = {"reads": json.dumps(READS), "trust": TRUST, "o": MAY}
        for name_of, document in documents.items():
            (folder / f"{name_of}.json").write_text(document, "utf-8")
        values, device = {"role": f"{ARN}:role/cli-role"}, None
        for row in rows:
            if device is None and row in PROFILES:
                device = profiles(server, folder)
            if device is not None:
                values["code"] = device.code()
            yield Step(f"aws {row.command}", asked(ask, row, values))
        for given in skeletons:
            yield Step(f"aws {given.command}: skeleton", skeleton(ask, folder, given))


class Shell:
    """Asks the process that runs the CLI."""

    def __init__(self, process: subprocess.Popen[str], folder: Path, server: LiveServer) -> None:
        self._process = process
        self._folder = folder
        more = {"AWS_CONFIG_FILE": str(folder / "config"), "AWS_DEFAULT_OUTPUT": "json"}
        self._environment = sealed(folder, [*of(server.administrator).items(), *more.items()])

    def __call__(self, arguments: list[str], typed: str = "") -> Json:
        """Run one command; return its exit code and what it printed."""
        given = {
            "arguments": arguments,
            "environment": self._environment,
            "folder": str(self._folder),
            "input": typed,
        }
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(given) + "\n")
        self._process.stdin.flush()
        said: Json = json.loads(self._process.stdout.readline())
        return said


@contextmanager
def shell(folder: Path, server: LiveServer) -> Iterator[Shell]:
    """Run commands in a folder until the block ends."""
    command = (sys.executable, "-m", "tests.clients.forked_cli")
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=sealed(folder),  # as it is loaded, the CLI settles where it keeps sessions
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield Shell(process, folder, server)
        assert process.stdin is not None
        process.stdin.close()
        process.wait(timeout=10)


def asked(ask: Shell, row: Row, values: dict[str, str]) -> str | None:
    """Run a row's command, keep what it names; say what is wrong, if anything is."""
    arguments = [filled_in(each, values) for each in shlex.split(row.command)]
    said = ask(arguments, filled_in(row.typed, values))
    if said["code"] != row.code or row.refusal not in said["err"]:
        return f"exit code {said['code']}: {said['err'].strip()}"
    if row.says is ANYTHING and not row.keep:
        return None
    text = said["out"].strip()
    answer = json.loads(text) if text and "--output text" not in row.command else text
    for name, path in row.keep.items():
        values[name] = at(answer, path)
    right = row.says is ANYTHING or answer == row.says
    return None if right else f"said {answer!r}, not {row.says!r}"


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Put kept values where their names stand in braces."""
    return re.sub(r"\{(\w+)\}", lambda found: values[found[1]], text)


class Device:
    """A virtual MFA device: each code is good once, and one period ahead of the time at most."""

    def __init__(self, seed: str) -> None:
        self._password = pyotp.TOTP(seed)
        self._bound = self._period()

    @staticmethod
    def _period() -> int:
        return int(time.time()) // 30

    def two(self) -> tuple[str, str]:
        """Return the codes that bind it."""
        return self._password.at(30 * (self._bound - 1)), self._password.at(30 * self._bound)

    def code(self) -> str:
        """Return a code that was not used to bind it."""
        return self._password.at(30 * max(self._bound + 1, self._period()))


def profiles(server: LiveServer, folder: Path) -> Device:
    """Make the roles and profiles, and a device for the user."""
    iam = server.client("iam")
    iam.put_user_policy(UserName="cli-0", PolicyName="may", PolicyDocument=ASSUMES)
    key = iam.create_access_key(UserName="cli-0")["AccessKey"]
    iam.create_role(RoleName="cli-second", AssumeRolePolicyDocument=TRUST)
    iam.create_role(RoleName="cli-guarded", AssumeRolePolicyDocument=GUARDED)
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="cli-phone")["VirtualMFADevice"]
    device = Device(made["Base32StringSeed"].decode())
    first, second = device.two()
    iam.enable_mfa_device(
        UserName="cli-0",
        SerialNumber=made["SerialNumber"],
        AuthenticationCode1=first,
        AuthenticationCode2=second,
    )
    (folder / "config").write_text(CONFIGURATION.format(**key, arn=ARN), "utf-8")
    return device


def skeleton(ask: Shell, folder: Path, given: Skeleton) -> str | None:
    """Have the empty input written, give it back filled in, and look at the answer."""
    words = given.command.split()
    written = ask([*words, "--generate-cli-skeleton"])
    if written["code"]:
        return str(written["err"])
    if unknown := sorted(unlike(given.filled, json.loads(written["out"]))):
        return f"the skeleton lacks {unknown}"
    (folder / "input.json").write_text(json.dumps(given.filled), "utf-8")
    said = ask([*words, "--cli-input-json", "file://input.json"])
    if said["code"]:
        return str(said["err"])
    text = said["out"].strip()
    found = at(json.loads(text), given.place) if given.place else text
    return None if found == given.value else f"said {found!r}, not {given.value!r}"


def unlike(value: Any, pattern: Any, place: str = "") -> Iterator[str]:
    """Yield the places of a value that a skeleton has not, or has as another kind of thing."""
    if isinstance(value, dict) and isinstance(pattern, dict):
        for name, inner in value.items():
            if name in pattern:
                yield from unlike(inner, pattern[name], f"{place}.{name}")
            else:
                yield f"{place}.{name}"
    elif isinstance(value, list) and isinstance(pattern, list):
        for inner in value:
            yield from unlike(inner, pattern[0], f"{place}[]")
    elif type(value) is not type(pattern):
        yield f"{place}: {value!r}"
