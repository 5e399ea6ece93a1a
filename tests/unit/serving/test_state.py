"""What is desired and what was observed are files that are whole at every moment, and one lock."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from treadle.errors import DeployError
from treadle.serving.state import Desired, Observed, Place, place


def a_wish(**changes: object) -> Desired:
    usual: dict[str, object] = {"generation": 1, "environment": "development", "package": "d" * 64}
    return Desired(**{**usual, **changes})  # type: ignore[arg-type]


def test_a_place_lies_below_the_home_of_the_workspace(tmp_path: Path) -> None:
    found = place(tmp_path, "staging")
    assert found.folder == tmp_path / "environments" / "staging"
    assert found.predictions.parent == found.log.parent == found.metrics.parent == found.folder


def test_before_anything_nothing_is_desired_or_observed(tmp_path: Path) -> None:
    assert Place(tmp_path).desired() is None
    assert Place(tmp_path).observed() is None
    assert not Place(tmp_path / "nowhere").supervised()


def test_what_is_desired_is_read_back(tmp_path: Path) -> None:
    wish = a_wish(port=9000, workers=3, stopped=True)
    Place(tmp_path / "new").desire(wish)
    assert Place(tmp_path / "new").desired() == wish


def test_what_is_observed_carries_its_moment(tmp_path: Path) -> None:
    Place(tmp_path).observe(Observed(generation=4, status="live", workers=(1, 2)))
    seen = Place(tmp_path).observed()
    assert seen is not None
    assert (seen.generation, seen.workers) == (4, (1, 2))
    assert seen.updated > "2026"


def test_a_reader_never_sees_half_a_file(tmp_path: Path) -> None:
    here, stop = Place(tmp_path), threading.Event()
    here.desire(a_wish())

    def write() -> None:
        generation = 1
        while not stop.is_set():
            generation += 1
            here.desire(a_wish(generation=generation, folder="x" * (generation % 7 * 1000)))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = [here.desired() for _ in range(300)]
    finally:
        stop.set()
        writer.join()
    generations = [wish.generation for wish in seen if wish]
    assert len(generations) == 300
    assert generations == sorted(generations)
    assert [path.name for path in tmp_path.iterdir()] == ["desired.json"]


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "desired.json").write_text("{")
    with pytest.raises(DeployError, match=r"desired\.json"):
        Place(tmp_path).desired()


def test_one_process_at_a_time_holds_the_lock(tmp_path: Path) -> None:
    held = Place(tmp_path).lock()
    assert held is not None
    assert Place(tmp_path).lock() is None
    assert Place(tmp_path).supervised()
    os.close(held)
    assert not Place(tmp_path).supervised()


def test_a_lock_can_be_waited_for(tmp_path: Path) -> None:
    held = Place(tmp_path).lock()
    assert held is not None
    threading.Timer(0.1, os.close, [held]).start()
    again = Place(tmp_path).lock(patience=10)
    assert again is not None
    os.close(again)


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    code = f"""
import pathlib, sys, time
from treadle.serving.state import Place
Place(pathlib.Path({str(tmp_path)!r})).lock()
print("held", flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        assert Place(tmp_path).supervised()
        process.kill()
    assert not Place(tmp_path).supervised()


def test_a_supervisor_that_cannot_start_is_an_error(tmp_path: Path) -> None:
    here = Place(tmp_path)
    here.log.mkdir()
    with pytest.raises(DeployError, match=r"the supervisor cannot start: .*server\.log"):
        here.supervise()


def test_what_needs_no_model_loads_no_model_library() -> None:
    """The supervisor and whoever deploys stay small."""
    code = """
import sys, treadle.serving.supervisor
heavy = {"numpy", "polars", "sklearn", "onnxruntime", "uvloop", "asyncio"} & set(sys.modules)
sys.exit(f"loaded {heavy}" if heavy else 0)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
