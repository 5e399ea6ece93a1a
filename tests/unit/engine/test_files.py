"""Tests files as inputs: their contents count, and are read again only if the file may have changed."""

from __future__ import annotations

import os
import pickle
import time
from pathlib import Path

import msgspec
import pytest

from treadle.engine.files import Digests, File, Files
from treadle.errors import DataError
from treadle.store import digest

OLD = time.time() - 3600


def a_file(path: Path, text: str = "a", *, age: float = OLD) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    os.utime(path, (age, age))
    return path


def digests(root: Path) -> Digests:
    return Digests(root / "memory.json", root)


def test_a_file_is_a_path() -> None:
    assert File("a/b.csv") == Path("a/b.csv")
    assert isinstance(File("a"), Path)
    assert pickle.loads(pickle.dumps(File("a"))) == File("a")


def test_files_are_sorted_and_there_once() -> None:
    files = Files(["b", "a", Path("b")])
    assert files == (File("a"), File("b"))
    assert all(isinstance(file, File) for file in files)
    assert pickle.loads(pickle.dumps(files)) == files


def test_globs_find_files_of_the_project(tmp_path: Path) -> None:
    for name in ("data/b.csv", "data/a.csv", "data/deep/c.csv", "other.csv"):
        a_file(tmp_path / name)
    assert Files.match("data/*.csv", tmp_path) == (tmp_path / "data/a.csv", tmp_path / "data/b.csv")
    assert len(Files.match("data/**/*.csv", tmp_path)) == 3
    assert Files.match(["other.csv", str(tmp_path / "data/a.csv")], tmp_path) == (
        tmp_path / "data/a.csv",
        tmp_path / "other.csv",
    )
    with pytest.raises(DataError, match=r"no file matches 'data/\*.parquet'"):
        Files.match(["data/*.csv", "data/*.parquet"], tmp_path)
    with pytest.raises(DataError, match="'data'"):
        Files.match("data", tmp_path)


def test_the_digest_is_of_the_contents(tmp_path: Path) -> None:
    a_file(tmp_path / "a", "one")
    assert digests(tmp_path).of(Path("a")) == digest(b"one")
    assert digests(tmp_path).of(tmp_path / "a") == digest(b"one")


def test_names_are_relative_to_the_project(tmp_path: Path) -> None:
    its = digests(tmp_path / "project")
    assert its.name(Path("data/a")) == "data/a"
    assert its.name(tmp_path / "project/data/a") == "data/a"
    assert its.name(tmp_path / "a") == str(tmp_path / "a")


def test_a_file_that_rests_is_read_once(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a", "one")
    _rest(path)
    its = digests(tmp_path)
    its.of(path)
    its.save()
    remembered = msgspec.json.decode((tmp_path / "memory.json").read_bytes())
    assert remembered[str(path)][1] == digest(b"one")
    forged = {str(path): (remembered[str(path)][0], "f" * 64)}
    (tmp_path / "memory.json").write_bytes(msgspec.json.encode(forged))
    assert digests(tmp_path).of(path) == "f" * 64


def test_a_change_that_leaves_size_and_time_is_seen(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a", "one")
    _rest(path)
    its = digests(tmp_path)
    its.of(path)
    a_file(path, "two")
    assert its.of(path) == digest(b"two")


def test_a_file_just_written_is_not_remembered(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a", "one", age=time.time())
    its = digests(tmp_path)
    its.of(path)
    its.save()
    assert not (tmp_path / "memory.json").exists()


def test_a_damaged_memory_is_forgotten(tmp_path: Path) -> None:
    (tmp_path / "memory.json").write_text("{")
    path = a_file(tmp_path / "a", "one")
    assert digests(tmp_path).of(path) == digest(b"one")


def test_a_missing_file_and_a_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"the input file missing\.csv cannot be read"):
        digests(tmp_path).of(Path("missing.csv"))
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="folder"):
        digests(tmp_path).of(Path("folder"))


def test_a_memory_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    path = a_file(tmp_path / "a", "one")
    _rest(path)
    (tmp_path / "taken").write_text("")
    its = Digests(tmp_path / "taken/memory.json", tmp_path)
    assert its.of(path) == digest(b"one")
    its.save()


def _rest(path: Path) -> None:
    """Wait until the file has rested long enough to be remembered: its time of change cannot be set."""
    while time.time_ns() - path.stat().st_ctime_ns <= 2_100_000_000:
        time.sleep(0.1)
