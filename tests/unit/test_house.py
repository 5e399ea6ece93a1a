"""The measured bar of the house: every module says what it owns, stays small, has its test, and every kind loads."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median

import pytest

from treadle.kinds import Kinds

ROOT = Path(__file__).parents[2]
SOURCE, TESTS = ROOT / "src/treadle", ROOT / "tests"
MODULES = sorted(path for path in SOURCE.rglob("*.py") if "templates" not in path.parts)
TEST_FILES = sorted(TESTS.rglob("*.py"))
FORBIDDEN_NAMES = {"utils", "common", "core", "helpers", "base"}
FORBIDDEN_WORDS = re.compile(r"\b(jobs?|tasks?|flows?|stages?)\b", re.IGNORECASE)
DOORS = {"__init__", "__main__"}

AWAITED = {
    "cli/alerts.py",
    "cli/audit.py",
    "cli/build.py",
    "cli/console.py",
    "cli/data.py",
    "cli/deploy.py",
    "cli/labels.py",
    "cli/models.py",
    "cli/monitor.py",
    "cli/plan.py",
    "cli/planning.py",
    "cli/progress.py",
    "cli/retrain.py",
    "cli/rollback.py",
    "cli/runs.py",
    "cli/status.py",
    "cli/stop.py",
    "cli/trace.py",
    "cli/up.py",
    "evaluation/sections/classification.py",
    "evaluation/sections/regression.py",
    "pipelines/build.py",
    "pipelines/building.py",
    "pipelines/monitor.py",
    "pipelines/packing.py",
    "pipelines/plan.py",
}
"""Modules that tests of whole doors reach (tests/functional, tests/e2e) and that still want one of their own."""


def of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


@pytest.mark.parametrize("module", MODULES, ids=of)
def test_every_module_says_what_it_owns_in_one_sentence(module: Path) -> None:
    text = ast.get_docstring(ast.parse(module.read_text(encoding="utf-8"))) or ""
    first = text.split("\n\n")[0]
    assert first.startswith("Owns ")
    assert first.endswith(".")


def test_no_file_is_long() -> None:
    assert {of(path): lines(path) for path in MODULES if lines(path) > 400} == {}
    assert {of(path): lines(path) for path in TEST_FILES if lines(path) > 450} == {}


def test_most_files_are_short() -> None:
    assert median(lines(path) for path in MODULES) <= 120


def test_no_folder_is_crowded() -> None:
    counts = {folder: len(list(folder.glob("*.py"))) for folder in {path.parent for path in MODULES}}
    del counts[SOURCE / "cli"]  # a file a verb, as many as there are verbs
    assert {of(folder): count for folder, count in counts.items() if count > 12} == {}


def test_nothing_has_a_name_that_says_nothing() -> None:
    files = (*MODULES, *TEST_FILES)
    assert [of(path) for path in files if FORBIDDEN_NAMES & {path.stem, *path.relative_to(ROOT).parts}] == []


TESTED = [path for path in MODULES if path.stem not in DOORS and str(path.relative_to(SOURCE)) not in AWAITED]


@pytest.mark.parametrize("module", TESTED, ids=of)
def test_every_module_has_its_test(module: Path) -> None:
    room = module.relative_to(SOURCE).parent
    places = [TESTS / kind / room / f"test_{module.stem}.py" for kind in ("unit", "integration", "functional")]
    assert any(place.is_file() for place in places), f"none of {', '.join(map(of, places))}"


def test_there_is_more_test_than_code() -> None:
    assert sum(map(lines, TEST_FILES)) >= sum(map(lines, MODULES))


@pytest.mark.parametrize("module", MODULES, ids=of)
def test_one_word_is_used_for_one_thing(module: Path) -> None:
    """The vocabulary (docs/vocabulary.md) knows runs, steps and pipelines; the words of other tools stay outside."""
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    tree = ast.parse(module.read_text(encoding="utf-8"))
    names = [module.stem, *(node.name for node in ast.walk(tree) if isinstance(node, definitions))]
    assert [name for name in names if FORBIDDEN_WORDS.search(name.replace("_", " "))] == []


@pytest.mark.parametrize("module", MODULES, ids=of)
def test_no_import_of_our_own_hides_in_a_function(module: Path) -> None:
    hidden = [
        ast.unparse(inner)
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        for inner in ast.walk(node)
        if isinstance(inner, ast.Import | ast.ImportFrom) and "treadle" in ast.unparse(inner)
    ]
    assert hidden == []


def tables() -> Iterator[tuple[str, Kinds]]:
    """Every table of kinds in the house, with the package it stands in."""
    for path in MODULES:
        if "Kinds(" in path.read_text(encoding="utf-8") and path.stem != "kinds":
            name = ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts).removesuffix(".__init__")
            for table in vars(import_module(name)).values():
                if isinstance(table, Kinds):
                    yield name, table


def test_every_kind_in_every_table_loads_and_lives_in_its_own_room() -> None:
    found = list(tables())
    assert {table.what for _, table in found} >= {"store", "catalog"}
    for package, table in found:
        for name, address in table.table.items():
            assert table.load(name) is not None
            assert address.startswith(f"{package}."), f"{table.what} {name} lives outside {package}"
