"""A port is bound once, and whoever holds it already is named."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from treadle.errors import DeployError
from treadle.serving.listener import PortInUse, holder, listen


def test_a_listener_takes_connections() -> None:
    with listen("127.0.0.1", 0) as listener, socket.create_connection(listener.getsockname(), timeout=5) as client:
        listener.setblocking(True)
        connection, _ = listener.accept()
        with connection:
            connection.sendall(b"hello")
            assert client.recv(5) == b"hello"


def test_a_port_in_use_names_the_process_and_its_command() -> None:
    with listen("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUse) as caught:
            listen("127.0.0.1", port)
    error = caught.value
    assert error.process == os.getpid()
    assert error.met.startswith(f"port {port} is in use by process {os.getpid()} (")
    own = Path("/proc/self/cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    assert error.command == own
    assert "another port" in error.next_move


def test_a_port_used_a_moment_ago_can_be_bound_again() -> None:
    with listen("127.0.0.1", 0) as listener:
        address = listener.getsockname()
        client = socket.create_connection(address, timeout=5)
        listener.setblocking(True)
        connection, _ = listener.accept()
    connection.close()  # the server closes first: its side waits in TIME_WAIT
    client.close()
    listen(*address).close()


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(DeployError, match=r"192\.0\.2\.1:0 cannot be bound"):
        listen("192.0.2.1", 0)


def test_version_six_addresses_work() -> None:
    try:
        listener = listen("::1", 0)
    except DeployError:
        pytest.skip("this machine has no IPv6")
    with listener, pytest.raises(PortInUse, match=f"process {os.getpid()}"):
        listen("::1", listener.getsockname()[1])


def test_nobody_holds_a_free_port() -> None:
    with socket.socket() as unbound:
        unbound.bind(("127.0.0.1", 0))
        port = unbound.getsockname()[1]
    assert holder(port) is None
