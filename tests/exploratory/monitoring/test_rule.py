"""Properties of the rule."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from treadle.monitoring.rule import episodes, holm

chances = st.lists(st.floats(0, 1), max_size=30)
history = st.lists(st.booleans(), max_size=60)
raising, clearing = st.integers(1, 3), st.integers(1, 5)


@given(chances)
def test_holm_is_between_the_p_value_and_bonferroni(p_values: list[float]) -> None:
    for raw, adjusted in zip(p_values, holm(p_values), strict=True):
        assert raw <= adjusted <= min(1.0, raw * len(p_values) + 1e-12)


@given(chances)
def test_holm_keeps_the_order(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [each for _, each in pairs] == sorted(adjusted)


@given(history, raising, clearing)
def test_alarms_do_not_overlap_and_only_the_last_is_open(
    suspect: list[bool], raise_after: int, clear_after: int
) -> None:
    found = episodes(suspect, raise_after, clear_after)
    ends = [-1]
    for episode in found:
        assert ends[-1] < episode.raised < len(suspect)
        assert suspect[episode.raised]
        ends.append(len(suspect) if episode.cleared is None else episode.cleared)
    assert all(episode.cleared is not None for episode in found[:-1])


@given(history, raising, clearing)
def test_a_clearing_follows_quiet_windows(suspect: list[bool], raise_after: int, clear_after: int) -> None:
    for episode in episodes(suspect, raise_after, clear_after):
        if episode.cleared is not None:
            assert not any(suspect[episode.cleared - clear_after + 1 : episode.cleared + 1])
            assert episode.cleared - episode.raised >= clear_after


@given(history, raising, clearing, st.integers(0, 60))
def test_later_windows_change_no_alarm_of_the_past(
    suspect: list[bool], raise_after: int, clear_after: int, length: int
) -> None:
    early = episodes(suspect[:length], raise_after, clear_after)
    late = episodes(suspect, raise_after, clear_after)
    assert [each.raised for each in early] == [each.raised for each in late][: len(early)]
    assert [e for e in early if e.cleared is not None] == late[: sum(e.cleared is not None for e in early)]
