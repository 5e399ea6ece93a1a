"""Tests packages across processes: the same digest in each, the same answers, and servers that load little."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from factories.packages import a_package, content, rows
from treadle.packaging.manifest import verify
from treadle.packaging.model import load
from treadle.packaging.package import write

PATH = os.pathsep.join(sys.path)


def run(code: str, *arguments: object, seed: str = "0") -> str:
    """What a fresh process prints; it has neither the project nor its modules on its path."""
    environment = {**os.environ, "PYTHONPATH": PATH, "PYTHONHASHSEED": seed, "PYTHONDONTWRITEBYTECODE": ""}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code, *map(str, arguments)],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
    )
    return done.stdout


WRITE = """
import sys
from pathlib import Path
from factories.packages import content
from treadle.packaging.package import write
print(write(Path(sys.argv[1]) / "p", content(Path(sys.argv[1]) / "project", sys.argv[2])), end="")
"""

ASK = """
import json, sys
from pathlib import Path
from treadle.packaging.model import load
model = load(Path(sys.argv[1]), runtime=sys.argv[2], expected=sys.argv[3])
print(json.dumps(model.predict(json.loads(sys.argv[4]))["prediction"].tolist()), end="")
"""


@pytest.mark.parametrize("kind", ["classification", "regression"])
def test_every_process_writes_the_same_package(tmp_path: Path, kind: str) -> None:
    digests = set()
    for seed in ("1", "2"):
        (tmp_path / seed).mkdir()
        digests.add(run(WRITE, tmp_path / seed, kind, seed=seed))
    digests.add(write(tmp_path / "here", content(tmp_path / "project", kind)))
    assert len(digests) == 1


@pytest.mark.parametrize("runtime", ["onnx", "sklearn"])
def test_another_process_gives_the_answers_of_training(tmp_path: Path, runtime: str) -> None:
    made = content(tmp_path / "project", "regression")
    digest = write(tmp_path / "p", made)
    question = rows(50, seed=9)
    assert made.features is not None
    true = made.estimator.predict(made.features(question))
    found = run(ASK, tmp_path / "p", runtime, digest, json.dumps(question.to_dict(as_series=False)))
    assert np.allclose(json.loads(found), true, atol=1e-5)


def test_using_a_package_leaves_it_as_it_was(tmp_path: Path) -> None:
    """Python would write its compiled modules beside the sources, were it let."""
    folder = a_package(tmp_path / "p")
    digest = verify(folder)
    question = json.dumps(rows(2).to_dict(as_series=False))
    for runtime in ("sklearn", "onnx"):
        run(ASK, folder, runtime, digest, question)
    assert verify(folder, digest) == digest


def test_a_moved_package_is_the_same_package(tmp_path: Path) -> None:
    folder = a_package(tmp_path / "p")
    digest = verify(folder)
    folder.rename(tmp_path / "elsewhere")
    assert load(tmp_path / "elsewhere", expected=digest).digest == digest
