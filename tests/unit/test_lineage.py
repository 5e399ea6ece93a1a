from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from factories.records import a_dataset_version, a_deployment, a_part, a_release, a_run
from factories.workspaces import a_package, a_workspace, add, registered
from treadle.errors import LineageBroken, NotFound
from treadle.lineage import trace
from treadle.records import DatasetVersion, Deployment, ModelVersion, Record, Release, Run
from treadle.serving.prediction_log import Log
from treadle.workspace import Workspace


class Chain(NamedTuple):
    """A workspace in which one prediction was given, with everything that led to it."""

    workspace: Workspace
    log: Path
    prediction: str
    version: ModelVersion
    run: Run
    dataset: DatasetVersion
    release: Release
    deployment: Deployment

    def trace(self) -> list[tuple[str, str]]:
        return [(link.kind, link.id) for link in trace(self.workspace, self.prediction, [self.log])]

    def replace(self, record: Record, **changes: str) -> None:
        with self.workspace.catalog.transaction("eve") as change:
            change.replace(record, record.evolve(**changes))


@pytest.fixture
def chain(tmp_path: Path) -> Iterator[Chain]:
    with a_workspace(tmp_path) as workspace:
        store = workspace.store
        dataset = a_dataset_version(
            parts=(a_part(digest=store.put(b"train")), a_part(digest=store.put(b"test"), split="test", rows=30)),
            split=store.put(b"rule"),
        )
        run = a_run(status="succeeded")
        package = a_package(tmp_path / "package")
        version = registered(workspace, package, run=run.id, dataset_version=dataset.id, split=dataset.split)
        release = a_release(package=version.package, model_version=version.id)
        deployment = a_deployment(package=version.package, release=release.id, model_version=version.id)
        add(workspace, dataset, run, release, deployment)
        log = Log(tmp_path / "log", version.package, "development")
        (prediction,) = log.append([{"distance": 1400.0}], [b'{"prediction":true}'], [0.4])
        log.close()
        yield Chain(workspace, log.folder, prediction, version, run, dataset, release, deployment)


def test_the_chain_goes_from_the_answer_to_the_split(chain: Chain) -> None:
    assert chain.trace() == [
        ("prediction", chain.prediction),
        ("deployment", chain.deployment.id),
        ("release", chain.release.id),
        ("package", chain.version.package),
        ("model version", "flights/1"),
        ("run", chain.run.id),
        ("commit", "c0ffee"),
        ("dataset version", chain.dataset.id),
        ("split", chain.dataset.split),
    ]


def test_each_link_says_something_of_itself(chain: Chain) -> None:
    says = {link.kind: link.says for link in trace(chain.workspace, chain.prediction, [chain.log])}
    assert says["package"] == "4 files, all in the store"
    assert says["run"].startswith("build build, succeeded")
    assert says["commit"] == "nothing uncommitted"
    assert says["dataset version"] == "100 rows of flights from 1 sources"
    assert says["split"] == "rows: 70 train, 30 test"


def test_the_log_that_has_the_prediction_is_found_among_several(chain: Chain, tmp_path: Path) -> None:
    found = trace(chain.workspace, chain.prediction, [tmp_path / "absent", chain.log])
    assert found[0].id == chain.prediction


def test_uncommitted_changes_are_told(chain: Chain) -> None:
    with chain.workspace.catalog.transaction("ada") as change:
        change.replace(chain.run, chain.run.evolve(dirty=True))
    assert trace(chain.workspace, chain.prediction, [chain.log])[6].says == "with changes that were not committed"


def test_a_project_outside_git_is_told(chain: Chain) -> None:
    chain.replace(chain.version, commit="")
    assert trace(chain.workspace, chain.prediction, [chain.log])[6].says.startswith("the project was in no git")


def test_the_deployment_is_the_one_live_at_that_moment(chain: Chain) -> None:
    earlier = chain.deployment.evolve(id="deployment-earlier", created="2026-01-01T00:00:00.000000Z")
    later = chain.deployment.evolve(id="deployment-later", created="2999-01-01T00:00:00.000000Z")
    elsewhere = chain.deployment.evolve(id="deployment-elsewhere", environment="production")
    add(chain.workspace, later, elsewhere)
    assert chain.trace()[1] == ("deployment", chain.deployment.id)
    with chain.workspace.catalog.transaction("ada") as change:
        change.remove(chain.deployment)
        change.add(earlier)
    assert chain.trace()[1] == ("deployment", "deployment-earlier")


def test_an_unknown_prediction_is_not_found(chain: Chain) -> None:
    with pytest.raises(NotFound, match=r"no prediction 'abc-1'(?s:.*)looked in .*log"):
        trace(chain.workspace, "abc-1", [chain.log])


def test_without_any_log_it_is_said_that_nothing_was_deployed(chain: Chain) -> None:
    with pytest.raises(NotFound, match="nothing was deployed yet"):
        trace(chain.workspace, chain.prediction, [])


@pytest.mark.parametrize(
    ("link", "message"),
    [
        (lambda chain: chain.deployment, "no deployment of package"),
        (lambda chain: chain.release, "Release 'release-.*' is not in the catalog"),
        (lambda chain: chain.version, "ModelVersion 'flights/1' is not in the catalog"),
        (lambda chain: chain.run, "Run 'run-.*' is not in the catalog"),
        (lambda chain: chain.dataset, "DatasetVersion 'dataset-.*' is not in the catalog"),
    ],
    ids=["deployment", "release", "model version", "run", "dataset version"],
)
def test_a_record_that_is_gone_breaks_the_chain_by_name(
    chain: Chain, link: Callable[[Chain], Record], message: str
) -> None:
    with chain.workspace.catalog.transaction("eve") as change:
        change.remove(link(chain))
    with pytest.raises(LineageBroken, match=f"the lineage is broken: {message}"):
        chain.trace()


@pytest.mark.parametrize(
    ("digest", "message"),
    [
        (lambda chain: chain.version.package, r"file manifest\.json of package"),
        (lambda chain: chain.version.files[0].digest, r"file MLmodel of package"),
        (lambda chain: chain.dataset.parts[0].digest, r"a part \(70 train rows\) of dataset version"),
        (lambda chain: chain.dataset.parts[1].digest, r"a part \(30 test rows\) of dataset version"),
        (lambda chain: chain.dataset.split, r"the split rule of dataset version"),
    ],
    ids=["manifest", "file", "train part", "test part", "split rule"],
)
def test_an_object_that_is_gone_breaks_the_chain_by_name(
    chain: Chain, digest: Callable[[Chain], str], message: str
) -> None:
    chain.workspace.store.path(digest(chain)).unlink()
    with pytest.raises(LineageBroken, match=f"the lineage is broken: {message}"):
        chain.trace()


@pytest.mark.parametrize(
    ("link", "field", "message"),
    [
        (lambda chain: chain.deployment, "package", "no deployment of package"),
        (lambda chain: chain.release, "package", "package other is not package"),
        (lambda chain: chain.version, "package", "package other is not package"),
        (lambda chain: chain.version, "split", "split .* is not split other"),
    ],
    ids=["deployment", "release", "model version", "split"],
)
def test_links_that_disagree_break_the_chain(
    chain: Chain, link: Callable[[Chain], Record], field: str, message: str
) -> None:
    chain.replace(link(chain), **{field: "other"})
    with pytest.raises(LineageBroken, match=message):
        chain.trace()
