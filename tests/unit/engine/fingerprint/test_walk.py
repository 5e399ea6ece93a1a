"""Tests the walk where the corpus does not lead: names, closures of many, what is opaque, what is Treadle's."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from factories.sources import imported, write
from treadle.engine.fingerprint import Opaque, Walk


def walked(folder: Path, text: str, name: str = "run") -> dict[str, str]:
    write(folder, {"steps.py": text})
    with imported(folder) as steps:
        walk = Walk()
        walk.text(getattr(steps, name))
        return walk.parts


def test_a_value_is_told_with_the_code_in_it(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "def f(x):\n    return x\ndef g(x):\n    return f(x)\n"})
    with imported(tmp_path) as steps:
        walk = Walk()
        assert walk.text({"how": [steps.g, 1]}) == "{'how': [<steps.g>, 1]}"
        assert set(walk.parts) == {"code steps.g", "code steps.f"}


def test_an_opaque_value_is_refused() -> None:
    with pytest.raises(Opaque, match="lock"):
        Walk().text([threading.Lock()])


def test_two_closures_of_one_function_both_count(tmp_path: Path) -> None:
    text = """
        def make(n):
            def f(x):
                return x + n
            return f
        HOW = {{"a": make({}), "b": make({})}}
        def run(x):
            return HOW["a"](x)
    """
    parts = [walked(tmp_path / str(place), text.format(*pair)) for place, pair in enumerate([(1, 2), (1, 3), (2, 1)])]
    assert len({str(sorted(each.items())) for each in parts}) == 3


def test_a_name_that_is_local_is_not_the_global(tmp_path: Path) -> None:
    text = """
        rows = 5
        def run(table):
            rows = table.rows
            return [n for n in rows]
        n = 1
    """
    assert set(walked(tmp_path, text)) == {"code steps.run"}


def test_treadles_own_names_do_not_count(tmp_path: Path) -> None:
    text = """
        import treadle
        from treadle import File, context, step
        @step(retries=1)
        def run(path: File):
            return context().run_id
        @treadle.step
        def other(path):
            return path
    """
    assert set(walked(tmp_path, text)) == {"code steps.run"}
    assert set(walked(tmp_path, text, "other")) == {"code steps.other"}


def test_a_name_that_is_bound_nowhere_is_passed_over(tmp_path: Path) -> None:
    assert set(walked(tmp_path, "def run(x):\n    return not_yet_there(x)\n")) == {"code steps.run"}


def test_a_body_import_that_cannot_be_found_is_passed_over(tmp_path: Path) -> None:
    text = """
        def run(x):
            try:
                import no_such_module
            except ImportError:
                return x
    """
    assert walked(tmp_path, text) == {
        "code steps.run": walked(tmp_path, text)["code steps.run"],
        "package no_such_module": "unknown",
    }


def test_source_edited_after_its_import_is_not_taken_for_what_runs(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "def run(x):\n    return x + 1\n"})
    with imported(tmp_path) as steps:

        def parts() -> dict[str, str]:
            walk = Walk()
            walk.text(steps.run)
            return walk.parts

        told = parts()
        write(tmp_path, {"steps.py": "def run(x):\n    return x + 2\n"})
        edited = parts()
    with imported(tmp_path) as steps:
        fresh = parts()
    assert edited != fresh
    assert fresh != told


def test_a_class_made_at_run_time_counts_by_its_methods(tmp_path: Path) -> None:
    text = """
        def f(self):
            return {}
        Made = type("Made", (), {{"f": f}})
        def run(x):
            return Made().f()
    """
    one, other = (walked(tmp_path / str(n), text.format(n)) for n in (1, 2))
    assert one["code steps.f"] != other["code steps.f"]


@pytest.mark.parametrize(
    "constant",
    ["logging.getLogger('a')", "threading.local()", "(n for n in [1])"],
)
def test_what_cannot_be_told_counts_by_its_assignment(tmp_path: Path, constant: str) -> None:
    text = """
        import logging, threading
        THING = {}
        def run(x):
            return THING
    """
    parts: dict[str, Any] = walked(tmp_path, text.format(constant))
    assert "code steps.THING" in parts or "constant steps.THING" in parts
    assert parts == walked(tmp_path, text.format(constant) + "\n        # a word\n")
