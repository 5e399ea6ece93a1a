"""Every answer stands in the log, one write a batch, found again by its id."""

from __future__ import annotations

import threading
from pathlib import Path

import msgspec
import pytest

from factories.disks import small_disk
from treadle.errors import MonitorError, StoreError
from treadle.records import Prediction, now
from treadle.serving.prediction_log import Log, find, read

PACKAGE = "d" * 64
OUT = b'{"prediction":1.5}'


def a_log(folder: Path, **changes: int) -> Log:
    return Log(folder, PACKAGE, "development", **changes)


def append(log: Log, *hours: int) -> list[str]:
    return log.append([{"hour": hour} for hour in hours], [OUT] * len(hours), [0.25] * len(hours))


def hours(folder: Path, since: str | None = None) -> list[int]:
    return [prediction.inputs["hour"] for prediction in read(folder, since)]


def test_what_is_appended_is_read_back_whole(tmp_path: Path) -> None:
    before = now()
    [id] = append(a_log(tmp_path), 7)
    [prediction] = read(tmp_path)
    assert before <= prediction.created <= now()
    assert prediction == Prediction(
        id=id,
        created=prediction.created,
        package=PACKAGE,
        environment="development",
        inputs={"hour": 7},
        outputs={"prediction": 1.5},
        milliseconds=0.25,
    )


def test_an_id_is_the_segment_and_a_sequence_in_hex(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    ids = [*append(log, *range(10)), *append(log, *range(8))]
    [segment] = tmp_path.glob("*.jsonl")
    assert ids == [f"{segment.stem}-{index:x}" for index in range(18)]
    assert len(segment.stem) == 12


def test_nothing_is_made_before_the_first_answer(tmp_path: Path) -> None:
    a_log(tmp_path / "predictions")
    assert not (tmp_path / "predictions").exists()
    assert list(read(tmp_path / "predictions")) == []


def test_two_workers_never_share_a_segment(tmp_path: Path) -> None:
    assert not set(append(a_log(tmp_path), 1)) & set(append(a_log(tmp_path), 1))
    assert len(list(tmp_path.glob("*.jsonl"))) == 2


def test_a_full_segment_is_followed_by_another(tmp_path: Path) -> None:
    log = a_log(tmp_path, rotate=400)
    ids = [append(log, hour)[0] for hour in range(10)]
    assert len(list(tmp_path.glob("*.jsonl"))) > 1
    assert hours(tmp_path) == list(range(10))
    assert all(find(tmp_path, id) for id in ids)
    assert all(path.stat().st_size < 800 for path in tmp_path.glob("*.jsonl"))


def test_after_close_the_next_answer_begins_a_segment(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    append(log, 1)
    log.close()
    append(log, 2)
    assert len(list(tmp_path.glob("*.jsonl"))) == 2
    assert hours(tmp_path) == [1, 2]


def test_find_returns_the_one_with_the_id(tmp_path: Path) -> None:
    ids = append(a_log(tmp_path), *range(40))
    for index in (0, 1, 16, 39):
        found = find(tmp_path, ids[index])
        assert found is not None
        assert (found.id, found.inputs["hour"]) == (ids[index], index)


def test_find_is_not_fooled_by_an_input_called_id(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    append(log, 0)
    [segment] = tmp_path.glob("*.jsonl")
    [first, second] = log.append([{"id": f"{segment.stem}-2"}, {"id": 1}], [OUT, OUT], [1, 1])
    third = append(log, 5)[0]
    found = find(tmp_path, third)
    assert found is not None
    assert found.inputs == {"hour": 5}
    assert second.endswith("-2")
    assert [find(tmp_path, id) is not None for id in (first, second)] == [True, True]


@pytest.mark.parametrize("id", ["", "-", "a", "a-0", "../a-0", "a/b-0", "0" * 12 + "-0", "a-0-1", 'a-0"'])
def test_find_knows_no_strange_ids(tmp_path: Path, id: str) -> None:
    append(a_log(tmp_path / "log"), 1)
    (tmp_path / "a.jsonl").write_bytes(b'{"id":"a-0"}\n')
    (tmp_path / "log" / f"{'0' * 12}.jsonl").touch()
    assert find(tmp_path / "log", id) is None


def test_a_torn_last_line_is_skipped(tmp_path: Path) -> None:
    ids = append(a_log(tmp_path), 1, 2, 3)
    [segment] = tmp_path.glob("*.jsonl")
    segment.write_bytes(segment.read_bytes()[:-9])
    assert hours(tmp_path) == [1, 2]
    assert find(tmp_path, ids[1]) is not None
    assert find(tmp_path, ids[2]) is None


def test_a_segment_of_one_torn_line_is_skipped(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b'{"id":"a-0","crea')
    append(a_log(tmp_path), 1)
    assert hours(tmp_path) == [1]


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    append(a_log(tmp_path), 1, 2, 3)
    [segment] = tmp_path.glob("*.jsonl")
    lines = segment.read_bytes().splitlines(keepends=True)
    segment.write_bytes(lines[0] + b"{}\n" + lines[2])
    with pytest.raises(MonitorError, match=rf"{segment.name} line 2 of the prediction log is damaged"):
        hours(tmp_path)


def test_since_leaves_out_what_is_earlier(tmp_path: Path) -> None:
    log = a_log(tmp_path)
    append(log, 1)
    moment = now()
    append(log, 2)
    append(a_log(tmp_path), 3)
    assert hours(tmp_path, moment) == [2, 3]
    assert hours(tmp_path, "2999-01-01T00:00:00.000000Z") == []


def test_segments_come_by_their_first_moment(tmp_path: Path) -> None:
    logs = [a_log(tmp_path) for _ in range(6)]
    for hour, log in enumerate(logs):
        append(log, hour)
    assert hours(tmp_path) == list(range(6))


def test_a_log_can_be_read_while_it_is_written(tmp_path: Path) -> None:
    log, stop = a_log(tmp_path), threading.Event()

    def write() -> None:
        while not stop.is_set():
            append(log, 1, 2, 3)

    writer = threading.Thread(target=write)
    writer.start()
    try:
        counts = [len(hours(tmp_path)) for _ in range(30)]
    finally:
        stop.set()
        writer.join()
    assert counts == sorted(counts)
    assert len(hours(tmp_path)) % 3 == 0


def test_a_batch_that_does_not_fit_on_the_disk_leaves_no_trace(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1) as disk:
        log, given = a_log(disk), 0
        with pytest.raises(StoreError, match=r"the prediction log cannot be written: (No space|File too large)"):
            while given < 100_000:
                given += len(append(log, *range(700)))
        [segment] = disk.glob("*.jsonl")
        assert segment.read_bytes().endswith(b"\n")
        assert 0 < given == len(hours(disk))
        smaller = append(log, 1)
        assert find(disk, smaller[0]) is not None
        assert len(hours(disk)) == given + 1


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"the prediction log cannot be written: Not a directory"):
        append(a_log(tmp_path / "file" / "predictions"), 1)


def test_text_with_line_breaks_stays_one_line(tmp_path: Path) -> None:
    Log(tmp_path, PACKAGE, "a\nb").append([{"text": "one\ntwo\u2028"}], [msgspec.json.encode({"p": "\n"})], [1])
    [prediction] = read(tmp_path)
    assert (prediction.environment, prediction.inputs) == ("a\nb", {"text": "one\ntwo\u2028"})
