"""The local target keeps a target's promise: apply, status and stop may be repeated, at any moment, by anyone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from factories.packages import a_package
from factories.places import ROW, a_free_port, a_place, kill, port_of, processes, until
from factories.records import a_model_version
from factories.servers import predict
from treadle.delivery.targets import TARGETS
from treadle.delivery.targets.local import LocalTarget
from treadle.errors import DeployError
from treadle.packaging.manifest import verify
from treadle.serving.state import Observed
from treadle.settings import Environment


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("packages")
    return [a_package(folder / str(seed), seed=seed, features=False) for seed in (1, 2)]


class Bench:
    """A target and the settings of its environment."""

    def __init__(self, home: Path) -> None:
        self.target: LocalTarget = TARGETS.load("local")(home, "development")
        self.environment = Environment(port=a_free_port())
        self.said: list[str] = []

    def apply(self, package: Path, number: int = 1, **changes: Any) -> Observed:
        version = a_model_version(model="tiny", version=number, id=f"tiny/{number}", package=verify(package))
        settings = msgspec.structs.replace(self.environment, **changes)
        return self.target.apply(version, package, settings, self.said.append)

    def generation(self) -> int:
        desired = self.target.place.desired()
        return desired.generation if desired else 0


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with a_place(tmp_path):
        yield Bench(tmp_path)


def test_applied_means_live(bench: Bench, packages: list[Path]) -> None:
    seen = bench.apply(packages[0])
    assert (seen.status, seen.package, seen.version) == ("live", verify(packages[0]), "1")
    assert bench.target.status() == seen
    assert predict(bench.environment.port, ROW).status == 200
    assert bench.said == [f"starting 1 worker for tiny/1 on port {bench.environment.port}"]


def test_the_same_again_changes_nothing(bench: Bench, packages: list[Path]) -> None:
    seen = bench.apply(packages[0], workers=2)
    assert bench.apply(packages[0], workers=2) == seen
    assert bench.generation() == 1


def test_a_wish_somebody_else_left_is_gone_on_with(bench: Bench, packages: list[Path]) -> None:
    bench.apply(packages[0])
    desired = bench.target.place.desired()
    assert desired is not None
    left = msgspec.structs.replace(
        desired, generation=2, version="2", package=verify(packages[1]), folder=str(packages[1])
    )
    bench.target.place.desire(left)
    assert bench.apply(packages[1], 2).package == verify(packages[1])
    assert bench.generation() == 2


def test_a_wish_that_failed_is_tried_anew(bench: Bench, packages: list[Path], tmp_path: Path) -> None:
    package = a_package(tmp_path / "package", features=False)
    text = (package / "treadle.json").read_text()
    digest = verify(package)
    (package / "treadle.json").write_text("{}")
    version = a_model_version(model="tiny", version=1, id="tiny/1", package=digest)
    with pytest.raises(DeployError, match=r"tiny/1 did not become ready in development: .*treadle\.json"):
        bench.target.apply(version, package, bench.environment, bench.said.append)
    (package / "treadle.json").write_text(text)
    assert bench.target.apply(version, package, bench.environment, bench.said.append).status == "live"


def test_after_a_failure_what_was_live_is_what_is_desired(bench: Bench, packages: list[Path], tmp_path: Path) -> None:
    first = bench.apply(packages[0])
    broken = a_package(tmp_path / "package", features=False, extra={"input_example.json": b"{}"})
    with pytest.raises(DeployError, match="tiny/1 still answers"):
        bench.apply(broken, 2)
    desired = bench.target.place.desired()
    assert desired is not None
    assert (desired.package, desired.generation) == (verify(packages[0]), 3)
    seen = until(lambda: (found := bench.target.status()) and found.generation == 3 and found)
    assert (seen.status, seen.workers) == ("live", first.workers)
    for process in processes(bench.target.place.folder):
        kill(process)
    bench.target.place.supervise()
    until(lambda: (found := bench.target.status()) and found.status == "live" and found.workers)
    assert predict(bench.environment.port, ROW).json["version"] == "1"


def test_without_a_supervisor_nothing_runs(bench: Bench, packages: list[Path]) -> None:
    assert bench.target.status() is None
    kill(bench.apply(packages[0]).supervisor)
    assert bench.target.status() is None
    until(lambda: processes(bench.target.place.folder) == [])


def test_a_target_whose_supervisor_died_is_brought_back(bench: Bench, packages: list[Path]) -> None:
    first = bench.apply(packages[0])
    kill(first.supervisor)
    again = bench.apply(packages[0])
    assert again.status == "live"
    assert again.supervisor != first.supervisor


def test_stop_waits_until_nothing_is_left_and_may_be_repeated(bench: Bench, packages: list[Path]) -> None:
    bench.target.stop()
    bench.apply(packages[0])
    bench.target.stop()
    bench.target.stop()
    assert processes(bench.target.place.folder) == []
    assert bench.generation() == 2
    assert bench.apply(packages[0]).status == "live"


def test_stop_after_the_supervisor_died_lets_nothing_come_back(bench: Bench, packages: list[Path]) -> None:
    kill(bench.apply(packages[0]).supervisor)
    bench.target.stop()
    bench.target.place.supervise()
    until(lambda: processes(bench.target.place.folder) == [])
    seen = bench.target.place.observed()
    assert seen is not None
    assert seen.status == "stopped"


def test_every_address_is_asked_at_home(bench: Bench, packages: list[Path]) -> None:
    seen = bench.apply(packages[0], host="0.0.0.0")
    assert seen.address == f"http://0.0.0.0:{port_of(bench.target.place)}"


def test_an_address_of_another_machine_is_refused(bench: Bench, packages: list[Path]) -> None:
    with pytest.raises(DeployError, match=r"192\.0\.2\.1:\d+ cannot be bound"):
        bench.apply(packages[0], host="192.0.2.1")
    assert bench.target.status() is None


def test_a_supervisor_that_cannot_live_is_a_fault_with_its_last_words(bench: Bench, packages: list[Path]) -> None:
    folder = bench.target.place.folder
    folder.mkdir(parents=True)
    (folder / "metrics.slab").mkdir()
    with pytest.raises(DeployError, match=r"the supervisor of development died 3 times: .*(slab|permitted|directory)"):
        bench.apply(packages[0])
