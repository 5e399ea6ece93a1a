"""Owns the replay: a month of flights is asked for, and the truth kept for later.

python -m flights.replay --month 7 --url http://127.0.0.1:8088 \
    --rows 4000 --out data/labels/2013-07.csv
"""

import argparse
import json
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import polars as pl

from flights.data import INPUTS, flights

BATCH = 200
"""Flights in one request."""

HEADERS = {"Content-Type": "application/json"}


def month_of_flights(month: int, rows: int | None = None) -> pl.DataFrame:
    """Return a month, or `rows` of it, the same ones every time, in their order."""
    whole = flights([month])
    if rows is None or rows >= whole.height:
        return whole
    return whole.sample(rows, seed=month).sort("scheduled", "flight_id")


def predict(url: str, rows: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Yield the answer of the server at `url` to each row, in order.

    Raises OSError if nobody answers there, HTTPException if it refuses.
    """
    server = urlsplit(url)
    path = f"{server.path.rstrip('/')}/predict"
    connection = HTTPConnection(server.hostname or "", server.port, timeout=30)
    with closing(connection):
        for batch in rows.select(INPUTS).iter_slices(BATCH):
            asked = {"inputs": batch.to_dicts()}
            body = json.dumps(asked, default=datetime.isoformat)
            connection.request("POST", path, body, HEADERS)
            response = connection.getresponse()
            said = response.read()
            if response.status != 200:
                words = said.decode(errors="replace")
                raise HTTPException(f"{response.status}: {words}")
            yield from json.loads(said)["predictions"]


def write(ids: list[str], late: pl.Series, path: Path) -> None:
    """Write the id of each prediction beside the truth about its flight."""
    path.parent.mkdir(parents=True, exist_ok=True)
    pl.DataFrame({"prediction_id": ids, "late": late}).write_csv(path)


def main() -> None:
    """Replay the month that the command line names."""
    parser = argparse.ArgumentParser(description="Ask for a month of flights.")
    parser.add_argument("--month", type=int, choices=range(1, 13), required=True)
    parser.add_argument("--url", default="http://127.0.0.1:8088")
    parser.add_argument("--rows", type=int, help="how many flights; all if absent")
    parser.add_argument("--out", type=Path, help="data/labels/2013-MONTH.csv if absent")
    arguments = parser.parse_args()
    path = arguments.out or Path(f"data/labels/2013-{arguments.month:02}.csv")
    rows = month_of_flights(arguments.month, arguments.rows)
    try:
        ids = [answer["id"] for answer in predict(arguments.url, rows)]
    except (OSError, HTTPException) as error:
        raise SystemExit(f"{arguments.url} gave no predictions: {error}") from error
    write(ids, rows["late"], path)
    print(f"{rows.height:,} flights predicted; whether they were late: {path}")


if __name__ == "__main__":
    main()
