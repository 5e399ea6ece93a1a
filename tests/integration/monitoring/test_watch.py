"""The watch over a real log, catalog and store: what alarms, what stays quiet, what a second look changes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from factories.traffic import (
    PACKAGE,
    a_reference,
    a_workspace,
    moment,
    predictions,
    some_rows,
    some_settings,
    the_truth,
    write_labels,
    write_log,
)
from treadle.errors import MonitorError
from treadle.monitoring.labels import add
from treadle.monitoring.watch import Outcome, watch
from treadle.records import Alert, AuditEntry, RunRequest, Window
from treadle.settings import Alerts, Monitor, Retrain, Settings
from treadle.workspace import Workspace

ROWS = 600
DAYS = 8
EVERY = pl.int_range(pl.len())
Change = Callable[[pl.DataFrame, int], pl.DataFrame]


@pytest.fixture(scope="module")
def past() -> bytes:
    return a_reference()


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return a_workspace(tmp_path)


def look(
    workspace: Workspace,
    past: bytes,
    settings: Settings | None = None,
    day: float = DAYS,
    package: str = PACKAGE,
) -> Outcome:
    return watch(
        workspace,
        environment="development",
        package=package,
        reference=past,
        log=workspace.root / "log",
        settings=settings or some_settings(),
        at=moment(day),
    )


def send(workspace: Workspace, change: Change = lambda rows, day: rows, *, seed: int = 100, days: int = DAYS) -> None:
    for day in range(days):
        rows = change(some_rows(ROWS, seed + day), day)
        write_log(workspace.root / "log", predictions(rows, day=day), f"{day:012x}")


def label(workspace: Workspace, *days: int, flipped: float = 0.0, seed: int = 100, share: float = 1.0) -> None:
    for day in days:
        rows = some_rows(ROWS, seed + day)
        kept = round(share * ROWS)
        path = workspace.root / f"labels-{day}-{flipped}-{share}.csv"
        truth = the_truth(rows, seed + day, flipped)
        write_labels(path, predictions(rows, day=day)[:kept], truth[:kept])
        add(workspace, "development", path, workspace.root / "log")


def verdicts(outcome: Outcome) -> list[str]:
    return [window.verdict for window in outcome.windows]


def raised(outcome: Outcome) -> set[str]:
    return {each.figure for each in outcome.raised}


def from_day(day: int, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Change:
    return lambda rows, today: change(rows) if today >= day else rows


def test_still_traffic_is_quiet(workspace: Workspace, past: bytes) -> None:
    send(workspace)
    label(workspace, *range(DAYS))
    outcome = look(workspace, past)
    assert verdicts(outcome) == ["quiet"] * DAYS
    assert outcome.raised == outcome.open == ()
    assert outcome.said == "no request: no alert is open"
    assert all(0.65 < window.metrics["roc_auc"] < 0.9 for window in outcome.windows)


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (lambda rows: rows.with_columns(pl.col("distance") + 50), "distance:distance"),
        (lambda rows: rows.with_columns(pl.col("distance") * 3.28084), "distance:distance"),
        (lambda rows: rows.with_columns(pl.col("distance") * 3.28084), "distance:range"),
        (lambda rows: rows.with_columns(pl.col("delay") * 1.6), "delay:distance"),
        (lambda rows: rows.with_columns(carrier=pl.col("carrier").replace("B6", "AA")), "carrier:mix"),
        (lambda rows: rows.with_columns(carrier=pl.col("carrier").replace("DL", "UA")), "carrier:vanished_levels"),
        (lambda rows: rows.with_columns(carrier=pl.col("carrier").replace("WN", "ZZ")), "carrier:new_levels"),
        (lambda rows: rows.with_columns(delay=pl.when(EVERY % 4 > 0).then("delay")), "delay:missing"),
        (lambda rows: rows.with_columns(hour=pl.when(EVERY % 20 > 0).then("hour").otherwise(-999)), "hour:range"),
        (lambda rows: rows.with_columns(wet=EVERY % 3 == 0), "wet:mix"),
        (lambda rows: rows.drop("hour"), "hour:missing"),
    ],
)  # fmt: skip
def test_a_sudden_change_is_found_in_its_second_window(
    workspace: Workspace, past: bytes, change: Callable[[pl.DataFrame], pl.DataFrame], figure: str
) -> None:
    send(workspace, from_day(4, change))
    outcome = look(workspace, past)
    assert verdicts(outcome) == ["quiet"] * 4 + ["suspect"] + ["alarm"] * 3
    (alert,) = [each for each in outcome.raised if each.figure == figure]
    assert alert.window == outcome.windows[5].id
    assert alert.value > alert.limit


def test_one_missing_value_hides_nothing(workspace: Workspace, past: bytes) -> None:
    def one_gone(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(distance=pl.when(EVERY > 0).then(pl.col("distance") + 50))

    send(workspace, from_day(2, one_gone))
    assert "distance:distance" in raised(look(workspace, past))


def test_a_slow_change_is_found_before_it_is_large(workspace: Workspace, past: bytes) -> None:
    send(workspace, lambda rows, day: rows.with_columns(pl.col("distance") + 4 * day), days=16)
    outcome = look(workspace, past, day=16)
    (alert,) = [each for each in outcome.raised if each.figure == "distance:distance"]
    assert alert.value < 0.2


def test_a_burst_of_one_window_is_suspect_and_raises_nothing(workspace: Workspace, past: bytes) -> None:
    send(workspace, lambda rows, day: rows.with_columns(pl.col("distance") + 60 * (day == 3)))
    outcome = look(workspace, past)
    assert verdicts(outcome) == ["quiet"] * 3 + ["suspect"] + ["quiet"] * 4
    assert outcome.raised == ()


def test_a_season_the_reference_knows_stays_quiet(workspace: Workspace) -> None:
    def season(rows: pl.DataFrame, day: int) -> pl.DataFrame:
        return rows.with_columns(pl.col("distance") + 60 * np.sin(2 * np.pi * day / 7))

    days = pl.concat([season(some_rows(ROWS, 900 + day), day) for day in range(28)])
    at = pl.Series(np.repeat(np.arange(28) * 86_400.0, ROWS))
    past = a_reference(days, the_truth(days), time=at)
    send(workspace, season, days=21)
    outcome = look(workspace, past, day=21)
    assert verdicts(outcome) == ["quiet"] * 21


def test_a_shift_beyond_the_season_is_found(workspace: Workspace) -> None:
    def season(rows: pl.DataFrame, day: int) -> pl.DataFrame:
        return rows.with_columns(pl.col("distance") + 60 * np.sin(2 * np.pi * day / 7) + 150 * (day > 90))

    days = pl.concat([season(some_rows(ROWS, 900 + day), day) for day in range(28)])
    past = a_reference(days, the_truth(days), time=pl.Series(np.repeat(np.arange(28) * 86_400.0, ROWS)))
    send(workspace, lambda rows, day: season(rows, day + 91))
    assert "distance:distance" in raised(look(workspace, past))


def test_a_concept_that_changed_shows_in_performance_alone(workspace: Workspace, past: bytes) -> None:
    send(workspace)
    label(workspace, 0, 1, 2, 3)
    label(workspace, 4, 5, flipped=0.3)
    outcome = look(workspace, past)
    assert verdicts(outcome) == ["quiet"] * 4 + ["suspect", "alarm", "quiet", "quiet"]
    assert raised(outcome) == {"roc_auc:performance"}
    assert outcome.request is not None
    assert outcome.request.trigger == "performance"
    assert outcome.request.evidence == tuple(each.id for each in outcome.open)


def test_a_label_shift_is_found(workspace: Workspace, past: bytes) -> None:
    send(workspace)
    for day in range(4, 7):
        given = predictions(some_rows(ROWS, 100 + day), day=day)
        truth = pl.Series(["yes" if place % 10 else "no" for place in range(ROWS)])
        path = write_labels(workspace.root / f"l{day}.csv", given, truth)
        add(workspace, "development", path, workspace.root / "log")
    assert "(label):mix" in raised(look(workspace, past))


def test_looking_again_changes_nothing(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50)))
    label(workspace, *range(DAYS))
    first = look(workspace, past)
    audit = len(workspace.catalog.find(AuditEntry))
    again = look(workspace, past, day=DAYS + 0.5)
    assert again.windows == first.windows
    assert again.raised == again.cleared == ()
    assert [each.id for each in again.open] == [each.id for each in first.open]
    assert len(workspace.catalog.find(AuditEntry)) == audit
    assert workspace.catalog.find(Window) == list(first.windows)


def test_looking_day_by_day_ends_where_looking_once_does(workspace: Workspace, past: bytes, tmp_path: Path) -> None:
    change = from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50))
    once = a_workspace(tmp_path / "once")
    send(once, change)
    for day in range(DAYS):
        rows = change(some_rows(ROWS, 100 + day), day)
        write_log(workspace.root / "log", predictions(rows, day=day), f"{day:012x}")
        last = look(workspace, past, day=day + 1)
    outcome = look(once, past)
    assert [(w.id, w.verdict, w.figures) for w in last.windows] == [
        (w.id, w.verdict, w.figures) for w in outcome.windows
    ]
    assert {each.id for each in workspace.catalog.find(Alert)} == {each.id for each in once.catalog.find(Alert)}


def test_a_torn_line_repeated_ids_and_any_order(workspace: Workspace, past: bytes, tmp_path: Path) -> None:
    other = a_workspace(tmp_path / "other")
    lines = [each for day in range(DAYS) for each in predictions(some_rows(ROWS, 100 + day), day=day)]
    shuffled = [lines[place] for place in np.random.default_rng(5).permutation(len(lines))]
    write_log(other.root / "log", [*shuffled, *lines[:50]], "ffffffffffff")
    with (other.root / "log/ffffffffffff.jsonl").open("ab") as file:
        file.write(b'{"id":"ffffffffffff-1","created":"2026-')
    send(workspace)
    plain, messy = look(workspace, past), look(other, past)
    assert [(w.id, w.rows, w.verdict) for w in messy.windows] == [(w.id, w.rows, w.verdict) for w in plain.windows]
    assert "50 lines repeat an id and were left out" in messy.notes


def test_a_damaged_line_in_the_middle_is_one_clear_message(workspace: Workspace, past: bytes) -> None:
    send(workspace, days=1)
    with (workspace.root / "log/000000000000.jsonl").open("ab") as file:
        file.write(b"garbage\n")
    with pytest.raises(MonitorError, match=f"line {ROWS + 1} of the prediction log is damaged"):
        look(workspace, past)


def test_late_labels_update_a_window_that_was_final(workspace: Workspace, past: bytes) -> None:
    send(workspace)
    before = look(workspace, past).windows[0]
    assert (before.labelled, before.metrics) == (0, {})
    label(workspace, 0)
    after = look(workspace, past).windows[0]
    assert after.labelled == ROWS
    assert "roc_auc:performance" in after.figures
    assert after.id == before.id
    assert len(workspace.catalog.find(Window)) == DAYS


def test_few_labels_show_a_metric_and_judge_nothing(workspace: Workspace, past: bytes) -> None:
    send(workspace)
    label(workspace, *range(DAYS), flipped=0.4, share=0.6)
    outcome = look(workspace, past)
    assert all("roc_auc" in window.metrics for window in outcome.windows)
    assert verdicts(outcome) == ["quiet"] * DAYS
    trusting = some_settings(monitor=Monitor(label_coverage=0.5))
    assert raised(look(workspace, past, trusting)) == {"roc_auc:performance"}


def test_the_open_window_is_provisional_and_raises_nothing(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(6, lambda rows: rows.with_columns(pl.col("distance") + 60)))
    outcome = look(workspace, past, day=7.5)
    assert [window.provisional for window in outcome.windows] == [False] * 7 + [True]
    assert verdicts(outcome)[-2:] == ["suspect", "suspect"]
    assert outcome.raised == ()
    assert verdicts(look(workspace, past, day=8))[-2:] == ["suspect", "alarm"]


def test_few_rows_get_no_verdict(workspace: Workspace, past: bytes) -> None:
    write_log(workspace.root / "log", predictions(some_rows(150, 1).with_columns(distance=0.0), day=0), "a")
    (window,) = look(workspace, past).windows
    assert (window.verdict, window.figures) == ("too_few", {})


def test_three_quiet_windows_clear(workspace: Workspace, past: bytes) -> None:
    send(workspace, lambda rows, day: rows.with_columns(pl.col("distance") + 60 * (day in (2, 3))))
    outcome = look(workspace, past, day=5)
    assert len(outcome.open) > 0
    after = look(workspace, past)
    assert after.open == ()
    assert {each.figure for each in after.cleared} == {each.figure for each in outcome.raised}
    assert verdicts(after) == ["quiet", "quiet", "suspect", "alarm", "alarm", "alarm", "quiet", "quiet"]


def test_drift_of_an_important_column_asks_if_told_to(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50)))
    outcome = look(workspace, past)
    assert outcome.request is None
    assert "none that [retrain] on names (performance)" in outcome.said
    asked = look(workspace, past, some_settings(retrain=Retrain(on=("drift",))))
    assert asked.request is not None
    assert asked.request.trigger == "drift"
    assert workspace.catalog.find(RunRequest) == [asked.request]


def test_drift_of_an_unimportant_column_asks_for_nothing(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(hour=pl.col("hour") // 2)))
    outcome = look(workspace, past, some_settings(retrain=Retrain(on=("drift",))))
    assert raised(outcome) == {"hour:distance"}
    assert outcome.request is None


def test_one_request_then_a_cool_down_then_the_next(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50)))
    settings = some_settings(retrain=Retrain(on=("drift",), cool_down="2d"))
    request = look(workspace, past, settings).request
    assert request is not None
    assert look(workspace, past, settings).said == f"no request: {request.id} is open"
    with workspace.catalog.transaction("ada") as transaction:
        transaction.replace(request, request.evolve(status="refused", ended=moment(DAYS)))
    assert "cooling down until 2026-01-11T00:00:00Z" in look(workspace, past, settings, day=DAYS + 1).said
    following = look(workspace, past, settings, day=DAYS + 2).request
    assert following is not None
    assert following.id != request.id


def test_a_newer_package_starts_anew(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50)))
    look(workspace, past)
    outcome = look(workspace, past, package="cd" * 32)
    assert (outcome.windows, outcome.open) == ((), ())
    assert len(outcome.cleared) > 0
    assert "the log holds no prediction of this package, only of others" in outcome.notes


def test_the_time_may_be_that_of_the_row(workspace: Workspace) -> None:
    def dated(rows: pl.DataFrame, day: int) -> pl.DataFrame:
        return rows.with_columns(at=pl.lit(f"2013-07-{day + 1:02}T12:00:00Z"))

    monitor = Monitor(time="at")
    rows = some_rows(6000, 77).with_columns(at=pl.lit("2013-06-01T12:00:00Z").str.to_datetime(time_zone="UTC"))
    reference = a_reference(rows, the_truth(rows), monitor)
    send(workspace, dated)
    outcome = look(workspace, reference, some_settings(monitor=monitor), day=DAYS)
    assert [window.start[:10] for window in outcome.windows] == [f"2013-07-{day + 1:02}" for day in range(DAYS)]
    assert [window.provisional for window in outcome.windows] == [False] * (DAYS - 1) + [True]
    assert verdicts(outcome) == ["quiet"] * DAYS, "time itself always moves on"
    waited = look(workspace, reference, some_settings(monitor=monitor), day=DAYS + 1)
    assert not any(window.provisional for window in waited.windows)


def test_a_channel_that_is_down_is_a_note(workspace: Workspace, past: bytes) -> None:
    send(workspace, from_day(4, lambda rows: rows.with_columns(pl.col("distance") + 50)))
    blocked = workspace.root / "blocked"
    blocked.write_text("a file where a folder should be")
    outcome = look(workspace, past, some_settings(alerts=Alerts(file="blocked/alerts.jsonl")))
    assert len(outcome.raised) > 0
    assert any(words.startswith("channel file could not be told") for words in outcome.notes)


def test_an_empty_log(workspace: Workspace, past: bytes) -> None:
    outcome = look(workspace, past)
    assert outcome.windows == ()
    assert "the log holds no prediction of this package" in outcome.notes
