"""The figure."""

from __future__ import annotations

import msgspec

from treadle.monitoring.detectors.figure import Figure


def test_name_is_column_and_kind() -> None:
    assert Figure(column="a:b", kind="mix", value=0.1, p_value=0.5).name == "a:b:mix"


def test_goes_through_json() -> None:
    figure = Figure(column="x", kind="range", value=0.1, p_value=0.5, also={"psi": 0.2}, drifted=True)
    assert msgspec.json.decode(msgspec.json.encode(figure), type=Figure) == figure
