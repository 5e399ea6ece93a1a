"""The new-data trigger."""

from __future__ import annotations

from pathlib import Path

import pytest

from factories.situations import a_build, a_situation, after_builds
from treadle.triggers.new_data import due

BEFORE = {"01.csv": "aa", "02.csv": "bb"}


@pytest.mark.parametrize(
    ("sources", "reason"),
    [
        (BEFORE | {"03.csv": "cc"}, "since run-1: new 03.csv"),
        (BEFORE | {"02.csv": "zz"}, "since run-1: changed 02.csv"),
        ({"01.csv": "aa"}, "since run-1: gone 02.csv"),
        (BEFORE | {f"1{n}.csv": "x" for n in range(5)}, "since run-1: new 10.csv, new 11.csv, new 12.csv and 2 more"),
    ],
)
def test_a_difference_is_named(tmp_path: Path, sources: dict[str, str], reason: str) -> None:
    workspace = after_builds(tmp_path, a_build(id="run-1", params={"sources": BEFORE}))
    request = due(workspace, a_situation(sources=sources))
    assert request is not None
    assert (request.reason, request.trigger) == (reason, "new_data")


@pytest.mark.parametrize("sources", [BEFORE, {}])
def test_the_same_or_unknown_sources_ask_for_nothing(tmp_path: Path, sources: dict[str, str]) -> None:
    workspace = after_builds(tmp_path, a_build(params={"sources": BEFORE}))
    assert due(workspace, a_situation(sources=sources)) is None


def test_other_data_is_another_request(tmp_path: Path) -> None:
    workspace = after_builds(tmp_path, a_build(params={"sources": BEFORE}))
    ids = set()
    for digest in ("c", "c", "d"):
        request = due(workspace, a_situation(sources=BEFORE | {"03.csv": digest}))
        assert request is not None
        ids.add(request.id)
    assert len(ids) == 2
