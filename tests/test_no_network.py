"""The network is refused: in the program and its children, in plug-ins, and so in every test."""

import socket
import subprocess
import sys
import urllib.request

import pytest

from coder.cli.main import main
from coder.errors import NetworkError
from coder.network import serve_on


@pytest.mark.parametrize("host", ["192.0.2.1", "example.org", "2001:db8::1"])
def test_a_connection_that_leaves_this_computer_is_refused_with_its_host(host):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as connection, pytest.raises(NetworkError, match=f"`{host}`"):
        connection.connect((host, 80))
    with socket.socket(family, socket.SOCK_DGRAM) as datagrams, pytest.raises(NetworkError, match=f"`{host}`"):
        datagrams.sendto(b"hello", (host, 53))


def in_urllib(host):
    return urllib.request.urlopen(f"http://{host}/")


@pytest.mark.parametrize(
    "look_up", [socket.gethostbyname, socket.gethostbyaddr, lambda host: socket.getaddrinfo(host, 80), in_urllib]
)
def test_a_name_is_not_looked_up(look_up):
    with pytest.raises(NetworkError, match=r"`example\.org`"):
        look_up("example.org")


def test_a_connection_within_this_computer_is_let_through():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as connection:
        assert connection.getpeername() == server.getsockname()
    one, other = socket.socketpair()
    one.close(), other.close()


def test_only_the_interface_that_the_user_asks_for_is_listened_on():
    with socket.socket() as listener, pytest.raises(NetworkError, match=r"`0\.0\.0\.0`"):
        listener.bind(("0.0.0.0", 0))  # noqa: S104
    serve_on("192.0.2.7")
    with socket.socket() as listener, pytest.raises(OSError, match="assign"):
        listener.bind(("192.0.2.7", 0))  # let through; it is no interface of this computer
    with socket.socket() as connection, pytest.raises(NetworkError):
        connection.connect(("192.0.2.7", 80))


def test_a_child_process_and_what_it_loads_are_refused(tmp_path):
    plugin = tmp_path / "plugin.py"
    plugin.write_text("import socket\nsocket.create_connection(('example.org', 443))\n")
    with pytest.raises(SystemExit):
        main(["--help"])
    command = [sys.executable, "-c", "import coder, plugin"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "a connection to `example.org` was refused" in done.stderr


def test_a_reader_that_asks_for_the_network_ends_the_command_with_a_clear_line(coded, monkeypatch, capsys):
    from coder.transcripts import readers

    monkeypatch.setattr(readers, "reader", lambda path: lambda source: in_urllib("example.org"))
    with pytest.raises(SystemExit) as ended:
        main(["import", str(coded)])
    assert ended.value.code == 2
    assert "a connection to `example.org` was refused" in capsys.readouterr().err
