"""Owns how a package is written: every file of a model in one folder, the same content giving the same digest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import polars as pl

from treadle.errors import PackageError
from treadle.packaging import code, environment
from treadle.packaging.conversion import Agreement, compiled
from treadle.packaging.formats import sklearn
from treadle.packaging.frames import answers
from treadle.packaging.manifest import write_manifest
from treadle.packaging.mlmodel import mlmodel
from treadle.packaging.model import ABOUT, About, load
from treadle.packaging.signature import Signature
from treadle.settings import Package

PROVED = 1000
"""Rows of the test frame on which the written package is compared with the trained model."""


class Content(msgspec.Struct, frozen=True, kw_only=True):
    """What goes into a package.

    `test_frame` holds raw inputs on which ONNX must agree with the estimator; `example` at most five rows of them;
    `package` the project's own code under `root`; `extra` further files by name.
    """

    name: str
    task: str
    estimator: Any
    signature: Signature
    example: pl.DataFrame
    test_frame: pl.DataFrame
    root: Path
    package: str
    features: Callable[..., Any] | None = None
    lineage: dict[str, Any] = {}
    extra: dict[str, bytes] = {}
    settings: Package = Package()


def write(folder: Path, content: Content) -> str:
    """Write the package into `folder` (made anew, complete or not at all) and return its digest.

    Raises PackageError if the estimator cannot be stored without pickle, needs code that does not travel with it,
    or answers differently once packaged.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".package-", dir=folder.parent))
    try:
        for name, data in _files(content).items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        digest = write_manifest(work)
        _prove(work, content)
        work.chmod(0o755)
        if folder.exists():
            shutil.rmtree(folder)
        work.rename(folder)
        return digest
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _files(content: Content) -> dict[str, bytes]:
    features = content.features
    made = features(content.test_frame) if features else content.test_frame
    frame = made if isinstance(made, pl.DataFrame) else pl.from_pandas(made)
    skops = sklearn.save(content.estimator)
    fast, agreement = _compiled(content, frame)
    trusted = sklearn.own_types(skops, content.package)
    source = code.gather(content.root, content.package)
    about = About(
        name=content.name,
        task=content.task,
        classes=tuple(np.asarray(content.estimator.classes_).tolist()) if content.task == "classification" else (),
        signature=content.signature,
        features=f"{features.__module__}:{features.__qualname__}" if features else "",
        package=content.package if features or trusted else "",
        columns=tuple(frame.columns),
        runtime="onnx" if fast else "sklearn",
        trusted=trusted,
        agreement=msgspec.to_builtins(agreement),
        lineage=content.lineage,
    )
    reached = {"treadle", "polars"} | sklearn.modules(skops) | (code.imports(source) if about.package else set())
    needed = {name for name in reached if name.partition(".")[0] != content.package}
    files = {
        "model.skops": skops,
        **({"model.onnx": fast} if fast else {}),
        ABOUT: msgspec.json.format(msgspec.json.encode(about), indent=1),
        "input_example.json": msgspec.json.encode({"inputs": content.example.head(5).to_dicts()}, enc_hook=str),
        **environment.files(environment.lock(needed)),
        **{f"{code.FOLDER}/{name}": data for name, data in source.items()},
        **content.extra,
    }
    return {**files, "MLmodel": mlmodel(content.signature, files)}


def _compiled(content: Content, frame: pl.DataFrame) -> tuple[bytes, Agreement]:
    tolerance = content.settings.tolerance
    if not content.settings.onnx:
        return b"", Agreement(tolerance=tolerance, reason="package.onnx is false")
    classifies = content.task == "classification"
    true = answers(content.estimator, frame, classifies)["probability" if classifies else "prediction"]
    return compiled(content.estimator, frame, true, tolerance)


def _prove(folder: Path, content: Content) -> None:
    """Check that the packaged model, with the packaged code, answers as the trained one: what is served has no skew."""
    rows = content.test_frame.head(PROVED)
    classifies = content.task == "classification"
    made = content.features(rows) if content.features else rows
    frame = made if isinstance(made, pl.DataFrame) else pl.from_pandas(made)
    true = answers(content.estimator, frame, classifies)
    found = load(folder, runtime="sklearn").predict(rows.to_dict(as_series=False))
    figure = "probability" if classifies else "prediction"
    if not np.allclose(found[figure], true[figure], rtol=1e-9, atol=1e-12, equal_nan=True):
        raise PackageError(
            "the packaged model answers differently from the trained one",
            expected="features() that depends on its rows and on the project's package alone",
            next_move="look for state kept between calls, files, random numbers or the time of day in features()",
        )
