"""A bare ASGI responder: the least that any server on the same stack costs."""

from __future__ import annotations

import socket

import uvicorn
from starlette.types import Receive, Scope, Send

BODY = b"x" * 421


async def bare(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, answer 421 bytes."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    length = (b"content-length", str(len(BODY)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": BODY})


if __name__ == "__main__":
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    print(f"bare at http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(bare, log_config=None, access_log=False, lifespan="off")
    uvicorn.Server(config).run(sockets=[listening])
