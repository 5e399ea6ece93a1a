"""Tests the canonical text of values: equal ones alike, different ones never."""

from __future__ import annotations

import enum
import re
import threading
from collections import OrderedDict, defaultdict, namedtuple
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from treadle.engine.fingerprint.values import LONG, Opaque, describe, is_code, name_of, short


class Color(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass
class Point:
    x: int
    y: int


class Slotted:
    __slots__ = ("a",)

    def __init__(self, a: int) -> None:
        self.a = a


class Row(msgspec.Struct, frozen=True):
    a: int
    b: str = "x"


Pair = namedtuple("Pair", "left right")


def text(value: Any) -> str:
    return describe(value, name_of)


DIFFERENT = [
    0,
    0.0,
    -0.0,
    False,
    None,
    "0",
    b"0",
    "",
    [],
    (),
    {},
    set(),
    frozenset(),
    [0],
    (0,),
    {0: 0},
    {"0": 0},
    {0},
    [[]],
    [()],
    ["a", "b"],
    ["a, b"],
    ["a', 'b"],
    {"a": 1, "b": 2},
    {"a": 2, "b": 1},
    float("nan"),
    float("inf"),
    1j,
    Color.RED,
    Color.BLUE,
    Point(1, 2),
    Point(2, 1),
    Pair(1, 2),
    (1, 2),
    Slotted(1),
    Slotted(2),
    Row(1),
    Row(1, "y"),
    date(2020, 1, 1),
    datetime(2020, 1, 1),
    datetime(2020, 1, 1, tzinfo=UTC),
    timedelta(1),
    Decimal("1"),
    Decimal("1.0"),
    Path("a"),
    "a",
    range(3),
    slice(3),
    re.compile("a"),
    re.compile("a", re.IGNORECASE),
    re.compile("a" * 300),
    re.compile("a" * 301),
    np.float64(0),
    np.float32(0),
    np.array([0]),
    np.array([0.0]),
    np.array([[0]]),
    np.array(["0"]),
    np.array([0, "a"], dtype=object),
    pl.DataFrame({"a": [1]}),
    pl.DataFrame({"a": [1.0]}),
    pl.DataFrame({"b": [1]}),
    pl.Series("a", [1]),
    pl.Int64,
    pl.Int32,
    pl.col("a"),
    pl.col("b"),
    Ridge(),
    Ridge(alpha=2),
    LogisticRegression(),
    partial(print, 1),
    partial(print, 2),
    OrderedDict(a=1),
    defaultdict(int, a=1),
    print,
    int,
    list[int],
    list[str],
    int | None,
    Point(1, 2).__eq__,
]


def test_different_values_have_different_texts() -> None:
    seen: dict[str, Any] = {}
    for value in DIFFERENT:
        told = text(value)
        if isinstance(value, pl.Series):  # a column alone is told as a frame
            continue
        assert told not in seen, f"{value!r} and {seen[told]!r} are both {told}"
        seen[told] = value


@pytest.mark.parametrize("value", DIFFERENT, ids=range(len(DIFFERENT)))
def test_a_value_has_one_text(value: Any) -> None:
    assert text(value) == text(value)


def test_the_order_of_dicts_and_sets_plays_no_part() -> None:
    assert text({"a": 1, "b": {"x": 1, "y": 2}}) == text({"b": {"y": 2, "x": 1}, "a": 1})
    assert text({"b", "a", "c"}) == text({"c", "b", "a"})


def test_a_frame_in_pieces_is_the_frame() -> None:
    whole = pl.DataFrame({"a": [1, 2, 3]})
    pieces = pl.concat([whole[:1], whole[1:]], rechunk=False)
    assert pieces.n_chunks() == 2
    assert text(pieces) == text(whole)


def test_what_holds_itself_can_be_told() -> None:
    loop: list[Any] = [1]
    loop.append(loop)
    other: list[Any] = [2]
    other.append(other)
    assert text(loop) != text(other)


@pytest.mark.parametrize("value", [threading.Lock(), iter([1]), object(), np.random.default_rng(0).bit_generator.lock])
def test_what_cannot_be_told_is_refused(value: Any) -> None:
    with pytest.raises(Opaque) as refusal:
        text([value])
    assert type(value).__qualname__ in refusal.value.kind


def test_a_long_text_becomes_its_digest() -> None:
    assert short("a" * LONG) == "a" * LONG
    assert short("a" * (LONG + 1)).startswith("blake3:")
    assert short("a" * (LONG + 1)) != short("a" * (LONG + 2))


def test_code_is_told_from_values() -> None:
    assert is_code(print)
    assert is_code(Point)
    assert is_code(re)
    assert not is_code(Point(1, 2))
    assert not is_code(partial(print))
    assert not is_code(pl.col)
