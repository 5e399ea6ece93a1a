"""Tests the graph: nodes, futures, and what may be done with a future."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

from treadle.engine import step
from treadle.engine.graph import (
    Node,
    Ref,
    Stored,
    digests_in,
    futures,
    is_sequence,
    like,
    outcome,
    recorder,
    recording,
    replaced,
    stored,
)
from treadle.errors import CodeError
from treadle.records import Artifact


class Pair(NamedTuple):
    left: Any
    right: Any


class Answering:
    """Answers for the values of futures, and counts calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    def call(self, step: Any, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        self.calls.append(step.name)
        return futures(Node(step, step.bind(args, keywords), 0), self)

    def value(self, ref: Ref) -> Any:
        return 42


@step
def one(x: int = 0) -> int:
    return x


@step
def two() -> tuple[int, str]:
    return 1, "a"


@step
def pair() -> Pair:
    return Pair(1, 2)


def a_ref(**arguments: Any) -> Ref:
    return Ref(Node(one, arguments, 0), 0, Answering())


def an_artifact(digest: str = "d" * 64) -> Artifact:
    return Artifact(name="result", codec="json", digest=digest, size=1)


def test_while_calls_are_noted_a_step_gives_a_future() -> None:
    by = Answering()
    with recording(by):
        ref = one(1)
        left, right = two()
        both = pair()
        with recording(None):
            assert one(1) == 1
    assert one(1) == 1
    assert recorder.get() is None
    assert by.calls == ["one", "two", "pair"]
    assert isinstance(ref, Ref)
    assert ref.value() == 42
    assert (left.output, right.output) == (0, 1)
    assert isinstance(both, Pair)
    assert both.right.output == 1


def test_a_node_needs_the_nodes_of_its_futures_at_any_depth() -> None:
    a, b, c = a_ref(), a_ref(), a_ref()
    node = Node(one, {"x": [a, {"k": (b,)}], "y": Pair(c, 1), "z": a}, 0)
    assert node.needs() == {a.node, b.node, c.node}
    assert a.node.needs() == set()


@pytest.mark.parametrize(
    "use",
    [
        bool,
        len,
        list,
        lambda ref: ref[0],
        lambda ref: ref + 1,
        lambda ref: ref < 1,
        float,
        int,
    ],
)
def test_a_future_is_not_the_value(use: Any) -> None:
    with pytest.raises(CodeError, match=r"\.value\(\)"):
        use(a_ref())


def test_a_future_has_a_digest_only_when_it_is_done() -> None:
    ref = a_ref()
    with pytest.raises(CodeError, match="no output yet"):
        assert ref.digest
    assert stored(ref) is ref
    ref.node.outputs = (an_artifact(),)
    assert ref.digest == "d" * 64
    assert stored(ref) == Stored(an_artifact(), int)
    assert outcome(ref.node) == Stored(an_artifact(), int)


def test_futures_are_replaced_where_they_stand() -> None:
    ref = a_ref()
    value: dict[str, Any] = {"a": [ref, 1], "b": (ref,), "c": Pair(ref, 2), "d": "text", "e": {1}}
    again = replaced(value, lambda each: "put")
    assert again == {"a": ["put", 1], "b": ("put",), "c": Pair("put", 2), "d": "text", "e": {1}}
    assert isinstance(again["c"], Pair)
    assert value["a"][0] is ref


def test_digests_are_found_at_any_depth() -> None:
    kept = [Stored(an_artifact(letter * 64), Any) for letter in "abc"]
    found = digests_in({"x": [kept[0]], "y": Pair(kept[1], (kept[2], 1)), "z": "d" * 64})
    assert list(found) == ["a" * 64, "b" * 64, "c" * 64]


def test_sequences_keep_their_kind() -> None:
    assert is_sequence([1])
    assert is_sequence((1,))
    assert is_sequence(Pair(1, 2))
    assert not is_sequence("text")
    assert not is_sequence({1})
    assert like(Pair(1, 2), [3, 4]) == Pair(3, 4)
    assert like((1,), [2]) == (2,)
