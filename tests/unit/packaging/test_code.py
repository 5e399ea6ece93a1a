"""Tests the project code that travels in a package: what is gathered, and that no version meets another."""

from __future__ import annotations

import sys
import traceback
from itertools import count
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from factories.packages import a_project, rows
from treadle.errors import PackageError
from treadle.packaging import code
from treadle.packaging.code import Shipped, ship

DIGESTS = (f"{number:016x}" for number in count(1))


def shipped(folder: Path, files: dict[str, str], package: str = "own") -> Shipped:
    """A package's code under a digest of its own; `files` by path under code/own."""
    for name, source in {"__init__.py": "", **files}.items():
        path = folder / code.FOLDER / package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return ship(folder, package, next(DIGESTS))


def test_gathers_python_files_only(tmp_path: Path) -> None:
    a_project(tmp_path, "p")
    (tmp_path / "p" / "data.csv").write_text("a\n")
    (tmp_path / "p" / "__pycache__").mkdir()
    (tmp_path / "p" / "__pycache__" / "x.py").write_text("")
    assert sorted(code.gather(tmp_path, "p")) == ["p/__init__.py", "p/helpers.py", "p/model.py"]


def test_imports_are_found_wherever_they_stand() -> None:
    source = b"import a.b, c as d\nfrom e.f import g\nfrom . import h\ndef i():\n    if 1:\n        import j\n"
    assert code.imports({"x.py": source}) == {"a", "c", "e", "j"}


@pytest.mark.parametrize(
    "line",
    [
        "from own.numbers import SCALE",
        "from own import numbers; SCALE = numbers.SCALE",
        "import own.numbers; SCALE = own.numbers.SCALE",
        "import own.numbers as n; SCALE = n.SCALE",
        "import os, own.numbers, sys; SCALE = own.numbers.SCALE",
        "import own; from own import numbers; SCALE = own.numbers.SCALE",
        "from .numbers import SCALE",
        "from . import numbers as n; SCALE = n.SCALE",
        "from own.deep.er import SCALE",
        "from own.folder.inside import SCALE",
        "try:\n    from own.numbers import SCALE\nexcept ImportError:\n    SCALE = None",
    ],
)
@pytest.mark.parametrize("place", ["at the top", "inside"])
def test_each_version_sees_its_own_modules(tmp_path: Path, line: str, place: str) -> None:
    def version(name: str, scale: int) -> Any:
        inside = line.replace("\n", "\n    ")
        body = (
            f"{line}\ndef ask(): return SCALE"
            if place == "at the top"
            else f"def ask():\n    {inside}\n    return SCALE"
        )
        files = {
            "numbers.py": f"SCALE = {scale}\n",
            "deep/__init__.py": "",
            "deep/er.py": "from ..numbers import SCALE\n",
            "folder/inside.py": "from own.numbers import SCALE\n",
            "model.py": body + "\n",
        }
        return shipped(tmp_path / name, files).function("own.model:ask")

    first, second = version("a", 1), version("b", 2)
    assert [first(), second(), first()] == [1, 2, 1]


def test_the_project_s_own_modules_are_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before, path = set(sys.modules), list(sys.path)
    shipped(tmp_path, {"model.py": "def ask(): return 1\n"}).function("own.model:ask")
    assert sys.path == path
    assert all(name.startswith("_treadle_") for name in set(sys.modules) - before)


def test_shipped_features_are_those_of_training(tmp_path: Path) -> None:
    a_project(tmp_path / code.FOLDER, "own", scale=250.0)
    features = ship(tmp_path, "own", next(DIGESTS)).function("own.model:features")
    made = features(rows())
    assert made["miles"].equals((rows()["distance"] / 250.0).alias("miles"))
    assert isinstance(made, pl.DataFrame)


def test_code_is_read_when_it_was_verified_and_nothing_is_written(tmp_path: Path) -> None:
    own = shipped(
        tmp_path,
        {
            "model.py": "def ask():\n    from own.late import WORD\n    return WORD\n",
            "late.py": "WORD = 'as verified'\n",
        },
    )
    files = sorted(path for path in tmp_path.rglob("*"))
    ask = own.function("own.model:ask")
    (tmp_path / code.FOLDER / "own" / "late.py").write_text("WORD = 'altered since'\n")
    assert ask() == "as verified"
    assert sorted(path for path in tmp_path.rglob("*")) == files


def test_a_fault_shows_the_shipped_line(tmp_path: Path) -> None:
    ask = shipped(tmp_path, {"model.py": "def ask():\n    raise KeyError('here')\n"}).function("own.model:ask")
    with pytest.raises(KeyError) as caught:
        ask()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert last.filename == str(tmp_path / code.FOLDER / "own" / "model.py")
    assert last.line == "raise KeyError('here')"


def test_the_same_package_is_made_ready_once(tmp_path: Path) -> None:
    digest = next(DIGESTS)
    (tmp_path / code.FOLDER).mkdir()
    assert ship(tmp_path, "own", digest) is ship(tmp_path, "own", digest)
    assert len([each for each in sys.meta_path if getattr(each, "name", "").endswith(digest)]) == 1


@pytest.mark.parametrize("address", ["own.model:nothing", "own.nowhere:ask", "own.model.ask:x"])
def test_a_function_that_is_not_there(tmp_path: Path, address: str) -> None:
    with pytest.raises(PackageError, match=rf"code has no {address}"):
        shipped(tmp_path, {"model.py": "def ask(): return 1\n"}).function(address)


def test_a_module_that_was_not_shipped_is_named(tmp_path: Path) -> None:
    with pytest.raises(PackageError, match=r"No module named 'own\.gone'"):
        shipped(tmp_path, {"model.py": "from own.gone import x\ndef ask(): return 1\n"}).function("own.model:ask")
