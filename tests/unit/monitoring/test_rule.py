"""The rule: Holm, limits, and how many windows raise and clear."""

from __future__ import annotations

from typing import Any

import pytest

from treadle.monitoring.detectors.figure import Figure
from treadle.monitoring.rule import Episode, episodes, holm, judge
from treadle.settings import Monitor


def a_figure(**changes: Any) -> Figure:
    given: dict[str, Any] = {"column": "x", "kind": "distance", "value": 0.2, "p_value": 1e-9}
    return Figure(**(given | changes))


def test_holm_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])


def test_holm_never_exceeds_one_and_takes_nothing() -> None:
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []


def test_a_figure_beyond_chance_floor_and_season_drifted() -> None:
    (figure,) = judge([a_figure()], {"x:distance": 0.1}, Monitor())
    assert figure.drifted
    assert (figure.floor, figure.season, figure.limit) == (0.08, 0.125, 0.125)


@pytest.mark.parametrize(
    ("changes", "worst"),
    [
        ({"p_value": 0.02}, 0.0),
        ({"value": 0.079}, 0.0),
        ({"value": 0.124}, 0.1),
        ({"kind": "mix", "value": 0.059}, 0.0),
        ({"kind": "missing", "value": 0.009}, 0.0),
        ({"kind": "new_levels", "value": 0.0009}, 0.0),
        ({"kind": "vanished_levels", "value": 0.0009}, 0.0),
        ({"kind": "range", "value": 0.0009}, 0.0),
    ],
)
def test_one_of_the_three_alone_saves_it(changes: dict[str, Any], worst: float) -> None:
    figure = a_figure(**changes)
    (judged,) = judge([figure], {figure.name: worst}, Monitor())
    assert not judged.drifted


def test_significance_is_corrected_over_the_figures_of_the_window() -> None:
    borderline = a_figure(p_value=0.004)
    assert judge([borderline], {}, Monitor())[0].drifted
    among = judge([borderline, *(a_figure(column=f"y{n}", p_value=0.5) for n in range(9))], {}, Monitor())
    assert not among[0].drifted


def test_settings_move_the_limits() -> None:
    (figure,) = judge([a_figure()], {"x:distance": 0.1}, Monitor(season=2.5, floor_number=0.3))
    assert figure.limit == 0.3
    assert not figure.drifted


def given(pattern: str) -> list[bool]:
    return [letter == "S" for letter in pattern]


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("....", []),
        ("S...S...S", []),
        ("SS", [(1, None)]),
        ("S.S", [(2, None)]),
        ("S..S", []),
        ("SS...", [(1, 4)]),
        ("SS..S...", [(1, 7)]),
        ("SS...SS", [(1, 4), (6, None)]),
        ("SS...S", [(1, 4)]),
        ("SSSSSS", [(1, None)]),
    ],
)
def test_two_of_three_raise_and_three_quiet_clear(pattern: str, expected: list[tuple[int, int | None]]) -> None:
    assert episodes(given(pattern), 2, 3) == [Episode(raised=raised, cleared=cleared) for raised, cleared in expected]


def test_raise_at_once_and_clear_at_once() -> None:
    assert episodes(given(".S.S"), 1, 1) == [Episode(raised=1, cleared=2), Episode(raised=3, cleared=None)]


def test_windows_before_a_clearing_do_not_count_again() -> None:
    assert episodes(given("SS.S"), 2, 1) == [Episode(raised=1, cleared=2)]
