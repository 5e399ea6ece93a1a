"""In whatever order versions are deployed, rolled back, stopped and killed: records and server tell the same."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from factories.packages import a_package
from factories.places import a_free_port, a_place, kill, processes
from factories.workspaces import a_workspace, registered
from treadle.delivery import deploy as delivery
from treadle.delivery.health import health
from treadle.errors import DeployError
from treadle.records import Deployment
from treadle.settings import Environment

NAME = "development"
ACTS = ("first", "second", "broken", "rollback", "stop", "kill supervisor", "kill worker", "kill all")


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("packages")
    broken = {"input_example.json": b"{}"}
    return [
        a_package(folder / "first", seed=1, features=False),
        a_package(folder / "second", seed=2, features=False),
        a_package(folder / "broken", seed=3, features=False, extra=broken),
    ]


@given(acts=st.lists(st.sampled_from(ACTS), min_size=1, max_size=6))
@settings(max_examples=12)
def test_any_order_of_acts_ends_in_agreement(packages: list[Path], acts: list[str]) -> None:
    with tempfile.TemporaryDirectory() as root, a_place(Path(root)), a_workspace(Path(root)) as workspace:
        versions = dict(zip(ACTS, (registered(workspace, each, model="tiny") for each in packages), strict=False))
        environment = Environment(port=a_free_port())
        runs = False
        for act in acts:
            before = delivery.live(workspace, NAME)
            try:
                if act in versions:
                    made = delivery.deploy(workspace, NAME, environment, versions[act], lambda _: None)
                    assert (made.package, made.status) == (versions[act].package, "live")
                    runs = True
                elif act == "rollback":
                    made = delivery.rollback(workspace, NAME, environment, lambda _: None)
                    assert before is None or made.package != before.package
                    runs = True
                elif act == "stop":
                    delivery.stop(workspace, NAME, environment)
                    assert processes(Path(root)) == []
                    runs = False
                else:
                    module = {"kill supervisor": "supervisor", "kill worker": "worker", "kill all": ""}[act]
                    for process in processes(Path(root), f"treadle.serving.{module}"):
                        kill(process)
                    runs = runs and act == "kill worker"
            except DeployError:
                assert act in ("broken", "rollback")
                assert delivery.live(workspace, NAME) == before
            rows = workspace.catalog.find(Deployment, environment=NAME)
            assert [row.status for row in rows if row.status in ("live", "starting")] in ([], ["live"])
            live = delivery.live(workspace, NAME)
            if runs:
                assert live is not None
                said = health(f"http://127.0.0.1:{environment.port}", timeout=20)
                assert said is not None
                assert said["package"] == live.package
        delivery.stop(workspace, NAME, environment)
        assert delivery.live(workspace, NAME) is None
    assert processes(Path(root)) == []
