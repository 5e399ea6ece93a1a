"""Owns how MLflow's python_function flavor opens a package: `mlflow.pyfunc.load_model` on the folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from treadle.packaging.model import Model, load


class PythonFunction:
    """What mlflow.pyfunc calls: predict over a pandas or Polars frame, or a dict of columns."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def predict(self, data: Any) -> Any:
        """Return the predictions (n) for the rows of `data`."""
        columns = {field.name: _values(data[field.name]) for field in self._model.signature.inputs}
        return self._model.predict(columns)["prediction"]


def _values(column: Any) -> list[Any]:
    """Return a column's values; what pandas writes as NaN, NaT or NA is missing."""
    return column.astype(object).where(column.notna(), None).tolist() if hasattr(column, "notna") else list(column)


def _load_pyfunc(path: str) -> PythonFunction:
    return PythonFunction(load(Path(path)))
