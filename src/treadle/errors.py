"""Owns the errors Treadle raises: one root, each message says what was met, what was expected, the next move."""

from __future__ import annotations


class TreadleError(Exception):
    """A mistake or a fault the user can act on; never shown with a traceback.

    `met` is what was found, `expected` what should have been there, `next_move` what to do about it.
    The string form joins the three, each on its own line after the first.
    """

    def __init__(self, met: str, *, expected: str = "", next_move: str = "") -> None:
        self.met = met
        self.expected = expected
        self.next_move = next_move
        lines = [met]
        if expected:
            lines.append(f"  expected: {expected}")
        if next_move:
            lines.append(f"  next: {next_move}")
        super().__init__("\n".join(lines))


class SettingsError(TreadleError):
    """treadle.toml, or a value taken from it, cannot be used."""


class ScaffoldError(TreadleError):
    """A project cannot be started under this name or in this folder."""


class UnknownKind(TreadleError):
    """A name stands in no table of kinds."""


class NotFound(TreadleError):
    """No record or object has this name."""


class Conflict(TreadleError):
    """The record changed under the writer, or already exists with other contents."""


class DataError(TreadleError):
    """A source, schema or split refused the rows."""


class SealedSplit(TreadleError):
    """The test split was asked for where it may not be read, or its read budget is spent."""


class CodeError(TreadleError):
    """The project's own code cannot be imported, or lacks a function the settings name."""


class StepFailed(TreadleError):
    """A step of a pipeline raised; the message carries the step's name and the user's line."""


class StoreError(TreadleError):
    """Bytes could not be written, or what was read is not what its digest promises."""


class CatalogError(TreadleError):
    """The catalog cannot be opened or is of another version."""


class AuditBroken(TreadleError):
    """The audit chain does not verify; the message names the first wrong entry."""


class GateFailed(TreadleError):
    """A gate refused a model."""


class PackageError(TreadleError):
    """A model package is incomplete, altered, or not loadable safely."""


class RequestInvalid(TreadleError):
    """A prediction request does not fit the model's signature; `field` names where."""

    def __init__(self, met: str, *, field: str = "", expected: str = "", next_move: str = "") -> None:
        self.field = field
        super().__init__(met, expected=expected, next_move=next_move)


class DeployError(TreadleError):
    """A release could not be put live, or an approval is missing."""


class MonitorError(TreadleError):
    """Predictions or labels cannot be read or joined."""


class LineageBroken(TreadleError):
    """A link of the chain from a prediction to its rows is missing."""
