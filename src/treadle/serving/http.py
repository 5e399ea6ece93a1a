"""Owns HTTP/1.1 on a socket: requests in, answers out in order, limits, timeouts and draining; it knows no routes."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Mapping
from email.utils import formatdate
from http import HTTPStatus
from time import monotonic
from typing import Any

import httptools
import msgspec

from treadle.serving.metrics import CONNECTIONS, IN_FLIGHT, Metrics

JSON = b"application/json"
REASONS = {status.value: status.phrase.encode() for status in HTTPStatus}
FOREVER = float("inf")
PIPELINED = 64
"""Unanswered requests of one connection beyond which it is not read."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """What a client may ask of a connection: sizes in bytes, times in seconds."""

    head: int = 32 * 1024
    body: int = 16 * 1024 * 1024
    request: float = 30.0
    idle: float = 600.0
    linger: float = 2.0


class Exchange:
    """One request and, once `respond` was called, its answer. `path` is without the query; a HEAD shows as a GET."""

    __slots__ = (
        "answer",
        "body",
        "connection",
        "expects",
        "headless",
        "keep",
        "kept",
        "method",
        "path",
        "route",
        "started",
    )

    def __init__(self, connection: Connection, method: bytes, path: bytes, keep: bool) -> None:
        self.connection = connection
        self.headless = method == b"HEAD"
        self.method = b"GET" if self.headless else method
        self.path = path
        self.keep = keep
        self.body = b""
        self.expects = False
        self.kept = b""
        self.route = "other"
        self.started = monotonic()
        self.answer: tuple[int, bytes, bytes, bytes] | None = None

    @property
    def gone(self) -> bool:
        """Whether the client went away, so that nobody waits for the answer."""
        return self.connection.transport is None

    def respond(self, status: int, body: bytes, kind: bytes = JSON, extra: bytes = b"") -> None:
        """Give the answer; `extra` are further header lines, each ended by CRLF. It leaves in the order of requests."""
        self.answer = (status, body, kind, extra)
        connection = self.connection
        connection.server.metrics.request(self.route, status, int((monotonic() - self.started) * 1e6))
        connection.flush()

    def fail(self, status: int, says: str, extra: bytes = b"", more: Mapping[str, str] | None = None) -> None:
        """Answer with an error in JSON: `error` and whatever more is known."""
        self.respond(status, msgspec.json.encode({"error": says, **(more or {})}), JSON, extra)


class Server:
    """What the connections of one worker share: the application, limits, counters, the date, whether it drains."""

    def __init__(self, application: Callable[[Exchange], None], metrics: Metrics, limits: Limits | None = None) -> None:
        self.application = application
        self.metrics = metrics
        self.limits = limits or Limits()
        self.connections: set[Connection] = set()
        self.draining = False
        self._idle_until = FOREVER
        self.date = b""
        self._tick()

    def __call__(self) -> Connection:
        """Return the protocol of a new connection."""
        return Connection(self)

    def drain(self, grace: float) -> None:
        """Close each connection after its next answer, and idle ones after `grace` seconds; may be repeated."""
        self.draining = True
        self._idle_until = monotonic() + grace

    async def drained(self, limit: float) -> None:
        """Return when all connections are closed; those left `limit` seconds after the grace are cut."""
        while self.connections and (moment := monotonic()) < self._idle_until + limit:
            if moment >= self._idle_until:
                for connection in list(self.connections):
                    connection.close_if_idle()
            await asyncio.sleep(0.02)
        self.close()

    def close(self) -> None:
        """Cut every connection and stop the clock."""
        self._ticking.cancel()
        for connection in list(self.connections):
            connection.abort()

    def _tick(self) -> None:
        """Once a second: the date of answers, and the connections whose time is over."""
        self.date = formatdate(usegmt=True).encode()
        moment = monotonic()
        for connection in [each for each in self.connections if each.deadline < moment]:
            connection.late()
        self._ticking = asyncio.get_running_loop().call_later(1.0, self._tick)


class Connection(asyncio.Protocol):
    """The bytes of one client. The parser calls the `on_` methods while it is fed."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.transport: Any = None
        self.deadline = FOREVER
        self._parser = httptools.HttpRequestParser(self)
        self._queue: deque[Exchange] = deque()
        self._reading: Exchange | None = None
        self._partial = False
        self._head = 0
        self._url = b""
        self._length = 0
        self._expects = False
        self._kept = b""
        self._body: list[bytes] = []
        self._size = 0
        self._deaf = False
        self._lingers = False
        self._stuck = False
        self._paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin: the client may be silent for the idle time."""
        self.transport = transport
        self.server.connections.add(self)
        self.server.metrics.add(CONNECTIONS)
        self.deadline = monotonic() + self.server.limits.idle

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002
        """End: what is still being computed for this client has nobody to go to."""
        self.transport = None
        self._deaf = True
        self.server.connections.discard(self)
        self.server.metrics.add(CONNECTIONS, -1)
        self.server.metrics.add(IN_FLIGHT, -len(self._queue))
        self._queue.clear()

    def data_received(self, data: bytes) -> None:
        """Feed the parser; what cannot be HTTP is answered with 400 and the connection closed."""
        if self._deaf:
            return
        if self._partial and self._reading is None:
            self._head += len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._last()
            if not self._queue:
                self._finish()
        except httptools.HttpParserError as error:
            self._refuse(400, f"not HTTP: {error}")
        if self._reading is None and self._head > self.server.limits.head:
            self._refuse(431, f"the head of the request is larger than {self.server.limits.head} bytes")

    def eof_received(self) -> bool:
        """Answer what was asked before the client shut its side, then close."""
        self._last()
        return bool(self._queue) and self._reading is None and not self._lingers

    def pause_writing(self) -> None:
        """Stop reading a client that does not read its answers; it has the request time to catch up."""
        self._stuck = True
        self.deadline = monotonic() + self.server.limits.request
        self._throttle()

    def resume_writing(self) -> None:
        """Read on."""
        self._stuck = False
        self._rest()
        self._throttle()

    def on_message_begin(self) -> None:
        """A request starts: it has the request time to arrive."""
        self.deadline = monotonic() + self.server.limits.request
        self._partial = True
        self._url = self._kept = b""
        self._head = self._length = 0
        self._expects = False

    def on_url(self, url: bytes) -> None:
        """Keep the address, which may come in pieces."""
        self._url += url
        self._head += len(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Keep the three headers that matter here."""
        size = len(name)
        self._head += size + len(value)
        if size == 14 and name.lower() == b"content-length":
            self._length = int(value)
        elif size == 6 and name.lower() == b"expect":
            self._expects = value.lower() == b"100-continue"
        elif size == 10 and value == b"keep-alive" and name.lower() == b"connection":
            self._kept = b"Connection: keep-alive\r\n"

    def on_headers_complete(self) -> None:
        """The head is known: refuse a body too large before it comes, or invite it."""
        if self._deaf:
            return
        parser = self._parser
        exchange = Exchange(self, parser.get_method(), _path(self._url), parser.should_keep_alive())
        exchange.kept = self._kept
        self._reading = exchange
        self._queue.append(exchange)
        self.server.metrics.add(IN_FLIGHT)
        if self._head > self.server.limits.head:
            self._refuse(431, f"the head of the request is larger than {self.server.limits.head} bytes")
        elif self._length > self.server.limits.body:
            self._refuse(413, f"the body is larger than {self.server.limits.body} bytes")
        elif self._expects:
            exchange.expects = True
            self.flush()

    def on_body(self, body: bytes) -> None:
        """Gather the body, chunked or not."""
        if self._deaf:
            return
        self._size += len(body)
        if self._size > self.server.limits.body:
            self._refuse(413, f"the body is larger than {self.server.limits.body} bytes")
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        """The request is whole: hand it to the application."""
        exchange, self._reading = self._reading, None
        self._partial = False
        if self._deaf or exchange is None:
            return
        body = self._body
        exchange.body = body[0] if len(body) == 1 else b"".join(body)
        exchange.expects = False
        self._body = []
        self._size = self._head = 0
        if not self._stuck:
            self.deadline = FOREVER
        if not exchange.keep:
            self._deaf = True
        self.server.application(exchange)
        if len(self._queue) >= PIPELINED:
            self._throttle()

    def flush(self) -> None:
        """Write the answers that are next in order; after the last of a connection, close it."""
        queue, out = self._queue, []
        keep = True
        while queue and keep:
            exchange = queue[0]
            if exchange.answer is None:
                if exchange.expects:
                    exchange.expects = False
                    out.append(b"HTTP/1.1 100 Continue\r\n\r\n")
                break
            queue.popleft()
            keep = exchange.keep and not (self.server.draining and self._idle)
            out.append(self._rendered(exchange, keep))
            self.server.metrics.add(IN_FLIGHT, -1)
        if out:
            self.transport.write(b"".join(out) if len(out) > 1 else out[0])
        if not keep:
            self._finish()
        elif self._idle:
            self._rest()
        if self._paused:
            self._throttle()

    def close_if_idle(self) -> None:
        """Close unless a request is under way."""
        if self._idle and self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        """Cut the connection."""
        if self.transport is not None:
            self.transport.abort()

    def late(self) -> None:
        """The deadline passed: a request that never ended gets 408; who lingers, is stuck or idle is cut."""
        if self._lingers or self._stuck or self._idle:
            self.abort()
        else:
            self._refuse(408, f"the request did not arrive within {self.server.limits.request:g} s")

    @property
    def _idle(self) -> bool:
        return not self._queue and not self._partial

    def _rendered(self, exchange: Exchange, keep: bool) -> bytes:
        assert exchange.answer is not None
        status, body, kind, extra = exchange.answer
        return b"HTTP/1.1 %d %s\r\nDate: %s\r\nContent-Type: %s\r\nContent-Length: %d\r\n%s%s\r\n%s" % (
            status,
            REASONS[status],
            self.server.date,
            kind,
            len(body),
            exchange.kept if keep else b"Connection: close\r\n",
            extra,
            b"" if exchange.headless else body,
        )

    def _refuse(self, status: int, says: str) -> None:
        """Answer a request that will not be read to its end; the client gets time to see the answer."""
        if self._deaf:
            return
        exchange, self._reading = self._reading, None
        if exchange is None:
            exchange = Exchange(self, b"", b"", False)
            self._queue.append(exchange)
            self.server.metrics.add(IN_FLIGHT)
        exchange.keep = exchange.expects = False
        self._deaf = self._lingers = True
        exchange.fail(status, says)

    def _last(self) -> None:
        """Hear nothing more; the newest request is the last to be answered."""
        self._deaf = True
        if self._queue:
            self._queue[-1].keep = False

    def _finish(self) -> None:
        self._deaf = True
        self.server.metrics.add(IN_FLIGHT, -len(self._queue))
        self._queue.clear()
        if self._lingers:
            self.transport.write_eof()
            self.deadline = monotonic() + self.server.limits.linger
        else:
            self.transport.close()

    def _rest(self) -> None:
        if self._idle and not self._lingers and not self._stuck:
            self.deadline = monotonic() + self.server.limits.idle

    def _throttle(self) -> None:
        wanted = self._stuck or len(self._queue) >= PIPELINED
        if wanted != self._paused and self.transport is not None and not self.transport.is_closing():
            self._paused = wanted
            if wanted:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()


def _path(url: bytes) -> bytes:
    """Return the path of an address, which a proxy may send in full."""
    if url[:1] != b"/":
        try:
            url = httptools.parse_url(url).path or b"/"
        except httptools.HttpParserInvalidURLError:
            return url
    return url.partition(b"?")[0]
