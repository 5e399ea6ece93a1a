"""Owns how a source becomes a dataset version: file by file through schema, key and split, then one commit."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
from msgspec.structs import replace

from treadle.data import parts, versions
from treadle.data.keys import Seen, key_columns, known, required
from treadle.data.schema import check, explain, fit, validate
from treadle.data.sources import Source
from treadle.data.split import SPLITS, TEST, TRAIN, assign, needs, rule, suggest_cuts
from treadle.errors import DataError, SettingsError
from treadle.records import DatasetVersion, Part
from treadle.settings import Column, Data, Split
from treadle.workspace import Workspace


def ingest(
    workspace: Workspace,
    source: Source,
    data: Data,
    split: Split,
    schema: Mapping[str, Column],
    run: str,
    *,
    dataset: str = "data",
    expected: Mapping[str, str] | None = None,
) -> DatasetVersion:
    """Read every batch of `source`, refuse what breaks `schema`, cut the rest, and commit it as a version of `dataset`.

    One batch is in memory at a time. `expected` are the fingerprints the caller already relied on, e.g. in a cache
    key; by default they are taken now. The same rows give the same version, and its record is not written twice.

    Raises SettingsError if target, key or split name a column the schema lacks; DataError for a batch that does not
    fit, for more refused rows than the settings allow, for a source that changes while it is read, and when no row
    falls into train or test. Nothing is recorded then.
    """
    rules = effective(schema, data, split)
    prints = source.fingerprint()
    _unchanged(expected or prints, prints)
    if split.by == "time" and not split.test_from:
        raise _no_cut(source, rules, data, split)
    intake = _Intake(workspace, data, split, rules)
    for name, batch in source.batches():
        intake.take(name, fit(batch, rules, name, data.ignore))
    _unchanged(prints, source.fingerprint())
    intake.judge()
    draft = versions.Draft(
        dataset=dataset,
        schema=rules,
        rule=rule(split, data.key, data.time),
        parts=tuple(intake.parts),
        quarantine=tuple(intake.quarantine),
        fingerprints=prints,
        duplicates=intake.duplicates,
    )
    return versions.commit(workspace, draft, run)


def effective(schema: Mapping[str, Column], data: Data, split: Split) -> dict[str, Column]:
    """Return `schema` with what target, key and split demand: never missing, and split words where they are read.

    Raises SettingsError if they name a column it lacks, or one of the wrong type.
    """
    validate(schema)
    known(schema, "data.inputs", data.inputs)
    rules = required(schema, "data.target", (data.target,))
    rules = required(rules, "data.key", data.key)
    rules = required(rules, "the split", needs(split, data.time))
    if split.by == "time" and rules[str(data.time)].type not in ("date", "datetime"):
        raise SettingsError(
            f"split.by is time, but column {data.time!r} has type {rules[str(data.time)].type}",
            expected="type date or datetime in the schema",
        )
    if split.by == "column":
        rules[str(split.column)] = replace(rules[str(split.column)], type="str", values=SPLITS)
    return rules


class _Intake:
    """What has come in so far, and the rules for more."""

    def __init__(self, workspace: Workspace, data: Data, split: Split, rules: Mapping[str, Column]) -> None:
        self._store = workspace.store
        self._data, self._split, self._rules = data, split, rules
        self._seen = Seen()
        self._reasons = ""
        self.parts: list[Part] = []
        self.quarantine: list[Part] = []
        self.duplicates = 0

    def take(self, name: str, frame: pl.DataFrame) -> None:
        """Check, cut and keep one batch; DataError if all of it is refused, or any where none may be."""
        good, refused = check(frame, self._rules, key=self._data.key, seen=self._seen)
        if refused.height:
            reasons = f"{name}: {explain(refused)}"
            if good.is_empty() or self._data.refused == "stop":
                raise _refusal(refused.height, frame.height, reasons, f"in {name}")
            self._reasons = self._reasons or reasons
            self.quarantine += parts.write(self._store, refused, name, "quarantine")
        if not self._data.key:
            self.duplicates += int((~self._seen.first(good, key_columns((), good.columns))).sum())
        where = assign(good, self._split, self._data.key, self._data.time)
        for split in SPLITS:
            self.parts += parts.write(self._store, good.filter(where == split), name, split)

    def judge(self) -> None:
        """Raise DataError if too much was refused, or if train or test is empty."""
        refused, kept = (sum(part.rows for part in held) for held in (self.quarantine, self.parts))
        if refused > self._data.max_refused * (refused + kept):
            limit = f"at most {self._data.max_refused:.0%} of all rows (data.max_refused)"
            raise _refusal(refused, refused + kept, self._reasons, "in all", limit)
        for split in (TRAIN, TEST):
            if not any(part.split == split for part in self.parts):
                raise DataError(
                    f"none of {kept:,} rows fell into {split}",
                    expected="rows to learn from and rows to test on",
                    next_move="add rows, or change [split] in treadle.toml",
                )


def _refusal(refused: int, rows: int, reasons: str, where: str, limit: str = "") -> DataError:
    return DataError(
        f"{refused:,} of {rows:,} rows {where} break the schema ({refused / rows:.1%}): {reasons}",
        expected=limit or "rows that pass (data.refused, schema.toml)",
        next_move="correct the source, or the rules of these columns in the schema",
    )


def _unchanged(before: Mapping[str, str], after: Mapping[str, str]) -> None:
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    if changed:
        raise DataError(
            f"{', '.join(changed)} changed while it was read",
            expected="a source that stands still during ingest",
            next_move="wait until the file is whole, then run the same command again",
        )


def _no_cut(source: Source, rules: Mapping[str, Column], data: Data, split: Split) -> SettingsError:
    time = str(data.time)
    only = {time: rules[time]}
    moments = [check(batch.select(time), only)[0][time] for _, batch in source.batches() if time in batch.columns]
    advice = "set split.validation_from and split.test_from"
    if moments:
        first, second = suggest_cuts(pl.concat(moments), split)
        advice = f'for about the shares asked for, set validation_from = "{first}" and test_from = "{second}"'
    return SettingsError(
        "split.by is time, but split.test_from is absent",
        expected="fixed dates, so no row ever moves",
        next_move=advice,
    )
