"""Owns what the model's arrays become: one JSON object a row, kept in the log and given to the client alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from treadle.packaging.model import Model
from treadle.serving.decode import Decoder, Row

_encode = msgspec.json.Encoder().encode


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """What a server says it serves: model name and version, package digest, environment, how the model runs."""

    model: str
    version: str
    package: str
    environment: str
    runtime: str


class Regressed(msgspec.Struct, frozen=True, gc=False):
    """The answer to one row: a number."""

    prediction: float


class Classified(msgspec.Struct, frozen=True, gc=False):
    """The answer to one row: a class, and the probability of each class by its name."""

    prediction: Any
    probability: dict[str, float]


class Answers(msgspec.Struct, frozen=True):
    """The answers to some rows: predictions, probabilities by class (None for a regression), and each row as JSON."""

    predictions: list[Any]
    probabilities: list[list[float]] | None
    lines: list[bytes]


class Predictor:
    """A model that takes rows and gives answers."""

    def __init__(self, model: Model, decoder: Decoder) -> None:
        self._model = model
        self._columns = decoder.columns
        self.classes = tuple(named(each) for each in model.classes or ())

    def __call__(self, rows: Sequence[Row]) -> Answers:
        """Return the answers to `rows`, in order."""
        outputs = self._model.predict(self._columns(rows))
        predictions = outputs["prediction"].tolist()
        if "probability" not in outputs:
            return Answers(predictions, None, [_encode(Regressed(each)) for each in predictions])
        probabilities = outputs["probability"].tolist()
        classes = self.classes
        lines = [
            _encode(Classified(prediction, dict(zip(classes, each, strict=True))))
            for prediction, each in zip(predictions, probabilities, strict=True)
        ]
        return Answers(predictions, probabilities, lines)


def named(label: Any) -> str:
    """Return a class label as a JSON key."""
    return label if isinstance(label, str) else _encode(label).decode()


def predicted(served: Served, ids: Sequence[str], lines: Sequence[bytes]) -> bytes:
    """Return the body of a `/predict` answer: what is served, and each row's answer with its id."""
    head = _encode({"model": served.model, "version": served.version, "package": served.package})[:-1]
    rows = [b'{"id":"%s",%s' % (id.encode(), line[1:]) for id, line in zip(ids, lines, strict=True)]
    return b'%s,"predictions":[%s]}' % (head, b",".join(rows))
