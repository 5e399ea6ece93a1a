"""Counters live in shared slabs, never go back, and are told to Prometheus as a sum."""

from __future__ import annotations

import math
import re
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from treadle.serving.metrics import (
    BUCKETS,
    CONNECTIONS,
    IN_FLIGHT,
    REFUSED,
    RESTARTS,
    ROUTES,
    ROWS,
    SLOTS,
    STATUSES,
    UNKNOWN,
    WORDS,
    Metrics,
    bucket,
    limit,
    render,
)

INFO = {"model": "flights", "package": "d" * 64}


def figures(metrics: Metrics) -> dict[str, float]:
    """What a scraper reads, by name and labels."""
    lines = render(metrics.total(), INFO).decode().splitlines()
    pairs = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    return {name: float(value) for name, _, value in pairs}


def test_every_word_has_a_place_of_its_own() -> None:
    assert len({ROWS, REFUSED, UNKNOWN, RESTARTS, IN_FLIGHT, CONNECTIONS}) == 6
    assert len(ROUTES) * len(STATUSES) + BUCKETS < ROWS
    assert CONNECTIONS < WORDS - 1


@pytest.mark.parametrize("microseconds", [0, 1, 15, 16, 19, 20, 31, 32, 999, 12_345, 1_000_000, 60_000_000, 10**12])
def test_a_time_falls_between_the_limits_of_its_bucket(microseconds: int) -> None:
    index = bucket(microseconds)
    assert microseconds / 1e6 < limit(index)
    assert index == 0 or microseconds / 1e6 >= limit(index - 1)


def test_limits_rise_by_a_quarter_at_most() -> None:
    limits = [limit(index) for index in range(BUCKETS)]
    assert limits == sorted(limits)
    assert limits[-1] == math.inf
    assert all(after / before <= 1.2501 for before, after in pairwise(limits[:-1]))


def test_requests_are_counted_by_route_and_status() -> None:
    metrics = Metrics()
    metrics.request("predict", 200, 100)
    metrics.request("predict", 200, 100)
    metrics.request("predict", 422, 50)
    metrics.request("metrics", 200, 50)
    found = figures(metrics)
    assert found['treadle_requests_total{route="predict",status="200"}'] == 2
    assert found['treadle_requests_total{route="predict",status="422"}'] == 1
    assert found['treadle_requests_total{route="metrics",status="200"}'] == 1


def test_only_predictions_enter_the_histogram() -> None:
    metrics = Metrics()
    metrics.request("predict", 200, 100)
    metrics.request("infer", 200, 3_000_000)
    metrics.request("health", 200, 1)
    found = figures(metrics)
    assert found["treadle_prediction_seconds_count"] == 2
    assert found["treadle_prediction_seconds_sum"] == pytest.approx(3.0001)
    assert found['treadle_prediction_seconds_bucket{le="0.000112"}'] == 1
    assert found['treadle_prediction_seconds_bucket{le="+Inf"}'] == 2


def test_the_histogram_is_cumulative() -> None:
    metrics = Metrics()
    for microseconds in (5, 100, 100, 5_000, 10**9):
        metrics.request("predict", 200, microseconds)
    buckets = [value for name, value in figures(metrics).items() if "_bucket" in name]
    assert buckets == sorted(buckets)
    assert len(buckets) == BUCKETS
    assert (buckets[0], buckets[-2], buckets[-1]) == (1, 4, 5)


def test_a_rare_outcome_is_seen_as_well() -> None:
    metrics = Metrics()
    metrics.add(ROWS, 10)
    metrics.add(REFUSED)
    metrics.add(UNKNOWN, 3)
    metrics.add(RESTARTS)
    metrics.add(IN_FLIGHT, 2)
    metrics.add(CONNECTIONS, 5)
    metrics.add(CONNECTIONS, -1)
    found = figures(metrics)
    assert [found[f"treadle_{name}"] for name in ("rows_total", "refused_requests_total")] == [10, 1]
    assert [found[f"treadle_{name}"] for name in ("unknown_categories_total", "worker_restarts_total")] == [3, 1]
    assert [found[f"treadle_{name}"] for name in ("requests_in_flight", "connections")] == [2, 4]


def test_workers_are_summed(tmp_path: Path) -> None:
    path = tmp_path / "metrics.slab"
    one, two = Metrics(path, 1), Metrics(path, 2)
    one.add(ROWS, 3)
    two.add(ROWS, 4)
    two.request("predict", 200, 50)
    assert figures(one) == figures(two)
    assert figures(one)["treadle_rows_total"] == 7


def test_another_process_counts_in_the_same_slab(tmp_path: Path) -> None:
    path = tmp_path / "metrics.slab"
    here = Metrics(path, 1)
    code = f"from treadle.serving.metrics import *; Metrics(__import__('pathlib').Path({str(path)!r}), 2).add(ROWS, 5)"
    subprocess.run([sys.executable, "-c", code], check=True)
    here.add(ROWS)
    assert figures(here)["treadle_rows_total"] == 6


def test_what_a_dead_worker_counted_is_kept_but_not_its_gauges(tmp_path: Path) -> None:
    path = tmp_path / "metrics.slab"
    supervisor, worker = Metrics(path, 0), Metrics(path, 7)
    worker.add(ROWS, 3)
    worker.add(IN_FLIGHT, 1)
    worker.request("predict", 200, 50)
    before = figures(supervisor)
    supervisor.fold(7)
    after = figures(supervisor)
    assert before["treadle_requests_in_flight"] == 1
    assert after == {**before, "treadle_requests_in_flight": 0}
    assert sum(worker.words.tolist()) == 0


def test_a_slot_is_used_again_after_the_fold(tmp_path: Path) -> None:
    path = tmp_path / "metrics.slab"
    supervisor = Metrics(path, 0)
    for _ in range(3):
        worker = Metrics(path, SLOTS - 1)
        worker.add(ROWS, 2)
        worker.close()
        supervisor.fold(SLOTS - 1)
    assert figures(supervisor)["treadle_rows_total"] == 6


def test_the_text_is_what_prometheus_reads() -> None:
    metrics = Metrics()
    metrics.request("predict", 200, 50)
    text = render(metrics.total(), {"model": 'a"b\\c\nd'}).decode()
    assert text.startswith("# HELP treadle_info What is served.\n# TYPE treadle_info gauge\n")
    assert 'treadle_info{model="a\\"b\\\\c\\nd"} 1\n' in text
    assert text.endswith("\n")
    sample = re.compile(r'[a-z_]+(\{[a-z]+="([^"\\]|\\.)*"(,[a-z]+="([^"\\]|\\.)*")*\})? [0-9.e+-]+')
    assert all(line.startswith("# ") or sample.fullmatch(line) for line in text.splitlines())
