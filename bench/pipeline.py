"""Measures what a step costs: 100 no-op steps, linear and fanned out, first run and re-run, beside joblib and Hamilton.

python bench/pipeline.py [REPEATS]   prints medians in milliseconds a step, and the ratio to Treadle.

Every run is a process of its own; in each repeat the tools take turns. Imports are not counted. Treadle runs on its
real catalog (SQLite, every commit flushed) and store (every object flushed); joblib and Hamilton flush nothing.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

N = 100
SHAPES = ("linear", "fan-out")
TARGET = {"first run": 2.0, "re-run": 0.5}


def calls(shape: str, work: Callable[[int, int], Any], total: Callable[[list[Any]], Any]) -> Any:
    """Call `work` N times, each on the one before or all beside each other."""
    if shape == "linear":
        x: Any = 0
        for place in range(N):
            x = work(x, place)
        return x
    return total([work(0, place) for place in range(N)])


def generated(folder: Path, shape: str, *, steps: bool) -> Path:
    """Write N functions that differ, as Hamilton wants them, or as steps with their pipeline."""
    text = "from treadle import pipeline, step\n" if steps else ""
    mark = "@step\n" if steps else ""
    for place in range(N):
        before = f"f{place - 1}" if shape == "linear" and place else "start"
        text += f"{mark}def f{place}({before}: int) -> int:\n    return {before} + {place}\n\n"
    names = [f"f{place}" for place in range(N)]
    if steps:
        text += "@step\ndef total(xs: list) -> int:\n    return sum(xs)\n\n@pipeline\ndef build():\n    start = 0\n"
        text += "".join(f"    start = {name}(start)\n" for name in names) if shape == "linear" else ""
        text += (
            "    return start\n"
            if shape == "linear"
            else f"    return total([{', '.join(f'{n}(0)' for n in names)}])\n"
        )
    else:
        both = [f"{name}: int" for name in (names if shape != "linear" else names[-1:])]
        text += f"def total({', '.join(both)}) -> int:\n    return {' + '.join(each[:-5] for each in both)}\n"
    path = folder / "generated.py"
    path.write_text(text)
    return path


def treadle(folder: Path, shape: str, *, distinct: bool = False) -> Callable[[], Any]:
    from treadle.engine import Engine, pipeline, step
    from treadle.records import Run, new_id, now
    from treadle.workspace import Workspace

    @step
    def work(x: int, place: int) -> int:
        return x + place

    @step
    def total(xs: list[int]) -> int:
        return sum(xs)

    @pipeline
    def build() -> Any:
        return calls(shape, work, total)

    pipe: Any = build
    if distinct:
        generated(folder, shape, steps=True)
        sys.path.insert(0, str(folder))
        pipe = __import__("generated").build
    workspace = Workspace.open(folder, ".treadle/catalog.db", ".treadle/store", "bench")
    run = Run(id=new_id("run"), kind="bench", name="b", project="b", status="running", started=now(), actor="bench")
    engine = Engine(workspace, folder)
    return lambda: engine.run(pipe, run=run)


def joblib(folder: Path, shape: str) -> Callable[[], Any]:
    from joblib import Memory

    memory = Memory(folder, verbose=0)
    work: Any = memory.cache(joblib_work)
    return lambda: calls(shape, work, sum)


def joblib_work(x: int, place: int) -> int:
    """Do nothing much; joblib wants a function with a file."""
    return x + place


def hamilton(folder: Path, shape: str) -> Callable[[], Any]:
    from hamilton import driver, telemetry

    telemetry.disable_telemetry()
    generated(folder, shape, steps=False)
    sys.path.insert(0, str(folder))
    module = __import__("generated")
    return lambda: (
        driver.Builder()
        .with_modules(module)
        .with_cache(path=str(folder / "cache"))
        .build()
        .execute(["total"], inputs={"start": 0})
    )


TOOLS: dict[str, Callable[[Path, str], Callable[[], Any]]] = {
    "treadle": treadle,
    "treadle, 100 functions": lambda folder, shape: treadle(folder, shape, distinct=True),
    "joblib.Memory": joblib,
    "hamilton + cache": hamilton,
}


def child(tool: str, shape: str, folder: Path) -> None:
    """Run once; print the result and the seconds it took, imports apart."""
    run = TOOLS[tool](folder, shape)
    began = time.perf_counter()
    result = run()
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "result": result["total"] if isinstance(result, dict) else int(result)}))


def once(tool: str, shape: str, folder: Path) -> float:
    """Run in a process of its own; return milliseconds a step."""
    command = [sys.executable, "-B", __file__, "--child", tool, shape, str(folder)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["result"] == N * (N - 1) // 2, told
    return float(told["seconds"]) * 1000 / N


def main() -> None:
    """Time every tool in turn, in fresh folders, and print the table."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    times: dict[tuple[str, str, str], list[float]] = {}
    for _ in range(repeats):
        for shape in SHAPES:
            for tool in TOOLS:
                with tempfile.TemporaryDirectory() as folder:
                    for pass_name in TARGET:
                        times.setdefault((tool, shape, pass_name), []).append(once(tool, shape, Path(folder)))
    medians = {case: statistics.median(values) for case, values in times.items()}
    columns = [(shape, pass_name) for shape in SHAPES for pass_name in TARGET]
    print(f"{N} no-op steps, milliseconds a step, median of {repeats} (times as many as treadle takes)\n")
    print("| tool | " + " | ".join(f"{shape}, {pass_name}" for shape, pass_name in columns) + " |")
    print("|---|" + "---|" * len(columns))
    for tool in TOOLS:
        cells = [f"{medians[tool, *c]:.2f} ({medians[tool, *c] / medians['treadle', *c]:.1f}x)" for c in columns]
        print(f"| {tool} | " + " | ".join(cells) + " |")
    met = all(medians["treadle", *c] <= TARGET[c[1]] for c in columns)
    wanted = ", ".join(f"{pass_name} <= {limit} ms" for pass_name, limit in TARGET.items())
    print(f"\ntarget for treadle, a step: {wanted}: {'met' if met else 'MISSED'}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], sys.argv[3], Path(sys.argv[4]))
    else:
        main()
