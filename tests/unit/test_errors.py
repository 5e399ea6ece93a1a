from __future__ import annotations

import inspect

import pytest

from treadle import errors
from treadle.errors import RequestInvalid, TreadleError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, TreadleError)]


def test_a_message_says_what_was_met_expected_and_next() -> None:
    error = TreadleError("auc is 0.71", expected="at least 0.75", next_move="lower the gate")
    assert str(error) == "auc is 0.71\n  expected: at least 0.75\n  next: lower the gate"
    assert (error.met, error.expected, error.next_move) == ("auc is 0.71", "at least 0.75", "lower the gate")


@pytest.mark.parametrize(
    ("expected", "next_move", "text"),
    [("", "", "met"), ("this", "", "met\n  expected: this"), ("", "do that", "met\n  next: do that")],
)
def test_what_there_is_not_to_say_is_left_out(expected: str, next_move: str, text: str) -> None:
    assert str(TreadleError("met", expected=expected, next_move=next_move)) == text


def test_a_refused_request_names_its_field() -> None:
    error = RequestInvalid("not a number", field="distance", expected="a float")
    assert error.field == "distance"
    assert str(error) == "not a number\n  expected: a float"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_is_caught_by_the_root_and_explains_itself(kind: type[TreadleError]) -> None:
    assert kind.__doc__
    with pytest.raises(TreadleError, match=r"^met$"):
        raise kind("met")
