"""Owns the summary of a column of words: exact counts of its levels, those the reference had and new ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import msgspec
import polars as pl

LEVELS = 5000
"""Levels counted by name; the rows of all further ones are counted together."""


class Levels(msgspec.Struct, frozen=True, kw_only=True, tag="levels"):
    """Counts of one column by level.

    `counts` holds levels of the reference, `new` levels it never had (the first LEVELS in the order of their
    names, which keeps merging exact), `other` the rows of all levels beyond. If the reference itself had more than
    LEVELS, an unknown level cannot be told from its tail and counts as `other`.
    """

    counts: dict[str, int]
    new: dict[str, int]
    other: int
    missing: int

    @property
    def present(self) -> int:
        """How many values are not missing."""
        return sum(self.counts.values()) + sum(self.new.values()) + self.other

    @classmethod
    def freeze(cls, column: pl.Series) -> Levels:
        """Summarise a column and take its most frequent levels as the known ones."""
        found = _count(column)
        ranked = sorted(found.items(), key=lambda level: (-level[1], level[0]))
        return cls(
            counts=dict(ranked[:LEVELS]),
            new={},
            other=sum(count for _, count in ranked[LEVELS:]),
            missing=column.null_count(),
        )

    @classmethod
    def count(cls, column: pl.Series, like: Levels) -> Levels:
        """Summarise a column by the levels that `like` knows."""
        found = _count(column)
        known = {level: count for level, count in found.items() if level in like.counts}
        unknown = {level: count for level, count in found.items() if level not in like.counts}
        if like.other:
            return cls(counts=known, new={}, other=sum(unknown.values()), missing=column.null_count())
        new, other = _first(unknown)
        return cls(counts=known, new=new, other=other, missing=column.null_count())

    def merge(self, other: Levels) -> Levels:
        """Return the summary of both sets of values; both must know the same levels."""
        new, beyond = _first(Counter(self.new) + Counter(other.new))
        return Levels(
            counts=dict(Counter(self.counts) + Counter(other.counts)),
            new=new,
            other=self.other + other.other + beyond,
            missing=self.missing + other.missing,
        )


def _count(column: pl.Series) -> dict[str, int]:
    table = column.cast(pl.String).drop_nulls().value_counts()
    return dict(zip(table[:, 0].to_list(), table[:, 1].to_list(), strict=True))


def _first(levels: Mapping[str, int]) -> tuple[dict[str, int], int]:
    """Return the first LEVELS in name order, and the rows of the rest."""
    names = sorted(levels)
    return {name: levels[name] for name in names[:LEVELS]}, sum(levels[name] for name in names[LEVELS:])
