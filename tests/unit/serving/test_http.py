"""HTTP/1.1 on real sockets, on both event loops: order, reuse, limits, timeouts, draining."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

import pytest

from factories.servers import Running, dialled, heard, one_answer, running, told
from treadle.serving.http import Exchange, Limits
from treadle.serving.metrics import CONNECTIONS, IN_FLIGHT, Metrics


class Echo:
    """Answers what it was asked; a path with `later` is answered when `release` is called."""

    def __init__(self, metrics: Metrics) -> None:
        self.waiting: list[Exchange] = []

    def __call__(self, exchange: Exchange) -> None:
        if exchange.path.startswith(b"/later"):
            self.waiting.append(exchange)
        else:
            self.answer(exchange)

    def answer(self, exchange: Exchange) -> None:
        said = b"%s %s %s" % (exchange.method, exchange.path, exchange.body)
        exchange.respond(200, said * (1_000_000 if exchange.path == b"/large" else 1), b"text/plain")

    def release(self, backwards: bool = False) -> None:
        for exchange in reversed(self.waiting) if backwards else self.waiting:
            self.answer(exchange)
        self.waiting = []


@pytest.fixture(params=["uvloop", "asyncio"])
def loop(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@contextmanager
def echoing(loop: str = "uvloop", **limits: float) -> Iterator[tuple[Running, Echo]]:
    made: list[Echo] = []

    def application(metrics: Metrics) -> Echo:
        made.append(Echo(metrics))
        return made[0]

    with running(application, loop=loop, limits=Limits(**limits)) as server:  # type: ignore[arg-type]
        yield server, made[0]


def until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        time.sleep(0.005)
    raise AssertionError("never became true")


def statuses(said: bytes) -> list[int]:
    return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", said)]


def get(path: str = "/", *lines: str, version: str = "1.1") -> bytes:
    return "\r\n".join([f"GET {path} HTTP/{version}", "Host: a", *lines, "", ""]).encode()


def post(path: str, body: bytes, *lines: str) -> bytes:
    head = [f"POST {path} HTTP/1.1", "Host: a", f"Content-Length: {len(body)}", *lines, "", ""]
    return "\r\n".join(head).encode() + body


def test_one_connection_answers_one_request_after_the_other(loop: str) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as connection:
        for number in range(3):
            connection.sendall(post(f"/{number}", b"body"))
            answer = one_answer(connection)
            assert (answer.status, answer.body) == (200, b"POST /%d body" % number)
            assert answer.headers["content-type"] == "text/plain"
            assert "connection" not in answer.headers
            assert answer.headers["date"].endswith("GMT")


def test_pipelined_requests_are_answered_in_order(loop: str) -> None:
    with echoing(loop) as (server, _):
        said = told(server.port, b"".join(get(f"/{number}") for number in range(200)))
    assert statuses(said) == [200] * 200
    assert [said.index(b"GET /%d " % number) for number in range(200)] == sorted(
        said.index(b"GET /%d " % number) for number in range(200)
    )


def test_answers_wait_for_those_before_them(loop: str) -> None:
    with echoing(loop) as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later/1") + get("/later/2") + get("/now"))
        until(lambda: len(echo.waiting) == 2)
        server.call(echo.release, True)
        assert [one_answer(connection).body for _ in range(3)] == [b"GET /later/1 ", b"GET /later/2 ", b"GET /now "]


def test_a_request_may_come_byte_by_byte(loop: str) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in post("/slow", b"body"):
            connection.sendall(bytes([byte]))
            time.sleep(0.0002)
        assert one_answer(connection).body == b"POST /slow body"


def test_chunked_bodies_are_put_together(loop: str) -> None:
    chunked = (
        b"POST /c HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n5;x=y\r\n-done\r\n0\r\n\r\n"
    )
    with echoing(loop) as (server, _):
        assert told(server.port, chunked, get("/next")).count(b"POST /c half-done") == 1


def test_the_query_is_no_part_of_the_path() -> None:
    with echoing() as (server, _):
        assert b"GET /a " in told(server.port, get("/a?b=c"))


def test_an_address_in_full_is_its_path() -> None:
    with echoing() as (server, _):
        said = told(server.port, get("http://elsewhere/a?b"), get("http://elsewhere"))
    assert b"GET /a " in said
    assert b"GET / " in said


def test_a_head_request_gets_no_body() -> None:
    with echoing() as (server, _), dialled(server.port) as connection:
        connection.sendall(get("/a").replace(b"GET", b"HEAD") + get("/b", "Connection: close"))
        said = heard(connection)
    first, second = said.split(b"\r\n\r\n", 1)
    assert b"Content-Length: 7" in first
    assert second.startswith(b"HTTP/1.1 200")


def test_a_client_that_asks_to_close_is_closed(loop: str) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as connection:
        connection.sendall(get("/a", "Connection: close") + get("/never"))
        said = heard(connection)
    assert statuses(said) == [200]
    assert b"Connection: close\r\n" in said


def test_old_clients_are_closed_unless_they_ask_to_stay() -> None:
    with echoing() as (server, _), dialled(server.port) as connection:
        connection.sendall(get(version="1.0"))
        assert statuses(heard(connection)) == [200]
        with dialled(server.port) as staying:
            staying.sendall(get("/", "Connection: keep-alive", version="1.0"))
            assert one_answer(staying).headers["connection"] == "keep-alive"
            staying.sendall(get("/", version="1.0"))
            assert one_answer(staying).headers["connection"] == "close"


def test_a_client_that_shuts_its_side_is_still_answered(loop: str) -> None:
    with echoing(loop) as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later"))
        connection.shutdown(socket.SHUT_WR)
        until(lambda: len(echo.waiting) == 1)
        time.sleep(0.02)
        server.call(echo.release)
        assert statuses(heard(connection)) == [200]


def test_the_body_is_invited_when_the_client_waits_for_it(loop: str) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as connection:
        connection.sendall(post("/a", b"", "Expect: 100-continue").replace(b"Length: 0", b"Length: 4"))
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert one_answer(connection).body == b"POST /a body"


def test_an_invitation_does_not_overtake_an_answer() -> None:
    expecting = post("/b", b"", "Expect: 100-continue").replace(b"Length: 0", b"Length: 4")
    with echoing() as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later") + expecting)
        until(lambda: len(echo.waiting) == 1)
        server.call(echo.release)
        assert one_answer(connection).body == b"GET /later "
        assert connection.recv(100) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"body")
        assert one_answer(connection).body == b"POST /b body"


@pytest.mark.parametrize(
    "words",
    [b"hello\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/1.1\r\nbad header\r\n\r\n"],
    ids=["words", "no path", "tls", "bad header"],
)
def test_what_is_not_http_is_refused(loop: str, words: bytes) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as connection:
        connection.sendall(words)
        said = heard(connection)
    assert statuses(said) == [400]
    assert b'{"error":"not HTTP' in said


def test_answers_before_a_broken_request_still_leave() -> None:
    with echoing() as (server, _), dialled(server.port) as connection:
        connection.sendall(get("/a") + b"\0\0\0\0")
        assert statuses(heard(connection)) == [200, 400]


def test_two_lengths_are_no_way_to_smuggle() -> None:
    both = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    two = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nbody!"
    with echoing() as (server, _):
        for words in (both, two):
            with dialled(server.port) as connection:
                connection.sendall(words)
                assert statuses(heard(connection)) == [400]


def test_a_body_said_to_be_too_large_is_refused_before_it_comes(loop: str) -> None:
    with echoing(loop, body=100) as (server, echo), dialled(server.port) as connection:
        connection.sendall(post("/a", b"", "Expect: 100-continue").replace(b"Length: 0", b"Length: 101"))
        said = heard(connection)
    assert statuses(said) == [413]
    assert b"larger than 100 bytes" in said


def test_a_client_that_goes_on_sending_sees_why_it_is_refused(loop: str) -> None:
    with echoing(loop, body=100_000) as (server, _), dialled(server.port) as connection:
        connection.sendall(post("/a", b"", "").replace(b"Length: 0", b"Length: 1000000"))
        connection.sendall(b"x" * 1_000_000)
        connection.shutdown(socket.SHUT_WR)
        assert statuses(heard(connection)) == [413]


def test_a_chunked_body_that_grows_too_large_is_refused() -> None:
    head = b"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    with echoing(body=100) as (server, _):
        assert statuses(told(server.port, head + b"32\r\n" + b"x" * 50 + b"\r\n" + b"33\r\n" + b"x" * 51)) == [413]


def test_a_body_of_just_the_limit_is_taken() -> None:
    with echoing(body=100) as (server, _):
        assert statuses(told(server.port, post("/", b"x" * 100))) == [200]


@pytest.mark.parametrize(
    "words",
    [get("/", *[f"X-{number}: {'y' * 100}" for number in range(20)]), get("/" + "a" * 1100), b"GET / HTTP/1.1\r\nX: "],
    ids=["many headers", "long address", "endless header"],
)
def test_a_head_beyond_its_limit_is_refused(words: bytes) -> None:
    with echoing(head=1000) as (server, _), dialled(server.port) as connection:
        connection.sendall(words)
        if words.endswith(b"X: "):
            for _ in range(20):
                connection.sendall(b"y" * 100)
                time.sleep(0.001)
        assert statuses(heard(connection)) == [431]


def test_a_request_that_does_not_end_is_given_up(loop: str) -> None:
    with echoing(loop, request=0.05) as (server, _):
        for words in (b"GET / HT", post("/", b"").replace(b"Length: 0", b"Length: 5") + b"bod"):
            with dialled(server.port) as connection:
                connection.sendall(words)
                assert statuses(heard(connection)) == [408]


def test_a_silent_connection_is_closed_after_the_idle_time(loop: str) -> None:
    with echoing(loop, idle=0.05) as (server, _):
        with dialled(server.port) as connection:
            assert heard(connection) == b""
        with dialled(server.port) as connection:
            connection.sendall(get())
            assert statuses(heard(connection)) == [200]


def test_a_request_being_answered_has_no_deadline() -> None:
    with echoing(idle=0.05, request=0.05) as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later"))
        until(lambda: len(echo.waiting) == 1)
        time.sleep(1.3)
        server.call(echo.release)
        assert one_answer(connection).status == 200


def test_who_lingers_after_a_refusal_is_cut() -> None:
    with echoing(body=10, linger=0.05) as (server, _), dialled(server.port) as connection:
        connection.sendall(post("/", b"", "").replace(b"Length: 0", b"Length: 11"))
        assert statuses(heard(connection)) == [413]
        until(lambda: len(server.server.connections) == 0)


def test_a_client_that_does_not_read_is_not_read_and_finally_cut(loop: str) -> None:
    with echoing(loop, request=0.3) as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/large") * 3)
        until(lambda: len(server.server.connections) == 1)
        until(lambda: len(server.server.connections) == 0)


def test_a_client_that_reads_late_gets_everything() -> None:
    with echoing() as (server, _), dialled(server.port) as connection:
        connection.sendall(get("/large") + get("/next", "Connection: close"))
        time.sleep(0.2)
        said = heard(connection)
    assert len(said) > 10_000_000
    assert said.endswith(b"GET /next ")


def test_a_flood_of_pipelined_requests_is_throttled_and_answered(loop: str) -> None:
    with echoing(loop) as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later") * 64)
        until(lambda: len(echo.waiting) == 64)
        connection.sendall(get("/later") * 64)
        time.sleep(0.05)
        assert len(echo.waiting) == 64
        server.call(echo.release)
        until(lambda: len(echo.waiting) == 64)
        server.call(echo.release)
        assert [one_answer(connection).status for _ in range(128)] == [200] * 128


def test_a_client_that_leaves_is_known_to_be_gone(loop: str) -> None:
    with echoing(loop) as (server, echo):
        with dialled(server.port) as connection:
            connection.sendall(get("/later"))
            until(lambda: len(echo.waiting) == 1)
            assert not echo.waiting[0].gone
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        until(lambda: echo.waiting[0].gone)
        server.call(echo.release)


def test_an_upgrade_is_answered_as_the_request_it_is() -> None:
    with echoing() as (server, _), dialled(server.port) as connection:
        connection.sendall(get("/a", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABk"))
        assert statuses(heard(connection)) == [200]


def test_connections_and_requests_are_counted_while_they_last(loop: str) -> None:
    with echoing(loop) as (server, echo):
        with dialled(server.port) as connection, dialled(server.port):
            connection.sendall(get("/later"))
            until(lambda: len(echo.waiting) == 1)
            until(lambda: server.metrics.words[CONNECTIONS] == 2)
            assert server.metrics.words[IN_FLIGHT] == 1
            server.call(echo.release)
            one_answer(connection)
            assert server.metrics.words[IN_FLIGHT] == 0
            connection.sendall(get("/later"))
            until(lambda: server.metrics.words[IN_FLIGHT] == 1)
        server.call(echo.release)
        until(lambda: server.metrics.words[CONNECTIONS] == 0)
        assert server.metrics.words[IN_FLIGHT] == 0


def test_draining_answers_and_says_close(loop: str) -> None:
    with echoing(loop) as (server, echo), dialled(server.port) as busy, dialled(server.port) as idle:
        busy.sendall(get("/later"))
        until(lambda: len(echo.waiting) == 1 and len(server.server.connections) == 2)
        server.call(server.server.drain, 10.0)
        idle.sendall(get("/once"))
        assert statuses(heard(idle)) == [200]
        server.call(echo.release)
        said = heard(busy)
        assert b"Connection: close" in said
        server.call(server.server.drained, 5.0)


def test_draining_answers_what_was_pipelined_before_it_closes() -> None:
    with echoing() as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later/1") + get("/later/2"))
        until(lambda: len(echo.waiting) == 2)
        server.call(server.server.drain, 10.0)
        server.call(echo.release)
        said = heard(connection)
    assert statuses(said) == [200, 200]
    assert said.count(b"Connection: close") == 1


def test_draining_waits_for_a_request_that_has_begun(loop: str) -> None:
    with echoing(loop) as (server, _), closing(socket.create_connection(("127.0.0.1", server.port), 20)) as connection:
        connection.sendall(b"GET /a HTTP/1.1\r\nHo")
        until(lambda: len(server.server.connections) == 1)
        time.sleep(0.05)
        server.call(server.server.drain, 0.0)
        time.sleep(0.1)
        connection.sendall(b"st: a\r\n\r\n")
        assert statuses(heard(connection)) == [200]


def test_idle_connections_are_closed_after_the_grace(loop: str) -> None:
    with echoing(loop) as (server, _), dialled(server.port) as idle:
        idle.sendall(get())
        one_answer(idle)
        server.call(server.server.drain, 60.0)
        server.call(server.server.drain, 0.0)
        server.call(server.server.drained, 30.0)
        assert heard(idle) == b""


def test_what_does_not_end_is_cut_at_the_limit() -> None:
    with echoing() as (server, echo), dialled(server.port) as connection:
        connection.sendall(get("/later"))
        until(lambda: len(echo.waiting) == 1)
        server.call(server.server.drain, 0.0)
        server.call(server.server.drained, 0.1)
        assert heard(connection) == b""
