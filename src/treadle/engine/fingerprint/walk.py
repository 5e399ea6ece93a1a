"""Owns the walk from a function to all that decides what it does: helpers, classes, constants, closures, packages."""

from __future__ import annotations

import ast
import copy
import dis
import sys
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType, ModuleType
from typing import Any

from blake3 import blake3

from treadle.engine.fingerprint import names, source
from treadle.engine.fingerprint.origin import is_source, package
from treadle.engine.fingerprint.values import Opaque, describe, is_code, name_of, short

_LOOK_UPS = {"LOAD_GLOBAL", "LOAD_NAME", "LOAD_CLASSDEREF", "LOAD_FROM_DICT_OR_GLOBALS"}


class Walk:
    """One walk; `parts` gathers what was met: `code NAME`, `constant NAME`, `package NAME`."""

    def __init__(self) -> None:
        self.parts: dict[str, str] = {}
        self._seen: dict[int, Any] = {}
        self._queue: list[Any] = []

    def text(self, value: Any) -> str:
        """Return the canonical text of a value, walking the code in it; raises Opaque."""
        told = describe(value, self.refer)
        while self._queue:
            self._enter(self._queue.pop())
        return told

    def refer(self, value: Any) -> str:
        """Return the name of a function, class or module, to be walked later."""
        if not isinstance(value, FunctionType | type | ModuleType) and hasattr(value, "__wrapped__"):
            return self.refer(value.__wrapped__)
        if id(value) not in self._seen:
            self._seen[id(value)] = value
            self._queue.append(value)
        return name_of(value)

    def _enter(self, value: Any) -> None:
        if isinstance(value, FunctionType):
            self._function(value)
        elif isinstance(value, ModuleType):
            self._module(value)
        elif isinstance(value, type):
            self._class(value)
        else:
            self._outside(getattr(value, "__module__", None) or type(getattr(value, "__self__", None)).__module__)

    def _function(self, function: FunctionType) -> None:
        name = name_of(function)
        cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
        if not is_source(function.__code__.co_filename):
            self._outside(function.__globals__.get("__name__", function.__module__))
            inner = [getattr(function, "__wrapped__", None), *(_content(cell) for cell in cells.values())]
            for each in inner:
                if is_code(each):
                    self.refer(each)
            return
        nodes = [self._bare(node, function.__globals__) for node in source.function_nodes(function)]
        self._part(f"code {name}", source.digest_nodes(nodes) if nodes else source.digest_code(function.__code__))
        for variable, cell in cells.items():
            if variable != "__class__":
                self._reach(f"{name}.{variable}", _content(cell))
        for parameter, value in _defaults(function, nodes):
            self._reach(f"{name}({parameter})", value)
        code = function.__code__
        self._follow(nodes or [_spelled(_read(code))], function.__globals__, _local(code))

    def _class(self, kind: type) -> None:
        for each in kind.__mro__:
            if each is not kind:
                self.refer(each)
        meta = type(kind)
        if meta is not type:
            self.refer(meta)
        file = source.file_of(kind)
        if not is_source(file) or (not file and kind.__module__.partition(".")[0] in sys.stdlib_module_names):
            self._outside(kind.__module__)
            return
        nodes = source.class_nodes(kind)
        methods = [value for value in vars(kind).values() if isinstance(value, FunctionType)]
        bodies = [source.digest_code(method.__code__) for method in methods] if not nodes else []
        self._part(f"code {name_of(kind)}", source.digest_nodes(nodes) + "".join(bodies))
        for method in methods:
            if not nodes or not method.__qualname__.startswith(f"{kind.__qualname__}."):
                self.refer(method)
        self._follow(nodes, vars(sys.modules[kind.__module__]))

    def _module(self, module: ModuleType) -> None:
        file = getattr(module, "__file__", None)
        if not file or not is_source(file):
            self._outside(module.__name__)
            return
        tree = source.parsed(file)
        if tree is not None:
            self._part(f"code {module.__name__}", source.digest_nodes(tree.tree.body))
            self._follow(tree.tree.body, vars(module))

    def _outside(self, module: str) -> None:
        if module != "treadle" and not module.startswith("treadle.engine"):
            found = package(module)
            if found:
                self.parts[f"package {found[0]}"] = found[1]

    def _follow(self, nodes: list[Any], scope: Mapping[str, Any], local: frozenset[str] = frozenset()) -> None:
        """Reach whatever the source reads: names of `scope` that are not `local` to it, and its own imports."""
        found = names.references(nodes, scope.get("__package__") or "")
        own: dict[str, Any] = {}
        for imported in found.imports:
            own[imported.name] = names.bind(imported)
            if own[imported.name] is None:
                self._outside(imported.module)
        for root, *rest in found.chains:
            if root in own:
                self._chain(f"{scope.get('__name__')}.{root}", own[root], rest)
            elif root in scope and root not in local and not root.startswith("__"):
                self._chain(f"{scope.get('__name__')}.{root}", scope[root], rest)

    def _chain(self, label: str, value: Any, rest: list[str]) -> None:
        """Reach the end of `label.rest`, as far as it leads through modules of source."""
        for step in rest:
            if not isinstance(value, ModuleType):
                break
            if value.__name__ != "treadle" and not is_source(getattr(value, "__file__", None) or "<frozen"):
                break
            label, value = f"{value.__name__}.{step}", names.attribute(value, step)
        if value is not None:
            self._reach(label, value)

    def _reach(self, label: str, value: Any) -> None:
        """Take in a value that source reads: code by walking it, a constant by its text, else by its assignment."""
        if is_code(value):
            self.refer(value)
            return
        waiting = list(self._queue)
        try:
            self._part(f"constant {label}", short(describe(value, self.refer)))
        except Opaque:
            for unneeded in self._queue[len(waiting) :]:
                del self._seen[id(unneeded)]
            self._queue = waiting
            self._assigned(label, value)

    def _assigned(self, label: str, value: Any) -> None:
        module = sys.modules.get(label.rpartition(".")[0])
        file = getattr(module, "__file__", None)
        nodes = source.assignments(file, label.rpartition(".")[2]) if file and is_source(file) else []
        self._part(f"code {label}", source.digest_nodes(nodes) if nodes else type(value).__qualname__)
        if nodes and id(value) not in self._seen:
            self._seen[id(value)] = value
            self._follow(nodes, vars(module))

    def _bare(self, node: source.Definition, scope: Mapping[str, Any]) -> source.Definition:
        """Return the definition without Treadle's own decorators."""
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) or not node.decorator_list:
            return node
        bare = copy.copy(node)
        bare.decorator_list = [each for each in node.decorator_list if not _treadles(names.chain_of(each), scope)]
        return bare

    def _part(self, name: str, text: str) -> None:
        """Note a part; two things of one name (lambdas, closures of one function) are noted together."""
        known = self.parts.get(name)
        if known is not None and known != text:
            text = blake3(f"{known}\n{text}".encode()).hexdigest()[:32]
        self.parts[name] = text


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _defaults(function: FunctionType, nodes: list[Any]) -> Iterator[tuple[str, Any]]:
    """Yield the defaults that the source alone does not tell: those that are no literals."""
    positional = function.__code__.co_varnames[: function.__code__.co_argcount]
    values = function.__defaults__ or ()
    told = {
        **dict(zip(positional[len(positional) - len(values) :], values, strict=True)),
        **(function.__kwdefaults__ or {}),
    }
    if len(nodes) == 1:
        its = nodes[0].args
        arguments = [*its.posonlyargs, *its.args]
        spelled = dict(
            zip([each.arg for each in arguments[len(arguments) - len(its.defaults) :]], its.defaults, strict=True)
        )
        spelled |= {each.arg: value for each, value in zip(its.kwonlyargs, its.kw_defaults, strict=True) if value}
        told = {name: value for name, value in told.items() if not isinstance(spelled.get(name), ast.Constant)}
    yield from told.items()


