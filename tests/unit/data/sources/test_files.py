"""Owns the tests of files as a source: what is read, in which order, and how bad files are refused."""

from __future__ import annotations

import gzip
from pathlib import Path

import polars as pl
import pytest

from factories.frames import flights
from treadle.data.sources.files import FileSource
from treadle.errors import DataError
from treadle.store import digest


def folder(root: Path, **files: bytes | str) -> Path:
    """Write `files` (with __ for the dot) into root/data and return root."""
    (root / "data").mkdir()
    for name, contents in files.items():
        data = contents.encode() if isinstance(contents, str) else contents
        (root / "data" / name.replace("__", ".")).write_bytes(data)
    return root


def names(source: FileSource) -> list[str]:
    return [name for name, _ in source.batches()]


def refusal(root: Path, *patterns: str) -> DataError:
    with pytest.raises(DataError) as error:
        list(FileSource(patterns, root).batches())
    return error.value


def test_each_file_is_a_batch_in_the_order_of_its_path(tmp_path: Path) -> None:
    root = folder(tmp_path, b__csv="x\n2\n", a__csv="x\n1\n", c__txt="no")
    assert [(name, frame["x"].to_list()) for name, frame in FileSource("data/*.csv", root).batches()] == [
        ("data/a.csv", ["1"]),
        ("data/b.csv", ["2"]),
    ]


def test_csv_values_are_text_and_empty_ones_missing(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv='x,y,z\n007,,"a,b"\n')
    [(_, frame)] = FileSource("data/a.csv", root).batches()
    assert frame.rows() == [("007", None, "a,b")]


def test_parquet_keeps_its_types(tmp_path: Path) -> None:
    flights(5).write_parquet(folder(tmp_path) / "data" / "a.parquet")
    [(name, frame)] = FileSource("data/*.parquet", tmp_path).batches()
    assert name == "data/a.parquet"
    assert frame.equals(flights(5))


def test_compressed_csv_is_read(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv__gz=gzip.compress(b"x\n1\n"))
    [(_, frame)] = FileSource("data/*.csv.gz", root).batches()
    assert frame.rows() == [("1",)]


def test_patterns_may_overlap_and_reach_into_folders(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv="x\n1\n")
    (root / "data" / "deep").mkdir()
    (root / "data" / "deep" / "b.csv").write_text("x\n2\n")
    assert names(FileSource(("data/a.csv", "data/**/*.csv"), root)) == ["data/a.csv", "data/deep/b.csv"]


def test_a_file_outside_the_project_keeps_its_whole_path(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv="x\n1\n")
    elsewhere = tmp_path / "project"
    elsewhere.mkdir()
    assert names(FileSource(f"{root}/data/*.csv", elsewhere)) == [f"{root}/data/a.csv"]


def test_the_fingerprint_is_of_the_contents(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv="x\n1\n")
    source = FileSource("data/*.csv", root)
    assert source.fingerprint() == {"data/a.csv": digest(b"x\n1\n")}
    (root / "data" / "a.csv").write_text("x\n2\n")
    assert source.fingerprint() == {"data/a.csv": digest(b"x\n2\n")}


def test_no_match_names_the_pattern_the_folder_and_the_nearest_files(tmp_path: Path) -> None:
    root = folder(tmp_path, flights_2013__csv="x\n1\n", notes__txt="")
    error = refusal(root, "data/flight_2013.csv")
    assert error.met == f"no file matches 'data/flight_2013.csv' in {root}/data"
    assert error.next_move == "nearest: flights_2013.csv"


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    assert refusal(tmp_path, "nowhere/*.csv").expected == "a folder of that name"


def test_a_pattern_with_marks_in_its_folder_is_looked_for_above(tmp_path: Path) -> None:
    assert refusal(folder(tmp_path), "data/*/deep/*.csv").met.endswith(f" in {tmp_path}/data")


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    error = refusal(folder(tmp_path, a__csv="x\n1\n"), "data/")
    assert "is a folder" in error.met
    assert error.next_move == "write data/*.csv"


def test_one_pattern_of_several_without_a_match_is_refused(tmp_path: Path) -> None:
    assert "'data/b.csv'" in refusal(folder(tmp_path, a__csv="x\n1\n"), "data/a.csv", "data/b.csv").met


def test_a_kind_nobody_reads_is_refused(tmp_path: Path) -> None:
    error = refusal(folder(tmp_path, a__xlsx=""), "data/*")
    assert error.met == "data/a.xlsx is of no kind that can be read"
    assert ".parquet" in error.expected


@pytest.mark.parametrize("pattern", ["", "data/../*.csv/**x"])
def test_a_pattern_that_is_none_is_refused(tmp_path: Path, pattern: str) -> None:
    assert refusal(folder(tmp_path), pattern)


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    assert refusal(folder(tmp_path, a__csv=""), "data/a.csv").met == "data/a.csv is empty"


@pytest.mark.parametrize(
    ("name", "contents"),
    [
        ("ragged.csv", b"a,b\n1,2,3\n"),
        ("quote.csv", b'a,b\n"1,2\n3,4'),
        ("torn.csv.gz", gzip.compress(b"a\n1\n" * 1000, mtime=0)[:40]),
        ("torn.parquet", b"PAR1 and then nothing"),
        ("bytes.csv", b"a\n\xff\xfe\xfa\n"),
    ],
)
def test_a_broken_file_is_named_with_the_cause_on_one_line(tmp_path: Path, name: str, contents: bytes) -> None:
    error = refusal(folder(tmp_path, **{name: contents}), f"data/{name}")
    assert error.met.startswith(f"data/{name} cannot be read: ")
    assert "\n" not in error.met


def test_a_file_that_went_away_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv="x\n1\n")
    source = FileSource("data/*.csv", root)
    (root / "data" / "a.csv").unlink()
    with pytest.raises(DataError, match=r"data/a\.csv cannot be read"):
        list(source.batches())
    with pytest.raises(DataError, match=r"data/a\.csv cannot be read"):
        source.fingerprint()


def test_a_folder_in_the_place_of_a_file_is_named(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv="x\n1\n")
    source = FileSource("data/*.csv", root)
    (root / "data" / "a.csv").unlink()
    (root / "data" / "a.csv").mkdir()
    with pytest.raises(DataError, match=r"data/a\.csv cannot be read"):
        list(source.batches())


def test_a_byte_order_mark_is_no_part_of_the_first_name(tmp_path: Path) -> None:
    root = folder(tmp_path, a__csv=b"\xef\xbb\xbfx\n1\n")
    [(_, frame)] = FileSource("data/a.csv", root).batches()
    assert frame.equals(pl.DataFrame({"x": ["1"]}))
