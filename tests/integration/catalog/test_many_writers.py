"""Several threads and processes write at once, and one of them is killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from factories.records import a_run
from treadle.catalog import Catalog, open_catalog
from treadle.catalog.audit import verify
from treadle.errors import CatalogError
from treadle.records import AuditEntry, Run

TESTS = Path(__file__).parents[2]


def a_writer(address: str, name: str, count: int) -> subprocess.Popen[str]:
    command = [sys.executable, str(Path(__file__).with_name("writer.py")), address, name, str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": str(TESTS)})


def test_eight_threads_and_four_processes_write_without_losing_a_row(catalog: Catalog, address: str) -> None:
    def write(thread: int) -> None:
        for number in range(10):
            with catalog.transaction(f"thread-{thread}") as change:
                change.add(a_run(id=f"thread-{thread}-{number}"))
            assert catalog.get(Run, f"thread-{thread}-{number}").status == "running"

    processes = [a_writer(address, f"process-{number}", 10) for number in range(4)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert len(catalog.find(Run, status="running")) == 80
    assert len(catalog.find(Run, status="succeeded")) == 40
    assert verify(catalog).entries == 80 + 2 * 40


def test_threads_that_change_one_row_lose_no_change(catalog: Catalog) -> None:
    with catalog.transaction("ada") as change:
        change.add(a_run(id="counter", metrics={"count": 0}))

    def count(_: int) -> None:
        with catalog.transaction("ada") as change:
            run = change.get(Run, "counter")
            change.replace(run, run.evolve(metrics={"count": run.metrics["count"] + 1}))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(count, range(40)))
    assert catalog.get(Run, "counter").metrics == {"count": 40}


def test_processes_that_open_a_new_catalog_at_once_all_get_in(address: str, tmp_path: Path) -> None:
    processes = [a_writer(address, f"process-{number}", 1) for number in range(5)]
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    catalog = open_catalog(address, tmp_path)
    assert len(catalog.find(Run)) == 5
    catalog.close()


def test_a_writer_killed_at_work_loses_nothing_that_it_told(catalog: Catalog, address: str) -> None:
    for attempt in range(3):
        process = a_writer(address, f"killed-{attempt}", 100_000)
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(20)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
        process.stdout.close()
        process.wait()
        kept = {run.id: run for run in catalog.find(Run)}
        assert set(told) <= set(kept)
        assert {run.status for run in kept.values()} == {"succeeded"}, "a half transaction became visible"
        assert verify(catalog).entries == 2 * len(kept)


def test_readers_do_not_wait_for_a_writer(catalog: Catalog, address: str, tmp_path: Path) -> None:
    other = open_catalog(address, tmp_path)
    with other.transaction("slow") as change:
        change.add(a_run())
        assert catalog.find(Run) == []
    other.close()
    assert len(catalog.find(AuditEntry)) == 1


def test_a_closed_catalog_says_so(address: str, tmp_path: Path) -> None:
    catalog = open_catalog(address, tmp_path)
    catalog.close()
    with pytest.raises(CatalogError, match="the catalog is closed"):
        catalog.find(Run)
