"""Owns the tests of schema.toml: what is written is read back, and mistakes in it are explained."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from factories.frames import flights_schema
from treadle.data.schema import read, write
from treadle.errors import SettingsError
from treadle.settings import Column

FULL = {
    "plain": Column(type="int", null=True, min=-1, max=9, values=(1, 2), unique=True),
    "share": Column(type="float", min=0.5, max=1e-7 + 1),
    "with space": Column(type="str", regex=r'^"\d+\\$', values=("a", 'quo"te', "ünï\t\x7f")),
    "": Column(type="bool", values=(True,)),
    "dotted.name": Column(type="date"),
    "zero": Column(type="int", min=0, max=0),
}


def test_every_schema_comes_back_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "schema.toml"
    for schema in (FULL, flights_schema(), {}):
        write(path, schema)
        assert read(path) == schema
        assert list(read(path)) == list(schema)


def test_the_file_says_what_to_review_and_is_plain_toml(tmp_path: Path) -> None:
    path = tmp_path / "schema.toml"
    write(path, flights_schema())
    text = path.read_text()
    assert text.startswith("# What each column of the data must hold.")
    assert "Please review" in text
    assert tomllib.loads(text)["delay"] == {"type": "float", "null": True}


def test_the_same_schema_gives_the_same_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    write(one, FULL)
    write(two, read(one))
    assert one.read_bytes() == two.read_bytes()


def test_writing_leaves_nothing_else_behind(tmp_path: Path) -> None:
    write(tmp_path / "schema.toml", FULL)
    assert [file.name for file in tmp_path.iterdir()] == ["schema.toml"]


def refusal(tmp_path: Path, text: str) -> SettingsError:
    path = tmp_path / "schema.toml"
    path.write_text(text)
    with pytest.raises(SettingsError) as error:
        read(path)
    return error.value


def test_an_unknown_key_is_named_with_line_column_and_the_nearest(tmp_path: Path) -> None:
    error = refusal(tmp_path, '[a]\ntype = "int"\n\n[b]\ntype = "int"\nmaxx = 7\n')
    assert error.met.endswith("schema.toml:4: column 'b': unknown key 'maxx'")
    assert error.next_move == "did you mean 'max'?"


def test_a_wrong_type_word_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, '["the a"]\ntype = "integer"\n')
    assert "schema.toml:1: column 'the a'" in error.met
    assert "integer" in error.met


def test_a_column_that_is_no_table_is_named(tmp_path: Path) -> None:
    assert "column 'a'" in refusal(tmp_path, "a = 7\n").met


def test_rules_that_do_not_fit_are_refused_on_reading(tmp_path: Path) -> None:
    assert "min 2 is above max 1" in refusal(tmp_path, '[a]\ntype = "int"\nmin = 2\nmax = 1\n').met


def test_what_is_no_toml_is_refused_with_its_line(tmp_path: Path) -> None:
    assert "line 1" in refusal(tmp_path, "[a\n").met


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"schema\.toml cannot be read"):
        read(tmp_path / "schema.toml")
