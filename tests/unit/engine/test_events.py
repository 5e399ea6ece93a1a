"""Tests what is told: events are plain, comparable records."""

from __future__ import annotations

import msgspec

from factories.records import a_step_execution
from treadle.engine import MapAdvanced, StepFinished, StepStarted


def test_events_are_values() -> None:
    assert StepStarted("train", "first run") == StepStarted("train", "first run")
    assert MapAdvanced("trial", 1, 20) != MapAdvanced("trial", 2, 20)
    execution = a_step_execution()
    assert StepFinished(execution).execution is execution


def test_events_can_be_sent() -> None:
    assert msgspec.json.decode(msgspec.json.encode(MapAdvanced("trial", 1, 20)), type=MapAdvanced).total == 20
