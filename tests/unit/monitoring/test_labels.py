"""Labels that arrive late."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from factories.traffic import a_workspace, predictions, some_rows, write_log
from treadle.errors import MonitorError
from treadle.monitoring.labels import add, labels
from treadle.records import LabelBatch
from treadle.workspace import Workspace


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return a_workspace(tmp_path)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_log(tmp_path / "log", predictions(some_rows(3), segment="abc"), "abc")


def written(folder: Path, name: str, ids: list[str], values: list[object], column: str = "label") -> Path:
    frame = pl.DataFrame({"prediction_id": ids, column: values}, strict=False)
    path = folder / name
    if path.suffix == ".csv":
        frame.write_csv(path)
    elif path.suffix == ".parquet":
        frame.write_parquet(path)
    else:
        frame.write_ndjson(path)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".parquet", ".jsonl"])
def test_each_format_is_kept(workspace: Workspace, log: Path, tmp_path: Path, suffix: str) -> None:
    path = written(tmp_path, f"truth{suffix}", ["abc-0", "abc-1"], ["yes", "no"])
    batch = add(workspace, "development", path, log)
    assert (batch.rows, batch.unknown, batch.actor) == (2, 0, "ada")
    assert labels(workspace, "development").rows() == [("abc-0", "yes"), ("abc-1", "no")]


def test_the_same_file_twice_counts_once(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "truth.csv", ["abc-0"], ["yes"])
    assert add(workspace, "development", path, log) == add(workspace, "development", path, log)
    assert len(workspace.catalog.find(LabelBatch)) == 1
    add(workspace, "production", path, log)
    assert len(workspace.catalog.find(LabelBatch)) == 2


def test_the_last_of_two_labels_counts(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    assert add(workspace, "development", written(tmp_path, "a.csv", ["abc-0", "abc-0"], [1, 2]), log).rows == 1
    assert labels(workspace, "development")["label"].to_list() == [2]
    add(workspace, "development", written(tmp_path, "b.csv", ["abc-1", "abc-0"], [5, 3]), log)
    assert dict(labels(workspace, "development").iter_rows()) == {"abc-0": 3, "abc-1": 5}


def test_unknown_ids_are_counted_and_kept(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "truth.csv", ["abc-0", "not-yet"], ["yes", "no"])
    assert add(workspace, "development", path, log).unknown == 1
    assert labels(workspace, "development").height == 2


def test_a_log_that_does_not_exist_yet_knows_no_id(workspace: Workspace, tmp_path: Path) -> None:
    path = written(tmp_path, "truth.csv", ["abc-0"], ["yes"])
    assert add(workspace, "development", path, tmp_path / "nowhere").unknown == 1


def test_rows_without_a_label_are_left_out(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "truth.parquet", ["abc-0", "abc-1", "abc-2"], [1.5, None, float("nan")])
    assert add(workspace, "development", path, log).rows == 1


def test_the_column_may_have_the_name_of_the_target(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    path = written(tmp_path, "truth.csv", ["abc-0"], [12], column="arr_delay")
    add(workspace, "development", path, log, target="arr_delay")
    assert labels(workspace, "development")["label"].to_list() == [12]


def test_the_id_column_may_be_called_id(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    path = tmp_path / "truth.csv"
    path.write_text("id,label\nabc-0,yes\n")
    assert add(workspace, "development", path, log).rows == 1


def test_numbers_and_text_meet_as_text(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    add(workspace, "development", written(tmp_path, "a.csv", ["abc-0"], [1]), log)
    add(workspace, "development", written(tmp_path, "b.csv", ["abc-1"], [2.5]), log)
    assert labels(workspace, "development").schema["label"] == pl.Float64
    add(workspace, "development", written(tmp_path, "c.csv", ["abc-2"], ["x"]), log)
    assert labels(workspace, "development").schema["label"] == pl.String


def test_no_labels_yet(workspace: Workspace) -> None:
    assert labels(workspace, "development").columns == ["prediction_id", "label"]


@pytest.mark.parametrize(
    ("name", "contents", "words"),
    [
        ("truth.csv", "", "truth.csv is empty"),
        ("truth.csv", "prediction_id,label\n", "has no rows"),
        ("truth.csv", "prediction,label\na,1\n", "no column prediction_id or id"),
        ("truth.csv", "prediction_id,truth\na,1\n", "no column label or late"),
        ("truth.csv", "prediction_id,label\n7,1\n", "holds Int64"),
        ("truth.csv", "prediction_id,label\na,1\n,0\n", "the first is row 2"),
        ("truth.csv", "prediction_id,label\na,\n", "no row of truth.csv has a label"),
        ("truth.jsonl", '{"prediction_id":"a","label":[1]}\n', "holds List"),
        ("truth.parquet", "not parquet", "truth.parquet cannot be read"),
        ("truth.xlsx", "", "truth.xlsx is no file of labels"),
    ],
)
def test_a_bad_file_gets_one_clear_message(
    workspace: Workspace, log: Path, tmp_path: Path, name: str, contents: str, words: str
) -> None:
    path = tmp_path / name
    path.write_text(contents)
    with pytest.raises(MonitorError, match=words):
        add(workspace, "development", path, log, target="late")
    assert workspace.catalog.find(LabelBatch) == []


def test_a_file_that_is_not_there(workspace: Workspace, log: Path, tmp_path: Path) -> None:
    with pytest.raises(MonitorError, match="there is no file"):
        add(workspace, "development", tmp_path / "gone.csv", log)
