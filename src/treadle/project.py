"""Owns how treadle.toml is found, read into typed settings, and how its errors name file, line and the right key."""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import msgspec

from treadle.errors import CodeError, SettingsError
from treadle.kinds import nearest
from treadle.settings import Environment, Settings
from treadle.workspace import Workspace

FILE = "treadle.toml"


class Project(msgspec.Struct, frozen=True):
    """A project on disk: its folder and its settings."""

    root: Path
    settings: Settings

    @property
    def name(self) -> str:
        """The project's name, which is also its model's."""
        return self.settings.project.name

    @property
    def package(self) -> str:
        """The Python package that holds the project's code."""
        return self.settings.project.package or self.name.replace("-", "_")

    def open(self, actor: str | None = None) -> Workspace:
        """Open the workspace (catalog and store) that the settings name."""
        project = self.settings.project
        return Workspace.open(self.root, project.catalog, project.store, actor=actor)

    def environment(self, name: str) -> Environment:
        """Return the settings of the environment `name`; SettingsError names the nearest if there is none."""
        try:
            return self.settings.environments[name]
        except KeyError:
            known = self.settings.environments
            raise SettingsError(
                f"no environment {name!r} in {self.root / FILE}",
                expected=f"one of {', '.join(sorted(known))}",
                next_move=nearest(name, known) or f"add a section [environments.{name}]",
            ) from None

    def function(self, address: str | None, default: str) -> Callable[..., Any]:
        """Import `module:function` (by default `package.model:default`) from the project's code."""
        address = address or f"{self.package}.model:{default}"
        module_name, _, attribute = address.partition(":")
        if str(self.root) not in sys.path:
            sys.path.insert(0, str(self.root))
        try:
            module = import_module(module_name)
        except ModuleNotFoundError as error:
            if error.name and not module_name.startswith(error.name):
                raise CodeError(
                    f"{module_name} imports {error.name!r}, which is not installed",
                    next_move=f"pip install {error.name.partition('.')[0]}, or correct the import",
                ) from error
            raise CodeError(
                f"there is no module {module_name!r} under {self.root}",
                expected=f"a file {module_name.replace('.', '/')}.py with a function {attribute}()",
                next_move="write it, or set project.package in treadle.toml",
            ) from error
        except Exception as error:
            raise CodeError(f"{module_name} cannot be imported: {type(error).__name__}: {error}") from error
        found = getattr(module, attribute, None)
        if not callable(found):
            functions = [name for name in vars(module) if callable(getattr(module, name))]
            raise CodeError(
                f"{module_name} has no function {attribute}()",
                expected=f"def {attribute}(...) in {module.__file__}",
                next_move=nearest(attribute, functions),
            )
        return found  # type: ignore[no-any-return]


def load(start: Path | None = None) -> Project:
    """Read the nearest treadle.toml at or above `start` (the working folder if absent).

    Raises SettingsError with file, line, what was met and what was expected.
    """
    folder = (start or Path.cwd()).resolve()
    for candidate in (folder, *folder.parents):
        if (candidate / FILE).is_file():
            return Project(candidate, read(candidate / FILE))
    raise SettingsError(
        f"no {FILE} in {folder} or any folder above it",
        next_move="go to your project's folder, or make one with `treadle init NAME`",
    )


def read(path: Path) -> Settings:
    """Read one treadle.toml into Settings; SettingsError says where it is wrong."""
    text = path.read_text(encoding="utf-8")
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{path} is not valid TOML: {error}") from error
    try:
        return msgspec.convert(raw, Settings)
    except msgspec.ValidationError as error:
        raise _explained(path, text, raw, str(error)) from error


def _explained(path: Path, text: str, raw: dict[str, Any], message: str) -> SettingsError:
    """Turn a validation message such as `Expected int, got str - at $.train.trials` into one that teaches."""
    met, _, where = message.partition(" - at `")
    keys = [key.strip("'\"") for key in re.findall(r"\['?([^\]]+?)'?\]|\.([A-Za-z_]\w*)", where) for key in key if key]
    expected, advice = "", ""
    if unknown := re.search(r"unknown field `(.+)`", met):
        keys.append(unknown[1])
        allowed = _fields(keys[:-1])
        met = f"unknown key {unknown[1]!r}"
        expected = f"one of {', '.join(sorted(allowed))}"
        advice = nearest(unknown[1], allowed)
    elif missing := re.search(r"missing required field `(.+)`", met):
        met = f"the key {missing[1]!r} is missing"
        expected = f"{'.'.join([*keys, missing[1]])} = ..."
    else:
        value: Any = raw
        for key in keys:
            try:
                value = value[int(key)] if isinstance(value, list) else value[key]
            except (KeyError, IndexError, TypeError, ValueError):
                break
        expected, met = met, f"{value!r} cannot be used"
        if choices := _choices(keys):
            expected = f"one of {', '.join(map(repr, choices))}"
            advice = nearest(str(value), [str(choice) for choice in choices])
    dotted = ".".join(keys)
    return SettingsError(
        f"{path}:{line_of(text, keys)}: {dotted}: {met}" if dotted else f"{path}: {met}",
        expected=expected,
        next_move=advice,
    )


def _type_at(keys: list[str]) -> Any:
    """Return the type that the settings give to the value at `keys`, or None."""
    kind: Any = msgspec.inspect.type_info(Settings)
    for key in keys:
        kind = _bare(kind)
        if isinstance(kind, msgspec.inspect.StructType):
            kind = next((field.type for field in kind.fields if field.encode_name == key), None)
        elif isinstance(kind, msgspec.inspect.DictType):
            kind = kind.value_type
        elif isinstance(kind, msgspec.inspect.VarTupleType):
            kind = kind.item_type
        else:
            return None
    return _bare(kind)


def _bare(kind: Any) -> Any:
    """Strip descriptions and `| None` from an inspected type."""
    while isinstance(kind, msgspec.inspect.Metadata | msgspec.inspect.UnionType):
        if isinstance(kind, msgspec.inspect.Metadata):
            kind = kind.type
        else:
            kind = next(t for t in kind.types if not isinstance(t, msgspec.inspect.NoneType))
    return kind


def _fields(keys: list[str]) -> list[str]:
    kind = _type_at(keys)
    return [field.encode_name for field in kind.fields] if isinstance(kind, msgspec.inspect.StructType) else []


def _choices(keys: list[str]) -> tuple[Any, ...]:
    kind = _type_at(keys)
    return tuple(kind.values) if isinstance(kind, msgspec.inspect.LiteralType) else ()


def line_of(text: str, keys: list[str]) -> int:
    """Return the line (from 1) where `keys` stands in TOML `text`; the deepest table that contains it if absent."""
    names = [key for key in keys if not key.isdigit()]
    best, table, depth = 1, [], 0
    for number, line in enumerate(text.splitlines(), 1):
        if header := re.match(r"\s*\[\[?\s*([^\]]+?)\s*\]\]?\s*(#.*)?$", line):
            table = [part.strip(" \"'") for part in header[1].split(".")]
            here = table
        elif pair := re.match(r"\s*([A-Za-z0-9_.\"'-]+)\s*=", line):
            here = [*table, *(part.strip("\"'") for part in pair[1].split("."))]
        else:
            continue
        if here == names[: len(here)] and len(here) > depth:
            best, depth = number, len(here)
    return best
