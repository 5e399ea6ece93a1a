"""Owns a real PostgreSQL for tests: installed where that is possible, on loopback, thrown away afterwards.

As a script: `python tests/services/postgres.py` starts one, prints its address, and stops it at end of input.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SETTINGS = {"fsync": "off", "full_page_writes": "off", "listen_addresses": "127.0.0.1", "max_connections": "200"}
START_SECONDS = 60
Command = list[str | Path]


class Unavailable(Exception):
    """There is no PostgreSQL on this machine, and no right to install one."""


def binaries() -> Path:
    """Return the folder of initdb and postgres, installing Debian's package when root; Unavailable otherwise."""
    found = _find()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        install = "apt-get install -y -qq postgresql || (apt-get update -qq && apt-get install -y -qq postgresql)"
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["sh", "-c", install], env=quiet, check=False, capture_output=True)
        found = _find()
    if found is None:
        raise Unavailable("no initdb on this machine: install PostgreSQL, for example `apt-get install postgresql`")
    return found


def _find() -> Path | None:
    on_path = shutil.which("initdb")
    newest_first = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), reverse=True)
    for initdb in [Path(on_path).resolve(), *newest_first] if on_path else newest_first:
        if (initdb.parent / "postgres").exists():
            return initdb.parent
    return None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _as_its_account(folder: Path) -> list[str]:
    """The words before a command that make it run as postgres, as PostgreSQL refuses root, and end with the tests."""
    if os.geteuid() != 0:
        return []
    if subprocess.run(["id", "postgres"], capture_output=True, check=False).returncode != 0:
        subprocess.run(["useradd", "--system", "postgres"], check=True)
    shutil.chown(folder, "postgres")
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", "--pdeathsig=QUIT"]


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0 and b"ready to accept" in log.read_bytes():
                return
        time.sleep(0.05)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}")


@contextmanager
def postgres() -> Iterator[str]:
    """Start a server with its data in a fresh folder, yield the address of its database, stop it and delete all."""
    folder = Path(tempfile.mkdtemp(prefix="treadle-postgres-"))
    try:
        programs, as_its_account, port = binaries(), _as_its_account(folder), _free_port()
        database, log = folder / "database", folder / "log"
        initialise: Command = [programs / "initdb", *f"-D {database} -U treadle -A trust -E UTF8 --no-sync".split()]
        subprocess.run([*as_its_account, *initialise], cwd=folder, check=True, capture_output=True)
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        command: Command = [programs / "postgres", "-D", database, "-p", str(port), "-k", folder, *options]
        with log.open("wb") as out:
            server = subprocess.Popen([*as_its_account, *command], cwd=folder, stdout=out, stderr=out)
        try:
            _wait(server, port, log)
            yield f"postgresql://treadle@127.0.0.1:{port}/postgres"
        finally:
            server.send_signal(signal.SIGQUIT)  # at once, without writing out what is thrown away
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    with postgres() as address:
        sys.stdout.write(f"{address}\n")
        sys.stdout.flush()
        sys.stdin.read()
