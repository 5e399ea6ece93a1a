"""Owns what rows must hold: a schema is inferred, kept in a file for review, and checked in one pass over the rows."""

from treadle.data.schema.checking import check, dtypes, explain, fit
from treadle.data.schema.file import read, write
from treadle.data.schema.inference import infer, infer_source
from treadle.data.schema.rules import REASONS, ROW, SOURCE, validate

__all__ = [
    "REASONS",
    "ROW",
    "SOURCE",
    "check",
    "dtypes",
    "explain",
    "fit",
    "infer",
    "infer_source",
    "read",
    "validate",
    "write",
]
