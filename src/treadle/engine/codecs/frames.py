"""Owns Polars frames in the store: Parquet, written the same way for equal frames."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import polars as pl

from treadle.engine.codecs import Codec


def _encode(frame: pl.DataFrame, _: Any) -> bytes:
    out = BytesIO()
    frame.rechunk().write_parquet(out, compression="zstd", compression_level=3)
    return out.getvalue()


def _decode(data: bytes, _: Any) -> pl.DataFrame:
    return pl.read_parquet(BytesIO(data))


PARQUET = Codec(_encode, _decode)
