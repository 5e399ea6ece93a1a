from __future__ import annotations

from pathlib import Path

import pytest

from treadle.store.digest import PATTERN, digest, digest_file

EMPTY = "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262"
"""BLAKE3's own published test vector for no input."""


def test_the_digest_is_blake3() -> None:
    assert digest(b"") == EMPTY
    assert PATTERN.fullmatch(digest(b"rows"))


@pytest.mark.parametrize("size", [0, 1, 4096, 3_000_000])
def test_a_file_has_the_digest_of_its_contents(tmp_path: Path, size: int) -> None:
    contents = bytes(index % 251 for index in range(size))
    (tmp_path / "file").write_bytes(contents)
    assert digest_file(tmp_path / "file") == digest(contents)


def test_an_absent_file_has_none(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        digest_file(tmp_path / "absent")
