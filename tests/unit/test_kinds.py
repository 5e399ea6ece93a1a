from __future__ import annotations

import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from treadle.errors import UnknownKind
from treadle.kinds import Kinds, nearest

COLOURS = Kinds("colour", {"red": "json:dumps", "green": "json:loads"})


def test_a_kind_is_loaded_by_its_name() -> None:
    import json

    assert COLOURS.load("red") is json.dumps


def test_nothing_is_imported_before_its_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "colour_blue.py").write_text("blue = 'blue'\n")
    monkeypatch.syspath_prepend(tmp_path)
    kinds = Kinds("colour", {"blue": "colour_blue:blue"})
    assert list(kinds) == ["blue"]
    assert "colour_blue" not in sys.modules
    assert kinds.load("blue") == "blue"


def test_an_unknown_name_is_answered_with_all_and_the_nearest() -> None:
    with pytest.raises(UnknownKind) as met:
        COLOURS.load("gren")
    assert str(met.value) == "unknown colour 'gren'\n  expected: one of green, red\n  next: did you mean 'green'?"


def test_another_distribution_adds_a_kind_by_an_entry_point(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "paint-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: paint\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[treadle.colour]\nblue = colour_paint:blue\n")
    (tmp_path / "colour_paint.py").write_text("blue = 'from outside'\n")
    monkeypatch.syspath_prepend(tmp_path)
    assert COLOURS.load("blue") == "from outside"


def test_an_entry_point_never_replaces_a_kind_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    monkeypatch.setattr(
        "treadle.kinds.entry_points", lambda group: [EntryPoint("red", "json:JSONDecoder", "treadle.colour")]
    )
    assert COLOURS.load("red") is json.dumps


@pytest.mark.parametrize(
    ("name", "answer"),
    [("stauts", "did you mean 'status'?"), ("status", "did you mean 'status'?"), ("zzz", ""), ("", "")],
)
def test_the_nearest_name_is_asked_after(name: str, answer: str) -> None:
    assert nearest(name, ["status", "started"]) == answer
