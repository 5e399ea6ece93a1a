"""Tests the trials of a real pipeline: edited, reverted, re-run; each time exactly what must run does, and says why."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.processes import a_project, begin, did, end
from factories.sources import write

STEPS = '''
    import polars as pl
    from sklearn.linear_model import LogisticRegression
    from treadle import File, pipeline, step
    from prepare import clean

    SHARE = 0.5

    @step
    def load(path: File) -> pl.DataFrame:
        """Read."""
        return pl.read_csv(path)

    @step
    def split(rows: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
        rows = clean(rows)
        cut = int(rows.height * SHARE)
        return rows.head(cut), rows.tail(-cut)

    @step
    def train(rows: pl.DataFrame, C: float) -> LogisticRegression:
        return LogisticRegression(C=C).fit(rows.select("a"), rows["y"])

    @step
    def evaluate(model: LogisticRegression, rows: pl.DataFrame) -> dict[str, float]:
        return {"accuracy": model.score(rows.select("a"), rows["y"])}

    @pipeline
    def build(C="1.0"):
        learnt, held = split(load("data.csv"))
        return evaluate(train(learnt, float(C)), held)
'''
PREPARE = """
    from deep import low
    def clean(rows):
        return rows.filter(rows["a"] > low())
"""
DEEP = """
    def low():
        return -100
"""
DATA = "a,y\n" + "".join(f"{n},{int(n % 7 > 3)}\n" for n in range(40))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    a_project(tmp_path, steps=STEPS, prepare=PREPARE, deep=DEEP)
    (tmp_path / "data.csv").write_text(DATA)
    assert did(tmp_path) == "LOAD SPLIT TRAIN EVALUATE"
    return tmp_path


def why(project: Path, step: str) -> str:
    """Run the project and return the reason of a step."""
    code, out, err = end(begin(project))
    assert code == 0, err
    return next(line.partition(" - ")[2] for line in out.splitlines() if line.lower().startswith(f"{step} - "))


def edit(project: Path, file: str, old: str, new: str) -> None:
    text = (project / file).read_text()
    assert text.count(old) == 1
    (project / file).write_text(text.replace(old, new))


def test_the_same_again_runs_nothing(project: Path) -> None:
    assert did(project) == "load split train evaluate"


def test_a_parameter_and_back(project: Path) -> None:
    assert did(project, "0.5") == "load split TRAIN EVALUATE"
    assert did(project, "1.0") == "load split train evaluate"


def test_a_helpers_helper(project: Path) -> None:
    edit(project, "deep.py", "-100", "3")
    assert why(project, "split") == "changed code deep.low"
    edit(project, "deep.py", "3", "4")
    assert did(project) == "load SPLIT TRAIN EVALUATE"


def test_a_constant(project: Path) -> None:
    edit(project, "steps.py", "SHARE = 0.5", "SHARE = 0.6")
    assert why(project, "split") == "changed constant steps.SHARE: 0.5 -> 0.6"


def test_comments_and_docstrings(project: Path) -> None:
    edit(project, "steps.py", '"""Read."""', '"""Read the rows."""  # as they are')
    edit(project, "prepare.py", "def clean(rows):", "def clean(rows):\n    # drop")
    assert did(project) == "load split train evaluate"


def test_data_replaced_at_the_same_path(project: Path) -> None:
    (project / "data.csv").write_text(DATA.replace("39,1", "39,0"))
    assert why(project, "load") == "changed input data.csv"
    (project / "data.csv").write_text(DATA)
    assert did(project) == "load split train evaluate"


def test_a_data_file_only_touched(project: Path) -> None:
    (project / "data.csv").touch()
    assert did(project) == "load split train evaluate"


def test_a_package_that_is_not_reached_plays_no_part(project: Path) -> None:
    site = project / "site"
    write(
        site,
        {"other.py": "N = 1\n", "other-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n"},
    )
    assert did(project) == "load split train evaluate"


def test_an_error_is_one_message_without_traceback(project: Path) -> None:
    edit(project, "steps.py", "LogisticRegression(C=C)", "LogisticRegression(C=-C)")
    code, _, err = end(begin(project))
    assert code != 0
    assert "Traceback" not in err
    assert "step train failed" in err
    assert f"see {project}/steps.py:" in err
