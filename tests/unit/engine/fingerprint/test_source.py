"""Tests how source is found for what runs, and what of it counts."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path

from factories.sources import imported, write
from treadle.engine.fingerprint import source

TEXT = '''
"""Of the module."""

class A:
    """Of the class."""

    def method(self):
        """Of the method."""
        return lambda x: x

    class Inner:
        pass

@print
@print
def decorated():
    "Only this."

def plain(): return 1
N = 1
N += 2
for K in [1]: pass
'''


def test_definitions_are_found_by_line_and_name(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": TEXT.replace("@print\n", "")})
    with imported(tmp_path) as steps:
        (node,) = source.function_nodes(steps.plain)
        assert isinstance(node, ast.FunctionDef)
        assert node.name == "plain"
        (node,) = source.function_nodes(steps.A.method)
        assert ast.unparse(node) == "def method(self):\n    return lambda x: x"
        (node,) = source.function_nodes(steps.A().method())
        assert isinstance(node, ast.Lambda)
        (node,) = source.class_nodes(steps.A.Inner)
        assert isinstance(node, ast.ClassDef)
        assert node.name == "Inner"


def test_docstrings_are_gone_and_a_body_is_left(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": TEXT}) / "a.py"
    file = source.parsed(str(path))
    assert file is not None
    text = ast.unparse(file.tree)
    assert "Of the class" not in text
    assert "Of the method" not in text
    assert "def decorated():\n    pass" in text


def test_a_file_is_read_again_when_it_changed(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "def f(): return 1\n"}) / "a.py"
    before = source.parsed(str(path))
    assert source.parsed(str(path)) is before
    write(tmp_path, {"a.py": "def f(): return 22\n"})
    assert source.parsed(str(path)) is not before


def test_what_is_no_python_has_no_source(tmp_path: Path) -> None:
    write(tmp_path, {"a.py": "def f(:\n"})
    assert source.parsed(str(tmp_path / "a.py")) is None
    assert source.parsed(str(tmp_path / "missing.py")) is None
    assert source.parsed("<stdin>") is None


def test_edited_source_is_not_at_hand_until_it_is_imported_again(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "class A:\n    def f(self): return 1\ndef g(): return 1\n"})
    with imported(tmp_path) as steps:
        assert source.function_nodes(steps.g)
        assert source.class_nodes(steps.A)
        write(tmp_path, {"steps.py": "class A:\n    def f(self): return 2\ndef g(): return 2\n"})
        assert source.function_nodes(steps.g) == []
        assert source.class_nodes(steps.A) == []
    with imported(tmp_path) as steps:
        assert source.function_nodes(steps.g)


def test_a_file_older_than_the_process_is_trusted(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.py": "def f(): return 1\n"}) / "a.py"
    os.utime(path, (time.time() - 86400,) * 2)
    file = source.parsed(str(path))
    assert file is not None
    assert file.codes is None


def test_assignments_are_what_gives_a_name_its_value(tmp_path: Path) -> None:
    path = str(write(tmp_path, {"a.py": TEXT}) / "a.py")
    assert [ast.unparse(each) for each in source.assignments(path, "N")] == ["N = 1", "N += 2"]
    assert len(source.assignments(path, "K")) == 1
    assert source.assignments(path, "plain") == []
    assert source.assignments("<stdin>", "N") == []


def test_the_digest_of_a_tree_is_of_what_it_says() -> None:
    def digest(text: str) -> str:
        return source.digest_nodes([ast.parse(text)])

    assert digest("a = (1,\n 2)") == digest("a=1,2  # a word")
    assert digest("a = 1") != digest("a = 1.0")


def test_the_digest_of_code_is_of_what_runs() -> None:
    def digest(text: str) -> str:
        return source.digest_code(compile(text, "f", "exec"))

    assert digest("f = lambda: {1, 2}") == digest("\n\nf  =  lambda: {1, 2}")
    assert digest("f = lambda: 1") != digest("f = lambda: 2")
    assert digest("f = lambda x: x.a") != digest("f = lambda x: x.b")


def test_the_file_of_a_class_is_that_of_its_module() -> None:
    assert source.file_of(Path).endswith("pathlib.py") or "pathlib" in source.file_of(Path)
    assert source.file_of(int) == ""
