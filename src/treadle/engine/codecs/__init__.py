"""Owns how a value becomes bytes in the store and comes back: by its type, and never as code.

The contract is `Codec`: `encode` and `decode`, both told the type that the step's annotation names.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NamedTuple, cast

import msgspec

from treadle.errors import CodeError
from treadle.kinds import Kinds

__all__ = ["CODECS", "Codec", "codec_of", "decode", "encode"]


class Codec(NamedTuple):
    """A way to bytes and back."""

    encode: Callable[[Any, Any], bytes]
    decode: Callable[[bytes, Any], Any]


CODECS = Kinds(
    "codec",
    {
        "json": "treadle.engine.codecs.plain:JSON",
        "record": "treadle.engine.codecs.plain:RECORD",
        "bytes": "treadle.engine.codecs.plain:BYTES",
        "parquet": "treadle.engine.codecs.frames:PARQUET",
        "npy": "treadle.engine.codecs.arrays:NPY",
        "skops": "treadle.engine.codecs.estimators:SKOPS",
    },
)
"""Every codec by the name that artifacts keep."""


def codec_of(value: Any) -> str:
    """Return the codec for a value by its type alone: `json` or `record` for whatever has none of its own."""
    kind = type(value)
    home = f"{kind.__module__.partition('.')[0]}.{kind.__name__}"
    if home in _BY_TYPE:
        return _BY_TYPE[home]
    base = sys.modules.get("sklearn.base")
    if base is not None and isinstance(value, base.BaseEstimator):
        return "skops"
    return "json" if kind in _PLAIN else "record"


_BY_TYPE = {"builtins.bytes": "bytes", "polars.DataFrame": "parquet", "numpy.ndarray": "npy"}
_PLAIN = (type(None), bool, int, float, str, list, dict)


def encode(value: Any, hint: Any = Any) -> tuple[str, bytes]:
    """Return the name of the codec for a value, and its bytes; equal values give equal bytes.

    Scalars, lists and dicts become canonical JSON (`json`); structs, tuples, dates and dataclasses too, if `hint`
    tells their type (`record`); frames Parquet, arrays npy, scikit-learn estimators skops; bytes stay.
    Raises CodeError for any other type: nothing is ever pickled.
    """
    name = codec_of(value)
    try:
        return name, _codec(name).encode(value, hint)
    except NotPlain:
        return "record", _codec("record").encode(value, hint)


def decode(codec: str, data: bytes, hint: Any = Any) -> Any:
    """Return the value that `encode` made `data` of. Raises CodeError if they do not fit the codec or the hint."""
    try:
        return _codec(codec).decode(data, hint)
    except (msgspec.ValidationError, ValueError, KeyError) as error:
        raise CodeError(
            f"a stored {codec} value cannot be read as {hint}: {error}",
            next_move="run the step that made it again: treadle build --force STEP",
        ) from error


class NotPlain(Exception):
    """JSON alone would not give a value back as it was."""


def _codec(name: str) -> Codec:
    return cast(Codec, CODECS.load(name))
