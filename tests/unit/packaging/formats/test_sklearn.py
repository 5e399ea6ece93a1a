"""Tests skops files: same bytes for the same model, and nothing untrusted is loaded."""

from __future__ import annotations

import io

import numpy as np
import pytest
import skops.io
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression

from treadle.errors import PackageError
from treadle.packaging.formats.sklearn import load, own_types, save

X = np.arange(40.0).reshape(-1, 1)
Y = (X[:, 0] > 20).astype(int)


class Own:
    """A type no library vouches for."""

    def __init__(self) -> None:
        self.weight = 3


def test_round_trip() -> None:
    estimator = HistGradientBoostingClassifier(max_iter=5).fit(X, Y)
    assert (load(save(estimator)).predict(X) == estimator.predict(X)).all()


def test_equal_models_give_equal_bytes() -> None:
    assert save(LogisticRegression().fit(X, Y)) == save(LogisticRegression().fit(X, Y))
    assert save(LogisticRegression().fit(X, Y)) != save(LogisticRegression(C=0.1).fit(X, Y))


def test_a_type_nothing_vouches_for_is_refused() -> None:
    buffer = io.BytesIO()
    skops.io.dump(Own(), buffer)
    with pytest.raises(PackageError, match="Own, which nothing vouches for"):
        load(buffer.getvalue())


def test_a_type_of_the_package_s_own_code_is_trusted_by_name() -> None:
    data = save(Own())
    package = Own.__module__.rpartition(".")[0] or Own.__module__
    names = own_types(data, package) or (f"{Own.__module__}.Own",)
    assert load(data, trusted=names).weight == 3


def test_garbage_is_refused() -> None:
    with pytest.raises(PackageError, match="cannot be read"):
        load(b"not a model")
