"""The log keeps what it was given, whatever is in it and wherever a kill cut it; counters add up."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from treadle.serving.metrics import BUCKETS, Metrics, bucket, limit
from treadle.serving.prediction_log import Log, find, read

VALUES = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text() | st.floats(-1e9, 1e9)
ROWS = st.dictionaries(st.text(), VALUES, max_size=4)


@given(batches=st.lists(st.lists(ROWS, min_size=1, max_size=5), max_size=6), rotate=st.integers(1, 2000))
@settings(max_examples=80)
def test_every_answer_is_found_again(batches: list[list[dict[str, Any]]], rotate: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder), "p", "e", rotate=rotate)
        ids = [
            id
            for rows in batches
            for id in log.append(rows, [msgspec.json.encode({"prediction": 1})] * len(rows), [1.0] * len(rows))
        ]
        log.close()
        rows = [row for batch in batches for row in batch]
        assert len(set(ids)) == len(ids) == len(rows)
        for id, row in zip(ids, rows, strict=True):
            found = find(Path(folder), id)
            assert found is not None
            assert (found.id, found.inputs) == (id, row)
        assert {prediction.id for prediction in read(Path(folder))} == set(ids)


@given(rows=st.lists(ROWS, min_size=1, max_size=6), data=st.data())
@settings(max_examples=80)
def test_a_cut_loses_only_the_line_it_cuts(rows: list[dict[str, Any]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        log = Log(Path(folder), "p", "e")
        ids = log.append(rows, [b"{}"] * len(rows), [1.0] * len(rows))
        log.close()
        [segment] = Path(folder).glob("*.jsonl")
        whole = segment.read_bytes()
        cut = data.draw(st.integers(0, len(whole)))
        segment.write_bytes(whole[:cut])
        left = whole[:cut].count(b"\n")
        assert [prediction.id for prediction in read(Path(folder))] == ids[:left]
        assert [find(Path(folder), id) is not None for id in ids] == [index < left for index in range(len(ids))]


@given(microseconds=st.integers(0, 10**12))
def test_a_time_is_below_the_limit_of_its_bucket_and_not_below_the_one_before(microseconds: int) -> None:
    index = bucket(microseconds)
    assert 0 <= index < BUCKETS
    assert microseconds < limit(index) * 1e6 + 1e-3
    assert index == 0 or microseconds >= limit(index - 1) * 1e6 - 1e-3


@given(counts=st.lists(st.tuples(st.integers(1, 5), st.integers(0, 255 - 2), st.integers(0, 1000)), max_size=30))
def test_folding_changes_no_counter(counts: list[tuple[int, int, int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "slab"
        supervisor = Metrics(path, 0)
        for slot, word, count in counts:
            worker = Metrics(path, slot)
            worker.add(word % 150, count)
            worker.close()
        before = supervisor.total()[:150]
        for slot in range(1, 6):
            supervisor.fold(slot)
            assert supervisor.total()[:150] == before
