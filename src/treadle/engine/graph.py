"""Owns the graph that a pipeline's calls make: a node a call, and the futures that its outputs are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from treadle.errors import CodeError
from treadle.records import Artifact

if TYPE_CHECKING:
    from treadle.engine.step import Step


class Recorder(Protocol):
    """Who notes the calls of steps while a pipeline's body runs, and answers for their values."""

    def call(self, step: Step, args: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Note a call and return its future, or a tuple of futures."""

    def value(self, ref: Ref) -> Any:
        """Return the value of a future, after running what it needs."""


recorder: ContextVar[Recorder | None] = ContextVar("recorder", default=None)
"""Who notes calls of steps just now; None where a step is the plain function."""


@contextmanager
def recording(by: Recorder | None) -> Iterator[None]:
    """Let calls of steps in the block be noted by `by`; None makes steps plain functions."""
    token = recorder.set(by)
    try:
        yield
    finally:
        recorder.reset(token)


class Node:
    """One call of a step: its arguments by parameter (values, files, futures), and its outputs once it is done."""

    def __init__(self, step: Step, arguments: dict[str, Any], place: int) -> None:
        self.step = step
        self.arguments = arguments
        self.place = place
        self.outputs: tuple[Artifact, ...] | None = None

    def needs(self) -> set[Node]:
        """Return the nodes whose outputs are arguments of this one."""
        found: set[Node] = set()
        replaced(self.arguments, lambda ref: found.add(ref.node))
        return found


class Ref:
    """What a step will give: a future. Passed to other steps as it is; `value()` waits for it."""

    def __init__(self, node: Node, output: int, by: Recorder) -> None:
        self.node = node
        self.output = output
        self._by = by

    def value(self) -> Any:
        """Return the value, after running the step and what it needs."""
        return self._by.value(self)

    @property
    def digest(self) -> str:
        """The digest of the stored bytes; runs nothing. Raises CodeError before the step is done."""
        return self.artifact.digest

    @property
    def artifact(self) -> Artifact:
        """Where the output is in the store; raises CodeError before the step is done."""
        if self.node.outputs is None:
            raise CodeError(f"{self!r} has no output yet", next_move="call .value() first")
        return self.node.outputs[self.output]

    def __repr__(self) -> str:
        return f"<what {self.node.step.name} gives>"

    def _refuse(self, *_: Any) -> Any:
        raise CodeError(
            f"{self!r} was used as if it were the value",
            expected="a future to be passed to other steps, or its .value()",
            next_move=f"write .value(), or annotate what {self.node.step.name} returns as tuple[...] to unpack it",
        )

    __bool__ = __len__ = __iter__ = __getitem__ = __lt__ = __gt__ = __add__ = __float__ = __int__ = _refuse


class Stored(NamedTuple):
    """A value in the store, to be read where a body runs; `hint` is its type."""

    artifact: Artifact
    hint: Any


def stored(ref: Ref) -> Any:
    """Return where the value of a future is stored, or the future itself before its step is done."""
    return Stored(ref.artifact, ref.node.step.returns[ref.output].hint) if ref.node.outputs is not None else ref


def futures(node: Node, by: Recorder) -> Any:
    """Return the future of a call, or the tuple of futures that its step's annotation tells."""
    return node.step.join([Ref(node, place, by) for place in range(len(node.step.returns))])


def outcome(node: Node) -> Any:
    """Return where all that a done call gave is stored, in the form in which it gave it."""
    kept = zip(node.outputs or (), node.step.returns, strict=True)
    return node.step.join([Stored(artifact, output.hint) for artifact, output in kept])


def digests_in(value: Any) -> Iterator[str]:
    """Yield the digests of all that is stored in a value, at any depth of lists, tuples and dicts."""
    if type(value) is Stored:
        yield value.artifact.digest
    elif type(value) is dict or is_sequence(value):
        for item in value.values() if type(value) is dict else value:
            yield from digests_in(item)


def replaced(value: Any, put: Callable[[Ref], Any]) -> Any:
    """Return `value` with every future in it, at any depth of lists, tuples and dicts, replaced by `put(future)`."""
    if type(value) is Ref:
        return put(value)
    if type(value) is dict:
        return {key: replaced(item, put) for key, item in value.items()}
    return like(value, [replaced(item, put) for item in value]) if is_sequence(value) else value


def is_sequence(value: Any) -> bool:
    """Tell whether a value is a list, tuple or NamedTuple, in which futures are looked for."""
    return type(value) in (list, tuple) or (isinstance(value, tuple) and hasattr(value, "_make"))


def like(value: Any, items: list[Any]) -> Any:
    """Return a list, tuple or NamedTuple of the kind of `value` with other items."""
    return value._make(items) if hasattr(value, "_make") else type(value)(items)
