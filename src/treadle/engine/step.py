"""Owns the two decorators: @step makes a function's calls in a pipeline futures, @pipeline names what calls steps."""

from __future__ import annotations

import functools
import inspect
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, ForwardRef, Generic, NamedTuple, ParamSpec, TypeVar, cast, get_args, get_origin, overload

from treadle.engine import graph
from treadle.engine.files import File, Files
from treadle.errors import CodeError
from treadle.kinds import nearest

P = ParamSpec("P")
R = TypeVar("R")


class Output(NamedTuple):
    """One output of a step: its name and its type (Any where the annotation does not tell)."""

    name: str
    hint: Any


class Step:
    """A function whose calls in a pipeline are remembered; outside a pipeline it is the plain function.

    `name` is the function's, `id` its full name with its module. `version`, where given, stands for all of the code.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        *,
        version: str | None = None,
        ignore: Sequence[str] = (),
        cache: bool = True,
        retries: int = 0,
        parallel: bool = False,
    ) -> None:
        """Raises CodeError if `ignore` names what is no parameter."""
        functools.update_wrapper(self, function)
        self.function = function
        self.name = function.__name__
        self.id = f"{function.__module__}.{function.__qualname__}"
        self.version = version
        self.ignore = tuple(ignore)
        self.cache = cache
        self.retries = retries
        self.parallel = parallel
        self.signature = inspect.signature(function)
        for name in self.ignore:
            if name not in self.signature.parameters:
                raise CodeError(
                    f"step {self.name} ignores {name!r}, which is no parameter of it",
                    expected=f"some of {', '.join(self.signature.parameters)}",
                    next_move=nearest(name, list(self.signature.parameters)),
                )

    def __call__(self, *args: Any, **keywords: Any) -> Any:
        """Call the function, or in a pipeline note the call and return its future."""
        by = graph.recorder.get()
        return self.function(*args, **keywords) if by is None else by.call(self, args, keywords)

    def __reduce__(self) -> tuple[Callable[[str, str], Any], tuple[str, str]]:
        return _found, (self.function.__module__, self.function.__qualname__)

    def __repr__(self) -> str:
        return f"<step {self.id}>"

    def bind(self, args: tuple[Any, ...], keywords: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments by parameter, defaults filled in; raises CodeError if they do not fit."""
        try:
            bound = self.signature.bind(*args, **keywords)
        except TypeError as error:
            raise CodeError(
                f"step {self.name} was called with other arguments than it has: {error}",
                expected=f"{self.name}{self.signature}",
            ) from error
        bound.apply_defaults()
        return bound.arguments

    def call(self, arguments: dict[str, Any]) -> Any:
        """Call the function with arguments as `bind` gives them."""
        bound = inspect.BoundArguments(self.signature, cast(Any, arguments))
        return self.function(*bound.args, **bound.kwargs)

    @functools.cached_property
    def returns(self) -> tuple[Output, ...]:
        """What the step gives, from its return annotation: several outputs for a tuple of fixed length."""
        hint = self._gives
        inner = get_args(hint)
        if _named(hint):
            scope = vars(sys.modules[hint.__module__])
            own = getattr(hint, "__annotations__", {})
            return tuple(Output(name, self._hint(name, own.get(name, Any), scope)) for name in hint._fields)
        if get_origin(hint) is tuple and inner and inner[-1] is not Ellipsis:
            return tuple(Output(str(place), each) for place, each in enumerate(inner))
        return (Output("result", hint),)

    @functools.cached_property
    def single(self) -> bool:
        """Whether the step gives one value, not a tuple of outputs."""
        return self.returns == (Output("result", self._gives),)

    def join(self, outputs: Sequence[Any]) -> Any:
        """Return the outputs as the step gives them: the one itself, a tuple, or the NamedTuple of the annotation."""
        if self.single:
            return outputs[0]
        return self._gives._make(outputs) if _named(self._gives) else tuple(outputs)

    @functools.cached_property
    def files(self) -> dict[str, type[File] | type[Files]]:
        """The parameters that are annotated as files."""
        told: dict[str, type[File] | type[Files]] = {}
        for name, each in self.function.__annotations__.items():
            hint = self._hint(name, each) if name != "return" else None
            for kind in (hint, *get_args(hint)):
                if kind in (File, Files):
                    told[name] = kind
        return told

    @functools.cached_property
    def _gives(self) -> Any:
        return self._hint("return", self.function.__annotations__.get("return", Any))

    def _hint(self, name: str, hint: Any, scope: dict[str, Any] | None = None) -> Any:
        """Return an annotation as an object; raises CodeError if its text means nothing where it stands."""
        if isinstance(hint, ForwardRef):
            hint = hint.__forward_arg__
        if not isinstance(hint, str):
            return hint
        try:
            return eval(hint, scope if scope is not None else _scope(self.function))  # noqa: S307 (the user's source)
        except Exception as error:
            raise CodeError(
                f"step {self.name}: the annotation {hint!r} of {name} cannot be read: {error}",
                expected="names that its module imports when it runs (not only under TYPE_CHECKING)",
            ) from error


def _named(hint: Any) -> bool:
    return isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields")


def _scope(function: Callable[..., Any]) -> dict[str, Any]:
    """Return the names that the annotations of a function may use: of its module, and those it closes over."""
    inner = inspect.unwrap(function)
    closed = inspect.getclosurevars(inner).nonlocals if inspect.isfunction(inner) else {}
    return {**getattr(inner, "__globals__", {}), **closed}


class Pipeline(Generic[P, R]):
    """A function that calls steps; called outside a run it simply calls them, one after the other."""

    def __init__(self, function: Callable[P, R]) -> None:
        functools.update_wrapper(self, function)
        self.function = function
        self.name = function.__name__

    def __call__(self, *args: P.args, **keywords: P.kwargs) -> R:
        """Call the function: in a run its steps are noted, elsewhere they run at once."""
        return self.function(*args, **keywords)

    def __repr__(self) -> str:
        return f"<pipeline {self.function.__module__}.{self.function.__qualname__}>"


@overload
def step(function: Callable[..., Any], /) -> Step: ...
@overload
def step(
    *,
    version: str | None = None,
    ignore: Sequence[str] = (),
    cache: bool = True,
    retries: int = 0,
    parallel: bool = False,
) -> Callable[[Callable[..., Any]], Step]: ...
def step(function: Callable[..., Any] | None = None, /, **options: Any) -> Step | Callable[[Callable[..., Any]], Step]:
    """Make a function a step of pipelines.

    `version` stands for the code: only another version (or another input) runs the step again. `ignore` are
    parameters whose value does not matter, such as a number of threads. `cache=False` runs it every time. `retries`
    are further attempts after an error. `parallel` lets its calls run beside each other in processes.
    Raises CodeError if `ignore` names no parameter.
    """
    return Step(function) if function is not None else lambda given: Step(given, **options)


def pipeline(function: Callable[P, R]) -> Pipeline[P, R]:
    """Make a function that calls steps a pipeline, to be run or planned by an Engine."""
    return Pipeline(function)


def _found(module: str, name: str) -> Any:
    return functools.reduce(getattr, name.split("."), import_module(module))
