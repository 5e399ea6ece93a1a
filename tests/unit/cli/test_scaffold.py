"""What a new project holds, whatever its template."""

import re
import subprocess
import sys
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from treadle.cli.scaffold import TEMPLATES, scaffold
from treadle.errors import ScaffoldError
from treadle.project import load

EVERY = (*TEMPLATES, "minimal")
CODE = {
    "tabular": {"my_model/__init__.py", "my_model/model.py", "tests/test_model.py"},
    "flights": {
        "my_model/__init__.py",
        "my_model/data.py",
        "my_model/model.py",
        "my_model/replay.py",
        "tests/test_data.py",
        "tests/test_model.py",
        "tests/test_replay.py",
    },
    "minimal": {"hello.py", "test_hello.py"},
}
EXTRA: dict[str, set[str]] = {
    "tabular": {"treadle.toml", "data/tumours.csv"},
    "flights": {"treadle.toml"},
    "minimal": set(),
}
SHARED = {"Makefile", "README.md", "requirements.txt", ".gitignore", ".github/workflows/main.yml"}


def a_project(folder: Path, template: str = "tabular", name: str = "my-model", repository: str = "") -> Path:
    scaffold(name, folder, template=template, repository=repository)
    return folder


def rules(makefile: str) -> dict[str, list[str]]:
    """The recipe lines of each target, without their tab."""
    found: dict[str, list[str]] = {}
    for line in makefile.splitlines():
        if line.startswith("\t"):
            found[list(found)[-1]].append(line[1:])
        elif head := re.match(r"([a-z]+):", line):
            found[head[1]] = []
    return found


def workflow(folder: Path) -> Any:
    return import_module("yaml").safe_load((folder / ".github" / "workflows" / "main.yml").read_text())


@pytest.mark.parametrize("template", EVERY)
def test_the_files_of_a_project(tmp_path: Path, template: str) -> None:
    paths = scaffold("my-model", tmp_path / "p", template=template)
    there = {path.relative_to(tmp_path / "p").as_posix() for path in (tmp_path / "p").rglob("*") if path.is_file()}
    assert there == CODE[template] | EXTRA[template] | SHARED
    assert paths == sorted(tmp_path / "p" / name for name in there)


def test_every_template_travels_in_a_wheel() -> None:
    root = Path(str(files("treadle"))) / "templates"
    hidden = [path for path in root.rglob("*") if path.name.startswith(".")]
    assert hidden == []
    assert {path.name for path in root.iterdir()} == {"common", *EVERY}


@pytest.mark.parametrize("template", EVERY)
def test_no_file_has_a_trace_of_its_template(tmp_path: Path, template: str) -> None:
    for path in scaffold("my-model", tmp_path / "p", template=template):
        text = path.read_text()
        assert not re.search(r"(?<!\$)\{\{|\{%|%\}|\{#", text), path
        assert text.endswith("\n")
        assert not text.endswith("\n\n"), path


@pytest.mark.parametrize("template", EVERY)
def test_makefile_recipes_begin_with_a_tab(tmp_path: Path, template: str) -> None:
    text = (a_project(tmp_path / "p", template) / "Makefile").read_text()
    lines = [line for line in text.splitlines() if line.strip()]
    assert all(re.match(r"\t\S|\S", line) for line in lines)
    assert rules(text)["test"] == ["python -m pytest -vv"]
    assert rules(text)["install"] == [
        "python -m pip install --upgrade pip && python -m pip install -r requirements.txt"
    ]


@pytest.mark.parametrize("template", EVERY)
def test_makefile_has_the_targets_and_none_is_taken_for_a_file(tmp_path: Path, template: str) -> None:
    text = (a_project(tmp_path / "p", template) / "Makefile").read_text()
    wanted = {"install", "format", "lint", "test", "all"}
    if template != "minimal":
        wanted |= {"build", "deploy", "monitor", "up"}
    assert wanted <= set(rules(text))
    assert set(text.splitlines()[0].removeprefix(".PHONY:").split()) == set(rules(text))
    assert "\nall: install format lint test\n" in text


@pytest.mark.parametrize("template", EVERY)
def test_make_itself_reads_the_makefile(tmp_path: Path, template: str) -> None:
    folder = a_project(tmp_path / "p", template)
    said = subprocess.run(
        ["make", "--no-print-directory", "--dry-run", "all"], cwd=folder, capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in said.stdout.splitlines()] == ["python", "ruff", "ruff", "python"]


@pytest.mark.parametrize("template", EVERY)
def test_the_workflow_runs_targets_of_the_makefile_with_the_least_rights(tmp_path: Path, template: str) -> None:
    folder = a_project(tmp_path / "p", template)
    read = workflow(folder)
    steps = read["jobs"]["test"]["steps"]
    assert read["permissions"] == {"contents": "read"}
    assert set(read[True]) == {"push", "pull_request"}  # YAML takes the key `on` for true
    assert [step["run"] for step in steps if "run" in step] == ["make install", "make lint", "make test"]
    assert {step["run"].split()[1] for step in steps if "run" in step} <= set(rules((folder / "Makefile").read_text()))


@pytest.mark.parametrize("template", EVERY)
def test_the_workflow_runs_on_three_pythons_with_pinned_actions(tmp_path: Path, template: str) -> None:
    test = workflow(a_project(tmp_path / "p", template))["jobs"]["test"]
    actions = [step["uses"] for step in test["steps"] if "uses" in step]
    assert test["strategy"]["matrix"]["python-version"] == ["3.11", "3.12", "3.13"]
    assert test["steps"][1]["with"]["python-version"] == "${{ matrix.python-version }}"
    assert all(re.fullmatch(r"actions/[a-z-]+@v\d+", action) for action in actions)


