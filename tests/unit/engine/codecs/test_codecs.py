"""Tests which codec a value gets, and that every value comes back as it was."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression

from treadle.engine.codecs import codec_of, decode, encode
from treadle.errors import CodeError


class Row(msgspec.Struct, frozen=True):
    a: int
    when: date


@dataclass
class Point:
    x: float


class Pair(NamedTuple):
    left: int
    right: str


def back(value: Any, hint: Any = Any) -> Any:
    codec, data = encode(value, hint)
    return decode(codec, data, hint)


@pytest.mark.parametrize(
    ("value", "codec"),
    [
        (None, "json"),
        (True, "json"),
        (1, "json"),
        (1.5, "json"),
        ("ä", "json"),
        ([1, [2]], "json"),
        ({"a": {"b": []}}, "json"),
        (b"\x00", "bytes"),
        (pl.DataFrame({"a": [1]}), "parquet"),
        (np.arange(3), "npy"),
        (LogisticRegression(), "skops"),
    ],
)
def test_the_type_tells_the_codec(value: Any, codec: str) -> None:
    assert codec_of(value) == codec
    assert encode(value)[0] == codec


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (Row(1, date(2020, 1, 1)), Row),
        ((1, "a"), tuple[int, str]),
        (Pair(1, "a"), Pair),
        ({1: "a"}, dict[int, str]),
        ({1, 2}, set[int]),
        ([Row(1, date(2020, 1, 1))], list[Row]),
        (datetime(2020, 1, 1, 12), datetime),
        (Point(1.5), Point),
        (None, Row | None),
    ],
)
def test_an_annotation_brings_back_what_json_alone_does_not(value: Any, hint: Any) -> None:
    again = back(value, hint)
    assert again == value
    assert type(again) is type(value)


@pytest.mark.parametrize(
    ("value", "hint", "word"),
    [
        ((1, 2), Any, "annotate"),
        ({1: 2}, Any, "annotate"),
        (Row(1, date(2020, 1, 1)), Any, "annotate"),
        (Point(1.5), Row, "as the annotation Row"),
        ({"a": (1, 2)}, dict[str, Any], "as the annotation"),
        (object(), Any, "object"),
        (lambda: 1, Any, "function"),
        (pl.LazyFrame({"a": [1]}), Any, "collect"),
        (pl.Series([1]), Any, "to_frame"),
        (pd.DataFrame({"a": [1]}), Any, "from_pandas"),
        ((n for n in [1]), Any, "return a list"),
    ],
)
def test_what_cannot_come_back_is_refused_with_advice(value: Any, hint: Any, word: str) -> None:
    with pytest.raises(CodeError, match=word):
        encode(value, hint)


def test_a_stored_value_that_does_not_fit_is_told() -> None:
    _, data = encode({"a": 1})
    with pytest.raises(CodeError, match="run the step that made it again"):
        decode("record", data, Row)


def test_equal_values_have_equal_bytes() -> None:
    assert encode({"a": 1, "b": 2}) == encode({"b": 2, "a": 1})
    whole = pl.DataFrame({"a": range(1000)})
    pieces = pl.concat([whole[:300], whole[300:]], rechunk=False)
    assert encode(whole) == encode(pieces)


def test_the_engine_loads_no_heavy_package() -> None:
    heavy = "{'polars', 'numpy', 'sklearn', 'skops', 'scipy', 'pandas'}"
    code = f"import sys, treadle.engine; treadle.engine.codecs.encode({{'a': 1}}); print({heavy} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
