"""Owns the prediction log: every answer as a JSON line, on disk before it is given, found again by its id."""

from __future__ import annotations

import errno
import mmap
import os
import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from treadle.errors import MonitorError, StoreError
from treadle.records import Prediction, now

ROTATE = 64 * 1024 * 1024
"""Bytes after which a segment is closed and the next begins."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(Prediction).decode


class Log:
    """Where one worker writes its answers: a segment is a file only this worker appends to.

    The id of a prediction is `<segment>-<sequence in hex>` and the file `<segment>.jsonl`, so an id leads to its file.
    """

    def __init__(self, folder: Path, package: str, environment: str, *, rotate: int = ROTATE) -> None:
        self.folder = folder
        self.rotate = rotate
        self._given = b'","package":%s,"environment":%s,"inputs":' % (_encode(package), _encode(environment))
        self._file = -1
        self._size = 0
        self._sequence = 0
        self._segment = ""

    def append(self, inputs: Sequence[Any], outputs: Sequence[bytes], milliseconds: Sequence[float]) -> list[str]:
        """Write one line a row in a single write and return the ids of the rows, in order.

        `inputs` are encodable rows, `outputs` objects already in JSON, `milliseconds` the time each took so far.
        Raises StoreError when the disk refuses; then none of the lines stands in the log.
        """
        if self._file < 0 or self._size >= self.rotate:
            self._open()
        start = self._sequence
        ids = [f"{self._segment}-{start + index:x}" for index in range(len(inputs))]
        middle = now().encode() + self._given
        lines = [
            b'{"id":"%s","created":"%s%s,"outputs":%s,"milliseconds":%.3f}\n'
            % (id.encode(), middle, _encode(row), answer, took)
            for id, row, answer, took in zip(ids, inputs, outputs, milliseconds, strict=True)
        ]
        self._write(b"".join(lines))
        self._sequence = start + len(ids)
        return ids

    def close(self) -> None:
        """Close the segment; the next append begins another."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def _open(self) -> None:
        self.close()
        self._segment, self._size, self._sequence = secrets.token_hex(6), 0, 0
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            path = self.folder / f"{self._segment}.jsonl"
            self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_EXCL, 0o644)
        except OSError as error:
            raise self._refused(error) from error

    def _write(self, data: bytes) -> None:
        try:
            written = os.write(self._file, data)
            if written < len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError as error:
            os.ftruncate(self._file, self._size)
            raise self._refused(error) from error
        self._size += written

    def _refused(self, error: OSError) -> StoreError:
        return StoreError(
            f"the prediction log cannot be written: {error.strerror}",
            next_move=f"make room or permission in {self.folder}; no answer is given that is not logged",
        )


def read(folder: Path, since: str | None = None) -> Iterator[Prediction]:
    """Yield the predictions in `folder`, segments by their first moment, each segment in order.

    `since` (a moment as records write it) leaves out earlier ones. The torn last line of a killed worker is skipped.
    Raises MonitorError naming file and line of any other line that cannot be read.
    """
    for path in _segments(folder, since):
        with path.open("rb") as lines:
            for number, line in enumerate(lines, 1):
                if not line.endswith(b"\n"):
                    break
                prediction = _parsed(line, path, f" line {number}")
                if since is None or prediction.created >= since:
                    yield prediction


def find(folder: Path, id: str) -> Prediction | None:
    """Return the prediction with this id, or None; only its own segment is looked at."""
    segment, _, sequence = id.partition("-")
    if not (segment.isalnum() and sequence.isalnum()):
        return None
    path = folder / f"{segment}.jsonl"
    if not path.is_file() or path.stat().st_size == 0:
        return None
    key = b'{"id":"%s",' % id.encode()
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = 0 if data[: len(key)] == key else data.find(b"\n" + key) + 1
        line = data[start : data.find(b"\n", start) + 1]
    return _parsed(line, path) if line.startswith(key) else None


def _segments(folder: Path, since: str | None) -> list[Path]:
    """Return the segments that may hold predictions after `since`, by the moment of their first line."""
    firsts: list[tuple[str, Path]] = []
    # A file's own time is coarse, so that it may lie a moment before what it holds.
    oldest = datetime.fromisoformat(since).timestamp() - 1 if since is not None else 0.0
    for path in folder.glob("*.jsonl"):
        if path.stat().st_mtime < oldest:
            continue
        with path.open("rb") as file:
            line = file.readline()
        if line.endswith(b"\n"):
            firsts.append((_parsed(line, path).created, path))
    return [path for _, path in sorted(firsts)]


def _parsed(line: bytes, path: Path, place: str = "") -> Prediction:
    try:
        return _decode(line)
    except ValueError as error:
        raise MonitorError(f"{path.name}{place} of the prediction log is damaged: {error}") from error
