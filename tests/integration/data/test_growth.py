"""Owns the tests of data that grow: rows stay in their splits, and only new bytes are stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from msgspec.structs import replace

from factories.frames import BY_FLIGHT, EVERY_SPLIT, flights
from treadle.data import sealed, versions
from treadle.data.ingest import ingest
from treadle.data.schema import infer_source
from treadle.data.sources import open_source
from treadle.records import DatasetVersion
from treadle.settings import Data, Split
from treadle.workspace import Workspace


def write(root: Path, name: str, frame: pl.DataFrame) -> None:
    (root / "flights").mkdir(exist_ok=True)
    frame.write_csv(root / "flights" / name)


def taken(workspace: Workspace, data: Data = BY_FLIGHT, split: Split = EVERY_SPLIT) -> DatasetVersion:
    source = open_source(data, workspace.root)
    return ingest(workspace, source, data, split, infer_source(source), "run-1", dataset="flights")


def stored(workspace: Workspace) -> int:
    """Return the bytes of all objects in the store."""
    return sum(path.stat().st_size for path in (workspace.root / ".treadle/store/objects").rglob("*") if path.is_file())


def splits(workspace: Workspace, version: DatasetVersion) -> dict[int, str]:
    """Return the split of each flight."""
    frames = {name: versions.read(workspace, version, (name,)) for name in ("train", "validation")}
    frames["test"] = sealed.read_test(workspace, version, "run-1", "compare splits", budget=99).frame
    return {flight: name for name, frame in frames.items() for flight in frame["flight"]}


@pytest.mark.parametrize(
    "split", [EVERY_SPLIT, Split(by="group", group=("distance",)), Split(salt="another")], ids=["key", "group", "salt"]
)
def test_no_row_moves_when_files_are_added(workspace: Workspace, split: Split) -> None:
    data = replace(BY_FLIGHT, source="flights/*.csv")
    write(workspace.root, "2013-02.csv", flights(500))
    before = taken(workspace, data, split)
    write(workspace.root, "2013-01.csv", flights(300, start=500).reverse())
    after = taken(workspace, data, split)
    assert after.parent == before.id
    assert splits(workspace, before).items() <= splits(workspace, after).items()


def test_a_new_file_of_one_percent_stores_at_most_one_and_a_half_percent_more(workspace: Workspace) -> None:
    noise = np.random.default_rng(0)
    old, new = (
        flights(rows, start=start).with_columns(distance=noise.normal(size=rows), delay=noise.normal(size=rows))
        for rows, start in ((150_000, 0), (1500, 150_000))
    )
    write(workspace.root, "old.csv", old)
    taken(workspace)
    size = stored(workspace)
    write(workspace.root, "zz.csv", new)
    taken(workspace)
    assert stored(workspace) - size <= 0.015 * size


def test_a_file_that_grows_at_its_end_stores_a_small_part_anew(workspace: Workspace) -> None:
    write(workspace.root, "all.csv", flights(60_000))
    first = taken(workspace)
    size = stored(workspace)
    write(workspace.root, "all.csv", flights(60_600))
    second = taken(workspace)
    assert stored(workspace) - size <= 0.15 * size
    assert len({part.digest for part in first.parts} & {part.digest for part in second.parts}) >= 5


def test_the_form_of_a_file_does_not_matter_only_its_rows(workspace: Workspace) -> None:
    write(workspace.root, "a.csv", flights(300))
    first = taken(workspace)
    text = (workspace.root / "flights/a.csv").read_text()
    (workspace.root / "flights/a.csv").write_text("\n".join(f'"{line}"'.replace(",", '","') for line in text.split()))
    assert taken(workspace) == first


def test_an_old_version_still_reads_after_newer_ones(workspace: Workspace) -> None:
    write(workspace.root, "a.csv", flights(300))
    first = taken(workspace)
    rows = versions.read(workspace, first)
    write(workspace.root, "a.csv", flights(100, start=5000))
    taken(workspace)
    assert versions.read(workspace, first).equals(rows)
    assert [version.rows for version in versions.history(workspace, "flights")] == [100, 300]
