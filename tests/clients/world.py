"""What a client is given: a live server, and things to upload."""

from __future__ import annotations

from typing import NamedTuple

from tests.certificates import issue, metadata, pem, rsa_key, ssh
from tests.live import LiveServer


class World(NamedTuple):
    """What a client is given: a live server, and things to upload."""

    server: LiveServer
    certificate: str
    private_key: str
    ssh_key: str
    metadata: str


def world_of(server: LiveServer) -> World:
    """Return what a client is given."""
    issued = issue()
    return World(server, issued.pem, pem(issued.key), ssh(rsa_key()), metadata(issued.base64))
