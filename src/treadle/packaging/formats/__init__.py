"""Owns the table of model formats; each is a function that loads a model from its bytes and runs no code from them."""

from treadle.kinds import Kinds

FORMATS = Kinds(
    "format",
    {"sklearn": "treadle.packaging.formats.sklearn:load", "onnx": "treadle.packaging.formats.onnx:load"},
)
