"""A worker rehearses before it is ready, keeps its line to the supervisor, and says why it cannot serve."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from factories.packages import a_package
from factories.places import a_place, processes, until
from factories.servers import ROW, SERVED, a_model, ask
from treadle.errors import DeployError
from treadle.packaging.manifest import verify
from treadle.packaging.model import Outputs
from treadle.serving.crew import GO, READY, Assignment
from treadle.serving.listener import listen
from treadle.serving.state import Desired
from treadle.serving.worker import Line, rehearse

EXAMPLE = msgspec.json.encode({"inputs": [ROW]})


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_package(tmp_path_factory.mktemp("packages") / "one", kind="regression")


def test_a_rehearsal_measures_what_the_model_costs() -> None:
    calls: list[int] = []

    def runtime(columns: Mapping[str, Sequence[Any]]) -> Outputs:
        calls.append(len(columns["distance"]))
        return a_model()._runtime(columns)

    cost = asyncio.run(rehearse(a_model(runtime), SERVED, EXAMPLE))
    assert 0 < cost.seconds(64) < 1
    assert calls[0] == 1
    assert 64 in calls


@pytest.mark.parametrize(
    ("example", "says"),
    [(b'{"inputs": [{"distance": 1.0, "hour": 1}]}', "carrier: missing column"), (b"{", "not JSON"), (b"", "not JSON")],
)
def test_a_package_whose_example_is_refused_is_not_served(example: bytes, says: str) -> None:
    with pytest.raises(DeployError, match=f"the package refuses its own example: .*{says}"):
        asyncio.run(rehearse(a_model(), SERVED, example))


def test_a_model_that_fails_on_its_example_is_not_served(capfd: pytest.CaptureFixture[str]) -> None:
    def runtime(columns: Mapping[str, Sequence[Any]]) -> Outputs:
        raise RuntimeError("no such column")

    with pytest.raises(DeployError, match="the model failed: RuntimeError: no such column"):
        asyncio.run(rehearse(a_model(runtime), SERVED, EXAMPLE))
    assert "no such column" in capfd.readouterr().err


def test_a_line_is_heard_by_lines_until_it_ends() -> None:
    async def scenario() -> list[bytes]:
        ours, theirs = socket.socketpair()
        line = Line(theirs.detach())
        ours.sendall(b"go\ndrain 5")
        heard = [await line.hear()]
        ours.sendall(b".000\n")
        heard.append(await line.hear())
        line.say(READY)
        assert ours.recv(100) == READY
        ours.close()
        heard.append(await line.hear())
        line.say(b"nobody hears this\n")
        line._socket.close()
        return heard

    assert asyncio.run(scenario()) == [b"go\n", b"drain 5.000\n", b""]


class Started:
    """A worker started by hand, with the supervisor's end of its line."""

    def __init__(self, folder: Path, package: Path, digest: str = "") -> None:
        self.listener = listen("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.line, theirs = socket.socketpair()
        self.line.settimeout(60)
        desired = Desired(
            generation=1,
            environment="development",
            model="tiny",
            version="1",
            package=digest or verify(package),
            folder=str(package),
        )
        given = Assignment(
            desired=desired, folder=str(folder), slot=1, listener=self.listener.fileno(), line=theirs.fileno()
        )
        folder.mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "treadle.serving.worker", msgspec.json.encode(given).decode()],
            pass_fds=(self.listener.fileno(), theirs.fileno()),
            stderr=subprocess.PIPE,
        )
        theirs.close()


@contextmanager
def started(folder: Path, package: Path, digest: str = "") -> Iterator[Started]:
    with a_place(folder):
        worker = Started(folder, package, digest)
        try:
            yield worker
        finally:
            worker.line.close()
            worker.listener.close()
            worker.process.kill()
            worker.process.communicate()


def test_a_worker_says_ready_serves_and_drains(tmp_path: Path, package: Path) -> None:
    with started(tmp_path / "place", package) as worker:
        assert worker.line.recv(100) == READY
        worker.line.sendall(GO)
        assert ask(worker.port, "GET", "/healthz").json["package"] == verify(package)
        worker.line.sendall(b"drain 0.000\n")
        assert worker.line.recv(100) == b"draining\n"
        assert worker.process.wait(30) == 0


def test_a_worker_tells_why_it_cannot_serve(tmp_path: Path, package: Path) -> None:
    with started(tmp_path / "place", package, digest="0" * 64) as worker:
        said = worker.line.recv(10_000)
        assert worker.process.wait(30) == 1
    assert said.startswith(b'failed "')
    assert b"0000" in said


def test_a_worker_whose_supervisor_dies_ends(tmp_path: Path, package: Path) -> None:
    for words in (b"", GO):
        with started(tmp_path / "place", package) as worker:
            assert worker.line.recv(100) == READY
            worker.line.sendall(words)
            worker.line.close()
            assert worker.process.wait(30) == 0


def test_a_terminated_worker_drains(tmp_path: Path, package: Path) -> None:
    with started(tmp_path / "place", package) as worker:
        assert worker.line.recv(100) == READY
        worker.line.sendall(GO)
        until(lambda: ask(worker.port, "GET", "/healthz").status == 200)
        os.kill(worker.process.pid, signal.SIGINT)
        assert ask(worker.port, "GET", "/healthz").status == 200
        os.kill(worker.process.pid, signal.SIGTERM)
        assert worker.process.wait(30) == 0
    assert processes(tmp_path / "place") == []
