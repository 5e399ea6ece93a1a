"""Owns the immutable Parquet files of rows: equal rows give equal bytes, and more rows leave the old files alone."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator

import polars as pl

from treadle.records import Part
from treadle.store import Store

LARGEST, SMALLEST = 1 << 17, 1 << 12
"""Rows of the largest part, and of the smallest that is cut off by itself."""


def write(store: Store, frame: pl.DataFrame, source: str, split: str) -> list[Part]:
    """Keep `frame` in the store as parts named by `source` and `split`, in the order of its rows."""
    parts, start = [], 0
    for rows in cut(frame.height):
        data = to_parquet(frame.slice(start, rows))
        parts.append(Part(digest=store.put(data), split=split, rows=rows, size=len(data), source=source))
        start += rows
    return parts


def read(store: Store, parts: Iterable[Part], schema: pl.Schema) -> pl.DataFrame:
    """Return the rows of `parts`, in order, each checked against its digest; without parts, no rows of `schema`."""
    frames = [pl.read_parquet(io.BytesIO(store.get(part.digest))) for part in parts]
    return pl.concat(frames, rechunk=True) if frames else pl.DataFrame(schema=schema)


def cut(rows: int) -> Iterator[int]:
    """Yield the rows of each part: LARGEST while it fits, then falling powers of two down to SMALLEST, then the rest.

    Cutting depends on the count alone, so when a file grows at its end only its last, small parts are new.
    """
    size = LARGEST
    while rows:
        while size > rows and size > SMALLEST:
            size >>= 1
        part = min(size, rows)
        yield part
        rows -= part


def to_parquet(frame: pl.DataFrame) -> bytes:
    """Return `frame` as Parquet with every option fixed, so that equal rows give equal bytes."""
    out = io.BytesIO()
    frame.rechunk().write_parquet(
        out, compression="zstd", compression_level=3, statistics=True, row_group_size=LARGEST, data_page_size=1 << 20
    )
    return out.getvalue()
