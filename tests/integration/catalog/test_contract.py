"""What every catalog must do: the same cases over SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.records import a_deployment, a_model_version, a_run, a_step_result, an_alias, an_artifact, one_of_each
from treadle.catalog import Catalog, open_catalog
from treadle.errors import CatalogError, Conflict, NotFound
from treadle.records import AuditEntry, Deployment, ModelVersion, Record, Run, StepResult


@pytest.mark.parametrize("record", one_of_each(), ids=lambda record: type(record).__name__)
def test_a_record_comes_back_as_it_went_in(catalog: Catalog, record: Record) -> None:
    with catalog.transaction("ada") as change:
        change.add(record)
    assert catalog.get(type(record), record.id) == record
    assert catalog.find(type(record)) == [record]


def test_what_is_absent_is_not_found_and_the_nearest_id_is_named(catalog: Catalog) -> None:
    with catalog.transaction("ada") as change:
        change.add(a_model_version(model="flights"))
    with pytest.raises(NotFound, match=r"no ModelVersion 'flighst/1'.*\n.*did you mean 'flights/1'"):
        catalog.get(ModelVersion, "flighst/1")


def test_find_narrows_by_every_field_given(catalog: Catalog) -> None:
    wanted = a_run(kind="trial", parent="run-9", dirty=True)
    with catalog.transaction("ada") as change:
        for record in (a_run(), wanted, a_run(kind="trial"), a_run(kind="trial", parent="run-9")):
            change.add(record)
    assert catalog.find(Run, kind="trial", parent="run-9", dirty=True) == [wanted]


def test_find_by_none_finds_what_is_empty(catalog: Catalog) -> None:
    child, orphan = a_run(parent="run-9"), a_run()
    with catalog.transaction("ada") as change:
        change.add(child)
        change.add(orphan)
    assert catalog.find(Run, parent=None) == [orphan]


def test_find_by_what_is_no_scalar_column_is_refused(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match=r"runs cannot be searched by 'params'(?s:.*)expected: one of id, kind"):
        catalog.find(Run, params="x")


def test_find_suggests_the_column_that_was_meant(catalog: Catalog) -> None:
    with pytest.raises(CatalogError, match="did you mean 'status'"):
        catalog.find(Run, statsu="running")


def test_rows_come_in_the_order_they_were_added_and_keep_it_when_replaced(catalog: Catalog) -> None:
    runs = [a_run(id=f"run-{name}") for name in "zayb"]
    with catalog.transaction("ada") as change:
        for run in runs:
            change.add(run)
        change.replace(runs[1], runs[1].evolve(status="failed"))
    assert [run.id for run in catalog.find(Run)] == ["run-z", "run-a", "run-y", "run-b"]
    assert [run.id for run in catalog.find(Run, newest_first=True, limit=2)] == ["run-b", "run-y"]


def test_adding_the_same_again_changes_nothing(catalog: Catalog) -> None:
    run = a_run()
    for _ in range(2):
        with catalog.transaction("ada") as change:
            change.add(run)
    assert catalog.find(Run) == [run]
    assert len(catalog.find(AuditEntry)) == 1


def test_adding_other_contents_under_a_taken_id_is_a_conflict(catalog: Catalog) -> None:
    run = a_run(metrics={"roc_auc": 0.7})
    with catalog.transaction("ada") as change:
        change.add(run)
    with pytest.raises(Conflict, match="exists with other contents"), catalog.transaction("ada") as change:
        change.add(run.evolve(metrics={"roc_auc": 0.8}))
    assert catalog.get(Run, run.id) == run


def test_replace_puts_the_new_record_in_place(catalog: Catalog) -> None:
    run = a_run()
    done = run.evolve(status="succeeded", metrics={"mae": 3.0})
    with catalog.transaction("ada") as change:
        change.add(run)
        change.replace(run, done)
    assert catalog.find(Run) == [done]


def test_replace_of_what_others_changed_is_a_conflict(catalog: Catalog) -> None:
    seen = a_deployment(status="starting")
    with catalog.transaction("ada") as change:
        change.add(seen)
        change.replace(seen, seen.evolve(status="live"))
    with pytest.raises(Conflict, match="was changed by someone else"), catalog.transaction("bob") as change:
        change.replace(seen, seen.evolve(status="failed"))
    assert catalog.get(Deployment, seen.id).status == "live"


def test_replace_of_what_is_gone_is_a_conflict(catalog: Catalog) -> None:
    alias = an_alias()
    with catalog.transaction("ada") as change:
        change.add(alias)
        change.remove(alias)
    with pytest.raises(Conflict, match="is gone"), catalog.transaction("bob") as change:
        change.replace(alias, alias.evolve(version=2))


def test_a_record_never_changes_its_id(catalog: Catalog) -> None:
    run = a_run(id="run-1")
    with catalog.transaction("ada") as change:
        change.add(run)
    with pytest.raises(Conflict, match="run-1 cannot become run-2"), catalog.transaction("ada") as change:
        change.replace(run, run.evolve(id="run-2"))


def test_parameters_that_json_writes_differently_are_still_the_same_record(catalog: Catalog) -> None:
    run = a_run(params={"layers": (1, 2)})
    with catalog.transaction("ada") as change:
        change.add(run)
        change.replace(run, run.evolve(status="succeeded"))
    assert catalog.get(Run, run.id).params == {"layers": [1, 2]}


def test_remove_takes_the_row_away(catalog: Catalog) -> None:
    alias = an_alias()
    with catalog.transaction("ada") as change:
        change.add(alias)
    with catalog.transaction("ada") as change:
        change.remove(alias)
    assert catalog.find(type(alias)) == []


def test_a_block_that_raises_leaves_no_trace(catalog: Catalog) -> None:
    kept = a_run()
    with catalog.transaction("ada") as change:
        change.add(kept)
    with pytest.raises(ZeroDivisionError), catalog.transaction("ada") as change:
        change.add(a_run())
        change.replace(kept, kept.evolve(status="failed"))
        _ = 1 / 0
    assert catalog.find(Run) == [kept]
    assert len(catalog.find(AuditEntry)) == 1


def test_a_transaction_sees_its_own_changes_and_others_see_them_after_it(catalog: Catalog) -> None:
    run = a_run()
    with catalog.transaction("ada") as change:
        change.add(run)
        assert change.get(Run, run.id) == change.find(Run)[0] == run
        assert catalog.find(Run) == []
    assert catalog.find(Run) == [run]


def test_a_snapshot_sees_one_moment(catalog: Catalog) -> None:
    with catalog.snapshot() as before:
        assert before.find(Run) == []
        with catalog.transaction("ada") as change:
            change.add(a_run())
        assert before.find(Run) == []
    assert len(catalog.find(Run)) == 1


def test_a_transaction_within_a_transaction_is_refused_rather_than_waiting_for_ever(catalog: Catalog) -> None:
    with (
        catalog.transaction("ada"),
        pytest.raises(CatalogError, match="a transaction is open in this thread already"),
        catalog.transaction("ada"),
    ):
        pass


def test_every_change_of_an_audited_record_leaves_an_entry(catalog: Catalog) -> None:
    alias = an_alias(id="flights@champion")
    with catalog.transaction("ada") as change:
        change.add(alias)
    with catalog.transaction("grace") as change:
        change.replace(alias, alias.evolve(version=2), action="promote")
    with catalog.transaction("ada") as change:
        change.remove(alias.evolve(version=2))
    entries = catalog.find(AuditEntry)
    assert [(entry.sequence, entry.actor, entry.action) for entry in entries] == [
        (1, "ada", "add"),
        (2, "grace", "promote"),
        (3, "ada", "remove"),
    ]
    assert {(entry.kind, entry.subject) for entry in entries} == {("aliases", "flights@champion")}
    assert entries[0].before == entries[2].after == ""
    assert entries[0].after == entries[1].before != entries[1].after == entries[2].before


def test_a_record_that_is_not_audited_leaves_none(catalog: Catalog) -> None:
    with catalog.transaction("ada") as change:
        change.add(a_step_result())
    assert catalog.find(AuditEntry) == []


def test_nobody_writes_audit_entries_by_hand(catalog: Catalog) -> None:
    with catalog.transaction("ada") as change:
        change.add(a_run())
    forged = catalog.find(AuditEntry)[0].evolve(id="2", sequence=2)
    with pytest.raises(CatalogError, match="written by the catalog alone"), catalog.transaction("eve") as change:
        change.add(forged)
    assert len(catalog.find(AuditEntry)) == 1


@pytest.mark.parametrize(
    ("record", "field"),
    [
        (a_run(metrics={"roc_auc": float("nan")}), "metrics"),
        (a_run(params={"estimator": object()}), "params"),
        (a_step_result(seconds=float("inf")), "seconds"),
        (a_model_version(version="1"), "version"),
        (a_run(status=None), "status"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_would_not_come_back_is_not_taken(catalog: Catalog, record: Record, field: str) -> None:
    with pytest.raises(CatalogError, match=f"^{field} "), catalog.transaction("ada") as change:
        change.add(record)
    assert catalog.find(type(record)) == []


def test_texts_of_any_kind_and_great_numbers_survive(catalog: Catalog) -> None:
    result = a_step_result(
        step="préparer 'x'; -- \"ø\" %s ? 航班",
        seconds=0.1 + 0.2,
        outputs=(an_artifact(name="naïve\n\t\\", size=2**62),),
    )
    with catalog.transaction("ada") as change:
        change.add(result)
    assert catalog.find(StepResult, step=result.step) == [result]


def test_it_is_all_there_after_reopening(catalog: Catalog, address: str, tmp_path: Path) -> None:
    run = a_run()
    with catalog.transaction("ada") as change:
        change.add(run)
    catalog.close()
    again = open_catalog(address, tmp_path)
    assert again.find(Run) == [run]
    assert len(again.find(AuditEntry)) == 1
    again.close()
