"""Makes places where real server processes run, and leaves none behind; and clients that hammer them."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from treadle.packaging.manifest import verify
from treadle.serving.state import Desired, Observed, Place

ROW = {"carrier": "AA", "distance": 900.0, "weekday": 3}
"""A row that `factories.packages.a_package` predicts."""


def a_free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def processes(folder: Path, module: str = "treadle.serving") -> list[int]:
    """The processes that serve below `folder`."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().decode(errors="replace")
            if module in command and str(folder) in command and "Z" not in (process / "stat").read_text().split()[2]:
                found.append(int(process.name))
    return found


@contextmanager
def a_place(folder: Path) -> Iterator[Place]:
    """A place below `folder`; every process of it is killed at the end."""
    try:
        yield Place(folder)
    finally:
        while alive := processes(folder):
            for process in alive:
                kill(process)


def kill(process: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process, signal.SIGKILL)
    time.sleep(0.01)


def until(true: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait until something is true and return it."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := true():
            return found
        time.sleep(0.01)
    raise AssertionError("never became true")


def wish(place: Place, package: Path | None = None, /, **changes: Any) -> Desired:
    """Desire `package` (or what was desired before) with `changes`, in a new generation."""
    before = place.desired() or Desired(generation=0, environment="development", model="tiny", port=a_free_port())
    if package is not None:
        changes = {"package": verify(package), "folder": str(package), "version": package.name, **changes}
    made = msgspec.structs.replace(before, generation=before.generation + 1, **changes)
    place.desire(made)
    return made


def settled(place: Place, generation: int) -> Observed:
    """Wait until the supervisor settled a generation."""

    def seen() -> Observed | None:
        observed = place.observed()
        return observed if observed and observed.generation >= generation else None

    found: Observed = until(seen)
    return found


def brought(place: Place, package: Path | None = None, /, **changes: Any) -> Observed:
    """Bring a package, or a change, to what it comes to; a supervisor just leaving is followed by another."""
    made = wish(place, package, **changes)

    def seen() -> Observed | None:
        lives, observed = place.supervised(), place.observed()
        if observed and observed.generation >= made.generation:
            return observed
        if not lives:
            place.supervise()
        return None

    found: Observed = until(seen)
    return found


def port_of(place: Place) -> int:
    desired = place.desired()
    assert desired is not None
    return desired.port


class Hammer:
    """Clients that ask without a pause, half on connections they keep, half on new ones; nothing may go wrong."""

    def __init__(self, port: int, clients: int = 4) -> None:
        self.port = port
        self.errors: list[str] = []
        self.answers: list[tuple[str, str]] = []
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._ask, args=(number % 2 == 0,)) for number in range(clients)]

    def _ask(self, keeps: bool) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = msgspec.json.encode({"inputs": [ROW]})
        while not self._stop.is_set():
            try:
                connection.request("POST", "/predict", body)
                answer = connection.getresponse()
                said = msgspec.json.decode(answer.read())
                if answer.status != 200:
                    self.errors.append(f"{answer.status} {said}")
                else:
                    self.answers.append((said["predictions"][0]["id"], said["package"]))
            except (OSError, http.client.HTTPException, ValueError) as error:
                self.errors.append(repr(error))
                connection.close()
            if not keeps:
                connection.close()
        connection.close()

    def more(self, count: int = 50) -> None:
        """Wait for that many further answers."""
        have = len(self.answers)
        until(lambda: len(self.answers) >= have + count)

    def __enter__(self) -> Hammer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()
