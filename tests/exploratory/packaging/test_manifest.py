"""Explores manifests: whatever files a package has, every change to it is noticed, and no name leads out of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.errors import PackageError
from treadle.packaging.manifest import NAME, read_manifest, verify, write_manifest

PARTS = st.text(
    st.characters(codec="utf-8", exclude_characters="/\\\0", exclude_categories=["Cs"]), min_size=1, max_size=8
)
NAMES = PARTS.filter(lambda part: part not in (".", "..", NAME) and len(part.encode()) < 200)
FILES = st.dictionaries(NAMES, st.binary(max_size=40), min_size=1, max_size=5)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).write_bytes(data)


@settings(max_examples=60, deadline=None)
@given(FILES, st.data())
def test_every_single_change_is_noticed(files: dict[str, bytes], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        fill(folder, files)
        digest = write_manifest(folder)
        assert verify(folder, digest) == digest
        name = data.draw(st.sampled_from(sorted(files)))
        change = data.draw(st.sampled_from(["write", "remove", "rename", "add"]))
        if change == "write":
            other = data.draw(st.binary(max_size=40).filter(lambda found: found != files[name]))
            (folder / name).write_bytes(other)
        elif change == "remove":
            (folder / name).unlink()
        else:
            fresh = data.draw(NAMES.filter(lambda found: found not in files))
            (folder / fresh).write_bytes(files[name])
            if change == "rename":
                (folder / name).unlink()
        with pytest.raises(PackageError):
            verify(folder)


@settings(max_examples=60, deadline=None)
@given(FILES)
def test_equal_folders_have_equal_digests(files: dict[str, bytes]) -> None:
    digests = set()
    for order in (list(files), list(files)[::-1]):
        with tempfile.TemporaryDirectory() as place:
            fill(Path(place), {name: files[name] for name in order})
            digests.add(write_manifest(Path(place)))
    assert len(digests) == 1


HOSTILE = st.lists(st.sampled_from(["..", "a", "", ".", "/", "\\", "\0", "b"]), min_size=1, max_size=5).map("/".join)


@given(HOSTILE)
def test_a_name_that_is_accepted_stays_inside(name: str) -> None:
    data = msgspec.json.encode({"format": 1, "files": {name: {"digest": "0", "size": 1}}})
    try:
        read_manifest(data)
    except PackageError:
        return
    assert (Path("/package") / name).resolve().is_relative_to("/package")


@given(st.binary(max_size=200))
def test_garbage_is_refused_or_read_but_never_breaks(data: bytes) -> None:
    try:
        read_manifest(data)
    except PackageError:
        return
    assert msgspec.json.decode(data)["format"] == 1
