"""Tests what arguments mean for the key of a call."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import polars as pl
import pytest
from sklearn.linear_model import Ridge

from treadle.engine import File, Files, step
from treadle.engine.arguments import PYTHON, Arguments, Resolved
from treadle.engine.explain import UNKNOWN
from treadle.engine.files import Digests
from treadle.engine.graph import Node, Ref, Stored
from treadle.errors import CodeError, DataError
from treadle.records import Artifact
from treadle.store import digest
from treadle.store.local import LocalStore


class Inner(msgspec.Struct, frozen=True):
    trials: int = 20


class Settings(msgspec.Struct, frozen=True):
    inner: Inner = Inner()
    space: dict[str, Any] = {}


class Pair(NamedTuple):
    left: Any
    right: Any


@step
def take(x: Any = None, y: Any = 0) -> Any:
    return x


@step(version="7", ignore=["y"])
def fixed(x: Any = None, y: Any = 0) -> Any:
    return x


@step
def reads(path: File, more: Files | None = None) -> int:
    return 1


def a_helper(x: int) -> int:
    return x


def its(root: Path) -> Arguments:
    return Arguments(LocalStore(root / "store"), Digests(root / "memory", root), root)


def told(root: Path, x: Any, **more: Any) -> Resolved:
    arguments = its(root)
    return arguments.resolve(arguments.node(take, (x,), more, 0))


def of(resolved: Resolved, *kinds: str) -> dict[str, str]:
    return {name: text for name, text in resolved.parts.items() if name.partition(" ")[0] in kinds}


def a_ref(digest: str | None = None) -> Ref:
    node = Node(take, {}, 0)
    if digest:
        node.outputs = (Artifact(name="result", codec="json", digest=digest, size=1),)
    return Ref(node, 0, by=None)  # type: ignore[arg-type]


def test_a_call_has_step_code_python_and_parameters(tmp_path: Path) -> None:
    parts = told(tmp_path, 1).parts
    assert parts["step"] == f"{__name__}.take -> result"
    assert parts["python"] == PYTHON
    assert f"code {__name__}.take" in parts
    assert (parts["parameter x"], parts["parameter y"]) == ("1", "0")


def test_a_version_stands_for_the_code_and_what_is_ignored_plays_no_part(tmp_path: Path) -> None:
    arguments = its(tmp_path)
    one = arguments.resolve(arguments.node(fixed, (1, 2), {}, 0))
    assert set(one.parts) == {"step", "python", "version", "parameter x"}
    assert one.parts["version"] == "7"
    assert one.arguments == {"x": 1, "y": 2}


def test_a_struct_is_told_field_by_field(tmp_path: Path) -> None:
    parts = of(told(tmp_path, Settings(space={"depth": [1, 2], "a.b": 1})), "parameter")
    assert parts["parameter x"] == f"{__name__}.Settings"
    assert parts["parameter x.inner.trials"] == "20"
    assert parts["parameter x.space.depth"] == "[1, 2]"
    assert parts["parameter x.space['a.b']"] == "1"


def test_a_large_dict_is_told_as_a_whole(tmp_path: Path) -> None:
    parts = of(told(tmp_path, {str(n): n for n in range(1000)}), "parameter")
    assert set(parts) == {"parameter x", "parameter y"}
    assert parts["parameter x"].startswith("blake3:")


def test_a_done_future_counts_by_its_digest_and_another_is_unknown(tmp_path: Path) -> None:
    done = told(tmp_path, a_ref("d" * 64))
    assert done.parts["input x"] == "json:" + "d" * 64
    assert done.arguments["x"] == Stored(Artifact(name="result", codec="json", digest="d" * 64, size=1), Any)
    ref = a_ref()
    later = told(tmp_path, ref)
    assert later.parts["input x"] == UNKNOWN
    assert later.arguments["x"] is ref


def test_futures_in_containers_are_told_one_by_one(tmp_path: Path) -> None:
    resolved = told(tmp_path, {"models": [a_ref("a" * 64), a_ref("b" * 64)], "pair": Pair(a_ref("c" * 64), 1)})
    assert of(resolved, "input") == {
        "input x.models[0]": "json:" + "a" * 64,
        "input x.models[1]": "json:" + "b" * 64,
        "input x.pair[0]": "json:" + "c" * 64,
    }
    assert isinstance(resolved.arguments["x"]["pair"], Pair)
    assert resolved.arguments["x"]["pair"].left.artifact.digest == "c" * 64


def test_files_count_by_argument_name_and_contents(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text(name)
    arguments = its(tmp_path)
    resolved = arguments.resolve(arguments.node(reads, ("a.csv", "*.csv"), {}, 0))
    assert of(resolved, "file") == {
        "file path a.csv": digest(b"a.csv"),
        "file more a.csv": digest(b"a.csv"),
        "file more b.csv": digest(b"b.csv"),
    }
    assert resolved.arguments == {
        "path": tmp_path / "a.csv",
        "more": (tmp_path / "a.csv", tmp_path / "b.csv"),
    }
    assert resolved.files == {tmp_path / "a.csv": digest(b"a.csv"), tmp_path / "b.csv": digest(b"b.csv")}
    none = arguments.resolve(arguments.node(reads, ("a.csv",), {}, 0))
    assert none.parts["parameter more"] == "None"


def test_a_file_may_be_handed_on_without_annotation(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("one")
    assert of(told(tmp_path, {"in": [File("a.csv")]}), "file") == {"file x.in[0] a.csv": digest(b"one")}


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"b\.csv"):
        told(tmp_path, File("b.csv"))


def test_frames_and_arrays_are_stored_and_count_by_their_bytes(tmp_path: Path) -> None:
    frame = told(tmp_path, pl.DataFrame({"a": [1]}))
    again = told(tmp_path, pl.DataFrame({"a": [1]}))
    other = told(tmp_path, pl.DataFrame({"a": [2]}))
    assert frame.parts == again.parts
    assert frame.parts["input x"].startswith("parquet:")
    assert frame.parts != other.parts
    assert isinstance(frame.arguments["x"], Stored)
    array = told(tmp_path, np.arange(3))
    assert LocalStore(tmp_path / "store").has(array.arguments["x"].artifact.digest)


def test_one_object_is_stored_once(tmp_path: Path) -> None:
    arguments = its(tmp_path)
    frame = pl.DataFrame({"a": [1]})
    one, two = (arguments.resolve(arguments.node(take, (frame, n), {}, n)).arguments["x"] for n in (1, 2))
    assert one is two
    arguments.forget()
    assert arguments.resolve(arguments.node(take, (frame,), {}, 0)).arguments["x"] is not one


def test_functions_and_estimators_bring_their_code_and_packages(tmp_path: Path) -> None:
    parts = told(tmp_path, a_helper, y=Ridge(alpha=2)).parts
    assert parts["parameter x"] == f"<{__name__}.a_helper>"
    assert f"code {__name__}.a_helper" in parts
    assert "'alpha': 2" in parts["parameter y"]
    assert "package scikit-learn" in parts


def test_what_cannot_be_told_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match=r"the argument x\.a holds a _thread\.lock"):
        told(tmp_path, {"a": threading.Lock()})


def test_arguments_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    with pytest.raises(CodeError, match="take"):
        its(tmp_path).node(take, (1, 2, 3), {}, 0)
