"""Owns fitted scikit-learn models as skops files: written reproducibly, loaded only if every type is trusted."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Collection
from typing import Any

import skops.io

from treadle.errors import PackageError

TRUSTED = (
    "sklearn.",
    "numpy.",
    "scipy.",
    "lightgbm.",
    "xgboost.",
    "collections.OrderedDict",
    "collections.defaultdict",
)
EPOCH = (1980, 1, 1, 0, 0, 0)


def save(estimator: Any) -> bytes:
    """Return a fitted estimator as skops bytes; equal models give equal bytes.

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
    return _settled(buffer.getvalue())


def _settled(data: bytes) -> bytes:
    """Rewrite the archive with fixed times and small object numbers instead of memory addresses."""
    source = zipfile.ZipFile(io.BytesIO(data))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        numbers: dict[str, str] = {}
        stored = [name for name in source.namelist() if name != "schema.json"]
        names = {name: f"{index}.{name.rpartition('.')[2]}" for index, name in enumerate(stored)}
        schema = source.read("schema.json").decode()
        for old, new in names.items():
            schema = schema.replace(f'"{old}"', f'"{new}"')
        schema = _numbered(schema, numbers)
        for old, new in names.items():
            archive.writestr(zipfile.ZipInfo(new, EPOCH), source.read(old), zipfile.ZIP_DEFLATED)
        archive.writestr(zipfile.ZipInfo("schema.json", EPOCH), schema, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _numbered(schema: str, numbers: dict[str, str]) -> str:
    def small(match: re.Match[str]) -> str:
        return f'"__id__": {numbers.setdefault(match[1], str(len(numbers)))}'

    return re.sub(r'"__id__": (\d+)', small, schema)


def load(data: bytes, trusted: Collection[str] = ()) -> Any:
    """Return the estimator in skops bytes.

    Raises PackageError naming a type that is neither of a known library nor in `trusted`, or if the bytes are no model.
    """
    try:
        types = skops.io.get_untrusted_types(data=data)
    except Exception as error:
        raise PackageError(f"the model file cannot be read: {error}") from error
    strange = [name for name in types if not name.startswith(TRUSTED) and name not in trusted]
    if strange:
        raise PackageError(
            f"the model holds the type {strange[0]}, which nothing vouches for",
            expected="types of scikit-learn, numpy, scipy, LightGBM, XGBoost, or of the package's own code",
        )
    return skops.io.loads(data, trusted=types)


def own_types(data: bytes, package: str) -> tuple[str, ...]:
    """Return the types in skops bytes that the project's own `package` defines."""
    return tuple(sorted(name for name in skops.io.get_untrusted_types(data=data) if name.startswith(package + ".")))
