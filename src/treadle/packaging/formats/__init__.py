"""Owns the table of model formats; each is a module with `save` and `load` that never run code from the file."""

from treadle.kinds import Kinds

FORMATS = Kinds(
    "format",
    {"sklearn": "treadle.packaging.formats.sklearn:load", "onnx": "treadle.packaging.formats.onnx:load"},
)
