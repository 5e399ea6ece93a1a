"""Owns the signature: the inputs a model accepts and the outputs it gives."""

from __future__ import annotations

import msgspec

MLFLOW = {
    "int": "long",
    "float": "double",
    "str": "string",
    "bool": "boolean",
    "datetime": "datetime",
    "date": "datetime",
}


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """One column: its type, whether it may be missing, the values seen (text only) and the range seen."""

    name: str
    type: str
    null: bool = False
    values: tuple[str, ...] | None = None
    min: float | None = None
    max: float | None = None


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """What goes in and what comes out, in order."""

    inputs: tuple[Field, ...]
    outputs: tuple[Field, ...]

    def to_mlflow(self) -> dict[str, str]:
        """Return the signature as MLflow's MLmodel file writes it: JSON texts under inputs and outputs.

        A whole number that may be missing is a double there: pandas has no other form for it.
        """
        return {
            side: msgspec.json.encode(
                [{"type": _mlflow(field), "name": field.name, "required": not field.null} for field in fields]
            ).decode()
            for side, fields in (("inputs", self.inputs), ("outputs", self.outputs))
        }


def _mlflow(field: Field) -> str:
    return "double" if field.type == "int" and field.null else MLFLOW[field.type]
