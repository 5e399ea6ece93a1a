"""Owns which names a piece of source reads: dotted chains such as `helpers.clip`, and what it imports itself."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from importlib import import_module
from importlib.util import resolve_name
from types import ModuleType
from typing import Any, NamedTuple

from treadle.engine.fingerprint.origin import module_is_source


class Imported(NamedTuple):
    """A name bound by an import inside a body: `name` is `attribute` of `module`, or the module itself."""

    name: str
    module: str
    attribute: str


class References(NamedTuple):
    """What source reads: chains of names, in order and once each, and its own imports."""

    chains: tuple[tuple[str, ...], ...]
    imports: tuple[Imported, ...]


def references(nodes: Iterable[ast.AST], package: str) -> References:
    """Return what the trees read; `package` is what their relative imports start from."""
    finder = _Finder(package)
    for node in nodes:
        finder.visit(node)
    return References(tuple(finder.chains), tuple(finder.imports))


def chain_of(node: ast.AST) -> tuple[str, ...]:
    """Return the chain that an expression `a.b.c` spells (of a call: what is called), or an empty one."""
    names: list[str] = []
    while isinstance(node, ast.Attribute | ast.Call):
        if isinstance(node, ast.Call):
            node = node.func
            continue
        names.append(node.attr)
        node = node.value
    return (node.id, *reversed(names)) if isinstance(node, ast.Name) else ()


def bind(imported: Imported) -> Any:
    """Return what an import in a body binds where that is source; None for what is installed or cannot be found.

    The module is imported for it, as the body would do.
    """
    if not module_is_source(imported.module):
        return None
    try:
        module: Any = import_module(imported.module)
        if not imported.attribute:
            return module if imported.name != imported.module.partition(".")[0] else import_module(imported.name)
        return getattr(module, imported.attribute, None) or import_module(f"{imported.module}.{imported.attribute}")
    except ImportError:
        return None


def attribute(module: ModuleType, name: str) -> Any:
    """Return an attribute or submodule of a module; None if there is none."""
    found = getattr(module, name, None)
    if found is None:
        try:
            return import_module(f"{module.__name__}.{name}") if hasattr(module, "__path__") else None
        except ImportError:
            return None
    return found


class _Finder(ast.NodeVisitor):
    def __init__(self, package: str) -> None:
        self.package = package
        self.chains: dict[tuple[str, ...], None] = {}
        self.imports: list[Imported] = []

    def visit_Attribute(self, node: ast.Attribute) -> None:
        names = [node.attr]
        inner: ast.expr = node.value
        while isinstance(inner, ast.Attribute):
            names.append(inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Name):
            self.chains[(inner.id, *reversed(names))] = None
        else:
            self.visit(inner)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.chains[(node.id,)] = None

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            name = alias.asname or alias.name.partition(".")[0]
            self.imports.append(Imported(name, alias.name, ""))

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        try:
            module = resolve_name("." * node.level + (node.module or ""), self.package or None)
        except ImportError:
            return
        self.imports += [Imported(alias.asname or alias.name, module, alias.name) for alias in node.names]
