"""Owns dataset versions: rows kept once under the digest of their manifest, and read back without the test split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
import polars as pl

from treadle.data import parts
from treadle.data.schema import REASONS, ROW, SOURCE, dtypes
from treadle.data.split import SPLITS, TEST, TRAIN
from treadle.errors import Conflict, DataError, NotFound, SealedSplit
from treadle.kinds import nearest
from treadle.records import DatasetVersion, Part, canonical, now
from treadle.settings import Column
from treadle.workspace import Workspace

FORM = "treadle-dataset-1"

NOTHING = pl.Schema({SOURCE: pl.String(), ROW: pl.Int64(), REASONS: pl.List(pl.String())})


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """A version about to be committed; its parts are in the store already.

    `rule` is the split rule (`split.rule`), `fingerprints` the content digest of each source.
    """

    dataset: str
    schema: dict[str, Column]
    rule: dict[str, Any]
    parts: tuple[Part, ...]
    quarantine: tuple[Part, ...] = ()
    fingerprints: dict[str, str] = {}
    duplicates: int = 0


class Description(msgspec.Struct, frozen=True, kw_only=True):
    """What a person asks of a version: `size` in bytes, `reasons` counts refusals by column."""

    version: DatasetVersion
    columns: dict[str, Column]
    rule: dict[str, Any]
    size: int
    reasons: dict[str, int]


def commit(workspace: Workspace, draft: Draft, run: str) -> DatasetVersion:
    """Record `draft` as a version whose id is the digest of its manifest, and return it.

    The same rows under the same schema and rule are the same version: the one already recorded is returned and
    nothing is written twice. The parent is the dataset's newest version so far.
    """
    store = workspace.store
    schema, rule = store.put(canonical(list(draft.schema.items()))), store.put(canonical(draft.rule))
    quarantine = store.put(canonical(draft.quarantine)) if draft.quarantine else None
    content = {"form": FORM, "dataset": draft.dataset, "schema": schema, "split": rule, "quarantine": quarantine}
    id = store.put(canonical({**content, "parts": draft.parts}))
    if known := workspace.catalog.find(DatasetVersion, id=id):
        return known[0]
    newest = workspace.catalog.find(DatasetVersion, dataset=draft.dataset, newest_first=True, limit=1)
    version = DatasetVersion(
        id=id,
        dataset=draft.dataset,
        created=now(),
        actor=workspace.actor,
        run=run,
        rows=sum(part.rows for part in draft.parts),
        quarantined=sum(part.rows for part in draft.quarantine),
        schema=schema,
        split=rule,
        parts=draft.parts,
        split_rows={split: sum(part.rows for part in draft.parts if part.split == split) for split in SPLITS},
        sources=tuple(dict.fromkeys(part.source for part in draft.parts)),
        parent=newest[0].id if newest else None,
        quarantine=quarantine,
        fingerprints=draft.fingerprints,
        duplicates=draft.duplicates,
    )
    try:
        with workspace.catalog.transaction(workspace.actor) as transaction:
            transaction.add(version, action="ingest")
    except Conflict:
        return workspace.catalog.get(DatasetVersion, id)
    return version


def read(workspace: Workspace, version: DatasetVersion, splits: Sequence[str] = (TRAIN,)) -> pl.DataFrame:
    """Return the rows of `splits` (train, validation), one after the other, each in the order of its sources.

    Raises SealedSplit for test, DataError for a word that is no split, StoreError if a part is damaged.
    """
    for split in splits:
        if split == TEST:
            raise SealedSplit(
                f"the test split of dataset {version.dataset} was asked for outside the test step",
                expected="train or validation",
                next_move="test rows are for treadle.data.sealed.read_test alone, which records each reading",
            )
        if split not in SPLITS:
            raise DataError(f"no split {split!r}", expected=", ".join(SPLITS), next_move=nearest(split, list(SPLITS)))
    chosen = [part for split in splits for part in version.parts if part.split == split]
    return parts.read(workspace.store, chosen, dtypes(schema(workspace, version)))


def schema(workspace: Workspace, version: DatasetVersion) -> dict[str, Column]:
    """Return the schema the rows of `version` passed, column by column in their order."""
    return dict(msgspec.json.decode(workspace.store.get(version.schema), type=list[tuple[str, Column]]))


def quarantined(workspace: Workspace, version: DatasetVersion) -> pl.DataFrame:
    """Return the refused rows as text, with `_source`, `_row` (from 1 in its source) and `_reasons`."""
    refused = _quarantine(workspace, version)
    frames = [
        parts.read(workspace.store, [part], pl.Schema()).select(pl.lit(part.source).alias(SOURCE), pl.all())
        for part in refused
    ]
    return pl.concat(frames) if frames else pl.DataFrame(schema=NOTHING)


def history(workspace: Workspace, dataset: str | None = None) -> list[DatasetVersion]:
    """Return the versions of `dataset`, or of all datasets, newest first."""
    if dataset is None:
        return workspace.catalog.find(DatasetVersion, newest_first=True)
    return workspace.catalog.find(DatasetVersion, newest_first=True, dataset=dataset)


def resolve(workspace: Workspace, name: str) -> DatasetVersion:
    """Return the version that `name` means: a whole id, the unique start of one (6 characters or more), or a
    dataset's name for its newest version.

    Raises NotFound with the nearest name, or naming the versions a start fits if there are several.
    """
    versions = history(workspace)
    if named := [version for version in versions if version.dataset == name]:
        return named[0]
    fits = [version for version in versions if len(name) >= 6 and version.id.startswith(name)]
    if len(fits) == 1:
        return fits[0]
    if fits:
        raise NotFound(f"{name!r} begins {len(fits)} dataset versions", expected="more characters of one id")
    known = [*dict.fromkeys(version.dataset for version in versions), *(version.id[:12] for version in versions)]
    raise NotFound(
        f"no dataset version {name!r}",
        expected="a dataset's name or the first characters of a version's id",
        next_move=nearest(name, known) or "treadle data list",
    )


def describe(workspace: Workspace, version: DatasetVersion) -> Description:
    """Return what there is to say of a version without reading its rows."""
    reasons = quarantined(workspace, version)[REASONS].explode().str.extract(r"^(.*?): ").drop_nulls()
    counts = reasons.value_counts(sort=True)
    return Description(
        version=version,
        columns=schema(workspace, version),
        rule=msgspec.json.decode(workspace.store.get(version.split)),
        size=sum(part.size for part in version.parts),
        reasons=dict(zip(counts[:, 0].to_list(), counts[:, 1].to_list(), strict=True)),
    )


def _quarantine(workspace: Workspace, version: DatasetVersion) -> tuple[Part, ...]:
    if version.quarantine is None:
        return ()
    return msgspec.json.decode(workspace.store.get(version.quarantine), type=tuple[Part, ...])
