"""Owns plain values in the store: canonical JSON, alone or with the help of an annotation, and bytes."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from treadle.engine.codecs import Codec, NotPlain
from treadle.engine.fingerprint import Opaque, describe, name_of
from treadle.errors import CodeError

_SCALARS = (type(None), bool, int, float, str)
_ADVICE = {
    "LazyFrame": "call .collect() on the frame",
    "Series": "return a frame: .to_frame()",
    "PosixPath": "return what the file holds",
    "DataFrame": "return polars.from_pandas(frame)",
    "Table": "return polars.from_arrow(table)",
    "tuple": "annotate what the step returns, such as tuple[int, str]",
    "generator": "return a list",
}


def _json(value: Any, _: Any) -> bytes:
    return _text(_plain(value))


def _text(plain: Any) -> bytes:
    """Return JSON text in one form only: keys sorted, no spaces. NaN and infinities stand as JavaScript spells them."""
    return json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    """Return a value in JSON's own types, NumPy's numbers among them made Python's; raises NotPlain."""
    kind = type(value)
    if kind in _SCALARS:
        return value
    if kind is list:
        return [_plain(item) for item in value]
    if kind is dict and all(type(key) is str for key in value):
        return {key: _plain(item) for key, item in value.items()}
    if kind.__module__ == "numpy" and getattr(value, "ndim", 1) == 0:
        return _plain(value.item())
    raise NotPlain


def _record(value: Any, hint: Any) -> bytes:
    """Return JSON that gives the value back with the help of the hint, which is tried at once."""
    try:
        data = _text(msgspec.to_builtins(value, str_keys=True, enc_hook=_plain))
        if describe(_restored(data, hint), name_of) == describe(value, name_of):
            return data
    except (NotPlain, Opaque, TypeError, ValueError):
        pass
    kind = type(value)
    raise CodeError(
        f"a value of type {kind.__module__}.{kind.__qualname__} cannot be stored"
        + (f" as the annotation {getattr(hint, '__name__', hint)} tells" if hint is not Any else ""),
        expected="scalars, lists, dicts, bytes, a polars.DataFrame, a NumPy array, a scikit-learn estimator, "
        "or a type of structs, dataclasses and tuples that the step's return annotation names",
        next_move=_ADVICE.get(kind.__name__, "return one of these, or annotate what the step returns"),
    )


def _restored(data: bytes, hint: Any) -> Any:
    return msgspec.convert(json.loads(data), hint, str_keys=True)


JSON = Codec(_json, lambda data, _: json.loads(data))
RECORD = Codec(_record, _restored)
BYTES = Codec(lambda value, _: bytes(value), lambda data, _: data)
