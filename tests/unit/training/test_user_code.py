"""Owns the tests of how faults in user code are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from treadle.errors import CodeError, DataError
from treadle.training.user_code import calling, place


def user_function(path: Path, body: str) -> dict[str, object]:
    """Return what a user's file defines."""
    path.write_text(body)
    names: dict[str, object] = {}
    exec(compile(body, str(path), "exec"), names)
    return names


def test_the_users_own_line_is_named(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    body = "def helper(rows):\n    return rows['nonsense']\n\ndef features(rows):\n    return helper(rows)\n"
    features = user_function(file, body)["features"]
    assert callable(features)
    with pytest.raises(CodeError) as caught, calling("features()", features):
        features({})
    assert caught.value.met == "features() raised KeyError: 'nonsense'"
    assert caught.value.next_move == f"see {file}:2: return rows['nonsense']"


def test_a_fault_inside_a_library_names_the_users_call_into_it(tmp_path: Path) -> None:
    file = tmp_path / "model.py"
    features = user_function(file, "import json\n\ndef features(text):\n    return json.loads(text)\n")["features"]
    assert callable(features)
    with pytest.raises(CodeError, match="JSONDecodeError") as caught, calling("features()", features):
        features("{")
    assert f"{file}:4" in caught.value.next_move


def test_a_library_that_refuses_what_was_made_points_to_the_definition() -> None:
    with pytest.raises(CodeError) as caught, calling("fitting", user_function):
        json.loads("{")
    assert caught.value.next_move.startswith(f"see {__file__}")
    assert place(user_function) == f"{__file__}:{user_function.__code__.co_firstlineno}"


def test_our_own_errors_pass_through_unchanged() -> None:
    error = DataError("no rows")
    with pytest.raises(DataError) as caught, calling("x", user_function):
        raise error
    assert caught.value is error


def test_a_long_message_is_one_short_line() -> None:
    with pytest.raises(CodeError) as caught, calling("x", user_function):
        raise ValueError("a" * 1000 + "\nsecond line")
    assert len(caught.value.met) < 350
    assert "second" not in caught.value.met


def test_what_has_no_file_is_named() -> None:
    assert place(len) == "len"
