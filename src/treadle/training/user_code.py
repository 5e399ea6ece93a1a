"""Owns how a fault in the user's functions is told: what was called, what it raised, and the user's own line."""

from __future__ import annotations

import linecache
import sysconfig
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from treadle.errors import CodeError, TreadleError

_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_HERE = str(Path(__file__).resolve().parents[1])


@contextmanager
def calling(what: str, function: Callable[..., Any]) -> Iterator[None]:
    """Turn whatever the block raises into a CodeError that names `what`, the error, and file:line in user code.

    The line is the deepest frame outside Python, installed packages and Treadle; where there is none (a library
    refused what the function made), it is the line where `function` is defined. Treadle's own errors pass through.
    """
    try:
        yield
    except TreadleError:
        raise
    except Exception as error:
        raise CodeError(
            f"{what} raised {type(error).__name__}: {_first(error)}",
            expected="a call that returns",
            next_move=f"see {_line(error, function)}",
        ) from error


def place(function: Callable[..., Any]) -> str:
    """Return `file:line` where a function is defined, or its name where it has no file."""
    code = getattr(function, "__code__", None)
    return f"{code.co_filename}:{code.co_firstlineno}" if code else getattr(function, "__name__", repr(function))


def _line(error: Exception, function: Callable[..., Any]) -> str:
    """Return file, line and source of the user's deepest frame."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if not frame.filename.startswith((*_LIBRARIES, _HERE, "<")):
            source = linecache.getline(frame.filename, frame.lineno or 0).strip()
            return f"{frame.filename}:{frame.lineno}" + (f": {source}" if source else "")
    return place(function)


def _first(error: Exception) -> str:
    """Return the first line of an error's message, at most 300 letters."""
    return (str(error).strip().splitlines() or [""])[0][:300]
