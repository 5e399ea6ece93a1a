"""Owns the tests of dataset versions: one id for the same rows, no test rows for anyone who just reads."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest

from factories.frames import flights, flights_schema
from treadle.data import parts
from treadle.data.split import rule
from treadle.data.versions import Draft, commit, describe, history, quarantined, read, resolve, schema
from treadle.errors import DataError, NotFound, SealedSplit
from treadle.records import AuditEntry, DatasetVersion
from treadle.settings import Column, Split
from treadle.store import digest
from treadle.workspace import Workspace


def a_draft(workspace: Workspace, rows: int = 60, **changes: Any) -> Draft:
    """Return a draft whose first half is train, then validation, then test."""
    frame = flights(rows)
    bounds = {"train": (0, rows // 2), "validation": (rows // 2, rows // 4), "test": (3 * rows // 4, rows)}
    kept = [
        part
        for split, (start, length) in bounds.items()
        for part in parts.write(workspace.store, frame.slice(start, length), "a.csv", split)
    ]
    fields = {
        "dataset": "flights",
        "schema": flights_schema(),
        "rule": rule(Split(), ("flight",)),
        "parts": tuple(kept),
        "fingerprints": {"a.csv": "f" * 64},
    }
    return Draft(**(fields | changes))


def test_the_id_is_the_digest_of_a_manifest_in_the_store(workspace: Workspace) -> None:
    version = commit(workspace, a_draft(workspace), "run-1")
    manifest = workspace.store.get(version.id)
    assert digest(manifest) == version.id
    assert all(part.digest.encode() in manifest for part in version.parts)


def test_the_record_counts_its_rows(workspace: Workspace) -> None:
    version = commit(workspace, a_draft(workspace), "run-1")
    assert (version.rows, version.quarantined) == (60, 0)
    assert version.split_rows == {"train": 30, "validation": 15, "test": 15}
    assert (version.sources, version.fingerprints) == (("a.csv",), {"a.csv": "f" * 64})
    assert (version.run, version.actor, version.parent) == ("run-1", "ada", None)


def test_the_same_rows_are_the_same_version_recorded_once(workspace: Workspace) -> None:
    first = commit(workspace, a_draft(workspace), "run-1")
    again = commit(workspace, a_draft(workspace, fingerprints={"a.csv": "0" * 64}), "run-2")
    assert again == first
    assert workspace.catalog.find(DatasetVersion) == [first]
    assert len(workspace.catalog.find(AuditEntry, kind="dataset_versions")) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"dataset": "other"},
        {"schema": flights_schema(delay=Column(type="float"))},
        {"schema": dict(reversed(flights_schema().items()))},
        {"rule": rule(Split(salt="x"), ("flight",))},
        {"parts": ()},
    ],
)
def test_whatever_decides_the_rows_changes_the_id(workspace: Workspace, changes: dict[str, Any]) -> None:
    assert commit(workspace, a_draft(workspace, **changes), "r").id != commit(workspace, a_draft(workspace), "r").id


def test_the_quarantine_is_part_of_the_version(workspace: Workspace) -> None:
    refused = flights(2).select("flight").with_columns(_row=1, _reasons=pl.lit(["flight: odd"]))
    held = tuple(parts.write(workspace.store, refused, "a.csv", "quarantine"))
    clean, version = (commit(workspace, a_draft(workspace, quarantine=q), "r") for q in ((), held))
    assert version.id != clean.id
    assert (clean.quarantine, version.quarantined, version.rows) == (None, 2, clean.rows)
    assert quarantined(workspace, clean).is_empty()
    assert quarantined(workspace, version)["_source"].to_list() == ["a.csv", "a.csv"]


def test_the_parent_is_the_newest_version_of_the_dataset(workspace: Workspace) -> None:
    first = commit(workspace, a_draft(workspace), "r")
    commit(workspace, a_draft(workspace, dataset="other"), "r")
    assert commit(workspace, a_draft(workspace, rows=64), "r").parent == first.id


def test_train_and_validation_are_read_in_the_order_asked_for(workspace: Workspace) -> None:
    version = commit(workspace, a_draft(workspace), "r")
    assert read(workspace, version).equals(flights(30))
    assert read(workspace, version, ("train", "validation")).equals(flights(45))
    assert read(workspace, version, ("validation", "train"))["flight"].to_list() == [*range(30, 45), *range(30)]


def test_a_split_without_rows_is_an_empty_frame_of_the_schema(workspace: Workspace) -> None:
    version = commit(workspace, a_draft(workspace, parts=()), "r")
    assert read(workspace, version).equals(flights(0))


@pytest.mark.parametrize("splits", [("test",), ("train", "test")])
def test_the_test_split_is_not_read_here(workspace: Workspace, splits: tuple[str, ...]) -> None:
    version = commit(workspace, a_draft(workspace), "r")
    with pytest.raises(SealedSplit, match="test split of dataset flights"):
        read(workspace, version, splits)


def test_a_word_that_is_no_split_is_refused(workspace: Workspace) -> None:
    with pytest.raises(DataError, match="no split 'trian'") as error:
        read(workspace, commit(workspace, a_draft(workspace), "r"), ("trian",))
    assert error.value.next_move == "did you mean 'train'?"


def test_the_schema_comes_back_in_its_order(workspace: Workspace) -> None:
    found = schema(workspace, commit(workspace, a_draft(workspace), "r"))
    assert found == flights_schema()
    assert list(found) == list(flights_schema())


def test_history_is_newest_first_and_by_dataset(workspace: Workspace) -> None:
    first = commit(workspace, a_draft(workspace), "r")
    other = commit(workspace, a_draft(workspace, dataset="other"), "r")
    second = commit(workspace, a_draft(workspace, rows=64), "r")
    assert history(workspace) == [second, other, first]
    assert history(workspace, "flights") == [second, first]


def test_a_version_is_found_by_dataset_by_id_and_by_the_start_of_one(workspace: Workspace) -> None:
    first = commit(workspace, a_draft(workspace), "r")
    second = commit(workspace, a_draft(workspace, rows=64), "r")
    assert resolve(workspace, "flights") == second
    assert resolve(workspace, first.id) == resolve(workspace, first.id[:8]) == first


def test_an_unknown_version_is_refused_with_the_nearest_name(workspace: Workspace) -> None:
    version = commit(workspace, a_draft(workspace), "r")
    with pytest.raises(NotFound) as error:
        resolve(workspace, "flihgts")
    assert error.value.next_move == "did you mean 'flights'?"
    with pytest.raises(NotFound):
        resolve(workspace, version.id[:5])


def test_a_description_says_what_is_in_a_version(workspace: Workspace) -> None:
    refused = flights(3).select("flight").with_columns(_row=1, _reasons=pl.lit(["delay: is missing"]))
    held = tuple(parts.write(workspace.store, refused, "a.csv", "quarantine"))
    version = commit(workspace, a_draft(workspace, quarantine=held), "r")
    told = describe(workspace, version)
    assert (told.version, told.columns) == (version, flights_schema())
    assert told.rule == rule(Split(), ("flight",))
    assert told.size == sum(part.size for part in version.parts)
    assert told.reasons == {"delay": 3}
