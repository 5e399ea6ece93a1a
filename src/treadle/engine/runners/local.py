"""Owns running on this machine: in the process itself, and for parallel steps in processes that die with it."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import threading
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import Connection, wait
from typing import Any

from threadpoolctl import threadpool_limits

from treadle.engine.context import Context
from treadle.engine.runners import Call, Done, perform
from treadle.errors import CodeError, StepFailed, TreadleError
from treadle.store import Store

_THREADS = ("POLARS_MAX_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class LocalRunner:
    """A pool of processes, begun when the first parallel step comes; every other step runs at once, here."""

    def __init__(self, store: Store, here: Store, workers: int = 0) -> None:
        """Processes work with `store`, steps in this process with `here`.

        Use up to `workers` processes, one a core if 0; with one, parallel steps run here too.
        """
        self._store = store
        self._here = here
        self._workers = workers or cores()
        self._pool: ProcessPoolExecutor | None = None

    def submit(self, call: Call, context: Context) -> Future[Done]:
        """Run a step: a parallel one beside others in a process, else here before this returns."""
        if call.step.parallel and self._workers > 1:
            return self._apart(call)
        future: Future[Done] = Future()
        try:
            future.set_result(perform(call, self._here, context))
        except TreadleError as error:
            future.set_exception(error)
        return future

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        if self._pool is not None:
            self._alive.close()
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._watched.close()
            self._pool = None

    def _apart(self, call: Call) -> Future[Done]:
        result: Future[Done] = Future()
        try:
            packed = pickle.dumps(call)
        except Exception as error:
            refusal = CodeError(
                f"step {call.step.name} is parallel, but an argument cannot be handed to another process: {error}",
                expected="functions and classes at the top of a module, and plain values",
                next_move="move the function there, or take parallel=True away",
            )
            result.set_exception(refusal)
            return result
        if self._pool is None:
            spawn = multiprocessing.get_context("spawn")
            self._watched, self._alive = spawn.Pipe(duplex=False)
            told = (self._store, max(1, cores() // self._workers), self._watched)
            self._pool = ProcessPoolExecutor(self._workers, spawn, _begin, told)
        result.set_running_or_notify_cancel()
        self._pool.submit(_work, packed).add_done_callback(lambda inner: _hand_over(inner, result, call.step.name))
        return result


def _hand_over(inner: Future[Done], result: Future[Done], step: str) -> None:
    """Pass on how a call in the pool ended; a process that died is an error like another."""
    if inner.cancelled():
        result.set_exception(StepFailed(f"step {step} was given up because another one failed"))
        return
    error = inner.exception()
    if isinstance(error, BrokenProcessPool):
        error = StepFailed(
            f"step {step} failed: a process that ran steps died",
            expected="processes that live until the run ends",
            next_move="look for the out-of-memory killer in the system's log; train.workers = 1 needs least memory",
        )
    if error is not None:
        told = (
            error
            if isinstance(error, TreadleError)
            else StepFailed(f"step {step} failed: {type(error).__name__}: {error}")
        )
        result.set_exception(told)
    else:
        result.set_result(inner.result())


_worker: dict[str, Any] = {}


def _begin(store: Store, threads: int, driver: Connection) -> None:
    """Make this process a worker: it may use `threads` threads, and ends when the driver does or lets go of it."""
    os.environ.update(dict.fromkeys(_THREADS, str(threads)))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _worker.update(store=store, threads=threads)
    threading.Thread(target=_follow, args=(driver,), daemon=True).start()


def _follow(driver: Connection) -> None:
    """Wait for the end of the pipe that only the driver holds, and end."""
    wait([driver])
    os._exit(1)


def _work(packed: bytes) -> Done:
    """Run one step in a worker."""
    call: Call = pickle.loads(packed)  # noqa: S301 (what the driver just sent through its own pipe)
    with threadpool_limits(_worker["threads"]):
        return perform(call, _worker["store"], Context(call.run_id, call.project_root))
