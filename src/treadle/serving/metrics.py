"""Owns the figures of the server: counters in one shared memory slab a worker, summed into Prometheus text."""

from __future__ import annotations

import mmap
import os
from pathlib import Path

ROUTES = ("predict", "infer", "health", "metrics", "other")
STATUSES = (200, 400, 404, 405, 408, 413, 414, 422, 431, 500, 503, 507)
OCTAVES = range(4, 27)
"""Powers of two of microseconds the latency buckets span: 16 us to 67 s, each octave cut in four."""

LATENCY = len(ROUTES) * len(STATUSES)
BUCKETS = len(OCTAVES) * 4 + 1
ROWS = LATENCY + BUCKETS + 1
REFUSED, UNKNOWN, RESTARTS = ROWS + 1, ROWS + 2, ROWS + 3
GAUGES = ROWS + 4
IN_FLIGHT, CONNECTIONS = GAUGES, GAUGES + 1
WORDS = 256
SLOTS = 160
"""Slabs in the file: slot 0 keeps what dead workers counted, so that a counter never goes back."""

_STATUS = {status: index for index, status in enumerate(STATUSES)}
_ROUTE = {route: index * len(STATUSES) for index, route in enumerate(ROUTES)}


class Metrics:
    """The counters of one worker: a slab of `WORDS` unsigned 64-bit numbers in a file that all workers map.

    Without a path the slab is private memory.
    """

    def __init__(self, path: Path | None = None, slot: int = 1) -> None:
        size = SLOTS * WORDS * 8
        if path is None:
            self._memory = mmap.mmap(-1, size)
        else:
            file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
            try:
                os.ftruncate(file, size)
                self._memory = mmap.mmap(file, size)
            finally:
                os.close(file)
        self.slot = slot
        self._all = memoryview(self._memory).cast("Q")
        self.words = self._all[slot * WORDS : (slot + 1) * WORDS]

    def request(self, route: str, status: int, microseconds: int) -> None:
        """Count one answered request; only predictions enter the latency histogram."""
        words = self.words
        words[_ROUTE[route] + _STATUS[status]] += 1
        if route == "predict" or route == "infer":
            words[LATENCY + bucket(microseconds)] += 1
            words[LATENCY + BUCKETS] += microseconds

    def add(self, word: int, count: int = 1) -> None:
        """Add `count` to ROWS, REFUSED, UNKNOWN or RESTARTS, or (it may be negative) to IN_FLIGHT or CONNECTIONS."""
        self.words[word] += count

    def fold(self, slot: int) -> None:
        """Move what a dead worker counted into slot 0; its gauges vanish with it."""
        base, dead = self._all[:WORDS], self._all[slot * WORDS : (slot + 1) * WORDS]
        self._all[WORDS - 1] += 1
        for word in range(GAUGES):
            base[word] += dead[word]
        dead[:] = memoryview(bytes(WORDS * 8)).cast("Q")
        self._all[WORDS - 1] += 1

    def total(self) -> list[int]:
        """Return each word summed over the slots; a fold in progress (odd last word of slot 0) is waited out."""
        while True:
            before = self._all[WORDS - 1]
            words = self._all.tolist()
            if before % 2 == 0 and before == self._all[WORDS - 1]:
                return [sum(words[word::WORDS]) for word in range(WORDS)]

    def close(self) -> None:
        """Unmap the slab."""
        self.words.release()
        self._all.release()
        self._memory.close()


def bucket(microseconds: int) -> int:
    """Return the index of the latency bucket: four linear steps within each power of two."""
    if microseconds < 16:
        return 0
    octave = microseconds.bit_length()
    if octave > OCTAVES[-1] + 1:
        return BUCKETS - 1
    return (octave - 5) * 4 + ((microseconds >> (octave - 3)) & 3)


def limit(index: int) -> float:
    """Return the upper bound in seconds of bucket `index` (exclusive); the last has none."""
    octave, step = divmod(index, 4)
    return float("inf") if index == BUCKETS - 1 else (16 << octave) * (5 + step) / 4 / 1e6


def render(words: list[int], info: dict[str, str]) -> bytes:
    """Return Prometheus text of summed `words`; `info` are the labels that say what is served."""
    labels = ",".join(f'{name}="{_escaped(value)}"' for name, value in info.items())
    out = _head("treadle_info", "gauge", "What is served.")
    out.append(f"treadle_info{{{labels}}} 1")
    out += _head("treadle_requests_total", "counter", "Requests answered, by route and status.")
    for route, start in _ROUTE.items():
        for status, index in _STATUS.items():
            if words[start + index]:
                out.append(f'treadle_requests_total{{route="{route}",status="{status}"}} {words[start + index]}')
    out += _head("treadle_prediction_seconds", "histogram", "Time from request to answer of predictions.")
    count = 0
    for index in range(BUCKETS - 1):
        count += words[LATENCY + index]
        out.append(f'treadle_prediction_seconds_bucket{{le="{limit(index):g}"}} {count}')
    count += words[LATENCY + BUCKETS - 1]
    out.append(f'treadle_prediction_seconds_bucket{{le="+Inf"}} {count}')
    out.append(f"treadle_prediction_seconds_sum {words[LATENCY + BUCKETS] / 1e6:g}")
    out.append(f"treadle_prediction_seconds_count {count}")
    for name, kind, word, says in (
        ("treadle_rows_total", "counter", ROWS, "Rows predicted."),
        ("treadle_refused_requests_total", "counter", REFUSED, "Prediction requests refused as invalid."),
        ("treadle_unknown_categories_total", "counter", UNKNOWN, "Values that training never saw."),
        ("treadle_worker_restarts_total", "counter", RESTARTS, "Workers started again after they died."),
        ("treadle_requests_in_flight", "gauge", IN_FLIGHT, "Requests being answered."),
        ("treadle_connections", "gauge", CONNECTIONS, "Open connections."),
    ):
        out += [*_head(name, kind, says), f"{name} {words[word]}"]
    return ("\n".join(out) + "\n").encode()


def _head(name: str, kind: str, says: str) -> list[str]:
    return [f"# HELP {name} {says}", f"# TYPE {name} {kind}"]


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
