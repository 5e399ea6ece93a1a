from __future__ import annotations

import re
from datetime import UTC, datetime

import msgspec
import pytest

from factories.records import a_model_version, a_prediction, a_run, one_of_each
from treadle.records import RECORDS, AuditEntry, Prediction, Record, canonical, new_id, now, this_actor


@pytest.mark.parametrize("record", one_of_each(), ids=lambda record: type(record).__name__)
def test_a_record_is_its_json(record: Record) -> None:
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


def test_a_prediction_is_its_json() -> None:
    assert msgspec.json.decode(msgspec.json.encode(a_prediction()), type=Prediction) == a_prediction()


def test_every_record_has_a_table_and_a_factory() -> None:
    assert {type(record) for record in one_of_each()} | {AuditEntry} == set(RECORDS.values())
    assert all(kind.table == table for table, kind in RECORDS.items())


def test_only_what_follows_from_other_records_goes_without_audit() -> None:
    without = {table for table, kind in RECORDS.items() if not kind.audited}
    assert without == {"step_results", "windows", "audit_entries"}


def test_a_record_is_changed_by_making_another() -> None:
    run = a_run(status="running")
    done = run.evolve(status="succeeded")
    assert (run.status, done.status, done.id) == ("running", "succeeded", run.id)
    with pytest.raises(AttributeError, match="immutable"):
        run.status = "failed"  # type: ignore[misc]


def test_a_change_of_a_field_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="stauts"):
        a_model_version().evolve(stauts="live")


def test_now_is_utc_with_microseconds_and_sorts_as_text() -> None:
    first, second = now(), now()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", first)
    assert first <= second
    assert abs((datetime.fromisoformat(first) - datetime.now(UTC)).total_seconds()) < 60


def test_ids_name_their_kind_and_do_not_repeat() -> None:
    ids = {new_id("run") for _ in range(1000)}
    assert len(ids) == 1000
    assert all(re.fullmatch("run-[0-9a-f]{12}", id) for id in ids)


def test_the_actor_is_who_the_environment_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "grace")
    monkeypatch.delenv("TREADLE_ACTOR", raising=False)
    assert this_actor() == "grace"
    monkeypatch.setenv("TREADLE_ACTOR", "ci")
    assert this_actor() == "ci"


def test_without_a_name_the_actor_is_the_account_number(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("USER", raising=False)
    monkeypatch.delenv("TREADLE_ACTOR", raising=False)
    assert re.fullmatch(r"uid:\d+", this_actor())


def test_equal_values_have_equal_canonical_bytes() -> None:
    assert (
        canonical({"b": 1, "a": [True, None]}) == canonical({"a": [True, None], "b": 1}) == b'{"a":[true,null],"b":1}'
    )
