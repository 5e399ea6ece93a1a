"""A crew is some real workers: ready together, let go together, mended one by one, drained and gone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from factories.packages import a_package
from factories.places import ROW, a_place, kill, processes, until
from factories.servers import predict
from treadle.packaging.manifest import verify
from treadle.serving.crew import Crew
from treadle.serving.listener import listen
from treadle.serving.metrics import RESTARTS, ROWS, Metrics
from treadle.serving.state import Desired, Place


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return a_package(tmp_path_factory.mktemp("packages") / "one")


class Bench:
    """What a supervisor would hold: a place, a listener, counters, and the slots taken."""

    def __init__(self, place: Place) -> None:
        place.folder.mkdir(parents=True)
        self.place = place
        self.listener = listen("127.0.0.1", 0)
        self.port = self.listener.getsockname()[1]
        self.metrics = Metrics(place.metrics, 0)
        self.taken: set[int] = set()
        self.crews: list[Crew] = []

    def crew(self, source: Path, /, **changes: Any) -> Crew:
        desired = Desired(
            **{
                "generation": 1,
                "environment": "development",
                "model": "tiny",
                "version": "1",
                "package": verify(source),
                "folder": str(source),
                **changes,
            }
        )
        self.crews.append(Crew(desired, self.place, self.listener, self.metrics, self.taken))
        return self.crews[-1]

    def total(self, word: int) -> int:
        return self.metrics.total()[word]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_place(tmp_path / "place") as place:
        made = Bench(place)
        yield made
        for crew in made.crews:
            crew.dismiss()
        made.listener.close()


def ready(crew: Crew) -> Crew:
    assert until(lambda: crew.come() or crew.fault) is True, crew.fault
    return crew


def test_workers_come_ready_and_answer_once_let_go(bench: Bench, package: Path) -> None:
    crew = ready(bench.crew(package, workers=2))
    assert len(crew.workers) == 2
    assert bench.taken == {1, 2}
    assert bench.total(ROWS) == 0
    crew.go()
    assert predict(bench.port, ROW).status == 200
    assert bench.total(ROWS) == 1


def test_a_worker_that_is_ready_takes_nothing_before_it_is_let_go(bench: Bench, package: Path) -> None:
    first, second = ready(bench.crew(package, version="1")), ready(bench.crew(package, version="2"))
    first.go()
    assert {predict(bench.port, ROW).json["version"] for _ in range(20)} == {"1"}
    second.go()
    first.drain(0.0)
    until(lambda: first.leave() or first.quiet)
    assert {predict(bench.port, ROW).json["version"] for _ in range(20)} == {"2"}


def test_a_drained_crew_is_quiet_then_gone_and_what_it_counted_stays(bench: Bench, package: Path) -> None:
    crew = ready(bench.crew(package))
    crew.go()
    predict(bench.port, ROW)
    crew.drain(0.0)
    until(crew.leave)
    assert crew.quiet
    assert (crew.workers, bench.taken) == ((), set())
    assert bench.total(ROWS) == 1
    assert processes(bench.place.folder) == []


def test_why_a_crew_never_comes_is_what_its_worker_said(bench: Bench, package: Path) -> None:
    crew = bench.crew(package, package="0" * 64)
    until(lambda: crew.come() or crew.fault)
    assert "0" * 12 in crew.fault
    crew.dismiss()
    assert processes(bench.place.folder) == []


def test_a_worker_killed_on_its_way_is_a_fault(bench: Bench, package: Path) -> None:
    crew = bench.crew(package)
    kill(crew.hands[0].process.pid)
    until(lambda: crew.come() or crew.fault)
    assert crew.fault == "the worker ended with signal 9 before it was ready"
    crew.dismiss()


def test_a_dead_worker_is_followed_by_another(bench: Bench, package: Path) -> None:
    crew = ready(bench.crew(package, workers=2))
    crew.go()
    lost, kept = crew.workers
    kill(lost)

    def mended() -> bool:
        crew.mend()
        return crew.ready and lost not in crew.workers

    until(mended)
    assert kept in crew.workers
    assert len(crew.workers) == 2
    assert bench.total(RESTARTS) == 1
    until(lambda: mended() and crew.fault == "")
    kill(kept)
    until(lambda: mended() and kept not in crew.workers)
    assert predict(bench.port, ROW).status == 200


def test_workers_that_die_at_once_are_started_later_each_time(bench: Bench, tmp_path: Path) -> None:
    package = a_package(tmp_path / "package", seed=6)
    crew = ready(bench.crew(package))
    crew.go()
    (package / "treadle.json").write_text("{}")
    kill(crew.workers[0])
    starts: list[float] = []

    def dying() -> bool:
        crew.mend()
        if crew.hands and (not starts or crew.hands[0].started > starts[-1]):
            starts.append(crew.hands[0].started)
        return len(starts) >= 4

    until(dying)
    waits = [after - before for before, after in pairwise(starts)]
    assert waits[-1] > waits[0] + 0.2
    assert "treadle.json" in crew.fault


def test_a_dismissed_crew_is_gone_at_once(bench: Bench, package: Path) -> None:
    crew = bench.crew(package, workers=2)
    crew.dismiss()
    assert processes(bench.place.folder) == []
    assert (crew.hands, bench.taken) == ([], set())


def test_workers_share_the_cores(bench: Bench, package: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    cores = os.cpu_count() or 1
    for workers in (1, cores):
        crew = ready(bench.crew(package, workers=workers))
        environment = Path(f"/proc/{crew.workers[0]}/environ").read_bytes().split(b"\0")
        assert b"OMP_NUM_THREADS=%d" % (cores // workers) in environment
        assert b"POLARS_MAX_THREADS=%d" % (cores // workers) in environment
