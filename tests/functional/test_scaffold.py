"""A new project works at once: `treadle init`, then `make all`, by real processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = str(Path(sys.executable).parent)
SURROUNDINGS = {**os.environ, "PATH": f"{HERE}{os.pathsep}{os.environ['PATH']}", "PIP_NO_INDEX": "1"}
"""This interpreter comes first, and pip finds every requirement satisfied without asking anybody."""


def call(*words: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(words, cwd=folder, env=SURROUNDINGS, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, str]:
    return {str(path): path.read_text() for path in folder.rglob("*.py")}


@pytest.mark.parametrize(
    ("options", "passed"),
    [(["--minimal"], "4 passed"), ([], "4 passed"), (["--template", "flights"], "26 passed")],
    ids=["minimal", "tabular", "flights"],
)
def test_make_all_passes_at_once_and_changes_no_code(tmp_path: Path, options: list[str], passed: str) -> None:
    made = call(sys.executable, "-m", "treadle", "init", "my-model", *options, folder=tmp_path)
    assert made.returncode == 0, made.stderr
    before = contents(tmp_path)
    said = call("make", "all", folder=tmp_path / "my-model")
    assert said.returncode == 0, said.stdout + said.stderr
    assert "All checks passed!" in said.stdout
    assert passed in said.stdout
    assert contents(tmp_path) == before


def test_make_all_fails_where_lint_or_a_test_does(tmp_path: Path) -> None:
    call(sys.executable, "-m", "treadle", "init", "greeter", "--minimal", folder=tmp_path)
    hello = tmp_path / "greeter" / "hello.py"
    right = hello.read_text()
    hello.write_text(right.replace("import click", "import os\n\nimport click"))
    assert "F401" in call("make", "all", folder=hello.parent).stdout
    hello.write_text(right.replace("Hello, {name}!", "Goodbye, {name}!"))
    said = call("make", "all", folder=hello.parent)
    assert said.returncode != 0
    assert "3 failed, 1 passed" in said.stdout
