"""Owns the digest that names bytes everywhere: BLAKE3, 64 hex characters."""

from __future__ import annotations

import re
from pathlib import Path

from blake3 import blake3

PATTERN = re.compile(r"[0-9a-f]{64}")


def digest(data: bytes) -> str:
    """Return the digest of `data`."""
    return blake3(data).hexdigest()


def digest_file(path: Path) -> str:
    """Return the digest of the contents of the file at `path`, read through a memory map on all cores.

    Raises OSError if the file cannot be read.
    """
    return blake3(max_threads=blake3.AUTO).update_mmap(path).hexdigest()
