from __future__ import annotations

from typing import ClassVar

import pytest

from factories.records import a_run, a_step_result, an_alert, an_alias, one_of_each
from treadle.catalog.mapping import plan
from treadle.errors import CatalogError
from treadle.records import Alert, Alias, Record, Run, StepResult


class Kept(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "kept"
    share: float
    ready: bool
    note: str = ""


class KeptLater(Record, frozen=True, kw_only=True):
    table: ClassVar[str] = "kept"
    share: float
    ready: bool
    note: str = ""
    weights: dict[str, float] = {}  # noqa: RUF012
    owner: str | None = None


@pytest.mark.parametrize("record", one_of_each(), ids=lambda record: type(record).__name__)
def test_a_row_becomes_the_record_again(record: Record) -> None:
    its = plan(type(record), "?")
    assert its.record(its.values(record)) == record


def test_scalars_stay_as_they_are_and_the_rest_is_canonical_json() -> None:
    row = dict(zip(plan(Run, "?").names, plan(Run, "?").values(a_run(params={"b": 1, "a": [True]})), strict=True))
    assert (row["status"], row["dirty"], row["parent"]) == ("running", False, None)
    assert row["params"] == '{"a":[true],"b":1}'


def test_a_whole_number_is_taken_for_a_float_and_kept_as_one() -> None:
    values = plan(StepResult, "?").values(a_step_result(seconds=2))
    assert [value for value in values if isinstance(value, float)] == [2.0]


def test_whole_numbers_within_json_have_one_spelling_too() -> None:
    its = plan(Run, "?")
    whole, broken = its.values(a_run(id="r", metrics={"n": 1})), its.values(a_run(id="r", metrics={"n": 1.0}))
    assert its.digest(whole) == its.digest(broken)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "0.5", None])
def test_a_float_that_would_not_come_back_is_refused(value: object) -> None:
    with pytest.raises(CatalogError, match=r"^value is .*\n  expected: float, finite"):
        plan(Alert, "?").values(an_alert(value=value))


def test_a_float_that_may_be_absent_may_be_absent() -> None:
    its = plan(Alert, "?")
    assert its.record(its.values(an_alert(p_value=None))).p_value is None


def test_the_digest_is_the_same_whichever_database_returned_the_row() -> None:
    its = plan(Kept, "?")
    values = its.values(Kept(id="k", share=0.5, ready=True))
    from_sqlite = tuple(1 if value is True else value for value in values)
    assert its.digest(from_sqlite) == its.digest(values)


def test_the_digest_sees_every_field() -> None:
    its, alias = plan(Alias, "?"), an_alias()
    others = [alias.evolve(**{name: 7 if name == "version" else "other"}) for name in its.names]
    assert len({its.digest(its.values(each)) for each in [alias, *others]}) == 1 + len(its.names)


def test_a_field_added_later_leaves_old_digests_as_they_are() -> None:
    before, after = plan(Kept, "?"), plan(KeptLater, "?")
    old = before.values(Kept(id="k", share=0.5, ready=True))
    assert after.digest((*old, "{}", None)) == before.digest(old)
    assert after.digest((*old, "{}", "ada")) != before.digest(old)


def test_sql_is_spelt_for_the_database() -> None:
    assert plan(Kept, "?").insert == (
        'INSERT INTO "kept" ("id", "share", "ready", "note") VALUES (?, ?, ?, ?) ON CONFLICT ("id") DO NOTHING'
    )
    assert plan(Kept, "%s").update == (
        'UPDATE "kept" SET "id" = %s, "share" = %s, "ready" = %s, "note" = %s WHERE "id" = %s'
    )


def test_a_search_is_spelt_with_parameters_only() -> None:
    sql, parameters = plan(Run, "%s").search({"status": "x' OR 1", "parent": None}, newest_first=True, limit=3)
    assert sql.endswith('WHERE "status" = %s AND "parent" IS NULL ORDER BY "position" DESC LIMIT 3')
    assert parameters == ["x' OR 1"]


def test_a_search_for_a_value_of_the_wrong_type_is_refused() -> None:
    with pytest.raises(CatalogError, match="version is '1'"):
        plan(Alias, "?").search({"version": "1"}, newest_first=False, limit=None)


def test_a_damaged_row_is_named() -> None:
    its = plan(Run, "?")
    row = list(its.values(a_run(id="run-a")))
    row[its.names.index("steps")] = '[{"step":1}]'
    with pytest.raises(CatalogError, match="row run-a of runs is damaged"):
        its.record(row)
