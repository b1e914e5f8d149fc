"""Answers of services of AWS's that Doorward does not serve, over HTTP as AWS gives them.

The client is real, its requests are signed; only the answers are recorded. They are held against
the service models by whoever reads them: botocore parses them by its own.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import urlsplit

Answer = tuple[int, Mapping[str, Any]]
"""A status, and the members of the answer; those of an error have its code as ``__type``."""

Answers = Mapping[str, Callable[[Mapping[str, Any]], Answer]]
"""How each operation is answered, by its path or the end of its target."""


def refused(code: str) -> Answer:
    """Return an error as AWS answers it."""
    return 400, {"__type": code, "message": "refused"}


DENIED: Final = refused("AccessDeniedException")


@contextmanager
def recorded(answers: Answers, otherwise: str | None = None) -> Iterator[str]:
    """Answer on a port of the loopback address until the block ends; yield where.

    Other operations are asked of the server at ``otherwise``, as they were asked here; without
    one they are refused.
    """

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            name = self.headers.get("X-Amz-Target", "").rpartition(".")[2] or self.path.strip("/")
            if name not in answers and otherwise is not None:
                self._reply(*passed_on(otherwise, self.path, self.headers, body))
                return
            found = answers.get(name) if is_signed(self.headers) else None
            status, said = found(json.loads(body or b"{}")) if found else DENIED
            error = {"x-amzn-ErrorType": said["__type"]} if "__type" in said else {}
            self._reply(status, {"Content-Type": "application/json", **error}, json.dumps(said))

        def _reply(self, status: int, headers: Mapping[str, str], body: str) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body.encode())))
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join(timeout=20)


def is_signed(headers: Message) -> bool:
    """Whether a request bears a signature of the kind that AWS wants."""
    return bool(headers.get("Authorization", "").startswith("AWS4-HMAC-SHA256 "))


def passed_on(
    endpoint: str, path: str, headers: Message, body: bytes
) -> tuple[int, dict[str, str], str]:
    """Ask another server the same, signature and all, and return what it says."""
    connection = HTTPConnection(urlsplit(endpoint).netloc, timeout=60)
    try:
        connection.request("POST", path, body, dict(headers.items()))
        answer = connection.getresponse()
        kept = {
            name: value
            for name, value in answer.getheaders()
            if name.lower() in {"content-type", "x-amzn-errortype", "x-amzn-requestid"}
        }
        return answer.status, kept, answer.read().decode()
    finally:
        connection.close()
