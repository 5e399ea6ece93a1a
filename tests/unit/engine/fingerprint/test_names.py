"""Tests which names source reads."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from factories.sources import imported, write
from treadle.engine.fingerprint.names import Imported, attribute, bind, chain_of, references


def read(text: str, package: str = "") -> tuple[tuple[str, ...], ...]:
    return references([ast.parse(text)], package).chains


@pytest.mark.parametrize(
    ("text", "chains"),
    [
        ("a.b.c(d)", (("a", "b", "c"), ("d",))),
        ("a = b", (("b",),)),
        ("f(x).y", (("f",), ("x",))),
        ("a[0].b", (("a",),)),
        ("a; a; a.b", (("a",), ("a", "b"))),
        ("def f(x: T = D) -> R: pass", (("T",), ("D",), ("R",))),
    ],
)
def test_chains_are_as_long_as_they_are_spelled(text: str, chains: tuple[tuple[str, ...], ...]) -> None:
    assert set(read(text)) == set(chains)


def test_imports_are_told_with_the_name_they_bind() -> None:
    text = "import a.b\nimport a.b as c\nfrom d import e as f\nfrom . import g\nfrom ..h import i"
    assert references([ast.parse(text)], "p.q").imports == (
        Imported("a", "a.b", ""),
        Imported("c", "a.b", ""),
        Imported("f", "d", "e"),
        Imported("g", "p.q", "g"),
        Imported("i", "p.h", "i"),
    )


def test_a_relative_import_outside_a_package_is_passed_over() -> None:
    assert references([ast.parse("from . import a")], "").imports == ()


@pytest.mark.parametrize(
    ("text", "chain"), [("a", ("a",)), ("a.b(1)", ("a", "b")), ("a()(b).c", ("a", "c")), ("1", ())]
)
def test_a_decorator_is_told_by_what_is_called(text: str, chain: tuple[str, ...]) -> None:
    assert chain_of(ast.parse(text, mode="eval").body) == chain


def test_an_import_binds_what_the_body_would_get(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "", "lib/__init__.py": "", "lib/a.py": "def f(): pass\n"})
    with imported(tmp_path):
        assert bind(Imported("f", "lib.a", "f")).__name__ == "f"
        assert bind(Imported("lib", "lib.a", "")).__name__ == "lib"
        assert bind(Imported("x", "lib.a", "")).__name__ == "lib.a"
        assert bind(Imported("a", "lib", "a")).__name__ == "lib.a"
        assert bind(Imported("x", "lib.missing", "")) is None
        assert bind(Imported("x", "lib.a", "missing")) is None


def test_what_is_installed_is_not_imported_for_it() -> None:
    assert bind(Imported("json", "json", "")) is None
    sys.modules.pop("hamilton", None)
    assert bind(Imported("hamilton", "hamilton.driver", "")) is None
    assert "hamilton" not in sys.modules


def test_an_attribute_may_be_a_submodule(tmp_path: Path) -> None:
    write(tmp_path, {"steps.py": "import lib\n", "lib/__init__.py": "X = 1\n", "lib/a.py": ""})
    with imported(tmp_path) as steps:
        assert attribute(steps.lib, "X") == 1
        assert attribute(steps.lib, "a").__name__ == "lib.a"
        assert attribute(steps.lib, "missing") is None
        assert attribute(steps, "missing") is None
