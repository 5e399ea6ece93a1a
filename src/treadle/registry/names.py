"""Owns how a name leads to a model version: `flights/3`, `flights@champion`, or `flights` alone."""

from __future__ import annotations

from treadle.errors import NotFound
from treadle.kinds import nearest
from treadle.records import Alias, ModelVersion
from treadle.registry.aliases import champion
from treadle.workspace import Workspace


def resolve(workspace: Workspace, name: str) -> ModelVersion:
    """Return the version that `name` means; a model alone means its champion, or its newest version without one.

    Raises NotFound with the nearest name there is.
    """
    catalog = workspace.catalog
    if "/" in name and (found := catalog.find(ModelVersion, id=name)):
        return found[0]
    if "@" in name and (aliases := catalog.find(Alias, id=name)):
        return catalog.get(ModelVersion, f"{aliases[0].model}/{aliases[0].version}")
    if found := catalog.find(ModelVersion, model=name, newest_first=True, limit=1):
        return champion(workspace, name) or found[0]
    raise _unknown(workspace, name)


def _unknown(workspace: Workspace, name: str) -> NotFound:
    versions, aliases = workspace.catalog.find(ModelVersion), workspace.catalog.find(Alias)
    if not versions:
        return NotFound(f"no model version {name!r}: the registry is empty", next_move="run `treadle build` first")
    model = name.partition("/")[0].partition("@")[0]
    models = list(dict.fromkeys(each.model for each in versions))
    all_names = [each.id for each in aliases] + [each.id for each in versions]
    known = [each for each in all_names if each.startswith((f"{model}/", f"{model}@"))] or models
    return NotFound(
        f"no model version {name!r}",
        expected="one of " + ", ".join(known[-12:]),
        next_move=nearest(name if model in models else model, known) or "see `treadle models list`",
    )
