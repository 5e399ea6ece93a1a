import zipfile
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest

from flights import data


@pytest.fixture(scope="module")
def year() -> pl.DataFrame:
    return data.flights(range(1, 13))


def test_every_flight_has_a_name_of_its_own(year: pl.DataFrame) -> None:
    assert year.height == 327_346
    assert year["flight_id"].is_unique().all()
    assert year["flight_id"].null_count() == 0


def test_a_row_holds_what_is_known_before_and_the_truth(year: pl.DataFrame) -> None:
    known = {"flight_id", "day", "scheduled", "carrier", "origin", "dest", "distance"}
    assert set(year.columns) == known | set(data.WEATHER) | {"late"}
    assert year["late"].unique().sort().to_list() == [0, 1]


def test_late_means_more_than_fifteen_minutes() -> None:
    with zipfile.ZipFile(data._packaged("flights.csv.zip")) as archive:
        raw = pl.read_csv(archive.read("flights.csv"), null_values=["", "NA"])
    january = raw.filter(pl.col("month") == 1)["arr_delay"].drop_nulls()
    assert data.flights([1])["late"].to_list().count(1) == (january > 15).sum()


def test_a_flight_has_the_weather_of_the_hour_before(year: pl.DataFrame) -> None:
    chosen = pl.col("flight_id") == "2013-07-04-B6-839-JFK"
    one = year.row(by_predicate=chosen, named=True)
    columns = ["origin", "year", "month", "day", "hour", "temp", "visib"]
    place = ["JFK", "2013", "7", "4", str(one["scheduled"].hour - 1)]
    path = data._packaged("weather.csv")
    weather = pl.read_csv(path, columns=columns, infer_schema=False).rows()
    temp, visib = next(row[5:] for row in weather if list(row[:5]) == place)
    assert one["scheduled"].date() == one["day"] == date(2013, 7, 4)
    assert (one["temp"], one["visib"]) == (float(temp), float(visib))


def test_rows_are_in_the_order_of_their_schedule() -> None:
    february = data.flights([2])
    assert february["scheduled"].is_sorted()
    assert february["scheduled"].min() >= datetime(2013, 2, 1)


def test_one_whole_file_a_month_is_written(tmp_path: Path) -> None:
    paths = data.write([1, 2], tmp_path / "history")
    assert [path.name for path in paths] == ["2013-01.parquet", "2013-02.parquet"]
    assert sorted(tmp_path.glob("history/*")) == paths
    assert pl.read_parquet(paths[1]).equals(data.flights([2]))


def test_a_month_written_again_is_the_same_to_the_byte(tmp_path: Path) -> None:
    first, second = (data.write([2], tmp_path / name)[0] for name in ("a", "b"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.parametrize(("text", "months"), [("1-6", range(1, 7)), ("7", [7])])
def test_months_are_read(text: str, months: range) -> None:
    assert list(data._months(text)) == list(months)


@pytest.mark.parametrize("text", ["0-3", "6-1", "11-13", "July"])
def test_months_that_do_not_exist_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        data._months(text)