def _read(code: CodeType) -> frozenset[str]:
    """Return the names that code, with the functions in it, may look up outside itself."""
    read = frozenset(code.co_names)
    return read.union(*(_read(constant) for constant in code.co_consts if isinstance(constant, CodeType)))


def _local(code: CodeType) -> frozenset[str]:
    """Return the names that are local to code or to a function in it, and that none of them looks up outside."""
    inner = [code, *source.codes_in(code)]
    local = {name for each in inner for name in each.co_varnames + each.co_cellvars + each.co_freevars}
    unsure = local & _read(code)
    if unsure:  # the name of an attribute may be that of a local
        looked_up = {each.argval for part in inner for each in dis.get_instructions(part) if each.opname in _LOOK_UPS}
        return frozenset(local - looked_up)
    return frozenset(local)


def _spelled(read: frozenset[str]) -> ast.AST:
    """Return a tree that reads the names, for code without source."""
    return ast.Tuple([ast.Name(name, ast.Load()) for name in sorted(read)], ast.Load())


def _treadles(chain: tuple[str, ...], scope: Mapping[str, Any]) -> bool:
    value: Any = scope.get(chain[0]) if chain else None
    for step in chain[1:]:
        value = getattr(value, step, None)
    return str(getattr(value, "__module__", "")).startswith("treadle.engine")
