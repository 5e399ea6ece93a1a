"""Owns how a fitted scikit-learn model becomes ONNX that agrees with it on every row it was compared on.

Tried with scikit-learn 1.9, skl2onnx 1.20 and onnx 1.23 over Polars frames (`tests/unit/packaging/test_conversion.py`):

- one-hot, ordinal and target encoders with missing text, standard scaler, SimpleImputer over numbers and text;
  histogram boosting (missing numbers too), random forests, logistic and linear regression, ridge: compiled.
- Numbers are 64-bit where the model's operators have that form, else 32-bit. It matters: trees compare 64-bit values,
  and rounding puts a few rows in 100,000 on the other side of a split. A forest behind a scaler can thus disagree.
- Not compiled: forests fitted on missing numbers, boosting over categories, one-hot of booleans that may be missing,
  LightGBM. They are served by scikit-learn; the package says so and why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray
from onnx.numpy_helper import from_array
from skl2onnx import convert_sklearn
from skl2onnx.common._registration import get_converter, get_shape_calculator
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, StringTensorType
from sklearn import ensemble, impute, preprocessing, tree

from treadle.packaging.formats.onnx import MISSING, Session
from treadle.packaging.frames import is_text, plain

FLOAT, DOUBLE = 1, 11
"""Numbers of ONNX's element types."""
TREES = 3
"""The version of ONNX's operators for machine learning from which trees can hold 64-bit numbers."""
FORESTS = (
    ensemble.HistGradientBoostingClassifier,
    ensemble.HistGradientBoostingRegressor,
    ensemble.RandomForestClassifier,
    ensemble.RandomForestRegressor,
    ensemble.ExtraTreesClassifier,
    ensemble.ExtraTreesRegressor,
)


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How the compiled model compares: rows looked at, largest gap, labels that differ, and why it is not served.

    The gap is one of probabilities, or of values divided by the standard deviation of scikit-learn's.
    """

    rows: int = 0
    largest_gap: float | None = None
    labels_differing: int | None = None
    tolerance: float
    reason: str = ""


def compiled(estimator: Any, frame: pl.DataFrame, true: NDArray[Any], tolerance: float) -> tuple[bytes, Agreement]:
    """Return the ONNX bytes of an estimator fitted on frames like `frame`, and how they agree with it there.

    `true` is what scikit-learn answers: probabilities (n, k), or values (n). The bytes are empty, and `reason` says
    why, if the estimator cannot be compiled or no form of it agrees within `tolerance`.
    """
    columns, best = plain(frame), Agreement(tolerance=tolerance, reason="cannot be compiled")
    for attempt in _attempts(estimator, frame):
        try:
            data = attempt()
            found = compare(true, Session(data, frame.columns)(columns).reshape(true.shape), tolerance)
        except Exception as error:
            if best.largest_gap is None:
                best = Agreement(tolerance=tolerance, reason=f"cannot be compiled: {_said(error)}")
            continue
        if not found.reason:
            return data, found
        if best.largest_gap is None or found.largest_gap < best.largest_gap:  # type: ignore[operator]
            best = found
    return b"", best


def compare(true: NDArray[Any], mine: NDArray[Any], tolerance: float) -> Agreement:
    """Return how the answers `mine` differ from `true`: probabilities (n, k), or values (n)."""
    classifies = true.ndim == 2
    scale = 1.0 if classifies else float(true.std() if true.size else 0) or 1.0
    gap = float(np.abs(mine - true).max(initial=0.0)) / scale
    labels = int((mine.argmax(axis=1) != true.argmax(axis=1)).sum()) if classifies else None
    reason = "" if gap <= tolerance else f"answers differ by up to {gap:.3g}"
    return Agreement(rows=len(true), largest_gap=gap, labels_differing=labels, tolerance=tolerance, reason=reason)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"


def _attempts(estimator: Any, frame: pl.DataFrame) -> Iterator[Callable[[], bytes]]:
    """Yield ways to compile, the most exact first."""
    for number, answer in ((DoubleTensorType, DOUBLE), (DoubleTensorType, FLOAT), (FloatTensorType, FLOAT)):
        yield lambda number=number, answer=answer: _converted(estimator, frame, number, answer)  # type: ignore[misc]


def _converted(estimator: Any, frame: pl.DataFrame, number: Any, answer: int) -> bytes:
    """Return ONNX bytes with inputs of type `number`, and the type of the answer, which skl2onnx mistakes, set."""
    columns = {column.name: is_text(column.dtype) for column in frame.iter_columns()}
    model = convert_sklearn(
        estimator,
        name="treadle",
        initial_types=[(name, (StringTensorType if text else number)([None, 1])) for name, text in columns.items()],
        options={"zipmap": False} if hasattr(estimator, "predict_proba") else None,
        custom_conversion_functions={kind: _mended(kind, mend) for kind, mend in MENDED.items()},
        custom_shape_calculators={kind: get_shape_calculator(_alias(kind)) for kind in MENDED},
    )
    model.graph.output[-1].type.tensor_type.elem_type = answer
    data: bytes = model.SerializeToString()
    return data


class _Plain:
    """A container for converters: plain integers for onnx where numpy's own are left, and 64-bit numbers of trees kept.

    The converters write the numbers of trees in the 32-bit attributes only; tensors hold them whole since version 3.
    """

    def __init__(self, container: Any) -> None:
        self._container = container

    def __getattr__(self, name: str) -> Any:
        return getattr(self._container, name)

    def add_node(self, *args: Any, **attributes: Any) -> Any:
        """Add a node with its attributes mended."""
        mended = dict[str, Any]()
        for name, value in attributes.items():
            if isinstance(value, list):
                mended[name] = [int(v) if isinstance(v, np.integer | np.bool_ | bool) else v for v in value]
            elif isinstance(value, np.ndarray) and value.dtype == np.float64 and attributes.get("op_version") == TREES:
                mended[f"{name}_as_tensor"] = from_array(value, name)
            else:
                mended[name] = value
        return self._container.add_node(*args, **mended)


def _alias(kind: type) -> str:
    return f"Sklearn{kind.__name__}"


def _mended(kind: type, mend: Callable[[Any], None]) -> Callable[[Any, Any, Any], None]:
    original = get_converter(_alias(kind))._fct
    version = {"op_version": TREES} if issubclass(kind, FORESTS) else {}

    def convert(scope: Any, operator: Any, container: Any) -> None:
        mend(operator)
        original(scope, operator, _Plain(container), **version)

    return convert


def _nothing(operator: Any) -> None:
    """The plain integers are all the mending histogram boosting needs."""


def _missing_category(operator: Any) -> None:
    """Name the missing text as the session does; skl2onnx takes it for the text None."""
    operator.raw_operator = mended = copy(operator.raw_operator)
    mended.categories_ = [
        np.array([MISSING if value is None or value != value else value for value in values], dtype=object)
        if values.dtype == object
        else values
        for values in mended.categories_
    ]


def _missing_text(operator: Any) -> None:
    if isinstance(operator.inputs[0].type, StringTensorType):
        operator.raw_operator = mended = copy(operator.raw_operator)
        mended.missing_values = MISSING


def _complete(operator: Any) -> None:
    """Refuse trees that split on missing numbers: skl2onnx knows no such split, and searches its threshold forever."""
    found = operator.raw_operator
    for each in np.ravel(getattr(found, "estimators_", [found])):
        if not np.isfinite(each.tree_.threshold).all():
            raise NotImplementedError("trees that split on missing numbers")


MENDED: dict[type, Callable[[Any], None]] = {
    ensemble.HistGradientBoostingClassifier: _nothing,
    ensemble.HistGradientBoostingRegressor: _nothing,
    preprocessing.OneHotEncoder: _missing_category,
    preprocessing.OrdinalEncoder: _missing_category,
    preprocessing.TargetEncoder: _missing_category,
    impute.SimpleImputer: _missing_text,
    ensemble.RandomForestClassifier: _complete,
    ensemble.RandomForestRegressor: _complete,
    ensemble.ExtraTreesClassifier: _complete,
    ensemble.ExtraTreesRegressor: _complete,
    tree.DecisionTreeClassifier: _complete,
    tree.DecisionTreeRegressor: _complete,
}
"""The converters of skl2onnx 1.20 that need mending before they see a model, or a model that they must not see."""
