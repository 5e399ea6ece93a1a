"""The store on a disk that fills up, and under writers that are killed or race each other."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from factories.disks import file_limit, small_disk
from treadle.errors import StoreError
from treadle.store import digest, digest_file
from treadle.store.local import LocalStore

WRITER = """
import sys
from pathlib import Path
from treadle.store.local import LocalStore
store = LocalStore(Path(sys.argv[1]))
for number in range(int(sys.argv[2])):
    print(store.put(number.to_bytes(8, "big") * int(sys.argv[3])), flush=True)
"""

WRITER_THAT_HANGS = """
import os, sys, time
from pathlib import Path
from treadle.store.local import LocalStore
os.fsync = lambda descriptor: (print("written", flush=True), time.sleep(600))
LocalStore(Path(sys.argv[1])).put(b"rows" * 1000)
"""


def a_writer(root: Path, count: int, repeats: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", WRITER, str(root), str(count), str(repeats)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


def files(store: LocalStore, folder: str) -> list[Path]:
    return [path for path in (store.root / folder).rglob("*") if path.is_file()]


def test_a_full_disk_is_one_clear_error_and_the_store_goes_on(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        store = LocalStore(disk / "store")
        kept = store.put(b"kept")
        with pytest.raises(StoreError, match=r"cannot take 2,000,000 bytes(?s:.*) are free(?s:.*)free some disk space"):
            store.put(os.urandom(2_000_000))
        assert files(store, "incoming") == []
        assert [path.name for path in files(store, "objects")] == [kept]
        assert store.get(store.put(b"it still fits")) == b"it still fits"


def test_a_disk_that_fills_while_a_file_is_copied_is_told_too(tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(os.urandom(2_000_000))
    with small_disk(tmp_path / "disk", megabytes=1) as disk:
        store = LocalStore(disk / "store")
        with pytest.raises(StoreError, match="cannot take 2,000,000 bytes"):
            store.put(tmp_path / "source")
        assert files(store, "incoming") == files(store, "objects") == []


def test_a_limit_on_the_size_of_files_is_told_like_a_full_disk(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    data = os.urandom(2_000_000)
    with file_limit(megabytes=1), pytest.raises(StoreError, match=r"cannot take 2,000,000 bytes: File too large"):
        store.put(data)
    assert files(store, "incoming") == files(store, "objects") == []
    assert store.get(store.put(data)) == data


def test_a_killed_writer_leaves_no_half_object_and_loses_none_it_told(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    for _ in range(3):
        process = a_writer(store.root, count=100_000, repeats=200_000)
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(5)]
        process.send_signal(signal.SIGKILL)
        told += process.stdout.read().split()
        process.stdout.close()
        process.wait()
        assert all(store.has(name) for name in told)
        assert all(digest_file(path) == path.name for path in files(store, "objects"))


def test_a_writer_killed_before_its_bytes_are_flushed_shows_nothing(tmp_path: Path) -> None:
    store = LocalStore(tmp_path / "store")
    command = [sys.executable, "-c", WRITER_THAT_HANGS, str(store.root)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "written\n"
        process.kill()
    assert len(files(store, "incoming")) == 1
    assert files(store, "objects") == []
    assert store.get(store.put(b"rows" * 1000)) == b"rows" * 1000


def test_processes_that_put_the_same_bytes_at_once_do_not_clash(tmp_path: Path) -> None:
    processes = [a_writer(tmp_path / "store", count=30, repeats=1000) for _ in range(4)]
    told = []
    for process in processes:
        said, _ = process.communicate()
        assert process.returncode == 0
        told.append(said.split())
    assert told[0] == told[1] == told[2] == told[3] == [digest(n.to_bytes(8, "big") * 1000) for n in range(30)]
    store = LocalStore(tmp_path / "store")
    assert len(files(store, "objects")) == 30
    assert files(store, "incoming") == []
