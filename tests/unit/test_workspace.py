from __future__ import annotations

from pathlib import Path

import pytest

from factories.records import a_run
from treadle.errors import CatalogError, StoreError, UnknownKind
from treadle.records import AuditEntry, Run
from treadle.workspace import Workspace


def test_it_opens_catalog_and_store_under_its_root(tmp_path: Path) -> None:
    with Workspace.open(tmp_path, ".treadle/catalog.db", ".treadle/store") as workspace:
        workspace.store.put(b"rows")
        assert workspace.home == tmp_path / ".treadle"
        assert sorted(path.name for path in workspace.home.glob("[!.]*") if "-" not in path.name) == [
            "catalog.db",
            "store",
        ]


def test_the_root_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with Workspace.open(Path(), "catalog.db", "store") as workspace:
        assert workspace.root == tmp_path


def test_the_actor_given_is_the_actor_of_changes(tmp_path: Path) -> None:
    with Workspace.open(tmp_path, "catalog.db", "store", "grace") as workspace:
        with workspace.catalog.transaction(workspace.actor) as change:
            change.add(a_run())
        assert workspace.catalog.find(AuditEntry)[0].actor == "grace"


def test_without_one_the_account_acts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TREADLE_ACTOR", "ada")
    with Workspace.open(tmp_path, "catalog.db", "store") as workspace:
        assert workspace.actor == "ada"


def test_it_is_closed_at_the_end_of_the_block(tmp_path: Path) -> None:
    with Workspace.open(tmp_path, "catalog.db", "store") as workspace:
        pass
    with pytest.raises(CatalogError, match="closed"):
        workspace.catalog.find(Run)


@pytest.mark.parametrize(
    ("catalog", "store", "error"),
    [
        ("taken", "taken/store", StoreError),
        ("taken/catalog.db", "store", CatalogError),
        ("mysql://host/db", "store", UnknownKind),
        ("catalog.db", "ftp://host", UnknownKind),
    ],
)
def test_what_cannot_be_opened_is_told(tmp_path: Path, catalog: str, store: str, error: type[Exception]) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(error):
        Workspace.open(tmp_path, catalog, store)
