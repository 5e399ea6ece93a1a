"""Tests how treadle.toml is read and how its mistakes are explained."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from treadle.errors import CodeError, SettingsError
from treadle.project import Project, line_of, load, read

GOOD = """[project]
name = "flights"

[data]
source = "data/*.csv"
target = "late"

[train]
trials = 4

[[test.gates]]
metric = "roc_auc"
min = 0.6

[environments.staging]
port = 8090
"""


def a_toml(folder: Path, text: str = GOOD) -> Path:
    path = folder / "treadle.toml"
    path.write_text(text)
    return path


def message(path: Path) -> str:
    with pytest.raises(SettingsError) as caught:
        read(path)
    return str(caught.value)


def test_reads_every_section(tmp_path: Path) -> None:
    settings = read(a_toml(tmp_path))
    assert settings.project.name == "flights"
    assert settings.data.source == "data/*.csv"
    assert settings.test.gates[0].min == 0.6
    assert settings.environments["staging"].port == 8090


def test_is_found_from_a_folder_below(tmp_path: Path) -> None:
    a_toml(tmp_path)
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    assert load(below).root == tmp_path


def test_says_where_to_look_when_there_is_none(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="treadle init NAME"):
        load(tmp_path)


def test_unknown_key_names_file_line_and_the_right_name(tmp_path: Path) -> None:
    path = a_toml(tmp_path, GOOD.replace("trials = 4", "trails = 4"))
    text = message(path)
    assert f"{path}:9: train.trails: unknown key 'trails'" in text
    assert "did you mean 'trials'?" in text


def test_unknown_section_is_refused(tmp_path: Path) -> None:
    text = message(a_toml(tmp_path, GOOD.replace("[train]", "[tran]")))
    assert "unknown key 'tran'" in text
    assert "did you mean 'train'?" in text


def test_wrong_type_says_what_was_met_and_expected(tmp_path: Path) -> None:
    text = message(a_toml(tmp_path, GOOD.replace("trials = 4", 'trials = "four"')))
    assert ":9: train.trials: 'four' cannot be used" in text
    assert "Expected `int`, got `str`" in text


def test_wrong_choice_lists_the_choices(tmp_path: Path) -> None:
    text = message(a_toml(tmp_path, GOOD + '\n[split]\nby = "keys"\n'))
    assert "'keys' cannot be used" in text
    assert "'key'" in text
    assert "did you mean 'key'?" in text


def test_missing_key_is_named(tmp_path: Path) -> None:
    assert "data: the key 'target' is missing" in message(a_toml(tmp_path, GOOD.replace('target = "late"', "")))


def test_a_value_inside_a_list_of_tables_is_located(tmp_path: Path) -> None:
    text = message(a_toml(tmp_path, GOOD.replace("min = 0.6", 'min = "high"')))
    assert ":13: test.gates.0.min: 'high' cannot be used" in text


def test_broken_toml_keeps_the_parser_s_line(tmp_path: Path) -> None:
    assert "line 2" in message(a_toml(tmp_path, "[project]\nname = flights\n"))


@pytest.mark.parametrize(
    ("keys", "line"),
    [(["project", "name"], 2), (["train"], 8), (["environments", "staging", "port"], 16), (["data", "nothing"], 4)],
)
def test_line_of(keys: list[str], line: int) -> None:
    assert line_of(GOOD, keys) == line


def test_environment_suggests_the_nearest(tmp_path: Path) -> None:
    project = Project(tmp_path, read(a_toml(tmp_path)))
    with pytest.raises(SettingsError, match="did you mean 'staging'"):
        project.environment("stagin")


def a_project(tmp_path: Path, package: str, code: str) -> Project:
    folder = tmp_path / package
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "model.py").write_text(code)
    return Project(tmp_path, read(a_toml(tmp_path, GOOD.replace('name = "flights"', f'name = "{package}"'))))


def test_function_imports_the_project_s_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    project = a_project(tmp_path, "fine_project", "def estimator():\n    return 7\n")
    assert project.function(None, "estimator")() == 7


def test_function_that_does_not_exist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    project = a_project(tmp_path, "misnamed_project", "def estimater():\n    return 7\n")
    with pytest.raises(CodeError, match="did you mean 'estimater'"):
        project.function(None, "estimator")


def test_module_that_does_not_exist(tmp_path: Path) -> None:
    project = Project(tmp_path, read(a_toml(tmp_path, GOOD.replace("flights", "absent_project"))))
    with pytest.raises(CodeError, match=r"absent_project/model\.py"):
        project.function(None, "estimator")


def test_code_that_breaks_while_importing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    project = a_project(tmp_path, "broken_project", "1 / 0\n")
    with pytest.raises(CodeError, match="ZeroDivisionError"):
        project.function(None, "estimator")


def test_import_of_something_not_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", list(sys.path))
    project = a_project(tmp_path, "needy_project", "import surely_not_installed\n")
    with pytest.raises(CodeError, match="pip install surely_not_installed"):
        project.function(None, "estimator")
