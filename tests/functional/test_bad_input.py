"""Tests bad input: one clear message each, exit code 1, no traceback, nothing lost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factories.projects import a_treadle_project, edit, treadle

HEADER = "sample,mean_radius,diagnosis\n"


def without_target(project: Path) -> None:
    edit(project / "data" / "tumours.csv", "diagnosis", "finding")


def empty(project: Path) -> None:
    (project / "data" / "tumours.csv").write_text("")


def only_a_header(project: Path) -> None:
    (project / "data" / "tumours.csv").write_text(HEADER)


def no_file(project: Path) -> None:
    (project / "data" / "tumours.csv").unlink()


def misspelt_key(project: Path) -> None:
    edit(project / "treadle.toml", "source =", "sources =")


def wrong_type(project: Path) -> None:
    edit(project / "treadle.toml", 'key = ["sample"]', "key = 7")


def code_that_does_not_import(project: Path) -> None:
    edit(project / "tumours" / "helpers.py", "FACTOR = 1.0", "FACTOR = 1 / 0")


def code_that_raises(project: Path) -> None:
    edit(project / "tumours" / "helpers.py", '"mean_radius"', '"mean_radios"')


def repeated_keys(project: Path) -> None:
    rows = [f"{n % 40},{n / 10},{'benign' if n % 3 else 'malignant'}" for n in range(120)]
    (project / "data" / "tumours.csv").write_text(HEADER + "\n".join(rows) + "\n")


def missing_target_values(project: Path) -> None:
    rows = [f"{n},{n / 10},{'' if n % 2 else 'benign'}" for n in range(120)]
    (project / "data" / "tumours.csv").write_text(HEADER + "\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (without_target, "diagnosis"),
        (empty, "tumours.csv"),
        (only_a_header, "rows"),
        (no_file, "data/*.csv"),
        (misspelt_key, "did you mean 'source'?"),
        (wrong_type, "data.key: 7 cannot be used"),
        (code_that_does_not_import, "ZeroDivisionError"),
        (code_that_raises, "mean_radios"),
        (repeated_keys, "sample"),
        (missing_target_values, "diagnosis"),
    ],
)
def test_one_clear_message(tmp_path: Path, spoil: Callable[[Path], None], words: str) -> None:
    project = a_treadle_project(tmp_path / "p")
    spoil(project)
    said = treadle(project, "build", code=1)
    assert words in said
    assert "error:" in said


def test_nothing_is_lost_by_a_bad_file(tmp_path: Path) -> None:
    project = a_treadle_project(tmp_path / "p")
    treadle(project, "build")
    (project / "data" / "broken.csv").write_text("a,b\n1,2\n")
    assert "broken.csv" in treadle(project, "build", code=1)
    (project / "data" / "broken.csv").unlink()
    assert "tumours/1" in treadle(project, "build")
    assert "holds" in treadle(project, "audit", "verify")


def test_a_verb_that_does_not_exist(tmp_path: Path) -> None:
    assert "Did you mean 'build'?" in treadle(tmp_path, "biuld", code=2)


def test_outside_a_project(tmp_path: Path) -> None:
    assert "treadle init NAME" in treadle(tmp_path, "build", code=1)
