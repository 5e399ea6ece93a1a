from __future__ import annotations

import pytest

from factories.records import a_model_version, an_alias
from factories.workspaces import add
from treadle.errors import NotFound
from treadle.registry.names import resolve
from treadle.workspace import Workspace


def test_a_number_means_that_version(workspace: Workspace) -> None:
    add(workspace, a_model_version(version=1), a_model_version(version=2))
    assert resolve(workspace, "flights/1").version == 1


def test_an_alias_means_what_it_points_at(workspace: Workspace) -> None:
    add(workspace, a_model_version(version=1), a_model_version(version=2), an_alias(alias="challenger", version=1))
    assert resolve(workspace, "flights@challenger").version == 1


def test_a_model_means_its_champion(workspace: Workspace) -> None:
    add(workspace, a_model_version(version=1), a_model_version(version=2), an_alias(version=1))
    assert resolve(workspace, "flights").version == 1


def test_a_model_without_champion_means_its_newest_version(workspace: Workspace) -> None:
    add(workspace, a_model_version(version=1), a_model_version(version=2), a_model_version(model="cancer"))
    assert resolve(workspace, "flights").version == 2


def test_an_empty_registry_says_so(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match=r"the registry is empty\n  next: run `treadle build` first"):
        resolve(workspace, "flights")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("flihgts", "flights"),
        ("flihgts/1", "flights"),
        ("flights/9", "flights/1"),
        ("flights@champoin", "flights@champion"),
    ],
)
def test_a_slip_is_answered_with_the_nearest_name(workspace: Workspace, name: str, meant: str) -> None:
    add(workspace, a_model_version(model="flights"), a_model_version(model="cancer"), an_alias())
    with pytest.raises(NotFound, match=f"no model version '{name}'(?s:.*)did you mean '{meant}'"):
        resolve(workspace, name)


def test_what_is_near_nothing_is_answered_with_what_there_is(workspace: Workspace) -> None:
    add(workspace, a_model_version(model="flights"), a_model_version(model="cancer"))
    with pytest.raises(NotFound, match="expected: one of flights, cancer\n  next: see `treadle models list`"):
        resolve(workspace, "zzz")
