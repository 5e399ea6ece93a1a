import json
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from flights import data, replay


class Server(HTTPServer):
    """A model server's door: remembers what it was asked, answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Door)
        self.rows: list[dict[str, object]] = []
        self.status = 200


class Door(BaseHTTPRequestHandler):
    """Answers each row with an id."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        rows = json.loads(body)["inputs"]
        first = len(self.server.rows)
        self.server.rows += rows
        said = [{"id": f"id-{first + place}"} for place in range(len(rows))]
        answer = json.dumps({"predictions": said}).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def labels(
    server: Server,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Path:
    """Where a replay of 450 flights of February writes the truth."""
    path = tmp_path / "labels" / "2013-02.csv"
    url = f"http://127.0.0.1:{server.server_port}"
    line = f"replay --month 2 --rows 450 --url {url} --out {path}"
    monkeypatch.setattr(sys, "argv", line.split())
    return path


def test_every_flight_is_asked_for_once(server: Server, labels: Path) -> None:
    replay.main()
    rows = replay.month_of_flights(2, 450)
    header, *lines = labels.read_text().splitlines()
    assert header == "prediction_id,late"
    assert lines == [f"id-{place},{late}" for place, late in enumerate(rows["late"])]
    assert len(server.rows) == 450


@pytest.mark.usefixtures("labels")
def test_a_request_holds_the_inputs_and_nothing_else(server: Server) -> None:
    replay.main()
    assert list(server.rows[0]) == data.INPUTS
    assert str(server.rows[0]["scheduled"]).startswith("2013-02-01T")


def test_a_refusal_is_told(server: Server, labels: Path) -> None:
    server.status = 422
    with pytest.raises(SystemExit, match="gave no predictions: 422"):
        replay.main()
    assert not labels.exists()


@pytest.mark.usefixtures("labels")
def test_a_server_that_is_not_there_is_told(server: Server) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(SystemExit, match="gave no predictions"):
        replay.main()


def test_the_same_flights_are_drawn_every_time() -> None:
    once, again = (replay.month_of_flights(2, 100) for _ in range(2))
    assert once.equals(again)
    assert once.height == 100
    assert once["scheduled"].is_sorted()


def test_all_flights_are_taken_where_no_number_is_given() -> None:
    assert replay.month_of_flights(2).equals(data.flights([2]))
