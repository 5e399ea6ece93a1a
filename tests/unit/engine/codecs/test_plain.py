"""Tests plain values in the store: faithful, and in one form only."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from treadle.engine.codecs import NotPlain
from treadle.engine.codecs.plain import BYTES, JSON, RECORD


def test_json_has_one_form() -> None:
    assert JSON.encode({"b": [1, 2.0, None], "a": "ä"}, Any) == '{"a":"ä","b":[1,2.0,null]}'.encode()


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e-300, 2**80, -0.0, 0.1 + 0.2])
def test_numbers_come_back_to_the_last_bit(value: float) -> None:
    again = JSON.decode(JSON.encode(value, Any), Any)
    assert repr(again) == repr(value)


@pytest.mark.parametrize("value", [np.float64(1.5), np.float32(1.5), np.int64(3), np.bool_(True), np.str_("a")])
def test_numpys_numbers_become_pythons(value: Any) -> None:
    again = JSON.decode(JSON.encode([value], Any), Any)
    assert again == [value.item()]
    assert type(again[0]) is type(value.item())


@pytest.mark.parametrize("value", [(1,), {1: 2}, object(), [{"a": (1,)}]])
def test_what_json_would_change_is_not_plain(value: Any) -> None:
    with pytest.raises(NotPlain):
        JSON.encode(value, Any)


def test_a_record_keeps_nan_inside() -> None:
    (again,) = RECORD.decode(RECORD.encode((math.nan,), tuple[float]), tuple[float])
    assert math.isnan(again)


def test_bytes_stay() -> None:
    assert BYTES.decode(BYTES.encode(b"\x00\xff", Any), Any) == b"\x00\xff"
