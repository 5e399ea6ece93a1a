"""Runs the documentation: console blocks as shell sessions, Python blocks, TOML blocks against the settings."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import msgspec
import pytest

from treadle.cli import VERBS
from treadle.settings import Settings

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BASE = {"project": {"name": "docs"}, "data": {"source": "data.csv", "target": "y"}}


def blocks(page: Path, language: str) -> list[str]:
    return [body for found, body in BLOCK.findall(page.read_text()) if found == language]


def session(page: Path) -> list[str]:
    """The commands of a page's console blocks: lines that begin with `$ `, with their continuation lines."""
    commands: list[str] = []
    for body in blocks(page, "console"):
        for line in body.splitlines():
            if line.startswith("$ "):
                commands.append(line[2:])
            elif line.startswith("> ") and commands:
                commands[-1] += "\n" + line[2:]
    return commands


@pytest.mark.parametrize("page", [p for p in PAGES if session(p)], ids=lambda p: p.name)
@pytest.mark.xdist_group("heavy")
def test_console_blocks_run(page: Path, tmp_path: Path) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "TREADLE_ACTOR": "reader",
    }
    ending = f"for p in {tmp_path}/*/; do treadle stop --all --project $p >/dev/null 2>&1 || true; done"
    script = f"set -euo pipefail\ntrap '{ending}' EXIT\n"
    result = subprocess.run(
        ["bash", "-c", script + "\n".join(session(page))],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "python")], ids=lambda p: p.name)
def test_python_blocks_run(page: Path, tmp_path: Path) -> None:
    source = "\n".join(blocks(page, "python"))
    result = subprocess.run(
        [sys.executable, "-"], input=source, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr[-3000:]


@pytest.mark.parametrize("page", [p for p in PAGES if blocks(p, "toml")], ids=lambda p: p.name)
def test_toml_blocks_are_valid_settings(page: Path) -> None:
    for body in blocks(page, "toml"):
        assert msgspec.convert({**BASE, **tomllib.loads(body)}, Settings)


def test_the_settings_page_is_current() -> None:
    subprocess.run([sys.executable, str(ROOT / "docs" / "generate.py"), "--check"], check=True)


def test_every_command_is_documented() -> None:
    page = (ROOT / "docs" / "commands.md").read_text()
    assert [verb for verb in VERBS if f"treadle {verb}" not in page] == []


def test_every_dependency_is_listed_with_its_reason() -> None:
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    page = (ROOT / "docs" / "dependencies.md").read_text()
    assert [name for name in (re.split(r"[>=<\[]", d)[0] for d in wanted) if f"| {name} |" not in page] == []


def test_links_between_pages_lead_somewhere() -> None:
    broken = [
        f"{page.name}: {target}"
        for page in PAGES
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text())
        if not (page.parent / target).exists()
    ]
    assert broken == []
