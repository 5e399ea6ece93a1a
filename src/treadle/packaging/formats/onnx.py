"""Owns fitted scikit-learn models compiled to ONNX: conversion, agreement with the original, and fast answers.

One named input a feature column: text columns as strings (missing is the text None), all others as 32-bit floats
(missing is NaN). Tried with scikit-learn 1.9 and skl2onnx 1.20 over Polars frames: one-hot and ordinal encoders,
scalers, imputers, boosting, forests, linear models. A model that cannot be compiled, or whose answers differ, is
served by scikit-learn; the package says which and why.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

MISSING = "None"


def compiled(estimator: Any, text: Mapping[str, bool]) -> bytes:
    """Return the ONNX bytes of a fitted estimator over feature columns; `text` says of each whether it is text.

    Raises whatever skl2onnx raises for a model it cannot convert.
    """
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import FloatTensorType, StringTensorType

    _register()
    types = [
        (name, StringTensorType([None, 1]) if is_text else FloatTensorType([None, 1])) for name, is_text in text.items()
    ]
    options = {"zipmap": False} if hasattr(estimator, "predict_proba") else {}
    last = estimator.steps[-1][1] if hasattr(estimator, "steps") else estimator
    data: bytes = to_onnx(
        estimator, initial_types=types, options={id(last): options} if options else None
    ).SerializeToString()
    return data


class _Plain:
    """A container for converters that hands plain integers to ONNX where a converter leaves numpy's own."""

    def __init__(self, container: Any) -> None:
        self._container = container

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, *args: Any, **attributes: Any) -> Any:
        """Add a node with its attributes' numpy integers made plain."""
        plain = {
            name: [int(v) if isinstance(v, np.integer | np.bool_ | bool) else v for v in value]
            if isinstance(value, list)
            else value
            for name, value in attributes.items()
        }
        return self._container.add_node(*args, **plain)


def _register() -> None:
    """Mend the histogram boosting converters of skl2onnx 1.20, which hand numpy integers to onnx 1.23."""
    from skl2onnx import update_registered_converter
    from skl2onnx.common._registration import get_converter, get_shape_calculator
    from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

    for kind in (HistGradientBoostingClassifier, HistGradientBoostingRegressor):
        alias = f"Sklearn{kind.__name__}"
        found = get_converter(alias)
        if not hasattr(found, "mended"):
            update_registered_converter(
                kind, alias, get_shape_calculator(alias), _mended(found), overwrite=True, options=found._options
            )
            get_converter(alias).mended = True


def _mended(original: Any) -> Any:
    def convert(scope: Any, operator: Any, container: Any) -> None:
        original._fct(scope, operator, _Plain(container))

    return convert


class Session:
    """A compiled model ready to answer: one thread, no spinning, so that servers do not fight for cores."""

    def __init__(self, data: bytes) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        inputs = self._session.get_inputs()
        self._text = {each.name: each.type == "tensor(string)" for each in inputs}

    def __call__(self, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> list[NDArray[Any]]:
        """Answer feature columns of n values each: [labels (n), probabilities (n, k)] or [values (n, 1)]."""
        feed = {name: _tensor(columns[name], text) for name, text in self._text.items()}
        outputs: list[NDArray[Any]] = self._session.run(None, feed)
        return outputs


def _tensor(values: Sequence[Any] | NDArray[Any], text: bool) -> NDArray[Any]:
    if text:
        return np.array([MISSING if value is None else str(value) for value in values], dtype=object).reshape(-1, 1)
    return np.array(values, dtype=np.float32).reshape(-1, 1)


def load(data: bytes) -> Session:
    """Return a session over ONNX bytes."""
    return Session(data)
