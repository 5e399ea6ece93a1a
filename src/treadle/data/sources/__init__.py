"""Owns where rows come from: files, or a function of the project; a source names its batches and fingerprints them.

The contract is `Source`: `batches` and `fingerprint`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import polars as pl

from treadle.kinds import Kinds
from treadle.settings import Data

__all__ = ["SOURCES", "Source", "open_source"]


class Source(Protocol):
    """Rows in named batches."""

    def batches(self) -> Iterator[tuple[str, pl.DataFrame]]:
        """Yield each batch with the name it keeps in the dataset version; DataError if one cannot be read."""

    def fingerprint(self) -> dict[str, str]:
        """Return a digest by name that changes when what would be read changes."""


SOURCES = Kinds(
    "source",
    {
        "files": "treadle.data.sources.files:FileSource",
        "function": "treadle.data.sources.function:FunctionSource",
    },
)
"""Kinds of source; `open_source` tells them apart by how [data] source is written."""

ADDRESS = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*")


def open_source(data: Data, root: Path) -> Source:
    """Open the source the settings name, relative to the project's folder `root`.

    `module:function` is a function of the project; anything else is files. Raises DataError if no file matches,
    CodeError if the function cannot be imported.
    """
    kind = "function" if isinstance(data.source, str) and ADDRESS.fullmatch(data.source) else "files"
    source: Source = SOURCES.load(kind)(data.source, root)
    return source