@pytest.mark.parametrize("template", EVERY)
def test_every_requirement_has_a_lower_bound(tmp_path: Path, template: str) -> None:
    lines = (a_project(tmp_path / "p", template) / "requirements.txt").read_text().splitlines()
    assert lines == sorted(lines)
    assert all(re.fullmatch(r"[a-z0-9-]+>=\d+(\.\d+)*", line) for line in lines)
    assert {"ruff", "pytest", "click" if template == "minimal" else "treadle"} <= {line.split(">")[0] for line in lines}


@pytest.mark.parametrize("template", EVERY)
@pytest.mark.parametrize("line_length", [88, 120])
def test_the_code_is_formatted_and_has_nothing_to_lint(tmp_path: Path, template: str, line_length: int) -> None:
    folder = a_project(tmp_path / "p", template)
    for command in (["check"], ["format", "--check"]):
        words = [sys.executable, "-m", "ruff", *command, "--isolated", f"--line-length={line_length}", "."]
        said = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        assert said.returncode == 0, said.stdout


@pytest.mark.parametrize("template", TEMPLATES)
def test_treadle_toml_is_read_and_names_the_project(tmp_path: Path, template: str) -> None:
    project = load(a_project(tmp_path / "p", template))
    ports = [each.port for each in project.settings.environments.values()]
    assert (project.name, project.package) == ("my-model", "my_model")
    assert list(project.settings.environments) == ["development", "staging", "production"]
    assert project.settings.environments["production"].approval
    assert len(set(ports)) == 3
    assert {gate.against for gate in project.settings.test.gates} == {None, "champion"}


@pytest.mark.parametrize("template", EVERY)
def test_the_badge_leads_to_the_repository(tmp_path: Path, template: str) -> None:
    readme = (a_project(tmp_path / "p", template, repository="ada/my-model") / "README.md").read_text()
    page = "https://github.com/ada/my-model/actions/workflows/main.yml"
    assert f"[![main]({page}/badge.svg)]({page})" in readme
    assert "OWNER" not in readme


def test_the_badge_has_a_marked_place_while_no_repository_is_known(tmp_path: Path) -> None:
    readme = (a_project(tmp_path / "p") / "README.md").read_text()
    assert "<!-- Write your GitHub owner and repository in place of OWNER/REPOSITORY, twice. -->" in readme
    assert readme.count("https://github.com/OWNER/REPOSITORY/actions/workflows/main.yml") == 2


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/ada/engine.git",
        "https://github.com/ada/engine",
        "git@github.com:ada/engine.git",
        "ssh://git@github.com/ada/engine.git/",
    ],
)
def test_the_badge_takes_the_repository_that_the_folder_is_a_clone_of(tmp_path: Path, address: str) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", address], check=True)
    readme = (a_project(tmp_path) / "README.md").read_text()
    assert "https://github.com/ada/engine/actions/workflows/main.yml/badge.svg" in readme


def test_a_clone_from_elsewhere_leaves_the_place_marked(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    subprocess.run(["git", "-C", str(tmp_path), "remote", "add", "origin", "https://git.example/a/b.git"], check=True)
    assert "OWNER/REPOSITORY" in (a_project(tmp_path) / "README.md").read_text()


@pytest.mark.parametrize("repository", ["ada", "ada/my model", "https://github.com/ada/engine", "/engine"])
def test_a_repository_that_is_none_is_refused(tmp_path: Path, repository: str) -> None:
    with pytest.raises(ScaffoldError, match="names no repository"):
        a_project(tmp_path / "p", repository=repository)
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("Churn", "for example churn"),
        ("my model!", "for example my-model"),
        ("2fast", "for example fast"),
        ("", "lower-case letters"),
        ("x" * 64, "at most 63"),
        ("../up", "for example up"),
        ("class", "keyword"),
        ("json", "Python's own"),
        ("polars", "installed module"),
        ("treadle", "meaning of its own"),
        ("tests", "meaning of its own"),
    ],
)
def test_a_name_that_cannot_be_a_package_is_refused(tmp_path: Path, name: str, why: str) -> None:
    with pytest.raises(ScaffoldError, match=re.escape(why)):
        a_project(tmp_path / "p", name=name)
    assert not (tmp_path / "p").exists()


def test_a_folder_with_a_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("mine")
    with pytest.raises(ScaffoldError, match=r"not empty: it holds README\.md"):
        a_project(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["README.md"]
    assert (tmp_path / "README.md").read_text() == "mine"


def test_a_project_is_never_written_twice(tmp_path: Path) -> None:
    (a_project(tmp_path / "p") / "my_model" / "model.py").write_text("# mine\n")
    with pytest.raises(ScaffoldError, match="and more"):
        a_project(tmp_path / "p")
    assert (tmp_path / "p" / "my_model" / "model.py").read_text() == "# mine\n"


def test_a_file_in_the_place_of_the_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("")
    with pytest.raises(ScaffoldError, match="is a file"):
        a_project(tmp_path / "p")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("")
    with pytest.raises(ScaffoldError, match="cannot be written: Not a directory"):
        a_project(tmp_path / "p" / "deeper")


def test_an_empty_folder_is_filled_and_folders_above_are_made(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert (a_project(tmp_path / "empty") / "Makefile").exists()
    assert (a_project(tmp_path / "not" / "yet" / "there") / "Makefile").exists()
