"""Makes small real projects on disk and runs treadle in them as a person would."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TREADLE = str(Path(sys.executable).parent / "treadle")

SETTINGS = """[project]
name = "tumours"

[data]
source = "data/*.csv"
target = "diagnosis"
key = ["sample"]

[train]
metric = "log_loss"

[[test.gates]]
metric = "roc_auc"
min = {gate}

[environments.development]
port = {port}
"""

MODEL = """import polars as pl
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from tumours.helpers import scaled


def features(rows: pl.DataFrame) -> pl.DataFrame:
    return scaled(rows)


def estimator(C=1.0):
    return make_pipeline(StandardScaler(), LogisticRegression(C=C))
"""

HELPERS = """import polars as pl

FACTOR = 1.0


def scaled(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.with_columns(pl.col("mean_radius") * FACTOR)
"""


def free_port() -> int:
    """A port nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def a_treadle_project(folder: Path, gate: float = 0.5, port: int = 0) -> Path:
    """Write a project on the tumour data of the quickstart; `gate` is the smallest ROC AUC accepted."""
    (folder / "tumours").mkdir(parents=True)
    (folder / "data").mkdir()
    shutil.copy(ROOT / "examples" / "quickstart" / "data" / "tumours.csv", folder / "data")
    (folder / "treadle.toml").write_text(SETTINGS.format(gate=gate, port=port or free_port()))
    (folder / "tumours" / "__init__.py").write_text("")
    (folder / "tumours" / "model.py").write_text(MODEL)
    (folder / "tumours" / "helpers.py").write_text(HELPERS)
    return folder


def edit(path: Path, old: str, new: str) -> None:
    """Replace text in a file that must hold it."""
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def treadle(folder: Path, *words: str, code: int = 0) -> str:
    """Run treadle in `folder`; return what it printed; it must end with `code` and without a traceback."""
    environment = {**os.environ, "TREADLE_ACTOR": "tester", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [TREADLE, *words], cwd=folder, env=environment, capture_output=True, text=True, timeout=240, check=False
    )
    said = done.stdout + done.stderr
    assert done.returncode == code, f"exit {done.returncode}\n{said}"
    assert "Traceback" not in said
    return said
