"""Owns how many threads numerical libraries take while models are fitted and measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


@contextmanager
def one_thread() -> Iterator[None]:
    """Hold OpenMP and BLAS at one thread.

    Sums over several threads differ in the last bit with their number, so the same inputs would not give the same
    digests on another machine; and threads that wait for each other spin, which on busy cores takes hundreds of
    times as long as one thread (measured: 52 s against 0.13 s). The cores go to whole trials instead.
    """
    with threadpool_limits(limits=1):
        yield
