"""Owns pipelines: functions whose calls are remembered by what they depend on, run once, and explained.

The contract is `Engine`: `run` and `plan`. Steps and pipelines are plain functions under `@step` and `@pipeline`.
"""

from __future__ import annotations

from treadle.engine.context import Context, context
from treadle.engine.events import Event, Listener, MapAdvanced, StepFinished, StepStarted
from treadle.engine.execute import Engine
from treadle.engine.files import File, Files
from treadle.engine.graph import Ref
from treadle.engine.plan import Planned
from treadle.engine.step import Pipeline, Step, pipeline, step

__all__ = [
    "Context",
    "Engine",
    "Event",
    "File",
    "Files",
    "Listener",
    "MapAdvanced",
    "Pipeline",
    "Planned",
    "Ref",
    "Step",
    "StepFinished",
    "StepStarted",
    "context",
    "pipeline",
    "step",
]
