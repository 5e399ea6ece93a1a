"""Tests the fingerprint on a corpus of edits: each must or must not change it, and be named."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from factories.edits import CORPUS, Edit
from factories.sources import imported, write
from treadle.engine.fingerprint import fingerprint


def parts(folder: Path) -> Mapping[str, str]:
    with imported(folder) as steps:
        return fingerprint(steps.run)


@pytest.mark.parametrize("edit", CORPUS, ids=lambda edit: edit.what)
def test_an_edit_is_seen_if_it_matters(edit: Edit, tmp_path: Path) -> None:
    before = parts(write(tmp_path / "before", edit.before))
    after = parts(write(tmp_path / "after", edit.after))
    changed = {name for name in {**before, **after} if before.get(name) != after.get(name)}
    assert bool(changed) == edit.runs
    for name in edit.names:
        assert any(name in each for each in changed), changed


def test_the_corpus_has_both_kinds_and_no_edit_twice() -> None:
    assert len(CORPUS) >= 24
    assert sum(not edit.runs for edit in CORPUS) >= 8
    assert len({edit.what for edit in CORPUS}) == len(CORPUS)


def test_the_same_project_in_another_folder_is_the_same(tmp_path: Path) -> None:
    files = {"steps.py": CORPUS[0].before["steps.py"]}
    assert parts(write(tmp_path / "a", files)) == parts(write(tmp_path / "b", files))
