"""Owns the canonical text of a value: equal values give equal text, in whatever order a dict was filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, time, timedelta, tzinfo
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import partial
from io import BytesIO
from pathlib import PurePath
from types import BuiltinFunctionType, EllipsisType, FunctionType, MethodType, ModuleType, NoneType, UnionType
from typing import Any, get_args, get_origin
from uuid import UUID

import msgspec
from blake3 import blake3

Refer = Callable[[Any], str]
_PLAIN = (bool, int, float, complex, str, bytes, NoneType, EllipsisType)
_FAITHFUL = (date, time, timedelta, tzinfo, Decimal, Fraction, UUID, range, slice, PurePath)
_CODE = (FunctionType, BuiltinFunctionType, type, ModuleType)
LONG = 200
"""Letters above which a text is replaced by its digest where it is kept."""


class Opaque(Exception):
    """A value whose contents cannot be told, such as a lock or an open connection."""

    def __init__(self, value: Any) -> None:
        self.kind = f"{type(value).__module__}.{type(value).__qualname__}"
        super().__init__(self.kind)


def is_code(value: Any) -> bool:
    """Tell whether a value is a function, class or module, or a callable that wraps one."""
    return isinstance(value, _CODE) or (callable(value) and "__wrapped__" in getattr(value, "__dict__", ()))


def name_of(code: Any) -> str:
    """Return the full name of a function, class or module."""
    if isinstance(code, ModuleType):
        return code.__name__
    return f"{getattr(code, '__module__', None) or ''}.{getattr(code, '__qualname__', type(code).__qualname__)}"


def short(text: str) -> str:
    """Return the text, or its digest if it is long."""
    return text if len(text) <= LONG else f"blake3:{blake3(text.encode()).hexdigest()[:32]}"


def describe(value: Any, refer: Refer) -> str:
    """Return the canonical text of a value; functions, classes and modules in it are handed to `refer`.

    Raises Opaque for what cannot be told from its contents.
    """
    return _Describer(refer).text(value)


class _Describer:
    def __init__(self, refer: Refer) -> None:
        self.refer = refer
        self.open: list[int] = []

    def text(self, value: Any) -> str:
        kind = type(value)
        if kind in _PLAIN:
            return repr(value)
        if is_code(value):
            return f"<{self.refer(value)}>"
        if isinstance(value, Enum):
            return f"{self.refer(kind)}.{value.name}"
        if isinstance(value, _FAITHFUL):
            return f"{kind.__name__}:{str(value) if isinstance(value, PurePath) else repr(value)}"
        if id(value) in self.open:
            return f"<again {len(self.open) - self.open.index(id(value))}>"
        self.open.append(id(value))
        try:
            return self._composite(value)
        finally:
            self.open.pop()

    def _composite(self, value: Any) -> str:
        kind = type(value)
        if kind is list:
            return f"[{self._all(value)}]"
        if kind is tuple:
            return f"({self._all(value)},)"
        if kind is dict:
            return f"{{{self._pairs(value)}}}"
        if kind in (set, frozenset):
            return f"{kind.__name__}({', '.join(sorted(map(self.text, value)))})"
        if isinstance(value, partial):
            return f"partial({self.text(value.func)}, {self.text(value.args)}, {self.text(value.keywords)})"
        if isinstance(value, MethodType):
            return f"{self.text(value.__func__)} of {self.text(value.__self__)}"
        if isinstance(value, re.Pattern):
            return f"re({value.pattern!r}, {value.flags})"
        if (origin := get_origin(value)) is not None or isinstance(value, UnionType):
            return f"{self.text(origin)}[{self._all(get_args(value))}]"
        if kind.__module__ == "typing":
            return repr(value)
        known = _BY_MODULE.get(kind.__module__.partition(".")[0])
        if known and (told := known(value, self)) is not None:
            return told
        return self._instance(value)

    def _instance(self, value: Any) -> str:
        """Tell an object by its class and attributes, and its items if it is a list, tuple, dict or number too."""
        kind = type(value)
        name = self.refer(kind)
        if callable(value) and isinstance(getattr(value, "__name__", None), str):
            return f"{name}:{getattr(value, '__module__', '')}.{value.__name__}"
        if isinstance(value, msgspec.Struct):
            return f"{name}({self._pairs({field: getattr(value, field) for field in value.__struct_fields__})})"
        told = []
        kinds: tuple[Any, ...] = (dict, list, tuple, set, frozenset, str, bytes, int, float)
        for plain in kinds:
            if isinstance(value, plain):
                told.append(self.text(plain(value)))
                break
        slots = [slot for each in kind.__mro__ for slot in _slots(each) if slot not in ("__dict__", "__weakref__")]
        if not told and not hasattr(value, "__dict__") and not slots:
            raise Opaque(value)
        inner = {slot: getattr(value, slot) for slot in slots if hasattr(value, slot)}
        return f"{name}({', '.join([*told, self._pairs({**inner, **getattr(value, '__dict__', {})})])})"

    def _all(self, values: Any) -> str:
        return ", ".join(map(self.text, values))

    def _pairs(self, values: Mapping[Any, Any]) -> str:
        return ", ".join(sorted(f"{self.text(key)}: {self.text(item)}" for key, item in values.items()))


def _slots(kind: type) -> tuple[str, ...]:
    slots = vars(kind).get("__slots__", ())
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _numpy(value: Any, its: _Describer) -> str | None:
    import numpy as np

    if isinstance(value, np.generic | np.dtype):
        return repr(value)
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        bits = blake3(np.ascontiguousarray(value).tobytes()).hexdigest()[:32]
        return f"ndarray({value.dtype.str}, {value.dtype.descr}, {value.shape}, {bits})"
    if isinstance(value, np.ndarray):
        return f"ndarray({value.shape}, {its.text(value.tolist())})"
    return None


def _polars(value: Any, its: _Describer) -> str | None:
    import polars as pl

    if isinstance(value, pl.Series):
        value = value.to_frame()
    if isinstance(value, pl.DataFrame):
        out = BytesIO()
        value.rechunk().write_ipc(out)
        return f"DataFrame({value.shape}, {blake3(out.getvalue()).hexdigest()[:32]})"
    if isinstance(value, pl.DataType | pl.datatypes.DataTypeClass):
        return f"{its.refer(pl)}.{value!r}"
    return f"{its.refer(pl)}:{value.meta.serialize()!r}" if isinstance(value, pl.Expr) else None


_BY_MODULE: Mapping[str, Callable[[Any, _Describer], str | None]] = {"numpy": _numpy, "polars": _polars}
