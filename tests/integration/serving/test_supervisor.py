"""Real servers on loopback: switched under load, killed at any moment, refused and stopped."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from factories.packages import a_package
from factories.places import (
    ROW,
    Hammer,
    a_free_port,
    a_place,
    brought,
    kill,
    port_of,
    processes,
    settled,
    until,
    wish,
)
from factories.servers import ask, dialled, heard, one_answer, predict
from treadle.packaging.manifest import verify
from treadle.serving.listener import listen
from treadle.serving.prediction_log import find, read
from treadle.serving.state import Place


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("packages")
    return [a_package(folder / str(seed), seed=seed, features=seed != 2) for seed in (1, 2, 3)]


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with a_place(tmp_path / "environment") as made:
        yield made


def served(place: Place) -> str:
    return str(ask(port_of(place), "GET", "/healthz").json["package"])


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def test_a_release_comes_to_life_and_outlives_its_command(place: Place, packages: list[Path]) -> None:
    code = f"""
import pathlib
from treadle.serving.state import Desired, Place
place = Place(pathlib.Path({str(place.folder)!r}))
place.desire(Desired(generation=1, environment="development", model="tiny", version="1",
    package={verify(packages[0])!r}, folder={str(packages[0])!r}, port={a_free_port()}))
place.supervise()
"""
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    seen = settled(place, 1)
    assert (seen.status, seen.package, len(seen.workers), seen.error) == ("live", verify(packages[0]), 1, "")
    answer = predict(port_of(place), ROW)
    assert answer.status == 200
    assert find(place.predictions, answer.json["predictions"][0]["id"]) is not None
    assert os.getsid(seen.supervisor) == seen.supervisor != os.getsid(0)


def test_a_release_is_ready_only_after_a_prediction_that_leaves_no_trace(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    assert list(read(place.predictions)) == []
    assert "treadle_rows_total 0" in ask(port_of(place), "GET", "/metrics").body.decode()


def test_switching_under_load_drops_no_request(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0], workers=2)
    digests = [verify(package) for package in packages]
    with Hammer(port_of(place)) as clients:
        clients.more()
        for package in (packages[1], packages[2], packages[0]):
            assert brought(place, package).status == "live"
            assert served(place) == verify(package)
            clients.more()
    assert clients.errors == []
    assert {package for _, package in clients.answers} == set(digests)
    assert {id for id, _ in clients.answers} == {prediction.id for prediction in read(place.predictions)}
    assert len({id for id, _ in clients.answers}) == len(clients.answers)


def test_after_a_switch_no_new_connection_reaches_the_old_release(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    for package in (packages[1], packages[0], packages[1]):
        brought(place, package)
        assert {served(place) for _ in range(20)} == {verify(package)}


def test_a_kept_connection_is_answered_once_more_and_closed(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    with dialled(port_of(place)) as connection:
        get = b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n"
        connection.sendall(get)
        assert "connection" not in one_answer(connection).headers
        brought(place, packages[1])
        connection.sendall(get)
        assert one_answer(connection).headers["connection"] == "close"
        assert heard(connection) == b""


def test_metrics_are_summed_over_workers_and_survive_a_switch(place: Place, packages: list[Path]) -> None:
    def rows() -> int:
        text = ask(port_of(place), "GET", "/metrics").body.decode()
        return int(re.findall(r"^treadle_rows_total (\d+)$", text, re.MULTILINE)[0])

    old = brought(place, packages[0], workers=2).workers
    for _ in range(40):
        predict(port_of(place), ROW, ROW)
    assert {rows() for _ in range(20)} == {80}
    brought(place, packages[1])
    assert rows() == 80
    until(lambda: all(map(gone, old)))
    predict(port_of(place), ROW)
    assert until(lambda: rows() == 81)


def test_a_killed_worker_is_replaced_and_nothing_it_answered_is_lost(place: Place, packages: list[Path]) -> None:
    first = brought(place, packages[0]).workers
    with Hammer(port_of(place)) as clients:
        clients.more()
        kill(first[0])
        clients.more()
    seen = until(lambda: (found := place.observed()) and found.workers not in (first, ()) and found)
    assert (seen.status, len(seen.workers)) == ("live", 1)
    logged = {prediction.id for prediction in read(place.predictions)}
    assert {id for id, _ in clients.answers} <= logged
    assert len({id.partition("-")[0] for id in logged}) == 2
    assert "treadle_worker_restarts_total 1" in ask(port_of(place), "GET", "/metrics").body.decode()


def test_connections_wait_while_the_only_worker_is_replaced(place: Place, packages: list[Path]) -> None:
    [worker] = brought(place, packages[0]).workers
    kill(worker)
    assert predict(port_of(place), ROW).status == 200


def test_after_the_supervisor_is_killed_its_workers_leave_and_the_next_takes_over(
    place: Place, packages: list[Path]
) -> None:
    seen = brought(place, packages[0], workers=2)
    kill(seen.supervisor)
    assert not place.supervised()
    again = brought(place, packages[1])
    assert (again.status, again.package) == ("live", verify(packages[1]))
    assert again.supervisor != seen.supervisor
    assert served(place) == verify(packages[1])
    until(lambda: all(gone(worker) for worker in seen.workers))


def test_a_supervisor_killed_while_a_release_comes_leaves_nothing(place: Place, packages: list[Path]) -> None:
    wish(place, packages[0], workers=2)
    place.supervise()
    until(lambda: len(processes(place.folder, "treadle.serving.worker")) == 2)
    [supervisor] = processes(place.folder, "treadle.serving.supervisor")
    kill(supervisor)
    until(lambda: processes(place.folder) == [])
    assert brought(place).status == "live"


def test_a_terminated_supervisor_answers_what_was_asked_and_ends(place: Place, packages: list[Path]) -> None:
    seen = brought(place, packages[0])
    with Hammer(port_of(place), clients=2) as clients:
        clients.more(20)
        os.kill(seen.supervisor, signal.SIGTERM)
        until(lambda: not place.supervised())
    assert [error for error in clients.errors if error[0].isdigit()] == []  # none was answered with an error
    assert {id for id, _ in clients.answers} == {prediction.id for prediction in read(place.predictions)}
    assert processes(place.folder) == []
    found = place.observed()
    assert found is not None
    assert (found.status, found.package) == ("stopped", "")


def test_stopping_ends_every_process_and_closes_idle_connections(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0], workers=2)
    with dialled(port_of(place)) as idle:
        idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
        one_answer(idle)
        seen = brought(place, stopped=True)
        assert heard(idle) == b""
    until(lambda: processes(place.folder) == [])
    assert (seen.status, seen.workers, seen.address) == ("stopped", (), "")
    with pytest.raises(OSError), dialled(port_of(place)):
        pass


def test_after_a_stop_it_starts_again(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    brought(place, stopped=True)
    assert brought(place, packages[0], stopped=False).status == "live"


def test_a_package_that_does_not_load_leaves_the_old_one_live(
    place: Place, packages: list[Path], tmp_path: Path
) -> None:
    first = brought(place, packages[0])
    altered = a_package(tmp_path / "altered", seed=5)
    digest = verify(altered)
    (altered / "treadle.json").write_text("{}")
    with Hammer(port_of(place), clients=2) as clients:
        seen = brought(place, package=digest, folder=str(altered), version="5")
        clients.more(20)
    assert seen.status == "failed"
    assert "treadle.json" in seen.error
    assert (seen.package, seen.workers) == (verify(packages[0]), first.workers)
    assert clients.errors == []
    assert brought(place, packages[1]).status == "live"


def test_a_package_that_refuses_its_own_example_never_answers(place: Place, tmp_path: Path) -> None:
    package = a_package(tmp_path / "package", extra={"input_example.json": b'{"inputs": [{"carrier": "AA"}]}'})
    seen = brought(place, package)
    assert seen.status == "failed"
    assert "the package refuses its own example" in seen.error
    assert "distance: missing column" in seen.error
    until(lambda: processes(place.folder) == [])


def test_a_release_that_is_not_ready_in_time_is_given_up(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    seen = brought(place, packages[1], patience=0.01)
    assert (seen.status, seen.package) == ("failed", verify(packages[0]))
    assert "not ready within 0.01 s" in seen.error


def test_a_newer_wish_replaces_one_on_its_way(place: Place, packages: list[Path]) -> None:
    brought(place, packages[0])
    wish(place, packages[1])
    until(lambda: len(processes(place.folder, "treadle.serving.worker")) == 2)
    assert brought(place, packages[2]).package == verify(packages[2])
    until(lambda: len(processes(place.folder, "treadle.serving.worker")) == 1)


def test_a_port_in_use_is_said_with_who_uses_it(place: Place, packages: list[Path]) -> None:
    with listen("127.0.0.1", 0) as taken:
        seen = brought(place, packages[0], port=taken.getsockname()[1])
    assert seen.status == "failed"
    assert f"port {port_of(place)} is in use by process {os.getpid()}" in seen.error
    until(lambda: processes(place.folder) == [])


def test_a_changed_port_moves_the_server(place: Place, packages: list[Path]) -> None:
    old = port_of(place) if brought(place, packages[0]) else 0
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        assert brought(place, port=taken.getsockname()[1]).status == "failed"
        assert predict(old, ROW).status == 200
    seen = brought(place, port=a_free_port())
    assert (seen.status, seen.port) == ("live", port_of(place))
    assert predict(port_of(place), ROW).status == 200
    until(lambda: len(processes(place.folder, "treadle.serving.worker")) == 1)
    with pytest.raises(OSError), dialled(old):
        pass


def test_a_changed_number_of_workers_is_followed(place: Place, packages: list[Path]) -> None:
    assert len(brought(place, packages[0]).workers) == 1
    assert len(brought(place, workers=3).workers) == 3
    seen = brought(place, workers=2)
    assert (len(seen.workers), seen.asked) == (2, 2)


def test_the_same_wish_in_a_new_generation_changes_nothing(place: Place, packages: list[Path]) -> None:
    first = brought(place, packages[0])
    again = brought(place)
    assert (again.generation, again.workers) == (2, first.workers)


def test_a_second_supervisor_leaves_by_itself(place: Place, packages: list[Path]) -> None:
    seen = brought(place, packages[0])
    place.supervise()
    until(lambda: processes(place.folder, "treadle.serving.supervisor") == [seen.supervisor])
    assert place.observed() == seen


def test_workers_that_keep_dying_are_started_later_and_later(
    place: Place, packages: list[Path], tmp_path: Path
) -> None:
    package = a_package(tmp_path / "package", seed=4)
    [worker] = brought(place, package).workers
    (package / "treadle.json").write_text("{}")
    kill(worker)
    seen = until(lambda: (found := place.observed()) and "treadle.json" in found.error and found)
    assert (seen.status, seen.workers) == ("live", ())
    assert brought(place, packages[0]).error == ""
    assert predict(port_of(place), ROW).status == 200
