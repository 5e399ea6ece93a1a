from __future__ import annotations

import pytest

from factories.records import a_model_version
from factories.workspaces import add
from treadle.errors import NotFound
from treadle.records import Alias, AuditEntry
from treadle.registry.aliases import champion, point
from treadle.workspace import Workspace


@pytest.fixture(autouse=True)
def versions(workspace: Workspace) -> None:
    add(workspace, a_model_version(version=1), a_model_version(version=2))


def test_a_model_begins_without_a_champion(workspace: Workspace) -> None:
    assert champion(workspace, "flights") is None


def test_the_champion_is_the_version_pointed_at(workspace: Workspace) -> None:
    point(workspace, "flights", "champion", 1, "first")
    assert champion(workspace, "flights") == a_model_version(version=1)


def test_an_alias_moves_and_says_who_moved_it_and_why(workspace: Workspace) -> None:
    point(workspace, "flights", "champion", 1, "first")
    moved = point(workspace, "flights", "champion", 2, "better by 0.02")
    assert workspace.catalog.find(Alias) == [moved]
    assert (moved.id, moved.version, moved.actor, moved.reason) == ("flights@champion", 2, "ada", "better by 0.02")
    assert [entry.action for entry in workspace.catalog.find(AuditEntry, subject="flights@champion")] == ["point"] * 2


def test_pointing_where_it_points_changes_nothing(workspace: Workspace) -> None:
    first = point(workspace, "flights", "champion", 1, "first")
    assert point(workspace, "flights", "champion", 1, "again") == first
    assert workspace.catalog.find(Alias) == [first]


def test_aliases_are_independent(workspace: Workspace) -> None:
    point(workspace, "flights", "champion", 1, "first")
    point(workspace, "flights", "challenger", 2, "new")
    assert champion(workspace, "flights") == a_model_version(version=1)


def test_an_alias_never_points_at_nothing(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="flights/3"):
        point(workspace, "flights", "champion", 3, "hope")
    assert workspace.catalog.find(Alias) == []
