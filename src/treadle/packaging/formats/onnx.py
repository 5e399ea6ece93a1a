"""Owns compiled models that answer: one ONNX session, fed one input a feature column, by position.

By position, since ONNX writes names such as `wind speed` or `label` otherwise. Text columns are strings (missing is
MISSING), all others numbers of the width the model declares (missing is NaN).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

MISSING = "\x1fmissing"
"""Stands for a missing text; no text of the data looks like it."""
NUMBERS = {"tensor(float)": np.float32, "tensor(double)": np.float64}


class Session:
    """A compiled model ready to answer: one thread, no spinning, so that servers do not fight for cores."""

    def __init__(self, data: bytes, columns: Sequence[str]) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 4
        self._session = onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])
        inputs = self._session.get_inputs()
        self._inputs = [(each.name, name, NUMBERS.get(each.type)) for each, name in zip(inputs, columns, strict=True)]
        self._output = [self._session.get_outputs()[-1].name]

    def __call__(self, columns: Mapping[str, Sequence[Any] | NDArray[Any]]) -> NDArray[Any]:
        """Answer feature columns of n values each: probabilities (n, k), or values (n, 1)."""
        feed = {
            key: _texts(columns[name]) if kind is None else _numbers(columns[name], kind)
            for key, name, kind in self._inputs
        }
        answer: NDArray[Any] = self._session.run(self._output, feed)[0]
        return answer


def _texts(values: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    return np.array([MISSING if value is None else str(value) for value in values], dtype=object).reshape(-1, 1)


def _numbers(values: Sequence[Any] | NDArray[Any], kind: Any) -> NDArray[Any]:
    return np.array(values, dtype=kind).reshape(-1, 1)


def load(data: bytes, columns: Sequence[str]) -> Session:
    """Return a session over ONNX bytes whose inputs are the feature `columns`, in this order."""
    return Session(data, columns)
