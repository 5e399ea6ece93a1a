"""Owns the tests of a project's function as a source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from secrets import token_hex

import polars as pl
import pytest

from treadle.data.sources.function import FunctionSource
from treadle.errors import CodeError, DataError
from treadle.store import digest_file

Opener = Callable[..., FunctionSource]


@pytest.fixture
def opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """Return a function that writes a module of this body and opens its function `rows`."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def write(body: str, name: str = "rows") -> FunctionSource:
        module = f"source_{token_hex(4)}"
        (tmp_path / f"{module}.py").write_text(f"import polars as pl\n{body}\n")
        return FunctionSource(f"{module}:{name}", tmp_path)

    return write


def one(body: str) -> str:
    return f"def rows():\n    {body}"


@pytest.mark.parametrize(
    "body",
    [
        "return pl.DataFrame({'x': [1, 2]})",
        "return pl.LazyFrame({'x': [1, 2]})",
        "import pandas; return pandas.DataFrame({'x': [1, 2]}, index=[7, 8])",
    ],
)
def test_one_frame_is_one_batch_named_by_the_address(opened: Opener, body: str) -> None:
    [(name, frame)] = opened(one(body)).batches()
    assert name.endswith(":rows")
    assert frame.equals(pl.DataFrame({"x": [1, 2]}))


def test_an_iterator_gives_named_batches_one_at_a_time(opened: Opener) -> None:
    source = opened("def rows():\n    for n in range(3):\n        yield f'part-{n}', pl.LazyFrame({'x': [n]})")
    assert [(name, frame["x"][0]) for name, frame in source.batches()] == [("part-0", 0), ("part-1", 1), ("part-2", 2)]


def test_rows_can_be_read_again(opened: Opener) -> None:
    source = opened("def rows():\n    yield 'a', pl.DataFrame({'x': [1]})")
    assert [name for name, _ in source.batches()] == [name for name, _ in source.batches()] == ["a"]


def test_the_fingerprint_is_of_the_file_that_holds_the_function(opened: Opener, tmp_path: Path) -> None:
    source = opened(one("raise RuntimeError('must not be called')"))
    [file] = tmp_path.glob("source_*.py")
    assert list(source.fingerprint().values()) == [digest_file(file)]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return 1 / 0", r"failed: ZeroDivisionError: division by zero \(.*source_\w+\.py, line 3\)"),
        ("return None", "failed: TypeError"),
        ("return [1, 2]", "failed: TypeError"),
        ("return [('a', 7)]", "a frame was expected, not int"),
        ("return {'a': 1}", "failed"),
        ("return pl.LazyFrame({'x': [1]}).select('y')", "failed: ColumnNotFoundError"),
        ("return [('a', pl.DataFrame()), ('a', pl.DataFrame())]", "gave a batch the name 'a'"),
        ("return [(7, pl.DataFrame())]", "gave a batch the name 7"),
    ],
)
def test_a_function_that_fails_is_named_with_its_own_line(opened: Opener, body: str, message: str) -> None:
    with pytest.raises(CodeError, match=message):
        list(opened(one(body)).batches())


def test_a_generator_that_fails_midway_is_named(opened: Opener) -> None:
    source = opened("def rows():\n    yield 'a', pl.DataFrame({'x': [1]})\n    raise OSError('disk gone')")
    batches = source.batches()
    assert next(batches)[0] == "a"
    with pytest.raises(CodeError, match=r"disk gone \(.*line 4\)"):
        next(batches)


def test_an_error_that_already_teaches_passes_through(opened: Opener) -> None:
    source = opened("from treadle.errors import DataError\n" + one("raise DataError('no flights in May')"))
    with pytest.raises(DataError, match="no flights in May"):
        list(source.batches())


def test_an_absent_module_says_where_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(CodeError) as error:
        FunctionSource("no_such_module.deep:rows", tmp_path)
    assert error.value.expected == f"no_such_module/deep.py under {tmp_path}"


def test_a_module_that_fails_on_import_is_named(opened: Opener) -> None:
    with pytest.raises(CodeError, match="cannot be imported: NameError"):
        opened("undefined")


def test_an_absent_function_is_named_with_the_nearest(opened: Opener) -> None:
    with pytest.raises(CodeError, match=r"has no function row\(\)") as error:
        opened(one("return pl.DataFrame()"), name="row")
    assert error.value.next_move == "did you mean 'rows'?"
