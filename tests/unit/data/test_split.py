"""Owns the tests of the split: its shares, its frozen assignments, and what it refuses."""

from __future__ import annotations

from datetime import date, datetime

import polars as pl
import pytest

from treadle.data.split import assign, needs, rule, rule_digest, suggest_cuts, validate
from treadle.errors import DataError, SettingsError
from treadle.settings import Split

BY_TIME = Split(by="time", validation_from="2013-03-01", test_from="2013-04-01")


def numbered(rows: int) -> pl.DataFrame:
    return pl.DataFrame({"id": pl.int_range(0, rows, eager=True)})


def test_the_first_rows_are_assigned_as_ever() -> None:
    assert (
        "".join(split[1] for split in assign(numbered(40), Split(), ["id"]))
        == "arrrarrrrrerrrerrrrarererarrrrrreeerrrrr"
    )


def test_text_keys_are_assigned_as_ever() -> None:
    frame = pl.DataFrame({"id": [f"N{n}" for n in range(20)]})
    assert "".join(split[1] for split in assign(frame, Split(), ["id"])) == "rrerrererrrerrerrrrr"


def test_shares_are_those_asked_for_up_to_chance() -> None:
    found = assign(numbered(100_000), Split(test=0.2, validation=0.1), ["id"]).value_counts()
    shares = dict(found.rows())
    assert shares["test"] == pytest.approx(20_000, abs=600)
    assert shares["validation"] == pytest.approx(10_000, abs=450)


def test_another_salt_is_an_independent_split() -> None:
    one, other = (assign(numbered(100_000), Split(salt=salt), ["id"]) for salt in ("a", "b"))
    both = ((one == "test") & (other == "test")).sum()
    assert both == pytest.approx(100_000 * 0.2 * 0.2, abs=300)


def test_more_validation_leaves_the_test_rows_alone() -> None:
    little, much = (assign(numbered(5000), Split(validation=share), ["id"]) for share in (0.1, 0.4))
    assert ((little == "test") == (much == "test")).all()


def test_no_validation_share_gives_no_validation_rows() -> None:
    assert set(assign(numbered(2000), Split(validation=0), ["id"])) == {"train", "test"}


def test_without_a_key_equal_rows_share_a_split_whatever_the_order_of_columns() -> None:
    frame = pl.DataFrame({"a": [1, 2, 1] * 50, "b": ["x", "y", "x"] * 50})
    found = assign(frame, Split(test=0.5), [])
    assert found[0] == found[2] == found[147]
    assert found.to_list() == assign(frame.select("b", "a"), Split(test=0.5), []).to_list()


def test_a_group_stays_together() -> None:
    frame = numbered(3000).with_columns(person=pl.col("id") % 300)
    split = assign(frame, Split(by="group", group=("person",)), ["id"])
    assert frame.with_columns(split).group_by("person").agg(pl.col("split").n_unique())["split"].max() == 1


def test_cut_dates_belong_to_the_later_split() -> None:
    days = [date(2013, 2, 28), date(2013, 3, 1), date(2013, 3, 31), date(2013, 4, 1)]
    for moments in (pl.Series(days), pl.Series(days).cast(pl.Datetime("ms"))):
        split = assign(pl.DataFrame({"day": moments}), BY_TIME, [], "day")
        assert split.to_list() == ["train", "validation", "validation", "test"]


def test_a_row_without_a_moment_is_never_trained_on() -> None:
    frame = pl.DataFrame({"day": [None]}, schema={"day": pl.Date})
    assert assign(frame, BY_TIME, [], "day").to_list() == ["test"]


def test_without_a_validation_date_all_before_test_is_train() -> None:
    frame = pl.DataFrame({"day": [datetime(2013, 3, 31, 23), datetime(2013, 4, 1)]})
    assert assign(frame, Split(by="time", test_from="2013-04-01"), [], "day").to_list() == ["train", "test"]


def test_a_cut_with_an_offset_is_a_moment() -> None:
    frame = pl.DataFrame({"at": [datetime(2013, 3, 31, 22), datetime(2013, 3, 31, 21, 59)]})
    split = Split(by="time", test_from="2013-04-01T00:00:00+02:00")
    assert assign(frame, split, [], "at").to_list() == ["test", "train"]


def test_a_column_can_say_the_split() -> None:
    words = ["test", "train", "validation"]
    assert assign(pl.DataFrame({"part": words}), Split(by="column", column="part"), []).to_list() == words


def test_a_column_with_another_word_is_refused() -> None:
    with pytest.raises(DataError, match="column part holds 'holdout', which names no split"):
        assign(pl.DataFrame({"part": ["train", "holdout"]}), Split(by="column", column="part"), [])
    with pytest.raises(DataError, match="holds '7'"):
        assign(pl.DataFrame({"part": [7]}), Split(by="column", column="part"), [])
    with pytest.raises(DataError, match="holds None"):
        assign(pl.DataFrame({"part": ["train", None]}), Split(by="column", column="part"), [])


@pytest.mark.parametrize(
    ("split", "time", "message"),
    [
        (Split(by="group"), None, "split.group is empty"),
        (Split(by="column"), None, "split.column is absent"),
        (Split(by="time", test_from="2013-01-01"), None, "data.time is absent"),
        (Split(test=0.6, validation=0.4), None, "leave nothing for train"),
        (Split(by="time", validation_from="2013-04-01", test_from="2013-04-01"), "day", "is not before"),
        (Split(by="time", test_from="April"), "day", "'April' is no date"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(split: Split, time: str | None, message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        validate(split, time)


def test_assigning_by_time_needs_a_test_date() -> None:
    with pytest.raises(SettingsError, match=r"split\.test_from is absent"):
        assign(pl.DataFrame({"day": [date(2013, 1, 1)]}), Split(by="time"), [], "day")


def test_the_columns_a_rule_needs_are_named() -> None:
    assert needs(Split(), "day") == ()
    assert needs(Split(by="group", group=("person",)), None) == ("person",)
    assert needs(BY_TIME, "day") == ("day",)
    assert needs(Split(by="column", column="part"), None) == ("part",)


def test_the_digest_names_what_matters_and_nothing_else() -> None:
    same = rule_digest(Split(), ("id",))
    assert rule_digest(Split(group=("unused",), test_from="2013-01-01"), ("id",), "day") == same
    others = [Split(salt="x"), Split(test=0.3), Split(validation=0.2), Split(by="group", group=("id",)), BY_TIME]
    assert len({same, rule_digest(Split(), ("key",)), *(rule_digest(split, ("id",), "day") for split in others)}) == 7


def test_the_rule_of_a_key_names_the_frozen_hash() -> None:
    assert rule(Split(), ("id",)) == {
        "by": "key",
        "columns": ["id"],
        "hash": "splitmix64-1",
        "salt": "treadle",
        "test": 0.2,
        "validation": 0.1,
    }
    assert rule_digest(Split(), ("id",)) == "dd39f0f4e3fd34f9a7bd567467ba1ed9a2b9cfbe206569a1e855688dd17ad5df"


def test_suggested_cuts_give_about_the_shares() -> None:
    days = pl.date_range(date(2013, 1, 1), date(2013, 4, 10), eager=True)
    first, second = suggest_cuts(days, Split(by="time", test=0.2, validation=0.1))
    found = assign(
        pl.DataFrame({"day": days}), Split(by="time", validation_from=first, test_from=second), [], "day"
    ).value_counts()
    assert dict(found.rows()) == {"train": 70, "validation": 10, "test": 20}
