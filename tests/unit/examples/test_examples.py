"""The examples are what `treadle init` makes, with data and words of their own."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from treadle.cli import VERBS
from treadle.cli.scaffold import scaffold
from treadle.project import load

EXAMPLES = Path(__file__).parents[3] / "examples"
TEMPLATES = {"quickstart": "tabular", "flights": "flights"}
OWN = {
    "quickstart": {"README.md", "quickstart/data.py", "tests/test_data.py"},
    "flights": {"README.md"},
}
SOURCES = {".py", ".toml", ".txt", ".md"}


def sources(folder: Path) -> dict[str, str]:
    """The text of each source file by its path, without what a run leaves."""
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.suffix in SOURCES and not {"data", ".treadle", "reports"} & set(path.relative_to(folder).parts[:-1])
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_an_example_is_the_scaffold_of_its_template(tmp_path: Path, name: str) -> None:
    scaffold(name, tmp_path / name, template=TEMPLATES[name])
    example, rendered = sources(EXAMPLES / name), sources(tmp_path / name)
    example.pop("schema.toml", None)  # written by a build
    assert example.keys() - rendered.keys() == OWN[name] - rendered.keys()
    assert rendered.keys() <= example.keys()
    assert {path for path in rendered if example[path] != rendered[path]} == {"README.md"}


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_commands_of_a_readme_exist(name: str) -> None:
    readme = (EXAMPLES / name / "README.md").read_text()
    modules = set(re.findall(r"python -m ([\w.]+)", readme))
    verbs = set(re.findall(r"^    treadle (\w+)", readme, flags=re.MULTILINE))
    assert modules
    assert all((EXAMPLES / name / f"{module.replace('.', '/')}.py").is_file() for module in modules)
    assert {"build", "deploy"} <= verbs <= set(VERBS)


@pytest.mark.parametrize("name", TEMPLATES)
def test_the_ports_of_the_examples_do_not_meet(name: str) -> None:
    ports = {name: {each.port for each in load(EXAMPLES / name).settings.environments.values()} for name in TEMPLATES}
    assert set.isdisjoint(*ports.values())


def test_the_tests_of_the_quickstart_pass() -> None:
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
    said = subprocess.run(words, cwd=EXAMPLES / "quickstart", capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stdout
