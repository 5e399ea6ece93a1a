"""Owns the reason a step runs: what its key is made of now, against its nearest earlier result, by name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

Parts = Mapping[str, str]
UNKNOWN = "?"
"""The text of a part that is known only when an earlier step has run."""
_SHOWN = 40
_AT_MOST = 4
_ORDER = ("version", "code", "constant", "parameter", "input", "file", "package", "python", "step")


def explain(parts: Parts, earlier: Iterable[Parts]) -> str:
    """Return why a step with these parts runs, such as `changed parameter train.trials: 20 -> 30`.

    Compared is with the earlier result that differs least; unknown parts are left out. `first run` if there is none,
    the empty text if nothing differs.
    """
    candidates = [_differences(parts, before) for before in earlier]
    if not candidates:
        return "first run"
    nearest = min(candidates, key=len)
    told = list(dict.fromkeys(_tell(name, before, now) for name, before, now in _relevant(nearest)))
    more = f"; and {len(told) - _AT_MOST} more" if len(told) > _AT_MOST else ""
    return "; ".join(told[:_AT_MOST]) + more


Difference = tuple[str, str | None, str | None]


def _differences(now: Parts, before: Parts) -> list[Difference]:
    """Return name, text before and text now of each part that differs, by kind and name."""
    changed = [
        (name, before.get(name), now.get(name))
        for name in {**before, **now}
        if before.get(name) != now.get(name) and now.get(name) != UNKNOWN
    ]
    return sorted(changed, key=lambda each: (_ORDER.index(each[0].partition(" ")[0]), each[0]))


def _relevant(differences: list[Difference]) -> list[Difference]:
    """Leave out what only follows: code and packages that are new or gone because other code changed."""
    if not any(name.startswith("code ") and before and now for name, before, now in differences):
        return differences
    followers = ("code ", "constant ", "package ")
    return [each for each in differences if (each[1] and each[2]) or not each[0].startswith(followers)]


def _tell(name: str, before: str | None, now: str | None) -> str:
    kind, _, rest = name.partition(" ")
    if kind == "package" and before and now:
        return f"{rest} {before} -> {now}"
    if kind in ("python", "version"):
        return f"{kind} {before or 'none'} -> {now or 'none'}"
    if kind == "file":
        kind, rest = "input", rest.partition(" ")[2]
    verb = "changed" if before and now else "new" if now else "removed"
    shown = kind in ("parameter", "constant") and all(_fits(text) for text in (before, now))
    if shown and before and now:
        return f"{verb} {kind} {rest}: {before} -> {now}"
    return f"{verb} {kind} {rest}".rstrip() + (f": {now}" if shown and now and not before else "")


def _fits(text: str | None) -> bool:
    return text is None or (len(text) <= _SHOWN and not text.startswith("blake3:"))
