"""A server is asked itself; whatever is no sensible answer is no answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from factories.places import a_free_port
from factories.servers import SERVED, running, serving
from treadle.delivery.health import health
from treadle.serving.http import Exchange


def test_a_server_says_what_it_serves(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        for host in ("127.0.0.1", "localhost", "0.0.0.0"):
            said = health(f"http://{host}:{server.port}")
            assert said is not None
            assert (said["package"], said["status"]) == (SERVED.package, "live")


def test_nobody_there_is_no_answer() -> None:
    assert health(f"http://127.0.0.1:{a_free_port()}") is None
    assert health("") is None


@pytest.mark.parametrize(
    "answer",
    [
        lambda exchange: exchange.respond(200, b"hello", b"text/plain"),
        lambda exchange: exchange.respond(200, b"[1]"),
        lambda exchange: exchange.respond(503, b'{"status": "live"}'),
    ],
    ids=["text", "a list", "an error"],
)
def test_a_strange_answer_is_no_answer(answer: Callable[[Exchange], None]) -> None:
    with running(lambda _: answer) as server:
        assert health(f"http://127.0.0.1:{server.port}") is None


def test_a_server_that_never_answers_is_not_waited_for() -> None:
    with running(lambda _: lambda exchange: None) as server:
        assert health(f"http://127.0.0.1:{server.port}", timeout=0.05) is None
