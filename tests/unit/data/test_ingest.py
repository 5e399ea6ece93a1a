"""Owns the tests of ingest: what comes in, what is refused, and that a refusal leaves no record."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
import pytest
from msgspec.structs import replace

from factories.frames import BY_FLIGHT, EVERY_SPLIT, Frames, flights, flights_schema
from treadle.data.ingest import effective, ingest
from treadle.data.split import rule_digest
from treadle.data.versions import quarantined, read, schema
from treadle.errors import DataError, SettingsError, TreadleError
from treadle.records import DatasetVersion
from treadle.settings import Column, Data, Split
from treadle.workspace import Workspace

KEYLESS = replace(BY_FLIGHT, key=())


def taken(
    workspace: Workspace,
    *frames: pl.DataFrame,
    data: Data = BY_FLIGHT,
    split: Split = EVERY_SPLIT,
    rules: dict[str, Column] | None = None,
    **options: Any,
) -> DatasetVersion:
    source = Frames({f"{chr(97 + n)}.csv": frame for n, frame in enumerate(frames)})
    return ingest(workspace, source, data, split, rules or flights_schema(), "run-1", **options)


def refusal(workspace: Workspace, *frames: pl.DataFrame, **options: Any) -> TreadleError:
    """Return the error of an ingest that must fail and must leave no record."""
    with pytest.raises(TreadleError) as error:
        taken(workspace, *frames, **options)
    assert workspace.catalog.find(DatasetVersion) == []
    return error.value


def test_every_row_is_kept_once_in_one_split(workspace: Workspace) -> None:
    version = taken(workspace, flights(100), flights(100, start=100), dataset="flights")
    assert (version.dataset, version.rows, version.sources) == ("flights", 200, ("a.csv", "b.csv"))
    assert sum(version.split_rows.values()) == 200
    assert min(version.split_rows.values()) > 10
    kept = read(workspace, version, ("train", "validation"))
    assert kept.join(flights(200), on=flights().columns, how="semi").height == kept.height


def test_the_record_names_rule_schema_and_fingerprints(workspace: Workspace) -> None:
    version = taken(workspace, flights(100))
    assert version.split == rule_digest(EVERY_SPLIT, ("flight",))
    assert schema(workspace, version) == flights_schema(delay=Column(type="float"))
    assert version.fingerprints == Frames({"a.csv": flights(100)}).fingerprint()


def test_the_same_rows_are_the_same_version(workspace: Workspace) -> None:
    as_text = flights(100).with_columns(pl.all().cast(pl.String))
    assert taken(workspace, flights(100)) == taken(workspace, as_text) == taken(workspace, flights(100))


def test_a_missing_target_goes_to_the_quarantine(workspace: Workspace) -> None:
    odd = flights(100).with_columns(delay=pl.when(pl.col("flight") == 7).then(float("nan")).otherwise("delay"))
    version = taken(workspace, odd)
    assert (version.rows, version.quarantined) == (99, 1)
    [row] = quarantined(workspace, version).to_dicts()
    assert (row["_source"], row["_row"], row["flight"]) == ("a.csv", 8, "7")
    assert row["_reasons"] == ["delay: is missing"]


def test_a_key_that_stood_in_another_file_is_refused(workspace: Workspace) -> None:
    version = taken(workspace, flights(100), flights(100, start=95))
    assert version.rows == 195
    assert quarantined(workspace, version).select("_source", "_row").rows() == [("b.csv", n) for n in range(1, 6)]


def test_equal_rows_without_a_key_are_kept_counted_and_stay_together(workspace: Workspace) -> None:
    version = taken(workspace, flights(100), flights(60), data=KEYLESS)
    assert (version.rows, version.quarantined, version.duplicates) == (160, 0, 60)
    kept = read(workspace, version, ("train",))["flight"]
    assert all(kept.is_in(range(60)) == kept.is_duplicated())


def test_with_a_key_no_duplicates_are_counted(workspace: Workspace) -> None:
    assert taken(workspace, flights(100)).duplicates == 0


def test_refused_rows_may_stop_everything(workspace: Workspace) -> None:
    rules = flights_schema(distance=Column(type="float", min=110))
    error = refusal(workspace, flights(100), data=replace(BY_FLIGHT, refused="stop"), rules=rules)
    assert error.met.startswith("4 of 100 rows in a.csv break the schema (4.0%): a.csv: distance: 100.0 is below 110")


def test_too_many_refused_rows_stop_everything(workspace: Workspace) -> None:
    rules = flights_schema(carrier=Column(type="str", values=("UA", "AA")))
    error = refusal(workspace, flights(99), rules=rules)
    assert "33 of 99 rows in all break the schema (33.3%)" in error.met
    assert "carrier: 'B6' is not one of UA, AA (row 3, 33 such)" in error.met
    assert error.expected == "at most 10% of all rows (data.max_refused)"
    assert taken(workspace, flights(99), rules=rules, data=replace(BY_FLIGHT, max_refused=0.4)).rows == 66


def test_a_file_refused_as_a_whole_stops_everything(workspace: Workspace) -> None:
    broken = flights(5, start=1000).with_columns(distance=pl.lit("far"))
    error = refusal(workspace, flights(500), broken)
    assert "5 of 5 rows in b.csv break the schema (100.0%)" in error.met
    assert "'far' is not a finite number" in error.met


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (flights(10).drop("delay"), "b.csv lacks column 'delay'"),
        (flights(10).with_columns(extra=1), "b.csv has column 'extra', which the schema does not know"),
        (flights(0), "b.csv has no rows"),
    ],
)
def test_a_batch_that_does_not_fit_is_named(workspace: Workspace, frame: pl.DataFrame, message: str) -> None:
    assert refusal(workspace, flights(100), frame).met == message


def test_an_extra_column_may_be_ignored(workspace: Workspace) -> None:
    frame = flights(100).with_columns(extra=1)
    assert taken(workspace, frame, data=replace(BY_FLIGHT, ignore=("extra",))) == taken(workspace, flights(100))


@pytest.mark.parametrize(
    ("data", "split", "message"),
    [
        (replace(BY_FLIGHT, target="delays"), Split(), "data.target names column 'delays'"),
        (replace(BY_FLIGHT, key=("flght",)), Split(), "data.key names column 'flght'"),
        (replace(BY_FLIGHT, inputs=("distnce",)), Split(), "data.inputs names column 'distnce'"),
        (BY_FLIGHT, Split(by="group", group=("plane",)), "the split names column 'plane'"),
        (
            replace(BY_FLIGHT, time="carrier"),
            Split(by="time", test_from="2013-01-03"),
            "column 'carrier' has type str",
        ),
    ],
)
def test_a_setting_that_names_no_fit_column_is_refused(
    workspace: Workspace, data: Data, split: Split, message: str
) -> None:
    error = refusal(workspace, flights(100), data=data, split=split)
    assert isinstance(error, SettingsError)
    assert message in error.met


def test_target_key_and_split_columns_are_never_missing() -> None:
    loose = {name: replace(column, null=True) for name, column in flights_schema().items()}
    strict = effective(loose, BY_FLIGHT, Split(by="group", group=("carrier",)))
    assert [name for name, column in strict.items() if not column.null] == ["flight", "carrier", "delay"]


def test_a_split_column_holds_only_the_three_words(workspace: Workspace) -> None:
    words = ["train"] * 60 + ["validation"] * 20 + ["test"] * 19 + ["holdout"]
    frame = flights(100).with_columns(part=pl.Series(words))
    rules = flights_schema(part=Column(type="str"))
    version = taken(workspace, frame, split=Split(by="column", column="part"), rules=rules)
    assert version.split_rows == {"train": 60, "validation": 20, "test": 19}
    assert "'holdout' is not one of train, validation, test" in quarantined(workspace, version)["_reasons"][0][0]


def test_a_split_by_time_keeps_its_dates(workspace: Workspace) -> None:
    split = Split(by="time", validation_from="2013-01-03", test_from="2013-01-04")
    data = replace(BY_FLIGHT, time="departure")
    version = taken(workspace, flights(96), data=data, split=split)
    assert version.split_rows == {"train": 48, "validation": 24, "test": 24}
    assert read(workspace, version)["departure"].max() == datetime(2013, 1, 2, 23)


def test_a_split_by_time_without_dates_suggests_some(workspace: Workspace) -> None:
    data, split = replace(BY_FLIGHT, time="departure"), Split(by="time", test=0.25, validation=0.25)
    error = refusal(workspace, flights(48), flights(48, start=48), data=data, split=split)
    assert error.met == "split.by is time, but split.test_from is absent"
    assert 'validation_from = "2013-01-03" and test_from = "2013-01-04"' in error.next_move


def test_an_empty_train_or_test_split_is_refused(workspace: Workspace) -> None:
    data = replace(BY_FLIGHT, time="departure")
    for cut, name in (("2012-01-01", "train"), ("2014-01-01", "test")):
        error = refusal(workspace, flights(96), data=data, split=Split(by="time", test_from=cut))
        assert error.met == f"none of 96 rows fell into {name}"


def test_a_source_that_changes_while_it_is_read_is_refused(workspace: Workspace) -> None:
    source = Frames({"a.csv": flights(100), "b.csv": flights(100, start=100)})
    source = Frames(source.frames, after=lambda: source.frames.update({"a.csv": flights(90)}))
    with pytest.raises(DataError, match=r"a\.csv changed while it was read"):
        ingest(workspace, source, BY_FLIGHT, EVERY_SPLIT, flights_schema(), "run-1")
    assert workspace.catalog.find(DatasetVersion) == []


def test_a_source_that_is_not_what_the_caller_relied_on_is_refused(workspace: Workspace) -> None:
    error = refusal(workspace, flights(100), expected={"a.csv": "0" * 64, "gone.csv": "1" * 64})
    assert error.met == "a.csv, gone.csv changed while it was read"
    known = Frames({"a.csv": flights(100)}).fingerprint()
    assert taken(workspace, flights(100), expected=known).rows == 100
