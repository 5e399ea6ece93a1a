"""Which path answers what, over real HTTP: predictions are logged, mistakes are named, overload is said."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from factories.servers import ROW, a_classifier, a_model, ask, predict, running, serving
from treadle.packaging.model import Outputs
from treadle.serving.batching import Cost
from treadle.serving.metrics import IN_FLIGHT
from treadle.serving.prediction_log import find, read

TENSORS = {
    "id": "mine",
    "inputs": [
        {"name": "distance", "shape": [2, 1], "datatype": "FP32", "data": [[1.5], [11]]},
        {"name": "hour", "shape": [2], "datatype": "INT64", "data": [7, 8]},
        {"name": "carrier", "shape": [2], "datatype": "BYTES", "data": ["AA", "ZZ"]},
    ],
}


def test_a_prediction_names_its_model_and_is_in_the_log(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        answer = predict(server.port, ROW, {**ROW, "distance": 4})
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/json"
    first, second = answer.json.pop("predictions")
    assert {name: answer.json[name] for name in ("model", "version", "package")} == {
        "model": "flights",
        "version": "3",
        "package": "d" * 64,
    }
    assert (first["prediction"], second["prediction"]) == (3.0, 8.0)
    logged = find(tmp_path, second["id"])
    assert logged is not None
    assert (logged.inputs, logged.outputs) == ({**ROW, "distance": 4.0}, {"prediction": 8.0})
    assert logged.milliseconds > 0


def test_a_classifier_gives_its_probabilities(tmp_path: Path) -> None:
    with serving(tmp_path, a_classifier()) as server:
        [answer] = predict(server.port, {**ROW, "distance": 11}).json["predictions"]
    assert answer["prediction"] == "late"
    assert answer["probability"] == {"early": 0.0, "late": 1.0}
    [logged] = read(tmp_path)
    assert logged.outputs == {"prediction": "late", "probability": {"early": 0.0, "late": 1.0}}


def test_columns_and_a_single_record_are_taken_too(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        columns = {name: [value, value] for name, value in ROW.items()}
        assert len(ask(server.port, "POST", "/predict", {"columns": columns}).json["predictions"]) == 2
        assert len(ask(server.port, "POST", "/predict", {"inputs": ROW}).json["predictions"]) == 1


def test_a_wrong_row_is_refused_and_named(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        answer = predict(server.port, ROW, {**ROW, "distance": "far"})
        assert answer.status == 422
        assert answer.json == {
            "error": "inputs[1].distance: expected float, got str 'far'",
            "field": "inputs[1].distance",
        }
        missing = predict(server.port, {"distance": 1.0, "hour": 7, "carrie": "AA"})
        assert missing.json["next"] == "did you mean 'carrier'?"
        assert ask(server.port, "POST", "/predict", b"{").status == 400
        assert "treadle_refused_requests_total 3" in ask(server.port, "GET", "/metrics").body.decode()
    assert list(read(tmp_path)) == []


def test_the_open_inference_protocol_answers(tmp_path: Path) -> None:
    with serving(tmp_path, a_classifier()) as server:
        for path in ("/v2/models/flights/infer", "/v2/models/flights/versions/3/infer"):
            answer = ask(server.port, "POST", path, TENSORS)
            assert answer.status == 200
            prediction, probability = answer.json["outputs"]
            assert prediction["data"] == ["early", "late"]
            assert probability["data"] == [1.0, 0.0, 0.0, 1.0]
            assert answer.json["id"] == "mine"
            for id in answer.json["parameters"]["prediction_ids"]:
                assert find(tmp_path, id) is not None


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v2", {"name": "treadle"}),
        ("/v2/health/live", {"live": True}),
        ("/v2/health/ready", {"ready": True}),
        ("/v2/models/flights", {"name": "flights", "versions": ["3"]}),
        ("/v2/models/flights/versions/3", {"name": "flights", "versions": ["3"]}),
        ("/v2/models/flights/ready", {"name": "flights", "ready": True}),
        ("/v2/models/flights/versions/3/ready", {"name": "flights", "ready": True}),
        ("/healthz", {"status": "live", "package": "d" * 64, "environment": "development", "version": "3"}),
        ("/", {"model": "flights", "inputs": {"distance": "float", "hour": "int", "carrier": "str"}}),
    ],
)
def test_what_the_server_says_about_itself(tmp_path: Path, path: str, body: dict[str, Any]) -> None:
    with serving(tmp_path) as server:
        answer = ask(server.port, "GET", path)
        head = ask(server.port, "HEAD", path)
    assert answer.status == head.status == 200
    assert {**answer.json, **body} == answer.json
    assert head.body == b""
    assert abs(int(head.headers["content-length"]) - len(answer.body)) <= 2


def test_errors_of_the_open_inference_protocol_have_its_form(tmp_path: Path) -> None:
    wrong = {"inputs": TENSORS["inputs"][:2]}
    with serving(tmp_path) as server:
        refused = ask(server.port, "POST", "/v2/models/flights/infer", wrong)
        unknown = ask(server.port, "POST", "/v2/models/trains/infer", TENSORS)
        version = ask(server.port, "GET", "/v2/models/flights/versions/4")
        broken = ask(server.port, "POST", "/v2/models/flights/infer", b"{")
    assert (refused.status, refused.json["error"]) == (422, "inputs.carrier: missing tensor")
    assert unknown.status == version.status == 404
    assert "this server has model 'flights', version 3" in unknown.json["error"]
    assert (broken.status, "error" in broken.json) == (400, True)


def test_an_unknown_path_and_a_wrong_method_are_said(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        unknown = ask(server.port, "GET", "/nowhere")
        wrong = ask(server.port, "GET", "/predict")
        deleted = ask(server.port, "DELETE", "/healthz")
    assert (unknown.status, unknown.json["error"]) == (404, "no /nowhere; see / for what this server answers")
    assert (wrong.status, wrong.headers["allow"]) == (405, "POST")
    assert (deleted.status, deleted.headers["allow"]) == (405, "GET, HEAD")


def test_metrics_count_what_happened(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        predict(server.port, ROW, {**ROW, "carrier": "ZZ"})
        predict(server.port)
        ask(server.port, "GET", "/nowhere")
        answer = ask(server.port, "GET", "/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    for line in (
        'treadle_requests_total{route="predict",status="200"} 2',
        'treadle_requests_total{route="other",status="404"} 1',
        "treadle_rows_total 3",
        "treadle_unknown_categories_total 1",
        "treadle_requests_in_flight 1",
        "treadle_prediction_seconds_count 2",
    ):
        assert line in answer.body.decode().splitlines()
    assert f'package="{"d" * 64}"' in answer.body.decode()


def test_a_model_that_fails_is_a_500_for_its_own_request_only(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def picky(columns: Mapping[str, Sequence[Any]]) -> Outputs:
        if -1.0 in columns["distance"]:
            raise ValueError("no way back")
        return {"prediction": np.asarray(columns["distance"], dtype=float)}

    with serving(tmp_path, a_model(picky)) as server, ThreadPoolExecutor(8) as pool:
        rows = [{**ROW, "distance": -1.0 if number % 8 == 0 else number} for number in range(64)]
        answers = list(pool.map(lambda row: predict(server.port, row), rows))
    assert [answer.status for answer in answers] == [500 if number % 8 == 0 else 200 for number in range(64)]
    assert answers[0].json["error"] == "the model failed: ValueError: no way back"
    assert len(list(read(tmp_path))) == 56
    assert "no way back" in capfd.readouterr().err


def test_too_much_waiting_work_is_a_503_that_says_when_to_come_back(tmp_path: Path) -> None:
    go = threading.Event()

    def slow(columns: Mapping[str, Sequence[Any]]) -> Outputs:
        go.wait(20)
        return {"prediction": np.asarray(columns["distance"], dtype=float)}

    with serving(tmp_path, a_model(slow), cost=Cost(0.0, 0.01)) as server, ThreadPoolExecutor(2) as pool:
        first = pool.submit(predict, server.port)
        while server.metrics.words[IN_FLIGHT] < 1:
            time.sleep(0.001)
        second = pool.submit(predict, server.port, *[ROW] * 200)
        while server.metrics.words[IN_FLIGHT] < 2:
            time.sleep(0.001)
        refused = predict(server.port)
        go.set()
        assert first.result().status == second.result().status == 200
        assert predict(server.port).status == 200
    assert (refused.status, refused.headers["retry-after"]) == (503, "1")


def test_what_cannot_be_logged_is_not_answered(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with serving(tmp_path / "file" / "predictions") as server:
        refused = predict(server.port)
        (tmp_path / "file").unlink()
        again = predict(server.port)
    assert (refused.status, refused.headers["retry-after"]) == (507, "1")
    assert "the prediction log cannot be written" in refused.json["error"]
    assert "predictions" not in refused.json
    assert again.status == 200


def test_many_clients_each_get_their_own_answer(tmp_path: Path) -> None:
    with serving(tmp_path) as server, ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda n: predict(server.port, {**ROW, "distance": n}), range(300)))
    found = [answer.json["predictions"][0] for answer in answers]
    assert [each["prediction"] for each in found] == [2.0 * number for number in range(300)]
    assert {each["id"] for each in found} == {prediction.id for prediction in read(tmp_path)}


def test_a_draining_server_says_so(tmp_path: Path) -> None:
    with serving(tmp_path) as server:
        server.call(server.server.drain, 60.0)
        answer = ask(server.port, "GET", "/healthz")
    assert (answer.json["status"], answer.headers["connection"]) == ("draining", "close")


def test_an_application_is_only_a_callable(tmp_path: Path) -> None:
    """The HTTP room knows no routes: any function of an exchange is served."""
    with running(lambda _: lambda exchange: exchange.respond(200, b"hello", b"text/plain")) as server:
        assert ask(server.port, "GET", "/anything").body == b"hello"
