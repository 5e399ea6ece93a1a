"""Owns runs: beginning one, ending one, and finding those whose process died."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from treadle.errors import Conflict
from treadle.records import Run, new_id, now
from treadle.workspace import Workspace

PROC = Path("/proc")
GIT_SECONDS = 20


def start(
    workspace: Workspace,
    kind: str,
    name: str,
    project: str,
    params: dict[str, Any],
    request: str | None = None,
    parent: str | None = None,
) -> Run:
    """Record and return a running run of this process, at the project folder's git commit."""
    sha, dirty = commit(workspace.root)
    run = Run(
        id=new_id("run"),
        kind=kind,
        name=name,
        project=project,
        status="running",
        started=now(),
        actor=workspace.actor,
        parent=parent,
        request=request,
        commit=sha,
        dirty=dirty,
        params=params,
        process=this_process(),
    )
    with workspace.catalog.transaction(workspace.actor) as change:
        change.add(run, action="start")
    return run


def finish(workspace: Workspace, run: Run, status: str, **changes: Any) -> Run:
    """Record and return `run` ended with `status` and `changes` (metrics, steps, error).

    Raises Conflict if the row is not `run` any more, such as when it was recovered as interrupted.
    """
    done = run.evolve(status=status, ended=now(), **changes)
    with workspace.catalog.transaction(workspace.actor) as change:
        change.replace(run, done, action=status)
    return done


def recover(workspace: Workspace) -> list[Run]:
    """Record as interrupted, and return, the running runs whose process is dead.

    A run of another machine, or of another container, is left alone: nobody here can tell.
    """
    interrupted = []
    for run in workspace.catalog.find(Run, status="running"):
        if is_dead(run.process):
            try:
                interrupted.append(finish(workspace, run, "interrupted", error="its process died"))
            except Conflict:  # another process recovers at the same moment
                continue
    return interrupted


def commit(folder: Path) -> tuple[str, bool]:
    """Return the git commit of `folder` and whether anything in it is uncommitted; `("", False)` outside git."""
    sha = _git(folder, "rev-parse", "--verify", "HEAD")
    return (sha, bool(_git(folder, "status", "--porcelain", "--", "."))) if sha else ("", False)


def this_process() -> str:
    """Return what tells this process from any other: host, boot, process namespace, pid and moment of its start."""
    return f"{_here()}:{os.getpid()}:{_started(os.getpid())}"


def is_dead(process: str) -> bool:
    """Return whether `process` (as `this_process` wrote it) is known to have ended."""
    try:
        host, boot, namespace, pid, started = process.split(":")
        number = int(pid)
    except ValueError:
        return False
    here = _here().split(":")
    if [host, boot, namespace] == here:
        return _started(number) != started
    return host == here[0] and boot != here[1]


def _here() -> str:
    """Host, boot and process namespace; the last two are empty where the system does not tell."""
    boot = _read(PROC / "sys/kernel/random/boot_id").strip()
    namespace = PROC / "self/ns/pid"
    return f"{platform.node()}:{boot}:{namespace.readlink().name[5:-1] if namespace.exists() else ''}"


def _started(pid: int) -> str:
    """When the process began, in the system's own words; empty if it has ended (a zombie has)."""
    if not PROC.joinpath("self").exists():
        command = ["ps", "-o", "lstart=", "-p", str(pid)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip().replace(":", ".")
    fields = _read(PROC / str(pid) / "stat").rpartition(")")[2].split()
    return "" if not fields or fields[0] in "ZX" else fields[19]


def _read(path: Path) -> str:
    try:
        return path.read_text()
    except OSError:
        return ""


def _git(folder: Path, *words: str) -> str:
    command = ["git", "--no-optional-locks", "-C", str(folder), *words]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=GIT_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
