"""Owns the tests of the sections on where a model comes from."""

from __future__ import annotations

import math

from factories.evaluations import trials
from factories.markup import Page, words
from treadle.evaluation.sections.origin import sections


def test_facts_and_rows_by_split_are_listed() -> None:
    section = sections({"run": "run-1"}, {"train": 700}, {}, [], "mae")[0]
    assert Page(section.parts[0]).text == "runrun-1rows in train700"


def test_the_best_trial_is_on_top_whichever_way_is_better() -> None:
    some = trials(3, depth=lambda index: index)
    for metric, best in (("roc_auc", 2), ("mae", 0)):
        search = sections({}, {}, {}, some, metric)[0]
        assert search.parts[1].index("class=best") > 0
        assert Page(search.parts[1]).text.startswith(f"trialdepth{metric}{best}{best}")


def test_one_trial_is_no_search() -> None:
    assert [section.title for section in sections({}, {}, {"a": 1}, trials(1), "mae")] == ["Parameters", "Origin"]


def test_numbers_get_a_plot_words_do_not_and_powers_of_ten_are_by_logarithm() -> None:
    some = trials(5, rate=lambda index: 10.0**-index, depth=lambda index: index, kind=str)
    figures = sections({}, {}, {}, some, "roc_auc")[0].parts[0].split("<svg")[1:]
    titles = [words("<svg" + one.partition("</svg>")[0] + "</svg>")[0] for one in figures]
    assert titles == ["Course of the search", "roc_auc by rate", "roc_auc by depth"]
    assert "log10 of rate" in figures[1]


def test_a_trial_without_a_score_is_left_out() -> None:
    some = trials(3, depth=lambda index: index)
    some[2]["score"] = math.nan
    some[0]["score"] = None
    table = sections({}, {}, {}, some, "roc_auc")[0].parts[1]
    assert table.count("<tr") == 2


def test_forty_trials_are_listed_and_all_are_counted() -> None:
    section = sections({}, {}, {}, trials(100, depth=lambda index: index), "roc_auc")[0]
    assert section.parts[1].count("<tr") == 41
    assert section.note == "100 trials; the best 40 by roc_auc below."
