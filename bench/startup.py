"""Measures start-up: `treadle --help` and `import treadle` beside a bare interpreter, in turn, in one run.

python bench/startup.py [REPEATS]   prints medians in milliseconds and the difference to `python -c pass`.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

BIN = Path(sys.executable).parent
CASES = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import treadle": [sys.executable, "-c", "import treadle"],
    "treadle --help": [str(BIN / "treadle"), "--help"],
    "treadle --version": [str(BIN / "treadle"), "--version"],
}


def once(command: list[str]) -> float:
    """Run `command` as a whole process; return wall milliseconds."""
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def main() -> None:
    """Time every case in turn, one warm-up first."""
    repeats = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    times: dict[str, list[float]] = {name: [] for name in CASES}
    for command in CASES.values():
        once(command)
    for _ in range(repeats):
        for name, command in CASES.items():
            times[name].append(once(command))
    bare = statistics.median(times["python -c pass"])
    print(f"| command | median ms (n={repeats}) | min | above a bare interpreter |\n|---|---|---|---|")
    for name, values in times.items():
        median = statistics.median(values)
        print(f"| `{name}` | {median:.0f} | {min(values):.0f} | {median - bare:.0f} |")


if __name__ == "__main__":
    main()
