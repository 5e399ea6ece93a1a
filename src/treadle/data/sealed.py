"""Owns the only door to the test split: every reading is recorded and counted against its budget."""

from __future__ import annotations

from typing import NamedTuple

import polars as pl

from treadle.data import parts, versions
from treadle.data.schema import dtypes
from treadle.data.split import TEST
from treadle.records import DatasetVersion, TestRead, new_id, now
from treadle.workspace import Workspace


class Unsealed(NamedTuple):
    """Rows of a test split; `reads` counts its readings with this one, `warning` is empty within the budget."""

    frame: pl.DataFrame
    reads: int
    warning: str


def read_test(workspace: Workspace, version: DatasetVersion, run: str, purpose: str, budget: int) -> Unsealed:
    """Record a reading of the test split of `version` by `run`, then return its rows.

    `budget` is how many readings are allowed before a warning: each look lets a choice lean on the test rows
    (Dwork et al. 2015, The reusable holdout). The record is kept even if reading fails afterwards.
    """
    record = TestRead(
        id=new_id("read"),
        dataset_version=version.id,
        run=run,
        actor=workspace.actor,
        purpose=purpose,
        created=now(),
    )
    with workspace.catalog.transaction(workspace.actor) as transaction:
        transaction.add(record, action="read test split")
        reads = len(transaction.find(TestRead, dataset_version=version.id))
    chosen = [part for part in version.parts if part.split == TEST]
    frame = parts.read(workspace.store, chosen, dtypes(versions.schema(workspace, version)))
    return Unsealed(frame, reads, _warning(version, reads, budget))


def _warning(version: DatasetVersion, reads: int, budget: int) -> str:
    if reads <= budget:
        return ""
    return (
        f"the test split of dataset {version.dataset} was read {reads} times, {budget} were planned (test.budget): "
        "its figures grow too kind; add new rows, or change split.salt for a fresh test split"
    )
