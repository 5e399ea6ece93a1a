"""Owns how a new project's files are rendered from templates and put in a folder, all of them or none."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from importlib.machinery import PathFinder
from importlib.resources import files
from keyword import iskeyword
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from treadle.errors import ScaffoldError

TEMPLATES = ("tabular", "flights")
"""Projects that a scaffold can start from; `minimal` is one more, for teaching."""

NAME = re.compile(r"[a-z][a-z0-9_-]{0,62}")
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+")
ORIGIN = re.compile(r"github\.com[:/]([^/\s]+/[^/\s]+?)(\.git)?/?$")
NOWHERE = "OWNER/REPOSITORY"
TAKEN = frozenset({"treadle", "tests", "data", "reports", "hello"})
"""Names of folders and modules that a project has besides its package."""


def scaffold(name: str, folder: Path, *, template: str = "tabular", repository: str = "") -> list[Path]:
    """Write the project `name` into `folder` and return the paths of its files, sorted.

    `template` is tabular, flights or minimal. `repository` (OWNER/NAME on GitHub) is for the status badge; without
    it the `origin` of a git repository in `folder` is taken, else the README marks the place to fill in. Raises
    ScaffoldError for a name or repository that will not do, and for a folder that holds anything but `.git`.
    """
    package = _package(name)
    if repository and not REPOSITORY.fullmatch(repository):
        raise ScaffoldError(f"{repository!r} names no repository", expected="OWNER/NAME, as in its address on GitHub")
    _free(folder)
    words = {
        "dot": ".",  # a template's own name has none in front, as builders of wheels leave such files out
        "name": name,
        "package": package,
        "template": template,
        "minimal": template == "minimal",
        "badge": _badge(repository or _origin(folder)),
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=".scaffold-", dir=folder) as draft:
            paths = list(_render(Path(draft), template, words))
            for entry in Path(draft).iterdir():
                entry.rename(folder / entry.name)
    except OSError as error:
        raise ScaffoldError(
            f"{folder} cannot be written: {error.strerror}", next_move="name a folder you may write with --directory"
        ) from error
    return sorted(folder / path for path in paths)


def _render(folder: Path, template: str, words: dict[str, Any]) -> Iterator[Path]:
    """Write every file of the template, and what all templates share, into `folder`; yield relative paths."""
    root = Path(str(files("treadle"))) / "templates"
    jinja = Environment(
        loader=FileSystemLoader(root),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        autoescape=select_autoescape(),
    )
    for layer in ("common", template):
        for source in sorted((root / layer).rglob("*.jinja")):
            path = Path(jinja.from_string(str(source.relative_to(root / layer).with_suffix(""))).render(words))
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            text = jinja.get_template(source.relative_to(root).as_posix()).render(words)
            (folder / path).write_text(text, encoding="utf-8")
            yield path


def _package(name: str) -> str:
    """Return the importable name of a project; ScaffoldError if it would hide another module, or cannot be one."""
    package = name.replace("-", "_")
    if not NAME.fullmatch(name):
        proposal = re.sub(r"[^a-z0-9_-]+", "-", name.lower()).strip("-_0123456789")[:63]
        raise ScaffoldError(
            f"{name!r} cannot be the name of a project",
            expected="lower-case letters, digits, - and _, a letter first, at most 63",
            next_move=f"for example {proposal}" if NAME.fullmatch(proposal) else "",
        )
    installed = [sysconfig.get_path(kind) for kind in ("purelib", "platlib")]
    if iskeyword(package):
        why = "is a keyword of Python"
    elif package in sys.stdlib_module_names:
        why = "is a module of Python's own"
    elif package in TAKEN:
        why = "has a meaning of its own in a project"
    elif PathFinder.find_spec(package, installed):
        why = "is an installed module"
    else:
        return package
    raise ScaffoldError(
        f"{name!r} {why}, which a package of that name would hide",
        expected="a name of your own",
        next_move=f"for example {name}-model",
    )


def _free(folder: Path) -> None:
    """Raise ScaffoldError if `folder` is a file, or holds anything but a fresh `.git`."""
    if folder.exists() and not folder.is_dir():
        raise ScaffoldError(f"{folder} is a file", expected="a new or empty folder")
    there = sorted(path.name for path in folder.iterdir() if path.name != ".git") if folder.is_dir() else []
    if there:
        raise ScaffoldError(
            f"{folder} is not empty: it holds {', '.join(there[:3])}{' and more' if len(there) > 3 else ''}",
            expected="a new or empty folder, so that nothing is overwritten",
            next_move="choose another name, or another folder with --directory",
        )


def _origin(folder: Path) -> str:
    """Return OWNER/NAME of the GitHub repository that `folder` is a clone of, or the empty string."""
    if not (folder / ".git").exists():
        return ""
    command = ["git", "-C", str(folder), "config", "--get", "remote.origin.url"]
    try:
        address = subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""
    found = ORIGIN.search(address)
    return found[1] if found else ""


def _badge(repository: str) -> str:
    """Return the status badge in Markdown, after a comment that says what to fill in if nothing is known."""
    page = f"https://github.com/{repository or NOWHERE}/actions/workflows/main.yml"
    note = "" if repository else f"<!-- Write your GitHub owner and repository in place of {NOWHERE}, twice. -->\n"
    return f"{note}[![main]({page}/badge.svg)]({page})"
