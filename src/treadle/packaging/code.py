"""Owns the project code that travels in a package: which files, and how versions of it live side by side.

Shipped modules are imported under a private name that holds the package's digest (`_treadle_5f2c.flights.model`), so
that no version meets another or the project's own source, whenever the import happens. To that end the absolute
imports of the project's package are turned to the private name as a module is compiled; `importlib.import_module`
with a text is not. The sources are read once, right after they were verified, and nothing is written beside them.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.abc import InspectLoader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import CodeType
from typing import Any

from treadle.errors import PackageError

FOLDER = "code"


def gather(root: Path, package: str) -> dict[str, bytes]:
    """Return the Python files of the project's `package` under `root`, by relative path."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted((root / package).rglob("*.py"))
        if "__pycache__" not in path.parts
    }


def imports(files: dict[str, bytes]) -> set[str]:
    """Return the first names of all modules that Python `files` import absolutely, anywhere in them."""
    found: set[str] = set()
    for name, source in files.items():
        for node in ast.walk(ast.parse(source, name)):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found


class Shipped(MetaPathFinder, InspectLoader):
    """The modules of one package's code, importable as `name`.MODULE for as long as the process lives."""

    def __init__(self, folder: Path, package: str, digest: str) -> None:
        self.package = package
        self.name = f"_treadle_{digest[:16]}"
        root = folder / FOLDER
        self._sources = {path.relative_to(root): path.read_bytes() for path in sorted(root.rglob("*.py"))}
        self._root = root

    def function(self, address: str) -> Callable[..., Any]:
        """Import `module:function`; PackageError if the shipped code has no such function."""
        module, _, name = address.partition(":")
        try:
            found: Callable[..., Any] = getattr(import_module(f"{self.name}.{module}"), name)
        except (ImportError, AttributeError) as error:
            raise PackageError(
                f"the package's code has no {address}: {str(error).replace(self.name + '.', '')}",
                next_move="install what it imports, or build the model again",
            ) from error
        return found

    def _path(self, name: str) -> Path | None:
        place = Path(*name.split(".")[1:])
        return next(
            (each for each in (place / "__init__.py", place.with_name(f"{place.name}.py")) if each in self._sources),
            None,
        )

    def find_spec(self, fullname: str, *_ignored: object) -> ModuleSpec | None:
        """Return the spec of a shipped module; a folder without __init__.py is a package too."""
        head, _, inner = fullname.partition(".")
        if head != self.name:
            return None
        if inner and (file := self._path(fullname)):
            spec = spec_from_loader(
                fullname, self, origin=str(self._root / file), is_package=file.name == "__init__.py"
            )
            if spec:
                spec.has_location = True
            return spec
        folder = Path(*inner.split(".")) if inner else Path()
        if inner and not any(folder in each.parents for each in self._sources):
            return None
        return ModuleSpec(fullname, None, is_package=True)

    def get_source(self, fullname: str) -> str:
        """Return the source of a shipped module as it was verified."""
        file = self._path(fullname)
        if file is None:
            raise ImportError(f"no module {fullname} in the package")
        return self._sources[file].decode()

    def get_code(self, fullname: str) -> CodeType:
        """Compile a shipped module with its imports of the project's package turned to the private name."""
        file = self._path(fullname)
        origin = str(self._root / file) if file else fullname
        tree = _Private(self.name, self.package).visit(ast.parse(self.get_source(fullname), origin))
        return compile(ast.fix_missing_locations(tree), origin, "exec", dont_inherit=True)


class _Private(ast.NodeTransformer):
    """Turns absolute imports of `package` into imports of `name`.package."""

    def __init__(self, name: str, package: str) -> None:
        self._name = name
        self._package = package

    def _own(self, module: str) -> bool:
        return (module + ".").startswith(self._package + ".")

    def visit_Import(self, node: ast.Import) -> list[ast.stmt]:
        """`import a.b` binds a, so a is imported from the private package besides."""
        made: list[ast.stmt] = []
        for alias in node.names:
            if not self._own(alias.name):
                made.append(ast.Import([alias]))
                continue
            hidden = alias.asname or self._name
            made.append(ast.Import([ast.alias(f"{self._name}.{alias.name}", hidden)]))
            if not alias.asname:
                made.append(ast.ImportFrom(self._name, [ast.alias(self._package)], 0))
        return [ast.copy_location(each, node) for each in made]

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """`from a.b import c` becomes `from PRIVATE.a.b import c`; relative imports are private already."""
        if not node.level and node.module and self._own(node.module):
            node.module = f"{self._name}.{node.module}"
        return node


_ready: dict[str, Shipped] = {}


def ship(folder: Path, package: str, digest: str) -> Shipped:
    """Return the code in the package `folder`, whose verified digest is `digest`, ready to be imported."""
    found = _ready.get(digest)
    if found is None:
        found = _ready[digest] = Shipped(folder, package, digest)
        sys.meta_path.insert(0, found)
    return found
