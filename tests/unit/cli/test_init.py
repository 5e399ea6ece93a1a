"""`treadle init` parses, calls and prints."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from treadle.cli import main
from treadle.cli.init import command


def init(*words: str) -> Result:
    return CliRunner().invoke(command, words)


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_project_is_tabular_in_a_folder_of_its_name() -> None:
    said = init("churn")
    assert said.exit_code == 0
    assert said.output.startswith("churn: 10 files of the tabular project\n")
    assert Path("churn/churn/model.py").is_file()


def test_what_to_do_next_is_said() -> None:
    assert init("churn").output.endswith(
        "next:\n  cd churn\n  make all      install, format, lint, test\n"
        "  make build    ingest, train, test, package, register\n"
    )


def test_a_template_is_chosen() -> None:
    assert "files of the flights project" in init("delays", "--template", "flights").output
    assert Path("delays/delays/replay.py").is_file()


def test_minimal_needs_no_build() -> None:
    said = init("greeter", "--minimal")
    assert "7 files of the minimal project" in said.output
    assert "make build" not in said.output
    assert Path("greeter/hello.py").is_file()


def test_the_folder_is_chosen() -> None:
    init("churn", "--directory", "work/here")
    assert Path("work/here/churn/model.py").is_file()
    assert not Path("churn").exists()


def test_the_folder_may_be_the_one_we_are_in() -> None:
    said = init("churn", "--directory", ".")
    assert Path("churn/model.py").is_file()
    assert "  cd " not in said.output


def test_the_repository_is_handed_on() -> None:
    init("churn", "--repository", "ada/churn")
    assert "https://github.com/ada/churn/actions" in Path("churn/README.md").read_text()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["init", "json"], "error: 'json' is a module of Python's own"),
        (["init", "churn", "--minimal", "--template", "flights"], "error: --minimal has no data"),
        (["init", "churn", "--repository", "churn"], "error: 'churn' names no repository"),
    ],
)
def test_a_mistake_is_one_message_and_nothing_is_written(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(words)
    assert stopped.value.code == 1
    assert capsys.readouterr().err.startswith(told)
    assert list(Path().iterdir()) == []


def test_a_template_that_is_none_names_those_there_are() -> None:
    said = init("churn", "--template", "images")
    assert said.exit_code == 2
    assert "'tabular', 'flights'" in said.output
