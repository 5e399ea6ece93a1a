"""Owns the state of an environment's server: what is desired, what was observed, in two JSON files and a lock.

Whoever deploys writes `desired.json`; only the supervisor, which holds the lock, writes `observed.json`.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TypeVar

import msgspec

from treadle.errors import DeployError
from treadle.records import now

T = TypeVar("T")


class Desired(msgspec.Struct, frozen=True, kw_only=True):
    """What should run; a higher `generation` replaces what was desired before.

    `folder` holds the files of the package with digest `package`; a release must be ready within `patience` seconds.
    """

    generation: int
    environment: str
    model: str = ""
    version: str = ""
    package: str = ""
    folder: str = ""
    host: str = "127.0.0.1"
    port: int = 8080
    workers: int = 1
    patience: float = 60.0
    stopped: bool = False


class Observed(msgspec.Struct, frozen=True, kw_only=True):
    """What runs. `generation` is the last one settled, and how: live, failed (the one before runs on) or stopped.

    `package` and `address` (that is `host` and `port`) are what answers now, if it is not empty; `workers` are the
    processes that answer, of `asked` there should be.
    """

    generation: int = 0
    status: str = "starting"
    package: str = ""
    model: str = ""
    version: str = ""
    address: str = ""
    host: str = ""
    port: int = 0
    asked: int = 0
    supervisor: int = 0
    workers: tuple[int, ...] = ()
    error: str = ""
    updated: str = ""


class Place(msgspec.Struct, frozen=True):
    """The folder of one environment's server and the names in it."""

    folder: Path

    @property
    def predictions(self) -> Path:
        """Where the prediction log is."""
        return self.folder / "predictions"

    @property
    def log(self) -> Path:
        """Where the processes write what they have to say."""
        return self.folder / "server.log"

    @property
    def metrics(self) -> Path:
        """Where the workers count."""
        return self.folder / "metrics.slab"

    def desired(self) -> Desired | None:
        """Return what should run, or None if nobody ever said."""
        return _read(self.folder / "desired.json", Desired)

    def observed(self) -> Observed | None:
        """Return what the supervisor last saw, or None if there never was one."""
        return _read(self.folder / "observed.json", Observed)

    def desire(self, desired: Desired) -> None:
        """Say what should run."""
        _write(self.folder / "desired.json", msgspec.json.encode(desired))

    def observe(self, observed: Observed) -> None:
        """Say what runs; for the supervisor only."""
        _write(self.folder / "observed.json", msgspec.json.encode(msgspec.structs.replace(observed, updated=now())))

    def lock(self, patience: float = 0.0) -> int | None:
        """Take the supervisor's lock and return its descriptor, or None if it is held for longer than `patience` s."""
        self.folder.mkdir(parents=True, exist_ok=True)
        file = os.open(self.folder / "supervisor.lock", os.O_RDWR | os.O_CREAT, 0o644)
        end = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                return file
            except BlockingIOError:
                if time.monotonic() >= end:
                    os.close(file)
                    return None
            time.sleep(0.02)

    def supervised(self) -> bool:
        """Return whether a supervisor lives."""
        held = self.lock()
        if held is not None:
            os.close(held)
        return held is None

    def supervise(self) -> None:
        """Start a supervisor that outlives this process; if one lives already, the new one leaves by itself."""
        self.folder.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-P", "-m", "treadle.serving.supervisor", str(self.folder), "--detach"]
        done = subprocess.run(command, cwd=self.folder, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if done.returncode:
            said = done.stderr.decode(errors="replace").strip().splitlines() or [f"exit code {done.returncode}"]
            raise DeployError(f"the supervisor cannot start: {said[-1]}", next_move=f"see {self.log}")


def place(home: Path, environment: str) -> Place:
    """Return the place of `environment` below a workspace's `.treadle` folder."""
    return Place(home / "environments" / environment)


def _read(path: Path, kind: type[T]) -> T | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except FileNotFoundError:
        return None
    except ValueError as error:
        raise DeployError(f"{path} is damaged: {error}", next_move="delete it and deploy again") from error


def _write(path: Path, data: bytes) -> None:
    """Replace `path` whole: a reader sees the old contents or the new, never half of either."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    with temporary.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
