"""Owns a loaded model: verified first, then it answers raw inputs through features() and the runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

import msgspec
import numpy as np
from numpy.typing import NDArray

from treadle.errors import PackageError
from treadle.packaging import code
from treadle.packaging.formats import FORMATS
from treadle.packaging.manifest import verify
from treadle.packaging.signature import Signature

ABOUT = "treadle.json"
Columns = Mapping[str, Sequence[Any]]
Outputs = dict[str, NDArray[Any]]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """treadle.json: what the package is, how it is run, and where it comes from.

    `package` names the project's own code, if the model needs it; `trusted` are its types that the model holds.
    """

    name: str
    task: str
    classes: tuple[Any, ...]
    signature: Signature
    features: str
    package: str
    columns: tuple[str, ...]
    runtime: str
    trusted: tuple[str, ...]
    agreement: dict[str, Any]
    lineage: dict[str, Any]


class Runtime(Protocol):
    """Answers feature columns."""

    def __call__(self, columns: Columns, /) -> Outputs:
        """Return prediction (n) and, for classifiers, probability (n, k)."""
        ...


class Model:
    """A model of a package: `predict` maps columns of raw inputs to outputs."""

    def __init__(self, digest: str, about: About, features: Callable[..., Any] | None, runtime: Runtime) -> None:
        self.digest = digest
        self.about = about
        self.name = about.name
        self.task = about.task
        self.signature = about.signature
        self.classes = about.classes
        self.lineage = about.lineage
        self.runtime = about.runtime
        self._features = features
        self._runtime = runtime

    def predict(self, columns: Columns) -> Outputs:
        """Answer n rows given as one sequence of n values a column.

        Returns `prediction` (n) and, for a classifier, `probability` (n, k) in the order of `classes`.
        """
        if self._features is None:
            return self._runtime(columns)
        return self._runtime(self._features(columns))


def load(folder: Path, *, runtime: str = "auto", expected: str | None = None) -> Model:
    """Verify the package in `folder`, then load it; `runtime` is auto (what the package chose), onnx or sklearn.

    Raises PackageError if a file is altered, the digest is not the `expected` one, or a type is not trusted, and
    UnknownKind if there is no such runtime.
    """
    digest = verify(folder, expected)
    try:
        about = msgspec.json.decode((folder / ABOUT).read_bytes(), type=About)
    except (OSError, msgspec.DecodeError) as error:
        raise PackageError(
            f"{folder / ABOUT} cannot be read: {error}", next_move="use the version of Treadle that wrote the package"
        ) from error
    chosen = about.runtime if runtime == "auto" else runtime
    if chosen == "onnx" and not (folder / "model.onnx").is_file():
        raise PackageError(f"{folder} has no ONNX model", expected=str(about.agreement.get("reason", "")))
    own = code.ship(folder, about.package, digest) if about.package else None
    features = own.function(about.features) if own and about.features else None
    open_model = FORMATS.load(chosen)
    if chosen == "onnx":
        ready = _onnx(open_model((folder / "model.onnx").read_bytes(), about.columns), about)
    else:
        inside = own.name if own else ""
        ready = _sklearn(open_model((folder / "model.skops").read_bytes(), about.trusted, inside=inside), about)
    prepared = None
    if features is not None:
        frames = import_module("treadle.packaging.frames")
        prepared = frames.prepared(features, about.signature, text=chosen == "sklearn")
    return Model(digest, msgspec.structs.replace(about, runtime=chosen), prepared, ready)


def _onnx(session: Callable[[Columns], NDArray[Any]], about: About) -> Runtime:
    classes = np.array(about.classes) if about.task == "classification" else None

    def answer(columns: Columns) -> Outputs:
        found = session(columns)
        if classes is None:
            return {"prediction": found.reshape(-1).astype(float)}
        return {"prediction": classes[found.argmax(axis=1)], "probability": found.astype(float)}

    return answer


def _sklearn(estimator: Any, about: About) -> Runtime:
    frames = import_module("treadle.packaging.frames")
    schema = frames.schema_of(about.signature)
    return frames.over(estimator, about.columns, schema, about.task == "classification")  # type: ignore[no-any-return]
