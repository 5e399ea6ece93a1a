"""Tests the locked environment: what is in it, and what it says of another."""

from __future__ import annotations

import sys
from importlib.metadata import version
from pathlib import Path

import msgspec
import pytest

from treadle.errors import PackageError
from treadle.packaging.environment import LOCK, Lock, Locked, check, files, lock


def a_distribution(folder: Path, name: str, needs: tuple[str, ...] = (), record: str = "") -> None:
    """Install a distribution with one module of the same name into `folder`, which is on sys.path."""
    (folder / f"{name}.py").write_text("")
    notes = folder / f"{name}-1.0.dist-info"
    notes.mkdir(exist_ok=True)
    requires = "".join(f"Requires-Dist: {need}\n" for need in needs)
    (notes / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n{requires}")
    (notes / "top_level.txt").write_text(name)
    (notes / "RECORD").write_text(record or f"{name}.py,sha256=a,0\n{name}-1.0.dist-info/RECORD,,\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    return folder


def names(*modules: str) -> list[str]:
    return [each.name for each in lock(modules)]


def test_locks_the_closure_of_what_is_reached() -> None:
    locked = {each.name: each for each in lock(["sklearn.linear_model"])}
    assert locked["scikit-learn"].version == version("scikit-learn")
    assert {"numpy", "scipy", "joblib", "threadpoolctl"} <= set(locked)
    assert "polars" not in locked
    assert len(locked["numpy"].record) == 64


def test_what_is_not_installed_or_comes_with_python_is_left_out() -> None:
    assert lock(["no_such_module", "math", "os.path", "__main__"]) == ()


def test_markers_and_extras_are_followed(site: Path) -> None:
    a_distribution(site, "leaf")
    a_distribution(site, "twig")
    a_distribution(site, "bough", ("leaf", "twig; extra == 'more'", "lightgbm; python_version < '3'"))
    a_distribution(site, "tree_plain", ("bough>=1",))
    a_distribution(site, "tree_more", ("bough[more]",))
    assert names("tree_plain") == ["bough", "leaf", "tree-plain"]
    assert names("tree_more") == ["bough", "leaf", "tree-more", "twig"]


def test_distributions_that_require_each_other_are_locked_once(site: Path) -> None:
    a_distribution(site, "egg", ("hen",))
    a_distribution(site, "hen", ("egg",))
    assert names("egg", "hen") == ["egg", "hen"]


def test_a_module_of_no_distribution_is_refused(site: Path) -> None:
    (site / "stray.py").write_text("")
    with pytest.raises(PackageError, match="the module stray, which no installed distribution provides"):
        lock(["stray.part"])


def test_a_record_does_not_depend_on_where_and_how_it_was_installed(site: Path) -> None:
    a_distribution(site, "moved")
    first = lock(["moved"])
    more = (
        "../../../bin/moved,sha256=b,9\n__pycache__/moved.cpython-311.pyc,,\nmoved-1.0.dist-info/INSTALLER,sha256=c,4\n"
    )
    a_distribution(site, "moved", record=f"{more}moved.py,sha256=a,0\n")
    assert lock(["moved"]) == first
    a_distribution(site, "moved", record="moved.py,sha256=other,0\n")
    assert lock(["moved"]) != first


def test_files_pin_exact_versions() -> None:
    made = files(lock(["msgspec"]))
    assert f"msgspec=={version('msgspec')}\n" in made["requirements.txt"].decode()
    assert msgspec.json.decode(made[LOCK])["distributions"][0]["name"] == "msgspec"
    assert made["python_env.yaml"].startswith(b"python: 3.")


def test_nothing_differs_where_the_package_was_made(tmp_path: Path) -> None:
    for name, data in files(lock(["sklearn", "msgspec"])).items():
        (tmp_path / name).write_bytes(data)
    assert check(tmp_path) == ()


def test_every_difference_is_said(tmp_path: Path) -> None:
    real = lock(["msgspec"])[0]
    written = Lock(
        "3.2.1", (Locked("msgspec", "0.0.1", ""), Locked("gone", "9", ""), Locked("msgspec", real.version, "x"))
    )
    (tmp_path / LOCK).write_bytes(msgspec.json.encode(written))
    assert check(tmp_path) == (
        f"Python is {'.'.join(map(str, sys.version_info[:3]))}, the package was made with 3.2.1",
        f"msgspec is {real.version}, the package was made with 0.0.1",
        "gone 9 is not installed",
        f"msgspec {real.version} holds other files than the one the package was made with",
    )
