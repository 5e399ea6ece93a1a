"""Explores keys: equal parameters in any order have equal keys, different ones never."""

from __future__ import annotations

import copy
import math
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from treadle.engine import step
from treadle.engine.arguments import Arguments
from treadle.engine.cache import key
from treadle.engine.explain import explain
from treadle.engine.files import Digests
from treadle.store.local import LocalStore

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.binary(max_size=4),
    st.dates(),
    st.datetimes(),
    st.decimals(allow_nan=False),
)
KEYS = st.one_of(st.text(max_size=6), st.integers(-3, 3), st.sampled_from(["a", "b", "a.b", "a'b", "[0]", ""]))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(KEYS, inner, max_size=3),
        st.frozensets(st.integers(0, 3), max_size=3),
    ),
    max_leaves=8,
)
ROOT = Path(tempfile.mkdtemp())
STORE = LocalStore(ROOT / "store")


@step
def take(x: Any, y: Any = None) -> Any:
    return x


def parts(*values: Any) -> dict[str, str]:
    arguments = Arguments(STORE, Digests(ROOT / "memory", ROOT), ROOT)
    return arguments.resolve(arguments.node(take, values, {}, 0)).parts


def turned(value: Any) -> Any:
    """Return an equal value whose dicts and sets were filled in the opposite order."""
    if isinstance(value, dict):
        return {name: turned(item) for name, item in reversed(value.items())}
    if isinstance(value, list | tuple):
        return type(value)(turned(item) for item in value)
    return frozenset(sorted(value, reverse=True)) if isinstance(value, frozenset) else copy.deepcopy(value)


def same(one: Any, other: Any) -> bool:
    """Whether two values are the same in every bit and type."""
    if type(one) is not type(other):
        return False
    if isinstance(one, float):
        return (math.isnan(one) and math.isnan(other)) or repr(one) == repr(other)
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return {(type(name), name) for name in one} == {(type(name), name) for name in other} and all(
            same(one[name], other[name]) for name in one
        )
    return repr(one) == repr(other) if not isinstance(one, frozenset) else one == other


@given(VALUES)
@settings(max_examples=300, deadline=None)
def test_equal_parameters_have_equal_keys_in_any_order(value: Any) -> None:
    assert same(value, turned(value))
    assert key(parts(value)) == key(parts(turned(value)))


@given(VALUES, VALUES)
@settings(max_examples=600, deadline=None)
def test_different_parameters_have_different_keys(one: Any, other: Any) -> None:
    assume(not same(one, other))
    assert key(parts(one)) != key(parts(other))
    assert key(parts(one, other)) != key(parts(other, one))


@given(VALUES, VALUES)
@settings(max_examples=300, deadline=None)
def test_keys_differ_exactly_if_there_is_something_to_explain(one: Any, other: Any) -> None:
    differs = key(parts(one)) != key(parts(other))
    assert bool(explain(parts(one), [parts(other)])) == differs
