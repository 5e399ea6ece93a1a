"""Whatever bytes come, the server answers or closes, and goes on serving everybody else."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.servers import ROW, Running, ask, dialled, heard, predict, serving, told
from treadle.serving.metrics import CONNECTIONS, IN_FLIGHT

BODY = msgspec.json.encode({"inputs": [ROW]})
REQUEST = b"POST /predict HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
PIECES = st.sampled_from(
    [
        REQUEST,
        b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n",
        b"GET / HTTP/1.0\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /predict HTTP/1.1\r\nContent-Length: 5\r\nExpect: 100-continue\r\n\r\n",
        b"Content-Length: -1\r\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"\r\n",
        b"\0",
        b"HEAD /metrics HTTP/1.1\r\n\r\n",
        b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\n\r\n",
        b"GET http://[::1 HTTP/1.1\r\n\r\n",
        b"GET /v2/models/\xff HTTP/1.1\r\n\r\n",
        b"Connection: Upgrade\r\nUpgrade: h2c\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ]
)


@pytest.fixture(scope="module", params=["uvloop", "asyncio"])
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    log = tmp_path_factory.mktemp("predictions")
    with serving(log, loop=request.param, head=4000, body=20_000, request=0.2, linger=0.2) as running:
        yield running
        until_quiet(running)


def until_quiet(server: Running) -> None:
    """Nothing is left open or in flight once every client went away."""
    for _ in range(2000):
        if server.metrics.words[CONNECTIONS] == 0:
            break
        time.sleep(0.005)
    assert (server.metrics.words[CONNECTIONS], server.metrics.words[IN_FLIGHT]) == (0, 0)


@given(words=st.lists(st.binary(max_size=200), max_size=5))
@settings(max_examples=150)
def test_random_bytes_never_hurt_the_server(server: Running, words: list[bytes]) -> None:
    said = told(server.port, *words)
    assert not said or said.startswith(b"HTTP/1.1 ")
    assert predict(server.port).status == 200


@given(words=st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=6))
@settings(max_examples=250)
def test_broken_pieces_of_requests_never_hurt_the_server(server: Running, words: list[bytes]) -> None:
    said = told(server.port, b"".join(words))
    assert not said or said.startswith(b"HTTP/1.1 ")
    assert b" 500 " not in said
    assert predict(server.port).status == 200


@given(cuts=st.lists(st.integers(0, len(REQUEST)), max_size=6), count=st.integers(1, 4))
@settings(max_examples=60)
def test_where_a_request_is_cut_makes_no_difference(server: Running, cuts: list[int], count: int) -> None:
    places = sorted({0, len(REQUEST), *cuts})
    with dialled(server.port) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for _ in range(count):
            for start, end in pairwise(places):
                connection.sendall(REQUEST[start:end])
        connection.shutdown(socket.SHUT_WR)
        assert heard(connection).count(b'"prediction":3.0') == count


@given(
    body=st.binary(max_size=300)
    | st.recursive(st.none() | st.booleans() | st.text(), st.lists).map(msgspec.json.encode)
)
@settings(max_examples=100)
def test_any_body_is_answered_in_json(server: Running, body: bytes) -> None:
    for path in ("/predict", "/v2/models/flights/infer"):
        answer = ask(server.port, "POST", path, body)
        assert answer.status in (400, 422)
        assert answer.json["error"]
