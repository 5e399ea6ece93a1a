"""Deployments of real servers: recorded, repeatable, one at a time; a failed one leaves the old one live."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from factories.packages import a_package
from factories.places import ROW, Hammer, a_free_port, a_place, kill, processes, until
from factories.servers import ask, predict
from factories.workspaces import a_workspace, registered
from treadle import registry
from treadle.delivery import deploy as delivery
from treadle.errors import DeployError, NotFound, StoreError, UnknownKind
from treadle.records import AuditEntry, Deployment, ModelVersion, Release
from treadle.serving.listener import listen
from treadle.serving.prediction_log import read
from treadle.serving.state import place
from treadle.settings import Environment

NAME = "development"


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("packages")
    return [a_package(folder / str(seed), seed=seed, features=False) for seed in (1, 2)]


class Bench:
    """A workspace with two versions and an environment that asks for a free port."""

    def __init__(self, root: Path, packages: list[Path]) -> None:
        self.root = root
        self.workspace = a_workspace(root)
        self.first, self.second = (registered(self.workspace, package, model="tiny") for package in packages)
        self.environment = Environment(port=a_free_port())
        self.said: list[str] = []

    def deploy(self, version: ModelVersion, **changes: Any) -> Deployment:
        settings = msgspec.structs.replace(self.environment, **changes)
        return delivery.deploy(self.workspace, NAME, settings, version, self.said.append)

    def rollback(self) -> Deployment:
        return delivery.rollback(self.workspace, NAME, self.environment, self.said.append)

    def rows(self) -> list[tuple[str, str]]:
        found = self.workspace.catalog.find(Deployment, environment=NAME)
        return [(each.model_version, each.status) for each in found]

    def served(self) -> Any:
        return ask(self.environment.port, "GET", "/healthz").json["package"]

    def elsewhere(self, version: ModelVersion) -> subprocess.Popen[bytes]:
        """Deploy from another process."""
        code = f"""
            import pathlib
            from treadle import registry
            from treadle.delivery import deploy as delivery
            from treadle.settings import Environment
            from treadle.workspace import Workspace
            root = pathlib.Path({str(self.root)!r})
            with Workspace.open(root, ".treadle/catalog.db", ".treadle/store", "bob") as workspace:
                version = registry.resolve(workspace, {version.id!r})
                settings = Environment(port={self.environment.port})
                delivery.deploy(workspace, {NAME!r}, settings, version, lambda text: print(text, flush=True))
        """
        command = [sys.executable, "-c", textwrap.dedent(code)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)


@pytest.fixture
def bench(tmp_path: Path, packages: list[Path]) -> Iterator[Bench]:
    with a_place(tmp_path):
        made = Bench(tmp_path, packages)
        with made.workspace:
            yield made


def test_a_version_goes_live_and_is_recorded(bench: Bench) -> None:
    made = bench.deploy(bench.first)
    assert (made.status, made.model_version, made.package) == ("live", "tiny/1", bench.first.package)
    assert made.address == f"http://127.0.0.1:{bench.environment.port}"
    assert bench.workspace.catalog.find(Deployment) == [made]
    [release] = bench.workspace.catalog.find(Release)
    assert (release.id, release.package) == (made.release, bench.first.package)
    answer = predict(bench.environment.port, ROW).json
    assert (answer["model"], answer["version"], answer["package"]) == ("tiny", "1", bench.first.package)
    [logged] = read(place(bench.workspace.home, NAME).predictions)
    assert (logged.package, logged.environment) == (bench.first.package, NAME)
    actions = [entry.action for entry in bench.workspace.catalog.find(AuditEntry, kind="deployments")]
    assert actions == ["deploy", "live"]
    assert bench.said[-1] == f"starting 1 worker for tiny/1 on port {bench.environment.port}"


def test_what_is_live_already_is_left_alone(bench: Bench) -> None:
    made = bench.deploy(bench.first)
    seen = delivery.target_of(bench.workspace, NAME, bench.environment).status()
    assert bench.deploy(bench.first) == made
    assert bench.said[-1] == f"tiny/1 is live in {NAME} already"
    assert delivery.target_of(bench.workspace, NAME, bench.environment).status() == seen
    assert len(bench.rows()) == 1


def test_another_version_replaces_it_without_a_dropped_request(bench: Bench) -> None:
    first = bench.deploy(bench.first)
    with Hammer(bench.environment.port) as clients:
        clients.more()
        second = bench.deploy(bench.second)
        clients.more()
        bench.rollback()
        clients.more()
    assert clients.errors == []
    assert {package for _, package in clients.answers} == {bench.first.package, bench.second.package}
    assert second.previous == first.id
    assert bench.rows() == [("tiny/1", "replaced"), ("tiny/2", "replaced"), ("tiny/1", "live")]


def test_a_rollback_goes_to_what_was_live_before(bench: Bench) -> None:
    bench.deploy(bench.first)
    bench.deploy(bench.second)
    made = bench.rollback()
    assert (made.model_version, made.reason) == ("tiny/1", "rollback from tiny/2")
    assert bench.served() == bench.first.package
    assert bench.rollback().model_version == "tiny/2"


def test_without_anything_before_there_is_no_rollback(bench: Bench) -> None:
    with pytest.raises(DeployError, match="nothing else was ever live in development"):
        bench.rollback()
    bench.deploy(bench.first)
    with pytest.raises(DeployError, match="treadle deploy development --model"):
        bench.rollback()


def test_an_approval_is_needed_where_the_environment_asks_for_it(bench: Bench) -> None:
    with pytest.raises(DeployError) as caught:
        bench.deploy(bench.first, approval=True)
    assert caught.value.met == f"tiny/1 is not approved for {NAME}"
    assert caught.value.next_move == f"treadle models approve tiny/1 {NAME}"
    assert (bench.rows(), processes(bench.root)) == ([], [])
    registry.approve(bench.workspace, bench.first, NAME)
    assert bench.deploy(bench.first, approval=True).status == "live"
    registry.approve(bench.workspace, bench.second, "production")
    with pytest.raises(DeployError, match="not approved"):
        bench.deploy(bench.second, approval=True)


def test_a_release_that_does_not_become_ready_leaves_the_old_one_live(bench: Bench, tmp_path: Path) -> None:
    bench.deploy(bench.first)
    broken = a_package(tmp_path / "broken", extra={"input_example.json": b'{"inputs": []}'}, features=False)
    with Hammer(bench.environment.port, clients=2) as clients, pytest.raises(DeployError) as caught:
        bench.deploy(registered(bench.workspace, broken, model="tiny"))
    assert "tiny/3 did not become ready in development: the package refuses its own example" in caught.value.met
    assert "tiny/1 still answers" in caught.value.met
    assert "server.log" in caught.value.next_move
    assert clients.errors == []
    assert bench.rows() == [("tiny/1", "live"), ("tiny/3", "failed")]
    assert "refuses its own example" in bench.workspace.catalog.find(Deployment, status="failed")[0].reason
    assert bench.served() == bench.first.package
    assert bench.deploy(bench.second).status == "live"


def test_files_the_store_lost_fail_the_deployment(bench: Bench) -> None:
    bench.workspace.store.path(bench.first.files[0].digest).unlink()
    with pytest.raises((NotFound, StoreError)):
        bench.deploy(bench.first)
    assert bench.rows() == [("tiny/1", "failed")]
    assert processes(bench.root) == []


def test_a_port_in_use_names_its_user_and_the_way_out(bench: Bench) -> None:
    with listen("127.0.0.1", bench.environment.port), pytest.raises(DeployError) as caught:
        bench.deploy(bench.first)
    assert f"port {bench.environment.port} is in use by process {os.getpid()}" in caught.value.met
    assert "set another port for the environment in treadle.toml" in caught.value.met
    assert bench.rows() == [("tiny/1", "failed")]
    assert bench.deploy(bench.first).status == "live"


def test_a_changed_setting_is_brought_to_the_same_version(bench: Bench) -> None:
    bench.deploy(bench.first)
    again = bench.deploy(bench.first, workers=2)
    assert again.status == "live"
    seen = delivery.target_of(bench.workspace, NAME, bench.environment).status()
    assert seen is not None
    assert len(seen.workers) == 2
    assert bench.rows() == [("tiny/1", "replaced"), ("tiny/1", "live")]


def test_stop_leaves_no_process_and_says_what_was_live(bench: Bench) -> None:
    bench.deploy(bench.first)
    stopped = delivery.stop(bench.workspace, NAME, bench.environment)
    assert stopped is not None
    assert (stopped.model_version, stopped.status) == ("tiny/1", "stopped")
    assert stopped.ended is not None
    assert processes(bench.root) == []
    assert bench.rows() == [("tiny/1", "stopped")]
    assert delivery.stop(bench.workspace, NAME, bench.environment) is None
    assert bench.rollback().model_version == "tiny/1"


def test_nothing_to_stop_is_no_mistake(bench: Bench) -> None:
    assert delivery.stop(bench.workspace, NAME, bench.environment) is None
    assert delivery.status(bench.workspace, NAME, bench.environment) == (None, None, None)


def test_status_tells_the_record_the_target_and_the_servers_own_word(bench: Bench) -> None:
    made = bench.deploy(bench.first)
    status = delivery.status(bench.workspace, NAME, bench.environment)
    assert status.deployment == made
    assert status.observed is not None
    assert status.health is not None
    assert status.observed.package == status.health["package"] == bench.first.package
    kill(status.observed.supervisor)
    until(lambda: processes(bench.root) == [])
    assert delivery.status(bench.workspace, NAME, bench.environment) == (made, None, None)


def test_a_server_that_was_killed_is_started_by_the_same_command(bench: Bench) -> None:
    bench.deploy(bench.first)
    for process in processes(bench.root):
        kill(process)
    assert bench.deploy(bench.first).status == "live"
    assert bench.served() == bench.first.package
    assert bench.rows() == [("tiny/1", "replaced"), ("tiny/1", "live")]


def test_a_killed_supervisor_is_followed_by_the_next_deploy(bench: Bench) -> None:
    bench.deploy(bench.first)
    seen = delivery.target_of(bench.workspace, NAME, bench.environment).status()
    assert seen is not None
    kill(seen.supervisor)
    assert bench.deploy(bench.second).status == "live"
    assert bench.served() == bench.second.package


@pytest.mark.parametrize("moment", ["verified", "starting", "ready"])
def test_a_deploy_killed_in_the_middle_is_gone_on_with(bench: Bench, moment: str) -> None:
    bench.deploy(bench.first)
    with bench.elsewhere(bench.second) as process:
        assert process.stdout is not None
        if moment == "ready":
            at = place(bench.workspace.home, NAME)
            until(lambda: (seen := at.observed()) and seen.package == bench.second.package)
        else:
            while moment.encode() not in process.stdout.readline():
                pass
        process.send_signal(signal.SIGKILL)
        process.communicate()
    assert bench.rows() in (
        [("tiny/1", "live"), ("tiny/2", "starting")],
        [("tiny/1", "replaced"), ("tiny/2", "live")],  # the kill came too late
    )
    made = bench.deploy(bench.second)
    assert made.actor == "bob"
    assert bench.rows() == [("tiny/1", "replaced"), ("tiny/2", "live")]
    assert bench.served() == bench.second.package


def test_after_a_killed_deploy_another_version_may_be_deployed(bench: Bench) -> None:
    bench.deploy(bench.first)
    with bench.elsewhere(bench.second) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
        process.communicate()
    bench.deploy(bench.first)
    assert bench.served() == bench.first.package
    assert bench.rows()[-1] == ("tiny/1", "live")
    assert ("tiny/2", "starting") not in bench.rows()
    assert [status for _, status in bench.rows()].count("live") == 1


def test_two_deploys_at_once_come_one_after_the_other(bench: Bench) -> None:
    commands = [bench.elsewhere(version) for version in (bench.first, bench.second, bench.first)]
    said = [process.communicate() for process in commands]
    assert [process.returncode for process in commands] == [0, 0, 0], said
    statuses = [status for _, status in bench.rows()]
    assert statuses.count("live") == 1
    assert set(statuses) <= {"live", "replaced"}
    live = delivery.live(bench.workspace, NAME)
    assert live is not None
    assert bench.served() == live.package


def test_environments_do_not_know_each_other(bench: Bench) -> None:
    bench.deploy(bench.first)
    other = Environment(port=a_free_port())
    made = delivery.deploy(bench.workspace, "staging", other, bench.second, bench.said.append)
    assert made.previous is None
    assert bench.served() == bench.first.package
    assert ask(other.port, "GET", "/healthz").json["environment"] == "staging"
    delivery.stop(bench.workspace, "staging", other)
    assert bench.served() == bench.first.package


def test_a_target_nobody_knows_is_said(bench: Bench) -> None:
    with pytest.raises(UnknownKind, match="unknown target 'locl'"):
        bench.deploy(bench.first, target="locl")
    assert bench.rows() == []
