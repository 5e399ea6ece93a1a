"""Runs `examples/demo.py`, the whole loop on real data, and looks at what it left."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.mark.timeout(900)
def test_the_whole_loop() -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "examples" / "demo.py"), "--stop"],
        capture_output=True,
        text=True,
        timeout=850,
        check=False,
    )
    said = done.stdout
    assert done.returncode == 0, said[-3000:] + done.stderr[-3000:]
    assert said.count("reused") >= 5
    assert "flights/1" in said
    assert "alert " in said
    assert "flights@champion is now version 2" in said
    assert "The audit chain holds" in said
    for name in ("flights-1", "flights-2", "monitor-development"):
        page = ROOT / "demo" / "flights" / "reports" / f"{name}.html"
        assert page.stat().st_size < 300_000
