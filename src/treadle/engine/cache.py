"""Owns the memory of steps: the key of a call, what is remembered under it, and what earlier calls were made of."""

from __future__ import annotations

from collections.abc import Mapping

from blake3 import blake3

from treadle.engine.explain import explain
from treadle.records import StepResult, canonical
from treadle.store import Store
from treadle.workspace import Workspace

_EARLIER = 20
"""Results of a step among which the nearest is looked for to explain a run."""


def key(parts: Mapping[str, str]) -> str:
    """Return the key of a call: the digest of all that its result depends on."""
    return blake3(canonical(parts)).hexdigest()


class Cache:
    """Step results in a workspace, as one run (named `run`) sees them."""

    def __init__(self, workspace: Workspace, store: Store, run: str) -> None:
        self._catalog = workspace.catalog
        self._store = store
        self._run = run
        self._earlier: dict[str, list[Mapping[str, str]]] = {}

    def find(self, key: str) -> StepResult | None:
        """Return what is remembered under the key, whether or not its objects are still there."""
        found = self._catalog.find(StepResult, id=key, limit=1)
        return found[0] if found else None

    def whole(self, result: StepResult | None) -> bool:
        """Tell whether there is a result and the store has all its outputs."""
        return result is not None and all(self._store.has(output.digest) for output in result.outputs)

    def reason(self, step: str, parts: Mapping[str, str], known: StepResult | None = None) -> str:
        """Return why a step runs; `known` is its result whose objects are gone, if that is why."""
        if known is not None:
            return "its stored output is gone"
        if step not in self._earlier:
            found = self._catalog.find(StepResult, newest_first=True, limit=_EARLIER, step=step)
            self._earlier[step] = [result.parts for result in found if result.run != self._run]
        return explain(parts, self._earlier[step])
