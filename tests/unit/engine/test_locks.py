"""Tests locks: one holder at a time, here or in another process, and none after its end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from treadle.engine.locks import Locks
from treadle.errors import StoreError

HOLD = """
import sys, time
from pathlib import Path
from treadle.engine.locks import Locks
lock = Locks(Path(sys.argv[1])).try_lock("key")
print(lock is not None, flush=True)
time.sleep(60)
"""


def test_a_lock_is_held_once_until_it_is_released(tmp_path: Path) -> None:
    locks = Locks(tmp_path / "locks")
    lock = locks.try_lock("key")
    assert lock is not None
    assert locks.try_lock("key") is None
    other = locks.try_lock("other")
    assert other is not None
    lock.release()
    again = locks.try_lock("key")
    assert again is not None
    again.release()
    other.release()
    assert list((tmp_path / "locks").iterdir()) == []


def test_the_kernel_frees_the_lock_of_a_killed_process(tmp_path: Path) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    with holder.stdout:
        assert holder.stdout.readline() == "True\n"
        locks = Locks(tmp_path)
        assert locks.try_lock("key") is None
        holder.kill()
        holder.wait()
    lock = locks.try_lock("key")
    assert lock is not None
    lock.release()


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match="locks"):
        Locks(tmp_path / "taken/locks")
    locks = Locks(tmp_path / "locks")
    (tmp_path / "locks").rmdir()
    with pytest.raises(StoreError, match="cannot be taken"):
        locks.try_lock("key")
