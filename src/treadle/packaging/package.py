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

from treadle.packaging import code, environment
from treadle.packaging.formats import onnx, sklearn
from treadle.packaging.frames import answers
from treadle.packaging.manifest import write_manifest
from treadle.packaging.model import ABOUT, About
from treadle.packaging.signature import Signature
from treadle.settings import Package

VERSION = 1


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

    Raises PackageError if the estimator cannot be stored without pickle.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=".package-", dir=folder.parent))
    try:
        for name, data in _files(content).items():
            path = work / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        digest = write_manifest(work)
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
    about = About(
        name=content.name,
        task=content.task,
        classes=tuple(np.asarray(content.estimator.classes_).tolist()) if content.task == "classification" else (),
        signature=content.signature,
        features=f"{features.__module__}:{features.__qualname__}" if features else "",
        package=content.package if features else "",
        columns=tuple(frame.columns),
        runtime="onnx" if fast else "sklearn",
        trusted=sklearn.own_types(skops, content.package),
        agreement=agreement,
        lineage=content.lineage,
    )
    modules = ["polars", "numpy", "sklearn", "skops", "onnxruntime", "treadle", type(content.estimator).__module__]
    files = {
        "model.skops": skops,
        ABOUT: msgspec.json.format(msgspec.json.encode(about), indent=1),
        "input_example.json": msgspec.json.encode({"inputs": content.example.head(5).to_dicts()}, enc_hook=str),
        "MLmodel": _mlmodel(content),
        **environment.files(environment.lock(modules)),
        **{f"{code.FOLDER}/{name}": data for name, data in code.gather(content.root, content.package).items()},
        **content.extra,
    }
    if fast:
        files["model.onnx"] = fast
    return files


def _compiled(content: Content, frame: pl.DataFrame) -> tuple[bytes | None, dict[str, Any]]:
    """Compile to ONNX and compare on every row; return the bytes if they agree, and what was found."""
    if not content.settings.onnx:
        return None, {"reason": "package.onnx is false"}
    classifies = content.task == "classification"
    text = {column.name: column.dtype in (pl.String, pl.Categorical, pl.Enum) for column in frame.iter_columns()}
    try:
        data = onnx.compiled(content.estimator, text)
        columns: dict[str, Any] = {
            column.name: column.cast(pl.String).to_list() if text[column.name] else column.cast(pl.Float64).to_numpy()
            for column in frame.iter_columns()
        }
        found = onnx.load(data)(columns)
    except Exception as error:
        return None, {"reason": f"cannot be compiled: {type(error).__name__}: {str(error)[:300]}"}
    true = answers(content.estimator, frame, classifies)
    mine = found[1] if classifies else found[0].reshape(-1)
    gaps = np.abs(mine - true["probability" if classifies else "prediction"])
    scale = 1.0 if classifies else max(1.0, float(np.abs(true["prediction"]).max(initial=1.0)))
    gap = float(gaps.max(initial=0.0)) / scale
    labels = int((mine.argmax(axis=1) != true["probability"].argmax(axis=1)).sum()) if classifies else 0
    agreement = {
        "rows": frame.height,
        "largest_gap": gap,
        "labels_differing": labels,
        "tolerance": content.settings.tolerance,
    }
    if gap > content.settings.tolerance or labels:
        return None, {**agreement, "reason": f"answers differ by up to {gap:.3g}"}
    return data, agreement


def _mlmodel(content: Content) -> bytes:
    """Return the MLmodel file of MLflow's model format."""
    signature = content.signature.to_mlflow()
    lines = [
        "flavors:",
        "  python_function:",
        "    env:",
        "      virtualenv: python_env.yaml",
        "    loader_module: treadle.packaging.mlflow_loader",
        "  treadle:",
        f"    version: {VERSION}",
        f"    about: {ABOUT}",
        "saved_input_example_info:",
        "  artifact_path: input_example.json",
        "signature:",
        *(f"  {side}: '{text.replace(chr(39), chr(39) * 2)}'" for side, text in signature.items()),
    ]
    return ("\n".join(lines) + "\n").encode()
