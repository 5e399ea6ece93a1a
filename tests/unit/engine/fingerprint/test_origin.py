"""Tests where code comes from."""

from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import polars
import pytest
import sklearn

import treadle
from factories.sources import imported, write
from treadle.engine.fingerprint.origin import is_source, module_is_source, package


def test_a_project_is_source_and_what_is_installed_is_not(tmp_path: Path) -> None:
    assert is_source(str(tmp_path / "steps.py"))
    assert is_source(__file__)
    assert not is_source(json.__file__)
    assert not is_source(polars.__file__)
    assert not is_source(treadle.__file__)
    assert not is_source("<frozen importlib._bootstrap>")
    assert not is_source(str(tmp_path / ".venv/lib/python3.11/site-packages/other.py"))


def test_a_module_is_told_without_importing_it(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "", "lib/__init__.py": "raise SystemExit\n", "bare/a.py": ""})
    with imported(tmp_path):
        assert module_is_source("lib.a")
        assert module_is_source("bare.a")
        assert module_is_source("steps")
    assert not module_is_source("no_such_module")
    assert not module_is_source("json")
    assert not module_is_source("polars.io")
    assert module_is_source("__main__")


@pytest.mark.parametrize(
    ("module", "distribution"),
    [(polars.__name__, "polars"), (sklearn.linear_model.__name__, "scikit-learn"), ("yaml", "pyyaml")],
)
def test_a_package_is_its_distribution_and_version(module: str, distribution: str) -> None:
    __import__(module)
    found = package(module)
    assert found is not None
    assert found[0].lower() == distribution
    assert found[1] == version(distribution)


def test_the_standard_library_is_no_package() -> None:
    assert package("json.decoder") is None
    assert package("__main__") is None


def test_a_package_nobody_installed_has_no_version() -> None:
    assert package("no_such_module") == ("no_such_module", "unknown")


def test_treadle_counts_by_its_version_and_in_a_checkout_by_its_source() -> None:
    found = package("treadle.training")
    assert found is not None
    assert found[0] == "treadle"
    number, _, source = found[1].partition("+")
    assert number == version("treadle")
    assert len(source) in (0, 12)
