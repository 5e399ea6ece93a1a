"""Owns the source of functions and classes: their syntax trees, without what does not matter to the result."""

from __future__ import annotations

import ast
import os
import time
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from blake3 import blake3

Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
_STARTED = time.time_ns()
_files: dict[str, tuple[tuple[int, int], File | None]] = {}


class File(NamedTuple):
    """A parsed file: its tree without docstrings, and the definitions in it by line and name, classes by full name."""

    tree: ast.Module
    functions: dict[tuple[int, str], list[Definition]]
    classes: dict[str, list[Definition]]
    codes: frozenset[CodeType] | None


def parsed(path: str) -> File | None:
    """Return the file at `path`, parsed once as long as it stays the same; None if there is no Python to read.

    `codes` holds its compiled functions where the file was written after this process began, None else.
    """
    try:
        stat = os.stat(path)  # noqa: PTH116 (a hot line)
    except OSError:
        return None
    stamp = (stat.st_mtime_ns, stat.st_size)
    known = _files.get(path)
    if known is None or known[0] != stamp:
        known = _files[path] = (stamp, _parse(path, fresh=stat.st_mtime_ns >= _STARTED))
    return known[1]


def function_nodes(function: FunctionType) -> list[Definition]:
    """Return the definitions of `function` (several lambdas may share a line); none if its source is not at hand.

    Source that was edited after it was imported is not at hand: it says what runs next time, not what runs now.
    """
    code = function.__code__
    file = parsed(code.co_filename)
    if file is None or (file.codes is not None and code not in file.codes):
        return []
    return file.functions.get((code.co_firstlineno, code.co_name), [])


def class_nodes(kind: type) -> list[Definition]:
    """Return the definitions of a class by its full name; none if its source is not at hand."""
    file = parsed(file_of(kind))
    nodes = file.classes.get(kind.__qualname__, []) if file else []
    methods = [value for value in vars(kind).values() if isinstance(value, FunctionType)]
    here = [method for method in methods if method.__qualname__.startswith(f"{kind.__qualname__}.")]
    if file and file.codes is not None and any(_own(file, method) for method in here):
        return []
    return nodes


def file_of(kind: type) -> str:
    """Return the file of a class's module, or the empty string."""
    import sys

    return getattr(sys.modules.get(kind.__module__), "__file__", None) or ""


def assignments(path: str, name: str) -> list[ast.stmt]:
    """Return the statements at the top of a file that give the name its value."""
    file = parsed(path)
    return [statement for statement in file.tree.body if name in _bound(statement)] if file else []


def digest_nodes(nodes: list[Any]) -> str:
    """Return the digest of what the trees say, whatever their layout and comments."""
    text = "\n".join(ast.dump(node, annotate_fields=False) for node in nodes)
    return blake3(text.encode()).hexdigest()[:32]


def digest_code(code: CodeType) -> str:
    """Return the digest of compiled code: for functions without source at hand."""
    hasher = blake3(code.co_code)
    for part in (code.co_names, code.co_varnames, code.co_freevars):
        hasher.update(repr(part).encode())
    for constant in code.co_consts:
        nested = isinstance(constant, CodeType)
        hasher.update((digest_code(constant) if nested else _plain(constant)).encode())
    return hasher.hexdigest()[:32]


def _plain(constant: Any) -> str:
    return repr(sorted(map(repr, constant))) if isinstance(constant, frozenset) else repr(constant)


def _own(file: File, method: FunctionType) -> bool:
    """Whether a method of this file is not what the file says now."""
    code = method.__code__
    return file.codes is not None and parsed(code.co_filename) is file and code not in file.codes


def _parse(path: str, *, fresh: bool) -> File | None:
    try:
        text = Path(path).read_bytes()
        tree = ast.parse(text)
        codes = frozenset(codes_in(compile(text, path, "exec", dont_inherit=True))) if fresh else None
    except (OSError, SyntaxError, ValueError):
        return None
    file = File(tree, {}, {}, codes)
    _index(tree, "", file)
    return file


def codes_in(code: CodeType) -> list[CodeType]:
    """Return the compiled functions and classes inside compiled code, at any depth."""
    nested = [constant for constant in code.co_consts if isinstance(constant, CodeType)]
    return [*nested, *(inner for outer in nested for inner in codes_in(outer))]


def _index(node: ast.AST, prefix: str, file: File) -> None:
    """Note every definition below `node`, whose full names begin with `prefix`, and drop the docstrings."""
    for child in ast.iter_child_nodes(node):
        inner = prefix
        if isinstance(child, ast.ClassDef):
            _undocument(child)
            file.classes.setdefault(prefix + child.name, []).append(child)
            inner = f"{prefix}{child.name}."
        elif isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            _undocument(child)
            first = min([child.lineno, *(decorator.lineno for decorator in child.decorator_list)])
            file.functions.setdefault((first, child.name), []).append(child)
            inner = f"{prefix}{child.name}.<locals>."
        elif isinstance(child, ast.Lambda):
            file.functions.setdefault((child.lineno, "<lambda>"), []).append(child)
            inner = f"{prefix}<lambda>.<locals>."
        _index(child, inner, file)


def _undocument(node: ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    first = node.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        node.body = node.body[1:] or [ast.Pass()]


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement at the top of a module binds by assignment."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return set()
    return {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
