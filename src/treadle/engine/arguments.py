"""Owns what the arguments of a call mean: the parts they add to its key, and the form in which they reach its body."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from treadle.engine import codecs
from treadle.engine.explain import UNKNOWN
from treadle.engine.files import Digests, File, Files
from treadle.engine.fingerprint import Opaque, Walk, fingerprint, short
from treadle.engine.graph import Node, Ref, Stored, is_sequence, like, replaced, stored
from treadle.engine.step import Step
from treadle.errors import CodeError
from treadle.records import Artifact
from treadle.store import Store

_LARGEST = 64
"""Entries of a dict that are told one by one; a larger one counts as a whole."""
PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


class Resolved(NamedTuple):
    """A call made definite: the parts of its key, its arguments for the body, the files it reads by digest."""

    parts: dict[str, str]
    arguments: dict[str, Any]
    files: dict[Path, str]


class Arguments:
    """What the arguments of one run's calls mean; values that occur often are told once."""

    def __init__(self, store: Store, digests: Digests, root: Path) -> None:
        self._store = store
        self._digests = digests
        self._root = root
        self._codes: dict[Step, Mapping[str, str]] = {}
        self._told: dict[int, tuple[Any, Any]] = {}

    def node(self, step: Step, args: tuple[Any, ...], keywords: dict[str, Any], place: int) -> Node:
        """Return the node of a call, its lists and dicts as they are now, its files found.

        Raises CodeError for arguments that do not fit, DataError for files that are not there.
        """
        arguments = replaced(step.bind(args, keywords), lambda ref: ref)
        for name, kind in step.files.items():
            value = arguments.get(name)
            if kind is Files and value is not None and not isinstance(value, Ref):
                arguments[name] = value if isinstance(value, Files) else Files.match(value, self._root)
            elif kind is File and value is not None and not isinstance(value, Ref):
                arguments[name] = File(value)
        self.code(step)
        return Node(step, arguments, place)

    def code(self, step: Step) -> Mapping[str, str]:
        """Return the parts that a step's code makes, as it was when first asked in this run."""
        if step.version is not None:
            return {"version": step.version}
        if step not in self._codes:
            self._codes[step] = fingerprint(step.function)
        return self._codes[step]

    def resolve(self, node: Node) -> Resolved:
        """Return what a call means now; inputs of nodes that are not done have unknown parts.

        Raises CodeError for an argument whose contents cannot be told, DataError for a file that cannot be read.
        """
        told = _Telling(self, {"step": _title(node.step), "python": PYTHON, **self.code(node.step)})
        arguments = {}
        for name, value in node.arguments.items():
            if name in node.step.ignore:
                arguments[name] = replaced(value, stored)
            else:
                arguments[name] = told.put(name, value)
        return Resolved(told.parts, arguments, told.files)

    def forget(self) -> None:
        """Drop the values that were told, so that they can be freed."""
        self._told.clear()

    def file(self, file: File) -> tuple[str, str]:
        """Return the name of a file and the digest of its contents."""
        return self._digests.name(file), self._digests.of(file)

    def place(self, file: File) -> File:
        """Return the whole path of a file."""
        return File(self._root / file)

    def once(self, value: Any, tell: Any) -> Any:
        """Return `tell(value)`, asked once an object."""
        known = self._told.get(id(value))
        if known is None:
            known = self._told[id(value)] = (value, tell(value))
        return known[1]

    def keep(self, value: Any) -> Stored:
        """Put a value of an argument into the store."""
        codec, data = codecs.encode(value)
        return Stored(Artifact(name="argument", codec=codec, digest=self._store.put(data), size=len(data)), Any)


class _Telling:
    """The parts of one call while they are gathered."""

    def __init__(self, its: Arguments, parts: dict[str, str]) -> None:
        self.its = its
        self.parts = parts
        self.files: dict[Path, str] = {}

    def put(self, path: str, value: Any) -> Any:
        """Add the parts of the value at `path` (`train.trials`) and return it as the body's side gets it."""
        if isinstance(value, Ref):
            self.parts[f"input {path}"] = _input(value)
            return stored(value)
        if isinstance(value, File):
            return self._file(path, value)
        if isinstance(value, Files):
            self.parts[f"parameter {path}"] = "files"
            return Files([self._file(path, file) for file in value])
        if isinstance(value, msgspec.Struct):
            self.parts[f"parameter {path}"] = f"{type(value).__module__}.{type(value).__qualname__}"
            for field in value.__struct_fields__:
                self.put(f"{path}.{field}", getattr(value, field))
            return value
        if type(value) is dict and (len(value) <= _LARGEST or _has_inputs(value)):
            self.parts[f"parameter {path}"] = "dict"
            return {key: self.put(f"{path}{_key(key)}", item) for key, item in value.items()}
        if is_sequence(value) and _has_inputs(value):
            self.parts[f"parameter {path}"] = type(value).__qualname__
            return like(value, [self.put(f"{path}[{place}]", item) for place, item in enumerate(value)])
        return self._plain(path, value)

    def _plain(self, path: str, value: Any) -> Any:
        if codecs.codec_of(value) in ("parquet", "npy") and not getattr(
            getattr(value, "dtype", None), "hasobject", False
        ):
            stored: Stored = self.its.once(value, self.its.keep)
            self.parts[f"input {path}"] = f"{stored.artifact.codec}:{stored.artifact.digest}"
            return stored
        if type(value) in (bool, int, float, str, type(None)):
            self.parts[f"parameter {path}"] = short(repr(value))
            return value
        try:
            text, parts = self.its.once(value, _walked)
        except Opaque as opaque:
            raise CodeError(
                f"the argument {path} holds a {opaque.kind}, whose contents cannot be told",
                expected="plain values, structs, frames, arrays, functions, unfitted estimators, or what a step gave",
                next_move=f"make it in the step that needs it, or name it in @step(ignore=[{path.split('.')[0]!r}])",
            ) from opaque
        self.parts[f"parameter {path}"] = text
        self.parts.update(parts)
        return value

    def _file(self, path: str, file: File) -> File:
        name, digest = self.its.file(file)
        whole = self.its.place(file)
        self.parts[f"file {path} {name}"] = self.files[whole] = digest
        return whole


def _title(step: Step) -> str:
    return f"{step.id} -> {', '.join(output.name for output in step.returns)}"


def _walked(value: Any) -> tuple[str, dict[str, str]]:
    walk = Walk()
    return short(walk.text(value)), walk.parts


def _input(ref: Ref) -> str:
    return UNKNOWN if ref.node.outputs is None else f"{ref.artifact.codec}:{ref.digest}"


def _has_inputs(value: Any) -> bool:
    """Whether futures or files stand in a list, tuple or dict, at any depth."""
    if isinstance(value, Ref | File | Files):
        return True
    items = value.values() if type(value) is dict else value if is_sequence(value) else ()
    return any(_has_inputs(item) for item in items)


def _key(key: Any) -> str:
    return f".{key}" if type(key) is str and key.isidentifier() else f"[{key!r}]"
