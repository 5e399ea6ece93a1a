"""Makes model servers for tests: small models, a server in a thread on either event loop, and raw clients."""

from __future__ import annotations

import asyncio
import http.client
import socket
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import uvloop

from treadle.packaging.model import About, Model, Outputs
from treadle.packaging.signature import Field, Signature
from treadle.serving.batching import Cost
from treadle.serving.http import Exchange, Limits, Server
from treadle.serving.listener import listen
from treadle.serving.metrics import Metrics
from treadle.serving.prediction_log import Log
from treadle.serving.protocol import Application
from treadle.serving.protocol.answers import Served

LOOPS: Mapping[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "uvloop": uvloop.new_event_loop,
    "asyncio": asyncio.new_event_loop,
}
FIELDS = (
    Field(name="distance", type="float"),
    Field(name="hour", type="int"),
    Field(name="carrier", type="str", null=True, values=("AA", "UA")),
)
ROW = {"distance": 1.5, "hour": 7, "carrier": "AA"}
SERVED = Served(model="flights", version="3", package="d" * 64, environment="development", runtime="onnx")


def a_signature(*fields: Field, output: str = "float") -> Signature:
    return Signature(inputs=fields or FIELDS, outputs=(Field(name="prediction", type=output),))


def doubled(columns: Mapping[str, Sequence[Any]]) -> Outputs:
    """A regression: twice the first column."""
    return {"prediction": np.asarray(next(iter(columns.values())), dtype=float) * 2}


def judged(columns: Mapping[str, Sequence[Any]]) -> Outputs:
    """A classification: early or late by the first column, surely."""
    late = np.asarray(next(iter(columns.values())), dtype=float) > 10
    return {"prediction": np.where(late, "late", "early"), "probability": np.stack([~late, late], axis=1).astype(float)}


def a_model(
    runtime: Callable[[Mapping[str, Sequence[Any]]], Outputs] = doubled,
    signature: Signature | None = None,
    classes: tuple[Any, ...] = (),
) -> Model:
    """A loaded model around any function of columns."""
    about = About(
        name="flights",
        task="classification" if classes else "regression",
        classes=classes,
        signature=signature or a_signature(),
        features="",
        package="",
        columns=(),
        runtime="onnx",
        trusted=(),
        agreement={},
        lineage={},
    )
    return Model("d" * 64, about, None, runtime)


def a_classifier() -> Model:
    return a_model(judged, a_signature(output="str"), ("early", "late"))


class Running(NamedTuple):
    """A server in a thread."""

    port: int
    server: Server
    loop: asyncio.AbstractEventLoop
    metrics: Metrics

    def call(self, function: Callable[..., Any], *arguments: Any) -> Any:
        """Call a function, or await one, in the loop of the server and return its result."""

        async def called() -> Any:
            result = function(*arguments)
            return await result if asyncio.iscoroutine(result) else result

        return asyncio.run_coroutine_threadsafe(called(), self.loop).result(20)


@contextmanager
def running(
    application: Callable[[Metrics], Callable[[Exchange], None]], *, loop: str = "uvloop", limits: Limits | None = None
) -> Iterator[Running]:
    """Serve what `application` makes on a free port until the block ends."""
    events, metrics, started = LOOPS[loop](), Metrics(), threading.Event()
    found: list[Running] = []

    async def begin() -> asyncio.Server:
        server = Server(application(metrics), metrics, limits)
        listener = listen("127.0.0.1", 0)
        accepting = await events.create_server(server, sock=listener)
        found.append(Running(listener.getsockname()[1], server, events, metrics))
        return accepting

    def work() -> None:
        asyncio.set_event_loop(events)
        accepting = events.run_until_complete(begin())
        started.set()
        events.run_forever()
        accepting.close()
        found[0].server.close()
        events.run_until_complete(asyncio.sleep(0.01))
        events.close()

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    assert started.wait(20)
    try:
        yield found[0]
    finally:
        events.call_soon_threadsafe(events.stop)
        thread.join(20)


@contextmanager
def serving(
    folder: Path, model: Model | None = None, *, loop: str = "uvloop", cost: Cost | None = None, **limits: Any
) -> Iterator[Running]:
    """Serve a whole application for `model`; its prediction log is `folder`."""
    made: list[Application] = []

    def application(metrics: Metrics) -> Application:
        log = Log(folder, SERVED.package, SERVED.environment)
        made.append(Application(model or a_model(), SERVED, log, metrics, cost))
        return made[0]

    with running(application, loop=loop, limits=Limits(**limits)) as server:
        try:
            yield server
        finally:
            made[0].close()


class Answer(NamedTuple):
    """What a client got: status, headers in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return msgspec.json.decode(self.body)


def ask(port: int, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None) -> Answer:
    """Send one request on a connection of its own; a body that is not bytes goes as JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        data = body if body is None or isinstance(body, bytes) else msgspec.json.encode(body)
        connection.request(method, path, data, {"Connection": "close", **(headers or {})})
        answer = connection.getresponse()
        return Answer(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
    finally:
        connection.close()


def predict(port: int, *rows: Mapping[str, Any]) -> Answer:
    return ask(port, "POST", "/predict", {"inputs": list(rows or (ROW,))})


@contextmanager
def dialled(port: int) -> Iterator[socket.socket]:
    """A raw connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        yield connection


def told(port: int, *words: bytes) -> bytes:
    """Send `words` raw, shut the sending side, and return everything that comes back."""
    with dialled(port) as connection:
        for each in words:
            connection.sendall(each)
        connection.shutdown(socket.SHUT_WR)
        return heard(connection)


def heard(connection: socket.socket) -> bytes:
    """Return all that comes until the server closes."""
    out = b""
    try:
        while more := connection.recv(65536):
            out += more
    except ConnectionResetError:
        pass
    return out


def one_answer(connection: socket.socket) -> Answer:
    """Read exactly one answer from a connection that stays open."""
    out = b""
    while b"\r\n\r\n" not in out:
        more = connection.recv(1)
        assert more, f"closed after {out!r}"
        out += more
    lines = out.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
    body = b""
    while len(body) < int(headers.get("content-length", 0)):
        body += connection.recv(int(headers["content-length"]) - len(body))
    return Answer(int(lines[0].split()[1]), headers, body)
