"""Tests a body's run: arguments read, outputs stored, errors told with the user's line."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import polars as pl
import pytest

from treadle.engine import Context, context, step
from treadle.engine.graph import Stored
from treadle.engine.runners import Call, load, perform
from treadle.errors import CodeError, DataError, StepFailed
from treadle.records import Artifact
from treadle.store.local import LocalStore


class Pair(NamedTuple):
    left: Any
    right: Any


@step
def where(x: int) -> tuple[int, str]:
    return x, context().run_id


@step(retries=1)
def failing(path: str, error: str) -> int:
    log = Path(path)
    log.write_text((log.read_text() if log.exists() else "") + "x")
    raise {"data": DataError, "value": ValueError}[error]("said so\nand more")


@step
def strange() -> pl.DataFrame:
    return pl.DataFrame({"a": [object()]})


def a_call(step: Any, **arguments: Any) -> Call:
    return Call(step, arguments, "run-1", Path("/project"))


def run(root: Path, call: Call) -> Any:
    return perform(call, LocalStore(root), Context(call.run_id, call.project_root))


def kept(store: LocalStore, data: bytes) -> Stored:
    return Stored(Artifact(name="result", codec="json", digest=store.put(data), size=len(data)), Any)


def test_a_body_gets_what_is_stored_and_leaves_its_outputs(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    done = run(tmp_path, a_call(where, x=kept(store, b"3")))
    assert [(each.name, each.codec, store.get(each.digest)) for each in done.outputs] == [
        ("0", "json", b"3"),
        ("1", "json", b'"run-1"'),
    ]
    assert done.seconds > 0
    assert not context()


def test_stored_values_are_read_at_any_depth(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    one, two = kept(store, b"[1]"), kept(store, b'{"a":2}')
    assert load({"x": [one, (two,)], "y": Pair(one, 5), "z": "text"}, store) == {
        "x": [[1], ({"a": 2},)],
        "y": Pair([1], 5),
        "z": "text",
    }


def test_an_error_is_told_by_its_first_line_and_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(StepFailed) as failure:
        run(tmp_path, a_call(failing, path=str(log), error="value"))
    assert failure.value.met == "step failing failed: ValueError: said so"
    assert f"see {__file__}:" in failure.value.next_move
    assert isinstance(failure.value.__cause__, ValueError)
    assert log.read_text() == "xx"


def test_an_error_of_treadle_is_not_tried_again(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with pytest.raises(DataError, match="said so"):
        run(tmp_path, a_call(failing, path=str(log), error="data"))
    assert log.read_text() == "x"


def test_a_value_that_its_format_cannot_hold_is_told(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="what step strange gives cannot be stored"):
        run(tmp_path, a_call(strange))
