"""Owns the life of a run request: opened once, claimed by one process, finished, and opened again if that one died."""

from __future__ import annotations

from treadle.errors import Conflict
from treadle.monitoring.retraining import standing
from treadle.records import Run, RunRequest
from treadle.runs import is_dead, this_process
from treadle.workspace import Workspace


def open_request(workspace: Workspace, request: RunRequest, cool_down: str) -> str:
    """Write a proposed request and return the empty string, or return why it was not written.

    One request of a pipeline at a time. A person's wish (trigger manual) does not wait for the cool-down.
    """
    wait = "0s" if request.trigger == "manual" else cool_down
    try:
        with workspace.catalog.transaction(workspace.actor) as transaction:
            against = standing(transaction, request.pipeline, wait, request.created)
            if not against:
                transaction.add(request, "asked for a run")
    except Conflict:
        return f"{request.id} was made before"
    return against


def claim(workspace: Workspace, pipeline: str) -> RunRequest | None:
    """Take the oldest open request of `pipeline` for this process and return it as running; None if there is none.

    Two processes never get the same one: who comes second goes on to the next.
    """
    for request in workspace.catalog.find(RunRequest, pipeline=pipeline, status="open"):
        taken = request.evolve(status="running", process=this_process())
        try:
            with workspace.catalog.transaction(workspace.actor) as transaction:
                transaction.replace(request, taken, "claimed")
        except Conflict:
            continue
        return taken
    return None


def finish(workspace: Workspace, request: RunRequest, *, run: str | None, outcome: str, at: str) -> RunRequest:
    """Return the claimed `request` as done (a run came of it) or refused (`run` is None), ended at the moment `at`.

    Raises Conflict if another process changed the request meanwhile.
    """
    ended = request.evolve(status="refused" if run is None else "done", run=run, outcome=outcome, ended=at)
    with workspace.catalog.transaction(workspace.actor) as transaction:
        transaction.replace(request, ended, "finished")
    return ended


def recover(workspace: Workspace, at: str) -> list[RunRequest]:
    """Settle, and return as they now are, the running requests whose process is dead.

    One whose run came to its end (succeeded or refused) is done; any other is open again.
    """
    settled = []
    for request in workspace.catalog.find(RunRequest, status="running"):
        if not is_dead(request.process):
            continue
        runs = workspace.catalog.find(Run, request=request.id, newest_first=True)
        ended = [run for run in runs if run.status in ("succeeded", "refused")]
        after = request.evolve(status="open", process="")
        if ended:
            after = request.evolve(status="done", run=ended[0].id, outcome=ended[0].status, ended=at)
        try:
            with workspace.catalog.transaction(workspace.actor) as transaction:
                transaction.replace(request, after, "recovered")
        except Conflict:  # another process recovers at the same moment
            continue
        settled.append(after)
    return settled
