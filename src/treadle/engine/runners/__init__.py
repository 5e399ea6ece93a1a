"""Owns where a step's body runs: the contract `Runner`, and the body itself, which is the same everywhere."""

from __future__ import annotations

import time
import traceback
from concurrent.futures import Future
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from treadle.engine import codecs
from treadle.engine.context import Context, within
from treadle.engine.fingerprint.origin import is_source
from treadle.engine.graph import Stored, is_sequence, like, recording
from treadle.engine.step import Output, Step
from treadle.errors import CodeError, StepFailed, TreadleError
from treadle.records import Artifact
from treadle.store import Store

__all__ = ["Call", "Done", "Runner", "load", "perform"]


class Call(NamedTuple):
    """A step to run: its arguments, with what is stored named by digest."""

    step: Step
    arguments: dict[str, Any]
    run_id: str
    project_root: Path


class Done(NamedTuple):
    """What a step's body left in the store, and how many seconds it took."""

    outputs: tuple[Artifact, ...]
    seconds: float


class Runner(Protocol):
    """A place where bodies run."""

    def submit(self, call: Call, context: Context) -> Future[Done]:
        """Run a step, here (in `context`) or elsewhere; the future raises TreadleError if it fails."""

    def close(self) -> None:
        """Let go of every process; what waits to run does not."""


def perform(call: Call, store: Store, context: Context) -> Done:
    """Run the body of a step, again after an error as often as it has retries, and store what it gives.

    Raises StepFailed naming the step and the user's line, CodeError for a value that cannot be stored; the body's
    own TreadleErrors pass unchanged.
    """
    began = time.perf_counter()
    step = call.step
    for attempt in range(step.retries + 1):
        try:
            with recording(None), within(context):
                given = step.call({name: load(value, store) for name, value in call.arguments.items()})
            break
        except TreadleError:
            raise
        except (Exception, SystemExit) as error:
            if attempt == step.retries:
                raise _failure(step, error) from error
    outputs = tuple(
        _kept(step, output, value, store) for output, value in zip(step.returns, _several(step, given), strict=True)
    )
    return Done(outputs, time.perf_counter() - began)


def load(value: Any, store: Store) -> Any:
    """Return an argument with all that is stored in it read, at any depth of lists, tuples and dicts."""
    if type(value) is Stored:
        return codecs.decode(value.artifact.codec, store.get(value.artifact.digest), value.hint)
    if type(value) is dict:
        return {key: load(item, store) for key, item in value.items()}
    return like(value, [load(item, store) for item in value]) if is_sequence(value) else value


def _kept(step: Step, output: Output, value: Any, store: Store) -> Artifact:
    try:
        codec, data = codecs.encode(value, output.hint)
    except TreadleError:
        raise
    except Exception as error:
        raise CodeError(
            f"what step {step.name} gives cannot be stored: {type(error).__name__}: {error}",
            expected="a value that its format can hold, such as a frame without Python objects",
        ) from error
    return Artifact(name=output.name, codec=codec, digest=store.put(data), size=len(data))


def _several(step: Step, given: Any) -> tuple[Any, ...]:
    """Return the outputs one by one; raises CodeError if there are not as many as the annotation tells."""
    if step.single:
        return (given,)
    if not isinstance(given, tuple) or len(given) != len(step.returns):
        met = f"{len(given)} values" if isinstance(given, tuple) else f"a {type(given).__name__}"
        raise CodeError(
            f"step {step.name} returned {met}",
            expected=f"{len(step.returns)} values in a tuple, as its annotation tells",
        )
    return given


def _failure(step: Step, error: BaseException) -> StepFailed:
    place = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if is_source(frame.filename):
            place = f"{frame.filename}:{frame.lineno}"
    told = str(error).strip().splitlines()
    return StepFailed(
        f"step {step.name} failed: {type(error).__name__}" + (f": {told[0]}" if told else ""),
        next_move=f"see {place}" if place else "",
    )
