"""The server: waitress, with threads, on one interface."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

from flask import Flask

from coder.errors import UsageError
from coder.network import serve_on

THREADS = 8
MOST_BYTES = 64_000_000
"""Up to here a form is read and answered with a page; beyond it the connection is closed."""


def bound(host: str, port: int) -> socket.socket:
    """Return a socket that listens; port 0 takes a free one.

    Raises
    ------
    UsageError
        The port is taken, or the interface is not this computer's.
    """
    serve_on(host)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise UsageError(
            f"cannot listen on {host} port {port}: {error.strerror}", todo="choose another --port"
        ) from error
    return listener


def server(app: Flask, listener: socket.socket) -> Any:
    """Return the server of an application; `run` serves until interrupted, `close` ends it."""
    from waitress.server import create_server

    return create_server(app, sockets=[listener], threads=THREADS, max_request_body_size=MOST_BYTES, ident=None)


def serve(app: Flask, host: str, port: int | None, first: int, ready: Callable[[str], None]) -> None:
    """Serve until interrupted, on the port that was asked for, else on the first choice or a free one."""
    try:
        listener = bound(host, first if port is None else port)
    except UsageError:
        if port is not None:
            raise
        listener = bound(host, 0)
    running = server(app, listener)
    name = f"[{host}]" if ":" in host else host
    ready(f"http://{name}:{listener.getsockname()[1]}/")
    running.run()
