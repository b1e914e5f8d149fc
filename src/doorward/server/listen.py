"""Where a server listens: sockets that have their address before anything else is made."""

from __future__ import annotations

import resource
import socket

from doorward.errors import ConfigurationError

RESERVED_FILES = 48
"""Descriptors that connections leave to the store, the log and the rest of the process."""

FEWEST_CONNECTIONS = 8


def listen(name: str, host: str, port: int) -> socket.socket:
    """Return a socket that has the address; port 0 takes a free one.

    It comes before the application: what cannot be reached must not create anything. Raises
    ``ConfigurationError``, which names the setting ``name``, when the address cannot be had.
    """
    listening = _socket(host)
    try:
        listening.bind((host, port))
    except OSError as error:
        listening.close()
        raise ConfigurationError(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another address by {name}"
        ) from error
    return listening


def siblings(first: socket.socket, count: int) -> tuple[socket.socket, ...]:
    """Return ``count`` sockets of one address, ``first`` among them: one for each process.

    The system shares connections out among them, evenly over many; over one socket that all
    processes accept from, a burst may go to one process whole. ``first`` has the address for
    itself before, so that another server there is found out.
    """
    first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    return (first, *(sibling(first) for _ in range(count - 1)))


def sibling(of: socket.socket) -> socket.socket:
    """Return another socket of a shared address; nobody is sent to it until it listens."""
    host, port = of.getsockname()[:2]
    listening = _socket(host)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listening.bind((host, port))
    return listening


def endpoint(listening: socket.socket, scheme: str) -> str:
    """Return the URL by which a socket is reached."""
    host, port = listening.getsockname()[:2]
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def most_connections() -> int:
    """Raise the limit of open files as far as this process may; return what is for connections.

    More are closed as they come, so that the store can always be reached.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):
            pass  # some systems have a lower limit of their own: the soft one stays
    return max(FEWEST_CONNECTIONS, soft - RESERVED_FILES)


def _socket(host: str) -> socket.socket:
    """Return a socket of the address family of ``host``."""
    listening = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    return listening
