"""Owns rows that a function of the project returns: one frame, or several with their names."""

from __future__ import annotations

import inspect
import sys
import traceback
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import polars as pl

from treadle.errors import CodeError, DataError
from treadle.kinds import nearest
from treadle.store import digest_file

RETURNS = "a Polars or pandas frame, a LazyFrame, or an iterator of (name, frame)"


class FunctionSource:
    """The function at `module:function`, called without arguments each time its rows are read."""

    def __init__(self, address: str, root: Path) -> None:
        """Import the function from the project's folder `root`; CodeError if that fails."""
        self._address = address
        self._function = _function(address, root)

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield (name, rows); a single frame has the address as its name.

        Raises CodeError, with the user's own line, if the function fails or returns something else.
        """
        try:
            returned = self._function()
            pairs = iter(((self._address, returned),) if _is_frame(returned) else returned)
        except Exception as error:
            self._failed(error)
        names = set[str]()
        while True:
            try:
                pair = next(pairs, None)
                if pair is None:
                    return
                name, rows = pair
                frame = _frame(rows)
            except Exception as error:
                self._failed(error)
            if not isinstance(name, str) or name in names:
                raise CodeError(
                    f"{self._address} gave a batch the name {name!r}", expected="another text for each batch"
                )
            names.add(name)
            yield name, frame

    def fingerprint(self) -> dict[str, str]:
        """Return the digest of the file that holds the function: what is known without calling it."""
        file = inspect.getsourcefile(self._function)
        if file is None:
            raise CodeError(f"{self._address} has no source file", expected="a function written in the project")
        return {self._address: digest_file(Path(file))}

    def _failed(self, error: Exception) -> NoReturn:
        if isinstance(error, DataError | CodeError):
            raise error
        lines = [at for at in traceback.extract_tb(error.__traceback__) if at.filename != __file__]
        where = f" ({lines[-1].filename}, line {lines[-1].lineno})" if lines else ""
        raise CodeError(
            f"{self._address} failed: {type(error).__name__}: {error}{where}",
            expected=RETURNS,
            next_move="call the function by itself and correct it",
        ) from error


def _function(address: str, root: Path) -> Callable[[], Any]:
    module_name, _, name = address.partition(":")
    if str(root) not in sys.path:
        sys.path.insert(0, str(root))
    try:
        module = import_module(module_name)
    except Exception as error:
        absent = isinstance(error, ModuleNotFoundError)
        raise CodeError(
            f"data.source {address!r}: {module_name} cannot be imported: {type(error).__name__}: {error}",
            expected=f"{module_name.replace('.', '/')}.py under {root}",
            next_move="correct data.source, or install what is missing" if absent else f"correct {module_name}",
        ) from error
    found = getattr(module, name, None)
    if not inspect.isfunction(found):
        functions = [key for key, value in vars(module).items() if inspect.isfunction(value)]
        raise CodeError(
            f"data.source {address!r}: {module_name} has no function {name}()",
            expected=f"def {name}() -> pl.DataFrame",
            next_move=nearest(name, functions) or f"write it in {module.__file__}",
        )
    return found


def _is_frame(value: Any) -> bool:
    return isinstance(value, pl.DataFrame | pl.LazyFrame) or _is_pandas(value)


def _is_pandas(value: Any) -> bool:
    kind = type(value)
    return kind.__name__ == "DataFrame" and kind.__module__.partition(".")[0] == "pandas"


def _frame(value: Any) -> pl.DataFrame:
    if isinstance(value, pl.LazyFrame):
        return value.collect()
    if isinstance(value, pl.DataFrame):
        return value
    if _is_pandas(value):
        return pl.from_pandas(value)
    raise TypeError(f"a frame was expected, not {type(value).__name__}")
