"""Remedies carried out: commands by the AWS CLI against a live server, edits on the estate.

The server is real, on a store in memory and a port of the loopback address; the CLI is the real
one, in this process. Each case's estate is put in the place of the one before.
"""

from __future__ import annotations

import json
import re
import shlex
import socket
import threading
import time
from base64 import b32encode
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import msgspec
import pyotp
import uvicorn
from awscli.clidriver import create_clidriver

from doorward.api import services
from doorward.model.credential import AccessKey, MfaDevice
from doorward.model.directory import Transaction
from doorward.model.identity import Attachment, User
from doorward.model.organization import Account, Organization
from doorward.model.schema import SCHEMAS, Entity
from doorward.model.snapshot import Snapshot
from doorward.results.finding import Finding
from doorward.server.asgi import Asgi
from doorward.server.pipeline import Pipeline
from doorward.server.protocol import Limits
from doorward.server.watch import Watch
from doorward.usecases.application import MEMORY, Application
from doorward.usecases.config import Settings
from tests.analysis.checks.case import Case, days_ago, unique
from tests.analysis.checks.cases import entities_of
from tests.live import ACCOUNT, SECRET

SERVED = frozenset({"iam", "sts", "organizations"})
"""The services whose commands can be run here, by the CLI's names."""

ADMINISTRATOR = "carries-remedies-out"
"""Who administers each account; what an audit of the estate does not see."""

_WORD = re.compile(r"<([a-z0-9.-]+)>")
_SEED = b"0123456789abcdefghij"
_TAKEN_ON = frozenset({"assume-root", "assume-role"})
"""Commands whose credentials are used by those after them."""


class NotFilled(Exception):
    """A command has a word in angle brackets for which a case has no answer."""


