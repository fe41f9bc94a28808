"""The guard of conftest.py: a test that reaches for the network fails."""

import socket
import urllib.request

import pytest


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org"])
def test_a_connection_that_leaves_this_machine_fails(host):
    with socket.socket() as connection, pytest.raises(AssertionError, match="tried to"):
        connection.connect((host, 80))
    with pytest.raises(AssertionError, match="tried to"):
        urllib.request.urlopen(f"http://{host}/", timeout=1)


def test_a_connection_within_this_machine_is_let_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()
