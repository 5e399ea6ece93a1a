"""Owns which path of the server answers what: predictions, the Open Inference Protocol, health and metrics."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Sequence
from importlib.metadata import version
from time import monotonic

import msgspec

from treadle.errors import RequestInvalid, StoreError, TreadleError
from treadle.packaging.model import Model
from treadle.serving.batching import Batcher, Cost
from treadle.serving.decode import Decoder, Malformed, Row
from treadle.serving.http import Exchange
from treadle.serving.metrics import REFUSED, ROWS, UNKNOWN, Metrics, render
from treadle.serving.prediction_log import Log
from treadle.serving.protocol import oip
from treadle.serving.protocol.answers import Answers, Predictor, Served, predicted

PROMETHEUS = b"text/plain; version=0.0.4; charset=utf-8"
RETRY = b"Retry-After: 1\r\n"
Encode = Callable[[Sequence[str], Answers, slice], bytes]
_encode = msgspec.json.encode


class Asked:
    """A prediction request that waits for the model, and how its answer is written."""

    __slots__ = ("encode", "exchange", "rows")

    def __init__(self, exchange: Exchange, rows: Sequence[Row], encode: Encode) -> None:
        self.exchange = exchange
        self.rows = rows
        self.encode = encode

    @property
    def gone(self) -> bool:
        """Whether the client went away."""
        return self.exchange.gone


class Application:
    """Answers exchanges for one model; every prediction stands in the log before it is given."""

    def __init__(self, model: Model, served: Served, log: Log, metrics: Metrics, cost: Cost | None = None) -> None:
        self.model = model
        self.served = served
        self.decoder = Decoder(model.signature)
        self.predictor = Predictor(model, self.decoder)
        self._log = log
        self._metrics = metrics
        self._batcher: Batcher[Asked, Answers] = Batcher(self.predictor, self._settle, cost or Cost(0.0, 1e-7))
        self._started = monotonic()
        self._told = 0.0
        self._outputs = ("prediction", "probability") if self.predictor.classes else ("prediction",)
        self._routes = self._table()

    def __call__(self, exchange: Exchange) -> None:
        """Answer one exchange, now or after the model did; no error leaves as an exception."""
        found = self._routes.get(exchange.path)
        if found is None:
            exchange.fail(404, self._nothing(exchange.path))
            return
        method, exchange.route, handler = found
        if exchange.method != method:
            allow = b"Allow: GET, HEAD\r\n" if method == b"GET" else b"Allow: POST\r\n"
            exchange.fail(405, f"{exchange.path.decode()} answers {method.decode()} only", allow)
            return
        handler(exchange)

    def close(self) -> None:
        """End the model's thread and the log."""
        self._batcher.close()
        self._log.close()

    def _table(self) -> dict[bytes, tuple[bytes, str, Callable[[Exchange], None]]]:
        served, get, post = self.served, b"GET", b"POST"
        about = oip.model_metadata(served, self.model.signature, self.predictor.classes)
        table: dict[bytes, tuple[bytes, str, Callable[[Exchange], None]]] = {
            b"/": (get, "other", self._index),
            b"/predict": (post, "predict", self._predict),
            b"/healthz": (get, "health", self._health),
            b"/metrics": (get, "metrics", self._figures),
            b"/v2": (get, "other", _fixed(oip.server_metadata(version("treadle")))),
            b"/v2/health/live": (get, "health", _fixed(b'{"live":true}')),
            b"/v2/health/ready": (get, "health", _fixed(b'{"ready":true}')),
        }
        name = f"/v2/models/{served.model}"
        for base in (name, f"{name}/versions/{served.version}"):
            table[base.encode()] = (get, "other", _fixed(about))
            table[f"{base}/ready".encode()] = (get, "health", _fixed(_encode({"name": served.model, "ready": True})))
            table[f"{base}/infer".encode()] = (post, "infer", self._infer)
        return table

    def _predict(self, exchange: Exchange) -> None:
        try:
            rows = self.decoder.decode(exchange.body)
        except RequestInvalid as error:
            self._refuse(exchange, error)
            return
        self._ask(exchange, rows, lambda ids, answers, part: predicted(self.served, ids, answers.lines[part]))

    def _infer(self, exchange: Exchange) -> None:
        try:
            request, rows = oip.read(exchange.body, self.decoder, self._outputs)
        except RequestInvalid as error:
            self._refuse(exchange, error)
            return
        self._ask(
            exchange,
            rows,
            lambda ids, answers, part: oip.answered(self.served, self.model.signature, request, ids, answers, part),
        )

    def _ask(self, exchange: Exchange, rows: Sequence[Row], encode: Encode) -> None:
        if not self._batcher.submit(Asked(exchange, rows, encode)):
            exchange.fail(503, "more than a second of work waits already", RETRY)
        else:
            self._metrics.add(UNKNOWN, self.decoder.unknown(rows))

    def _refuse(self, exchange: Exchange, error: RequestInvalid) -> None:
        self._metrics.add(REFUSED)
        more = {"field": error.field, "expected": error.expected, "next": error.next_move}
        exchange.fail(
            400 if isinstance(error, Malformed) else 422,
            error.met,
            more={name: says for name, says in more.items() if says},
        )

    def _settle(self, group: Sequence[Asked], answers: Answers | Exception) -> None:
        """Log a batch with one write, then answer each of its requests; what cannot be logged is not answered."""
        if isinstance(answers, Exception):
            if monotonic() - self._told > 1:
                self._told = monotonic()
                traceback.print_exception(answers, file=sys.stderr)
            says = answers.met if isinstance(answers, TreadleError) else f"{type(answers).__name__}: {answers}"
            for asked in group:
                asked.exchange.fail(500, f"the model failed: {says}")
            return
        moment = monotonic()
        rows = [row for asked in group for row in asked.rows]
        took = [(moment - asked.exchange.started) * 1e3 for asked in group for _ in asked.rows]
        try:
            ids = self._log.append(rows, answers.lines, took)
        except StoreError as error:
            for asked in group:
                asked.exchange.fail(507, error.met, RETRY)
            return
        self._metrics.add(ROWS, len(rows))
        start = 0
        for asked in group:
            part = slice(start, start + len(asked.rows))
            asked.exchange.respond(200, asked.encode(ids[part], answers, part))
            start = part.stop

    def _health(self, exchange: Exchange) -> None:
        exchange.respond(
            200,
            _encode(
                {
                    "status": "draining" if exchange.connection.server.draining else "live",
                    **msgspec.structs.asdict(self.served),
                    "uptime_seconds": round(monotonic() - self._started, 3),
                }
            ),
        )

    def _figures(self, exchange: Exchange) -> None:
        text = render(self._metrics.total(), msgspec.structs.asdict(self.served))
        exchange.respond(200, text, PROMETHEUS)

    def _index(self, exchange: Exchange) -> None:
        routes = [f"{method.decode()} {path.decode()}" for path, (method, _, _) in self._routes.items()]
        columns = {field.name: field.type for field in self.model.signature.inputs}
        exchange.respond(200, _encode({**msgspec.structs.asdict(self.served), "inputs": columns, "routes": routes}))

    def _nothing(self, path: bytes) -> str:
        asked = path.decode("utf-8", "replace")
        if asked.startswith("/v2/models/"):
            return f"no {asked}; this server has model {self.served.model!r}, version {self.served.version}"
        return f"no {asked}; see / for what this server answers"


def _fixed(body: bytes) -> Callable[[Exchange], None]:
    """Return a handler that always answers `body`."""
    return lambda exchange: exchange.respond(200, body)
