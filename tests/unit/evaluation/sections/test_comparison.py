"""Owns the tests of the champion's section."""

from __future__ import annotations

import numpy as np

from factories.evaluations import an_evaluation, numbers, two_classes
from factories.markup import Page
from treadle.evaluation.sections.comparison import sections


def test_there_is_no_section_without_a_champion() -> None:
    assert sections(an_evaluation()) == []


def test_every_metric_of_both_and_the_interval_of_the_difference() -> None:
    section = sections(an_evaluation(numbers(), numbers(error=2)))[0]
    text = Page("".join(section.parts)).text
    assert "champion flights/3" in text
    assert text.count("median_absolute_error") == 1
    assert "mae: better by" in text
    assert "2,000 paired resamples" in text


def test_what_cannot_be_compared_says_why() -> None:
    positives = two_classes().take(np.flatnonzero(two_classes().truth))
    text = Page("".join(sections(an_evaluation(positives, positives))[0].parts)).text
    assert "roc_auc cannot be compared: only one class occurs in these rows." in text
