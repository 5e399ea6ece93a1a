"""Owns the tests of thread limits."""

from __future__ import annotations

import numpy as np
from threadpoolctl import threadpool_info

from treadle.evaluation.threads import one_thread


def threads() -> list[int]:
    """Return the threads of every numerical library that is loaded."""
    return [pool["num_threads"] for pool in threadpool_info()]


def test_libraries_take_one_thread_within_and_their_own_number_after() -> None:
    np.ones((2, 2)) @ np.ones((2, 2))
    before = threads()
    assert before
    with one_thread():
        assert set(threads()) == {1}
    assert threads() == before
