"""No network at run time: an audit hook that refuses every connection and name look-up beyond this computer."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from coder.errors import NetworkError

_LOOK_UPS = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
_CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.bind"}
_served: set[str] = set()
_installed = False


def refuse_network() -> None:
    """Refuse sockets beyond loopback from here on, in this process and in its children that import coder.

    Python tells of each connection, datagram and name look-up before it happens (PEP 578), in any library or plug-in.
    What C code does by itself, and programs that are no Python, are not seen. A hook cannot be taken out again.
    """
    global _installed  # noqa: PLW0603  # as is the hook
    os.environ["CODER_NO_NETWORK"] = "1"  # a child process in Python refuses, too, when it imports coder
    if not _installed:
        sys.addaudithook(_hook)
        for name in ("connect", "connect_ex", "sendto", "bind"):
            setattr(socket.socket, name, _asked_first(getattr(socket.socket, name)))
        _installed = True


def serve_on(host: str) -> None:
    """Let this process listen on an interface beyond loopback, as the user asked for; it still connects to nobody."""
    _served.add(host)


def _asked_first(method: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method of sockets that asks before it looks a name up; the audit hook is only told afterwards."""

    @wraps(method)
    def call(self: socket.socket, *args: Any) -> Any:
        _hook("socket.bind" if method.__name__ == "bind" else "socket.connect", (self, args[-1]))
        return method(self, *args)

    return call


def _hook(event: str, args: tuple[object, ...]) -> None:
    if event in _LOOK_UPS:
        found = args[0]
    elif event in _CALLS:
        found = _address(*args)
    else:
        return
    host = _first(found)
    numeric = event in {"socket.getaddrinfo", "socket.gethostbyname"} and _ip(host) is not None  # asks nobody
    if not (_is_local(host) or numeric or (event == "socket.bind" and host in _served)):
        raise NetworkError(
            f"a connection to `{host}` was refused: coder uses no network",
            todo="a library or a plug-in asked for it; put the files that it needs on this computer",
        )


def _address(sock: object, address: object = None, *_: object) -> object:
    """Return where a socket goes; None for one of the file system (Unix), and for one that is connected already."""
    return None if getattr(sock, "family", None) == getattr(socket, "AF_UNIX", object()) else address


def _first(found: object) -> str | None:
    """Return the host of an address, which may be a pair of host and port, bytes, or nothing."""
    host = found[0] if isinstance(found, tuple) else found
    return (
        host.decode("ascii", "replace") if isinstance(host, bytes | bytearray) else None if host is None else str(host)
    )


def _is_local(host: str | None) -> bool:
    address = _ip(host)
    return host is None or host.casefold() == "localhost" or (address is not None and address.is_loopback)


def _ip(host: str | None) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is given by; None for a name."""
    try:
        return ip_address(host or "")
    except ValueError:
        return None
