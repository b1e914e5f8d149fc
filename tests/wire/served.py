"""The whole path of a call but for its socket: ASGI, signature, parameters, model, reply."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec

from doorward.api import services
from doorward.server.asgi import Asgi
from doorward.server.pipeline import Pipeline
from doorward.server.watch import Watch
from doorward.usecases.application import MEMORY, Application
from doorward.usecases.config import Settings
from doorward.wire.http import HttpRequest, HttpResponse
from doorward.wire.models import Operation, service
from tests.live import ACCOUNT, KEY, SECRET
from tests.signing import Signed
from tests.wire import botocore_side

ENDPOINT = "http://service.example"


class Answer(msgspec.Struct, frozen=True):
    """An answer as a client understands it; ``reason`` is Organizations'."""

    status: int
    code: str
    message: str
    reason: str | None = None


class Served:
    """A server in memory, and its first administrator."""

    def __init__(self, application: Application) -> None:
        self._asgi = Asgi(Pipeline(application), Watch(application))

    def ask(self, requests: Iterable[tuple[Operation, HttpRequest]]) -> list[Answer]:
        """Sign and send requests, one after the other; return their answers."""

        async def all_of_them() -> list[Answer]:
            return [await self._answer(*each) for each in requests]

        return asyncio.run(all_of_them())

    async def _answer(self, operation: Operation, request: HttpRequest) -> Answer:
        named = {"content-type", "x-amz-target"}
        signed = Signed(
            KEY, SECRET, service(operation.service).signing_name, body=request.body,
            headers={n.lower(): v for n, v in request.headers if n.lower() in named},
        )  # fmt: skip
        headers = signed.signed_headers(ENDPOINT)
        scope = {
            "type": "http", "method": "POST", "path": "/", "raw_path": b"/", "query_string": b"",
            "headers": [(n.encode(), v.encode("latin-1")) for n, v in headers.items()],
            "client": ("127.0.0.1", 1), "scheme": "http",
        }  # fmt: skip
        sent: list[Any] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await self._asgi(scope, receive, send)
        return understood(operation, sent[0]["status"], sent[1]["body"])


def understood(operation: Operation, status: int, body: bytes) -> Answer:
    """Read an answer: XML as botocore reads it, JSON as it is."""
    if operation.protocol != "json":
        parsed = botocore_side.parse(
            operation.service, operation.name, HttpResponse(status, body=body)
        )
        error = parsed.get("Error", {})
        return Answer(status, error.get("Code", ""), error.get("Message", ""))
    found = msgspec.json.decode(body or b"{}")
    said = found.get("message") or found.get("Message") or ""
    return Answer(status, found.get("__type", ""), said, found.get("Reason"))


@contextmanager
def server() -> Iterator[Served]:
    """Run a server in memory until the block ends."""
    services.load()
    application = Application(
        Settings(
            store=MEMORY,
            bootstrap_account_id=ACCOUNT,
            bootstrap_access_key_id=KEY,
            bootstrap_secret_access_key=SECRET,
        )
    )
    try:
        yield Served(application)
    finally:
        application.close()