@dataclass
class Workplace:
    """A server, the CLI, and where it works."""

    application: Application
    endpoint: str
    folder: Path
    cli: Any = field(default_factory=create_clidriver)
    is_dry: bool = False
    """Whether commands are only parsed."""

    def __post_init__(self) -> None:
        """Let the CLI stop before it calls, where commands are only parsed."""
        self.cli.session.register("calling-command.*", lambda **_: 0 if self.is_dry else None)

    # --- the estate

    def put(self, case: Case) -> None:
        """Put the estate of a case, with an administrator for each account, in the store."""
        seal = self.application.vault.seal
        wanted: list[Entity] = []
        for entity in entities_of(case):
            if isinstance(entity, MfaDevice) and entity.owner_id is None:
                # A device that somebody holds and that is nobody's yet: its codes can be told.
                seed = seal(b32encode(_SEED), (entity.account, entity.serial, "totp"))
                entity = msgspec.structs.replace(entity, sealed_seed=seed)  # noqa: PLW2901
            wanted.append(entity)
            if isinstance(entity, Account):
                wanted.extend(self._administrators(entity.id))

        def work(transaction: Transaction, before: Snapshot) -> None:
            for entity in _entities(before):
                transaction.remove(entity)
            for entity in wanted:
                transaction.add(entity)

        self.application.live.write(work)

    def _administrators(self, number: str) -> Iterator[Entity]:
        who = User(number, ADMINISTRATOR, unique("AIDA", number + ADMINISTRATOR), days_ago(1))
        yield who
        yield Attachment(number, who.id, "arn:aws:iam::aws:policy/AdministratorAccess", 0)
        for owner in (who.id, number):
            identifier = _key_of(owner)
            sealed = self.application.vault.seal(SECRET.encode(), (number, owner, identifier))
            yield AccessKey(identifier, number, owner, sealed, days_ago(1))

    def estate(self) -> Snapshot:
        """Return what has become of the estate, without its administrators."""
        now = self.application.live.current()
        mine = {who.id for who in now.all(User) if who.name == ADMINISTRATOR}
        keys = {_key_of(owner) for owner in (*mine, *(each.id for each in now.all(Account)))}
        kept = (
            entity
            for entity in _entities(now)
            if getattr(entity, "owner_id", None) not in mine
            and not (isinstance(entity, User | AccessKey) and entity.id in mine | keys)
        )
        return Snapshot.of(kept, {})

    # --- commands

    def carry_out(self, finding: Finding, case: Case) -> None:
        """Run the commands of a finding's remedy, in order, as who administers its account."""
        assert finding.remedy is not None
        self._become(self._account(finding), is_root=case.as_root)
        for command in finding.remedy.commands:
            words = self._filled(shlex.split(command), case.answers)
            assert words[0] == "aws", command
            said = self._run(words[1:])
            if words[2] in _TAKEN_ON:
                given = json.loads(said)["Credentials"]
                self.cli.session.set_credentials(
                    given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
                )

    def parse(self, finding: Finding) -> None:
        """Have the CLI parse the commands of a finding's remedy, without calling anybody."""
        assert finding.remedy is not None
        self.is_dry = True
        try:
            for command in finding.remedy.commands:
                program, *words = shlex.split(command)
                assert program == "aws", command
                self._run([self._filed(word, "{}") for word in words])
        finally:
            self.is_dry = False

    def _account(self, finding: Finding) -> str:
        if finding.account.isdigit():
            return finding.account
        estate = self.application.live.current()
        return next(
            each.management_account
            for each in estate.all(Organization)
            if each.id == finding.account
        )

    def _become(self, number: str, *, is_root: bool) -> None:
        owner = number if is_root else unique("AIDA", number + ADMINISTRATOR)
        self.cli.session.set_credentials(_key_of(owner), SECRET)

    def _run(self, words: list[str]) -> str:
        options = ["--endpoint-url", self.endpoint, "--region", "us-east-1", "--output", "json"]
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = self.cli.main([*words, *options])
        assert code == 0, (words, err.getvalue())
        return out.getvalue()

    def _filled(self, words: list[str], answers: Mapping[str, str]) -> list[str]:
        return [self._word(word, answers) for word in words]

    def _word(self, word: str, answers: Mapping[str, str]) -> str:
        def answer(seen: re.Match[str]) -> str:
            if seen[1] in ("code1", "code2"):
                return self._codes()[seen[1] == "code2"]
            if seen[1] not in answers:
                raise NotFilled(word)
            return answers[seen[1]]

        if word.startswith("file://"):
            return self._filed(word, _WORD.sub(answer, word.removeprefix("file://")))
        filled = _WORD.sub(answer, word)
        return str(self.folder / filled) if filled.endswith(".png") else filled

    def _filed(self, word: str, text: str) -> str:
        """Put a text in the place of a file that a person would name."""
        if not word.startswith("file://<"):
            return word
        file = self.folder / "answer"
        file.write_text(text, "utf-8")
        return f"file://{file}"

    def _codes(self) -> tuple[str, str]:
        """Read two codes off the device that is nobody's yet."""
        (device,) = (
            each for each in self.application.live.current().all(MfaDevice) if not each.owner_id
        )
        context = (device.account, device.serial, "totp")
        seed = self.application.vault.unseal(device.sealed_seed, context).decode()
        now = int(time.time())
        return pyotp.TOTP(seed).at(now - 30), pyotp.TOTP(seed).at(now)


def _key_of(owner: str) -> str:
    return unique("AKIA", ADMINISTRATOR + owner)[:20]


def _entities(snapshot: Snapshot) -> Iterator[Entity]:
    for kind in SCHEMAS:
        yield from snapshot.all(kind)


def is_served(commands: Iterable[str]) -> bool:
    """Say whether all commands are of services that can be called here."""
    return all(command.split()[1] in SERVED for command in commands)


@contextmanager
def workplace(folder: Path) -> Iterator[Workplace]:
    """Run a server until the block ends."""
    services.load()
    settings = Settings(store=MEMORY, bootstrap_account_id=ACCOUNT)
    with Application(settings) as application, socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(Limits(Asgi(Pipeline(application), Watch(application))))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield Workplace(application, f"http://127.0.0.1:{listening.getsockname()[1]}", folder)
        finally:
            server.should_exit = True
            thread.join(timeout=20)
