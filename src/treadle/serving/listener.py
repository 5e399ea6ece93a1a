"""Owns the listening socket of a server, and the answer to who holds a port that cannot be bound."""

from __future__ import annotations

import errno
import socket
from pathlib import Path

from treadle.errors import DeployError

BACKLOG = 4096
LISTENING = "0A"
"""The state of a listening socket in /proc/net/tcp."""


class PortInUse(DeployError):
    """Somebody listens on the port already: `process` and `command` say who, as far as it can be told."""

    def __init__(self, port: int) -> None:
        self.process = holder(port)
        self.command = _command(self.process) if self.process else ""
        by = f"process {self.process}" if self.process else "another process"
        super().__init__(
            f"port {port} is in use by {by}" + (f" ({self.command[:80]})" if self.command else ""),
            next_move="stop what uses it, or set another port for the environment in treadle.toml",
        )


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket; raises PortInUse, or DeployError if the address is not this machine's."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except (OSError, OverflowError) as error:
        listener.close()
        if isinstance(error, OSError) and error.errno == errno.EADDRINUSE:
            raise PortInUse(port) from error
        raise DeployError(f"{host}:{port} cannot be bound: {error}", expected="an address of this machine") from error
    listener.setblocking(False)
    return listener


def holder(port: int) -> int | None:
    """Return the process that listens on `port`, as far as /proc may be read; None if it cannot be told."""
    sockets = _listening(port)
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(str(link.readlink()) in sockets for link in (process / "fd").iterdir()):
                return int(process.name)
        except OSError:
            continue
    return None


def _listening(port: int) -> set[str]:
    """Return the sockets listening on `port` as the links below /proc/PID/fd name them."""
    found: set[str] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[3] == LISTENING and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found


def _command(process: int) -> str:
    """Return the command line of a process, or nothing if it may not be read."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except OSError:
        return ""
