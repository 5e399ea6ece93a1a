"""Tests the project code that travels in a package."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from factories.packages import a_project
from treadle.errors import PackageError
from treadle.packaging import code


def a_shipped(folder: Path, scale: float) -> Path:
    a_project(folder / code.FOLDER, "shipped_project", scale)
    return folder


def test_gathers_python_files_only(tmp_path: Path) -> None:
    a_project(tmp_path, "p")
    (tmp_path / "p" / "data.csv").write_text("a\n")
    (tmp_path / "p" / "__pycache__").mkdir()
    (tmp_path / "p" / "__pycache__" / "x.py").write_text("")
    assert sorted(code.gather(tmp_path, "p")) == ["p/__init__.py", "p/helpers.py", "p/model.py"]


def test_the_version_imported_before_is_back_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    with code.shipped(a_shipped(tmp_path / "a", 1.0), "shipped_project"):
        code.function("shipped_project.model:features")
    first = sys.modules["shipped_project.helpers"]
    with code.shipped(a_shipped(tmp_path / "b", 2.0), "shipped_project"):
        second = code.function("shipped_project.model:features")
        assert sys.modules["shipped_project.helpers"] is not first
    assert sys.modules["shipped_project.helpers"] is first
    assert second.__globals__["SCALE"] == 2.0
    for name in [name for name in sys.modules if name.startswith("shipped_project")]:
        del sys.modules[name]


def test_a_function_that_is_not_there() -> None:
    with pytest.raises(PackageError, match="has no math:features"):
        code.function("math:features")
