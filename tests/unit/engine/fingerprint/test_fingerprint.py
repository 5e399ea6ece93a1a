"""Tests what a fingerprint is made of: names that a person knows, packages only where they are reached."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path

from factories.sources import imported, write
from treadle.engine.fingerprint import fingerprint


def test_parts_are_named_by_module_and_function(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "steps.py": "from helpers import clip\nLOW = 3\ndef run(x):\n    return clip(x) + LOW\n",
            "helpers.py": "def clip(x):\n    return x\n",
        },
    )
    with imported(tmp_path) as steps:
        assert set(fingerprint(steps.run)) == {"code steps.run", "code helpers.clip", "constant steps.LOW"}
        assert fingerprint(steps.run)["constant steps.LOW"] == "3"


def test_an_installed_package_counts_by_its_version_where_it_is_reached(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "steps.py": """
                import json
                import msgspec
                import polars as pl
                def reads(path):
                    return pl.read_csv(path)
                def plain(x):
                    return json.dumps(x)
                def inside(x):
                    import sklearn.linear_model
                    return sklearn.linear_model.LinearRegression()
            """
        },
    )
    with imported(tmp_path) as steps:
        assert fingerprint(steps.reads)["package polars"] == version("polars")
        assert set(fingerprint(steps.plain)) == {"code steps.plain"}
        assert fingerprint(steps.inside)["package scikit-learn"] == version("scikit-learn")


def test_a_function_that_is_installed_is_its_package_alone() -> None:
    import msgspec

    assert fingerprint(msgspec.structs.replace) == {"package msgspec": version("msgspec")}


def test_a_lambda_typed_at_a_prompt_counts_by_its_compiled_code() -> None:
    one = eval("lambda x: x + 1")
    other = eval("lambda x: x + 2")
    again = eval("lambda x:   x + 1")
    assert fingerprint(one) != fingerprint(other)
    assert fingerprint(one) == fingerprint(again)
