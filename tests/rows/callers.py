"""Many callers, each another one, and what the server that answers them remembers of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from doorward.api import services
from doorward.server.pipeline import Pipeline
from doorward.store.tables import EVENT_READERS, EVENTS
from doorward.usecases.application import Application
from doorward.usecases.config import Settings
from doorward.wire.http import HttpRequest
from tests.accounts import allow, policy, trust
from tests.live import ACCOUNT, KEY, MASTER_KEY, SECRET
from tests.signing import Signed

ENDPOINT = "http://127.0.0.1:8480"
VERSIONS = {"iam": "2010-05-08", "sts": "2011-06-15"}
FORGET = 20_000
"""After how many calls what was recorded of them is deleted: the disk is not what is measured."""

ROUND = 4
"""Callers of one round: a role session, that session's use, an unknown key, a question."""

MOST_GROWTH = 24
"""MiB that a server may have grown by, once what it remembers is full: the allocator's noise."""

STEPS = 8
"""In how many steps the memory is looked at; what is remembered is full after the first."""

KEPT = 16_000_000 - 500_000
"""Characters of policies that the engine keeps compiled, less what the server's own have."""


MOST_CHARACTERS = 100_000
"""Characters of a policy that the simulator takes, or a little less."""


class Server:
    """A server without its sockets, and a client that signs by hand."""

    def __init__(self, application: Application) -> None:
        services.load()
        self.application = application
        self.pipeline = Pipeline(application)
        self.role = f"arn:aws:iam::{ACCOUNT}:role/many"
        anybody = trust({"AWS": ACCOUNT})
        self.call("iam", "CreateRole", RoleName="many", AssumeRolePolicyDocument=anybody)
        document = policy(allow("*"))
        self.call("iam", "PutRolePolicy", RoleName="many", PolicyName="p", PolicyDocument=document)

    def call(
        self, service: str, action: str, signed: Signed | None = None, /, **given: str
    ) -> tuple[int, str]:
        """Make a call, as the administrator or signed otherwise; return its status and body."""
        made = signed or Signed()
        made.service = service
        made.body = urlencode({"Action": action, "Version": VERSIONS[service], **given}).encode()
        request = HttpRequest(
            method="POST",
            path="/",
            query="",
            headers=tuple(made.signed_headers(ENDPOINT).items()),
            body=made.body,
            peer="127.0.0.1",
            secure=urlsplit(ENDPOINT).scheme == "https",
        )
        answer = self.pipeline.respond(request)
        return answer.status, answer.body.decode()

    def round(self, number: int, length: int) -> None:
        """Be called by four callers that never came before; policies have so many characters."""
        status, body = self.call(
            "sts", "AssumeRole", RoleArn=self.role, RoleSessionName=f"session-{number}"
        )
        assert status == 200, body
        session = Signed(
            key=_text(body, "AccessKeyId"),
            secret=_text(body, "SecretAccessKey"),
            token=_text(body, "SessionToken"),
        )
        status, body = self.call("sts", "GetCallerIdentity", session)
        assert (status, f"session-{number}<" in body) == (200, True), body
        unknown = Signed(key=f"AKIA{number:016d}")
        assert self.call("sts", "GetCallerIdentity", unknown)[0] == 403
        written = policy(allow("s3:GetObject", f"arn:aws:s3:::b{number}/*"))
        question = {
            "PolicyInputList.member.1": written.ljust(length),
            "ActionNames.member.1": "s3:GetObject",
            "ResourceArns.member.1": f"arn:aws:s3:::b{number}/k{number}",
        }
        status, body = self.call("iam", "SimulateCustomPolicy", **question)
        assert (status, "<EvalDecision>allowed<" in body) == (200, True), body

    def forget(self) -> None:
        """Delete what is recorded of the calls."""
        self.application.store._recording(
            lambda connection: [
                connection.execute(table.delete()) for table in (EVENT_READERS, EVENTS)
            ]
        )


def _text(body: str, name: str) -> str:
    found = body.partition(f"<{name}>")[2].partition(f"</{name}>")[0]
    return found.replace("&#x2F;", "/")


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """Run one on a new SQLite file."""
    settings = Settings(
        store=f"sqlite:///{folder}/doorward.db",
        master_key=MASTER_KEY,
        bootstrap_account_id=ACCOUNT,
        bootstrap_access_key_id=KEY,
        bootstrap_secret_access_key=SECRET,
    )
    with Application(settings) as application:
        yield Server(application)


def resident() -> float:
    """Return this process's resident memory, in MiB."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def growth(times: int, folder: Path) -> Iterator[tuple[int, float]]:
    """Be called by so many; yield how many there were, and MiB of memory, step by step."""
    step = times // ROUND // STEPS
    with server(folder) as serving:
        for number in range(step * STEPS):
            serving.round(number, min(KEPT // step, MOST_CHARACTERS))
            if number * ROUND % FORGET == 0:
                serving.forget()
            if (number + 1) % step == 0:
                yield (number + 1) * ROUND, resident()
