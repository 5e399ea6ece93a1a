"""Owns fitted scikit-learn models as skops files: written reproducibly, loaded only if every type is trusted."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Collection, Iterator
from importlib import import_module
from itertools import count
from typing import Any

import numpy as np
import skops.io
from blake3 import blake3

from treadle.errors import PackageError

LIBRARIES = ("sklearn.", "numpy.", "scipy.", "lightgbm.", "xgboost.")
"""Whose classes are trusted."""
FUNCTIONS = ("sklearn.feature_selection.", "sklearn.metrics.", "sklearn.preprocessing.", "sklearn.linear_model.")
"""Whose functions are trusted too: scores and kernels, which only compute. numpy's and scipy's ufuncs always are."""
FILES = ("numpy.memmap", "numpy.lib.", "scipy.io.")
"""Whose classes are not: making one opens a file."""
OTHERS = ("collections.OrderedDict", "collections.defaultdict", "numpy.dtype")
SCHEMA = "schema.json"
EPOCH = (1980, 1, 1, 0, 0, 0)


def save(estimator: Any) -> bytes:
    """Return a fitted estimator as skops bytes; equal models give equal bytes, also after they were loaded again.

    Raises PackageError naming the type that skops cannot store.
    """
    buffer = io.BytesIO()
    try:
        skops.io.dump(estimator, buffer)
    except Exception as error:
        raise PackageError(
            f"a {type(estimator).__name__} cannot be stored without pickle: {error}",
            expected="an estimator of scikit-learn, LightGBM or XGBoost, or one whose state is plain arrays",
        ) from error
    schema, files = _read(buffer.getvalue())
    arrays = {name: _settled(name, data) for name, data in files.items()}
    names = {name: f"{blake3(data).hexdigest()[:32]}.{name.rpartition('.')[2]}" for name, data in arrays.items()}
    numbers = count(1)
    for node in _nodes(schema):
        node["__id__"] = next(numbers)
        if "file" in node:
            node["file"] = names[node["file"]]
    return _written(schema, {names[name]: data for name, data in arrays.items()})


def _read(data: bytes) -> tuple[Any, dict[str, bytes]]:
    files = _unzipped(data)
    return json.loads(files.pop(SCHEMA)), files


def _unzipped(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _written(schema: Any, files: dict[str, bytes]) -> bytes:
    return _zipped({**files, SCHEMA: json.dumps(schema, indent=1).encode()})


def _zipped(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), files[name], zipfile.ZIP_DEFLATED, 1)
    return buffer.getvalue()


def _nodes(value: Any) -> Iterator[Any]:
    """Yield the nodes of a skops schema from the root down; the members of a set in the order of their contents."""
    if isinstance(value, dict):
        if "__loader__" in value:
            yield value
            if value["__loader__"] == "SetNode":
                value["content"].sort(key=lambda member: (member["__class__"], str(member.get("content"))))
        for each in value.values():
            yield from _nodes(each)
    elif isinstance(value, list):
        for each in value:
            yield from _nodes(each)


def _settled(name: str, data: bytes) -> bytes:
    """Return an array file without times, and the unused bytes between the fields of records (trees) set to zero."""
    if name.endswith(".npz"):
        return _zipped(_unzipped(data))
    if not name.endswith(".npy"):
        return data
    array = np.load(io.BytesIO(data), allow_pickle=False)
    if array.dtype.names is None:
        return data
    clean = np.zeros(array.shape, array.dtype)
    for field in array.dtype.names:
        clean[field] = array[field]
    buffer = io.BytesIO()
    np.save(buffer, clean, allow_pickle=False)
    return buffer.getvalue()


def load(data: bytes, trusted: Collection[str] = (), *, inside: str = "") -> Any:
    """Return the estimator in skops bytes; the types in `trusted` are found in modules under the package `inside`.

    Raises PackageError naming a type that is neither of a known library nor in `trusted`, or if the bytes are no model.
    """
    try:
        types = skops.io.get_untrusted_types(data=data)
    except Exception as error:
        raise PackageError(f"the model file cannot be read: {error}") from error
    strange = [name for name in types if name not in trusted and not _vouched(name)]
    if strange:
        raise PackageError(
            f"the model holds the type {strange[0]}, which nothing vouches for",
            expected="types of scikit-learn, numpy, scipy, LightGBM, XGBoost, or of the package's own code",
            next_move="move it into the project's package, so that its code travels with the model",
        )
    if inside:
        schema, files = _read(data)
        for node in _nodes(schema):
            if f"{node['__module__']}.{node['__class__']}" in trusted:
                node["__module__"] = f"{inside}.{node['__module__']}"
        data = _written(schema, files)
    return skops.io.loads(data, trusted=[f"{inside}.{name}" if inside and name in trusted else name for name in types])


def _vouched(name: str) -> bool:
    """Return whether a known library has this class, or this function that only computes."""
    if name in OTHERS:
        return True
    if not name.startswith(LIBRARIES) or name.startswith(FILES):
        return False
    module, _, attribute = name.rpartition(".")
    try:
        found = getattr(import_module(module), attribute, None)
    except ImportError:
        return False
    return isinstance(found, type) or name.startswith(FUNCTIONS)


def own_types(data: bytes, package: str) -> tuple[str, ...]:
    """Return the types in skops bytes that the project's own `package` defines."""
    return tuple(sorted(name for name in skops.io.get_untrusted_types(data=data) if name.startswith(package + ".")))


def modules(data: bytes) -> set[str]:
    """Return the modules whose types a model in skops bytes is made of."""
    return {node["__module__"] for node in _nodes(_read(data)[0])}
