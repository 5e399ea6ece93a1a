"""Owns the process that answers predictions: it loads a package, answers its own first request, and serves.

Run by the supervisor as `python -m treadle.serving.worker ASSIGNMENT`.
"""

from __future__ import annotations

import asyncio
import gc
import os
import resource
import signal
import socket
import sys
import traceback
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from treadle.errors import DeployError, TreadleError
from treadle.packaging.model import Model, load
from treadle.serving.batching import Cost, calibrate
from treadle.serving.crew import DRAIN, DRAIN_LIMIT, DRAINING, FAILED, GO, GRACE, READY, Assignment
from treadle.serving.http import Server
from treadle.serving.listener import BACKLOG
from treadle.serving.metrics import Metrics
from treadle.serving.prediction_log import Log
from treadle.serving.protocol import Application
from treadle.serving.protocol.answers import Served
from treadle.serving.state import Place

try:
    from uvloop import run
except ImportError:
    from asyncio import run

EXAMPLE = "input_example.json"
"""The file of a package that holds a `/predict` body."""
ORPHAN_GRACE = 1.0
"""Seconds an idle connection is kept when the supervisor died."""


class Line:
    """The worker's end of the line to its supervisor."""

    def __init__(self, descriptor: int) -> None:
        self._socket = socket.socket(fileno=descriptor)
        self._socket.setblocking(False)
        self._heard = b""

    def say(self, words: bytes) -> None:
        """Tell the supervisor; it may be dead."""
        try:
            self._socket.sendall(words)
        except OSError:
            return

    async def hear(self) -> bytes:
        """Return the next line the supervisor says, or nothing when it died."""
        while b"\n" not in self._heard:
            try:
                more = await asyncio.get_running_loop().sock_recv(self._socket, 4096)
            except OSError:
                more = b""
            if not more:
                return b""
            self._heard += more
        line, _, self._heard = self._heard.partition(b"\n")
        return line + b"\n"


async def rehearse(model: Model, served: Served, example: bytes) -> Cost:
    """Send `example` to the model through the whole server, and measure what its calls cost.

    Nothing of it enters log or counters. Raises DeployError with the answer if it is not 200.
    """
    with TemporaryDirectory() as scratch:
        metrics = Metrics()
        application = Application(model, served, Log(Path(scratch), served.package, served.environment), metrics)
        server = Server(application, metrics)
        ours, theirs = socket.socketpair()
        try:
            await asyncio.get_running_loop().connect_accepted_socket(server, theirs)
            reader, writer = await asyncio.open_connection(sock=ours)
            head = b"POST /predict HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(example)
            writer.write(head + example)
            answer = await reader.read()
            writer.close()
            await writer.wait_closed()
            status, _, body = answer.partition(b"\r\n\r\n")
            if b" 200 " not in status[:14]:
                raise DeployError(f"the package refuses its own example: {body.decode(errors='replace')}")
            return calibrate(application.predictor, application.decoder.decode(example)[0])
        finally:
            server.close()
            application.close()


async def serve(model: Model, given: Assignment, line: Line) -> None:
    """Rehearse, say so, wait to be let go, answer until told to drain (or killed, or orphaned), then drain."""
    desired, loop = given.desired, asyncio.get_running_loop()
    served = Served(
        model=desired.model,
        version=desired.version,
        package=desired.package,
        environment=desired.environment,
        runtime=model.runtime,
    )
    cost = await rehearse(model, served, (Path(desired.folder) / EXAMPLE).read_bytes())
    gc.collect()
    gc.freeze()
    line.say(READY)
    if await line.hear() != GO:
        return
    place = Place(Path(given.folder))
    metrics = Metrics(place.metrics, given.slot)
    log = Log(place.predictions, desired.package, desired.environment)
    application = Application(model, served, log, metrics, cost)
    server, stop = Server(application, metrics), asyncio.Event()

    def drain(grace: float) -> None:
        server.drain(grace)
        stop.set()

    async def obey() -> None:
        while order := await line.hear():
            drain(float(order.removeprefix(DRAIN)))
        drain(ORPHAN_GRACE)

    loop.add_signal_handler(signal.SIGTERM, drain, GRACE)
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    accepting = await loop.create_server(server, sock=socket.socket(fileno=given.listener), backlog=BACKLOG)
    obeying = asyncio.ensure_future(obey())
    await stop.wait()
    accepting.close()
    line.say(DRAINING)
    await server.drained(DRAIN_LIMIT)
    obeying.cancel()
    application.close()


def main(arguments: list[str]) -> int:
    """Serve the assignment given as JSON; what goes wrong before that is told to the supervisor."""
    given = msgspec.json.decode(arguments[0], type=Assignment, dec_hook=lambda kind, value: kind(value))
    line = Line(given.line)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    try:
        model = load(Path(given.desired.folder), expected=given.desired.package)
        run(serve(model, given, line))
    except Exception as error:
        traceback.print_exc()
        says = str(error) if isinstance(error, TreadleError) else f"{type(error).__name__}: {error}"
        line.say(FAILED + msgspec.json.encode(says) + b"\n")
        return 1
    return 0


if __name__ == "__main__":
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)  # a model call that never ends must not keep the process
