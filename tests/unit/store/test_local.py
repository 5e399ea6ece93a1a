from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from treadle.errors import NotFound, StoreError
from treadle.store import digest
from treadle.store.local import CHUNK, STALE_SECONDS, LocalStore


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def incoming(store: LocalStore) -> list[Path]:
    return list((store.root / "incoming").iterdir())


@pytest.mark.parametrize("data", [b"", b"rows", bytes(range(256)) * 10_000], ids=["empty", "short", "long"])
def test_bytes_come_back_under_their_digest(store: LocalStore, data: bytes) -> None:
    name = store.put(data)
    assert name == digest(data)
    assert store.get(name) == store.path(name).read_bytes() == data
    assert incoming(store) == []


@pytest.mark.parametrize("size", [0, 5, CHUNK, CHUNK + 1])
def test_a_file_is_copied_and_the_source_stays(store: LocalStore, tmp_path: Path, size: int) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * size)
    name = store.put(source)
    assert store.get(name) == source.read_bytes() == b"x" * size
    source.write_bytes(b"changed")
    assert store.get(name) == b"x" * size


def test_the_same_bytes_are_kept_once(store: LocalStore, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"rows")
    first = store.path(store.put(b"rows")).stat()
    assert store.path(store.put(tmp_path / "source")).stat().st_ino == first.st_ino


def test_objects_are_read_only(store: LocalStore) -> None:
    assert store.path(store.put(b"rows")).stat().st_mode & 0o777 == 0o444


def test_has_knows_what_is_here(store: LocalStore) -> None:
    assert not store.has(digest(b"rows"))
    store.put(b"rows")
    assert store.has(digest(b"rows"))


def test_what_is_absent_is_not_found(store: LocalStore) -> None:
    for read in (store.get, store.path):
        with pytest.raises(NotFound, match="no object"):
            read(digest(b"rows"))


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_what_is_no_digest_names_no_file(store: LocalStore, name: str) -> None:
    for read in (store.get, store.path, store.has):
        with pytest.raises(StoreError, match="names no object"):
            read(name)


def test_a_damaged_object_is_not_handed_out(store: LocalStore) -> None:
    path = store.path(store.put(b"rows"))
    path.chmod(0o644)
    path.write_bytes(b"r0ws")
    with pytest.raises(StoreError, match=f"object {digest(b'rows')} is damaged.*{digest(b'r0ws')}"):
        store.get(digest(b"rows"))


def test_an_object_that_was_cut_short_is_made_whole_by_putting_it_again(store: LocalStore) -> None:
    path = store.path(store.put(b"rows"))
    path.chmod(0o644)
    path.write_bytes(b"ro")
    assert store.get(store.put(b"rows")) == b"rows"


def test_an_absent_source_is_told(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"No such file or directory: .*absent"):
        store.put(tmp_path / "absent")


def test_a_folder_as_source_is_told_and_nothing_is_left(store: LocalStore, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"the store .* cannot be used"):
        store.put(tmp_path)
    assert incoming(store) == []


def test_a_file_in_the_place_of_the_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="cannot be used"):
        LocalStore(tmp_path / "taken")


def test_what_dead_writers_left_is_swept_when_it_is_old(store: LocalStore) -> None:
    old, fresh = store.root / "incoming/1-old", store.root / "incoming/2-fresh"
    old.write_bytes(b"half")
    fresh.write_bytes(b"half")
    long_ago = time.time() - STALE_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    LocalStore(store.root)
    assert incoming(store) == [fresh]
