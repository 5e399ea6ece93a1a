"""Tests a deployment as a person meets it: live, asked, traced, switched, rolled back, stopped."""

from __future__ import annotations

import json
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from factories.projects import a_treadle_project, edit, free_port, treadle


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def project(tmp_path: Path, port: int) -> Iterator[Path]:
    folder = a_treadle_project(tmp_path / "p", port=port)
    treadle(folder, "build")
    yield folder
    treadle(folder, "stop", "--all")


def ask(port: int, method: str, path: str, body: Any = None) -> tuple[int, Any]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request(method, path, None if body is None else json.dumps(body))
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    return answer.status, json.loads(text) if text[:1] in b"{[" else text.decode()


def a_row(project: Path) -> dict[str, Any]:
    treadle(project, "models", "download", "tumours/1", "--to", "package")
    found: dict[str, Any] = json.loads((project / "package" / "input_example.json").read_bytes())["inputs"][0]
    return found


def a_second_version(project: Path) -> None:
    edit(project / "tumours" / "model.py", "C=1.0", "C=0.01")
    treadle(project, "build")


def test_predict_trace_and_refuse(project: Path, port: int) -> None:
    row = a_row(project)
    assert "tumours/1" in treadle(project, "deploy", "development")
    status, said = ask(port, "POST", "/predict", {"inputs": [row, row]})
    assert status == 200
    assert {each["prediction"] for each in said["predictions"]} <= {"benign", "malignant"}
    chain = treadle(project, "trace", said["predictions"][1]["id"])
    for link in ("package", "model version", "run", "dataset version", "split"):
        assert link in chain
    status, said = ask(port, "POST", "/predict", {"inputs": [{**row, "mean_radius": "wide"}]})
    assert status == 422
    assert "inputs[0].mean_radius: expected float" in said["error"]
    _, health = ask(port, "GET", "/healthz")
    assert health["package"] == (said.get("package") or health["package"])
    assert len(health["package"]) == 64
    _, metrics = ask(port, "GET", "/metrics")
    assert "# TYPE" in metrics
    assert ask(port, "GET", "/v2/health/ready") == (200, {"ready": True})
    assert "is live in development already" in treadle(project, "deploy", "development")


def test_switch_and_rollback_drop_no_request(project: Path, port: int) -> None:
    row = a_row(project)
    treadle(project, "deploy", "development")
    a_second_version(project)
    over, seen, failed = threading.Event(), set(), []

    def hammer() -> None:
        while not over.is_set():
            try:
                status, said = ask(port, "POST", "/predict", {"inputs": [row]})
                seen.add(said["version"])
                assert status == 200
            except Exception as error:  # every kind of failure counts
                failed.append(repr(error))

    threads = [threading.Thread(target=hammer) for _ in range(3)]
    for thread in threads:
        thread.start()
    try:
        assert "tumours/2" in treadle(project, "deploy", "development")
        assert "tumours/1" in treadle(project, "rollback", "development")
    finally:
        over.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert seen == {"1", "2"}
    assert "tumours/1" in treadle(project, "status")


def test_a_killed_worker_comes_back_and_a_killed_supervisor_is_replaced(project: Path, port: int) -> None:
    row = a_row(project)
    treadle(project, "deploy", "development")
    observed = project / ".treadle" / "environments" / "development" / "observed.json"
    os.kill(json.loads(observed.read_bytes())["workers"][0], signal.SIGKILL)
    assert eventually(port, row)
    os.kill(json.loads(observed.read_bytes())["supervisor"], signal.SIGKILL)
    assert "tumours/1" in treadle(project, "deploy", "development")
    assert eventually(port, row)


def eventually(port: int, row: dict[str, Any]) -> bool:
    for _ in range(200):
        try:
            if ask(port, "POST", "/predict", {"inputs": [row]})[0] == 200:
                return True
        except OSError:
            pass
        time.sleep(0.1)
    return False


def test_a_port_in_use_is_named(project: Path, port: int) -> None:
    with socket.create_server(("127.0.0.1", port)):
        said = treadle(project, "deploy", "development", code=1)
    assert str(port) in said
    assert "in use" in said
    assert "tumours/1" in treadle(project, "deploy", "development")


def test_an_environment_that_asks_for_approval(project: Path, port: int) -> None:
    edit(project / "treadle.toml", "[environments.development]", "[environments.development]\napproval = true")
    said = treadle(project, "deploy", "development", code=1)
    assert "treadle models approve tumours/1 development" in said
    treadle(project, "models", "approve", "tumours/1", "development", "--comment", "looked at the report")
    assert "tumours/1" in treadle(project, "deploy", "development")


def test_stop_leaves_nothing_listening(project: Path, port: int) -> None:
    treadle(project, "deploy", "development")
    assert "stopped" in treadle(project, "stop", "development")
    with pytest.raises(ConnectionRefusedError):
        ask(port, "GET", "/healthz")
    assert "not running" in treadle(project, "status")


def test_labels_monitor_and_retrain(project: Path, port: int) -> None:
    row = a_row(project)
    treadle(project, "deploy", "development")
    _, said = ask(port, "POST", "/predict", {"inputs": [row] * 30})
    ids = [each["id"] for each in said["predictions"]]
    (project / "truth.csv").write_text("prediction_id,diagnosis\n" + "".join(f"{each},benign\n" for each in ids))
    assert "30 labels kept" in treadle(project, "labels", "add", "truth.csv")
    said = treadle(project, "monitor", "development")
    assert "too_few" in said
    assert (project / "reports" / "monitor-development.html").stat().st_size < 300_000
    assert "No run request is open" in treadle(project, "retrain")
    assert "manual" in treadle(project, "retrain", "--reason", "a drill")
    assert "alerts open" in treadle(project, "up", "--once")
