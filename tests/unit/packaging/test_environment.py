"""Tests the locked environment."""

from __future__ import annotations

from importlib.metadata import version

import msgspec

from treadle.packaging.environment import files, lock


def test_locks_the_closure_of_what_is_reached() -> None:
    locked = {each.name: each for each in lock(["sklearn.linear_model"])}
    assert locked["scikit-learn"].version == version("scikit-learn")
    assert {"numpy", "scipy", "joblib", "threadpoolctl"} <= set(locked)
    assert "polars" not in locked
    assert len(locked["numpy"].record) == 64


def test_what_is_not_installed_is_left_out() -> None:
    assert lock(["no_such_module", "math"]) == ()


def test_files_pin_exact_versions() -> None:
    made = files(lock(["msgspec"]))
    assert f"msgspec=={version('msgspec')}\n" in made["requirements.txt"].decode()
    assert msgspec.json.decode(made["environment.lock.json"])["distributions"][0]["name"] == "msgspec"
    assert made["python_env.yaml"].startswith(b"python: 3.")
