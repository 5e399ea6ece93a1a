"""Owns runs of a small project in processes of their own, as a command would make them."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from factories.sources import write

MAIN = '''
"""Runs the pipeline `build` of steps.py and prints what was done; arguments are those of the pipeline."""
import sys
from pathlib import Path
from treadle import runs
from treadle.engine import Engine
from treadle.errors import TreadleError
from treadle.workspace import Workspace

if __name__ == "__main__":
    import steps
    root = Path(__file__).parent
    with Workspace.open(root, ".treadle/catalog.db", ".treadle/store", "ada") as workspace:
        runs.recover(workspace)
        run = runs.start(workspace, "build", "build", "small", {})
        engine = Engine(workspace, root, workers=2)
        try:
            result = engine.run(steps.build, *sys.argv[1:], run=run)
            runs.finish(workspace, run, "succeeded", steps=engine.executions)
        except TreadleError as error:
            runs.finish(workspace, run, "failed", steps=engine.executions, error=str(error))
            sys.exit(f"{error}")
        print(result)
        for each in engine.executions:
            print(each.step.lower() if each.reused else each.step.upper(), "-", each.reason)
'''


def a_project(folder: Path, **files: str) -> Path:
    """Write a project whose modules are `files`; its steps may note that they ran with `from noted import note`."""
    noted = """
        from pathlib import Path
        def note(word):
            with (Path(__file__).parent / "ran.txt").open("a") as file:
                file.write(word + "\\n")
    """
    return write(folder, {"main.py": MAIN, "noted.py": noted, **{f"{name}.py": text for name, text in files.items()}})


def begin(project: Path, *arguments: str) -> subprocess.Popen[str]:
    """Begin a run in a process of its own."""
    command = [sys.executable, "-B", str(project / "main.py"), *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def end(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Wait for a run; return its exit code, what it printed and what it said of errors."""
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def did(project: Path, *arguments: str) -> str:
    """Run the project and return its steps: those that ran in capitals, those reused in small letters."""
    code, out, err = end(begin(project, *arguments))
    assert code == 0, err
    return " ".join(line.partition(" - ")[0] for line in out.splitlines() if " - " in line)


def noted(project: Path) -> list[str]:
    """What the steps of the project have noted so far."""
    path = project / "ran.txt"
    return path.read_text().splitlines() if path.exists() else []


def wait_for(project: Path, word: str, *, seconds: float = 60) -> None:
    """Wait until a step has noted the word."""
    until = time.monotonic() + seconds
    while word not in noted(project):
        assert time.monotonic() < until, f"{word} was never noted"
        time.sleep(0.01)
