"""What is particular to PostgreSQL: how it is reached, and what stands in its way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from factories.records import a_run
from treadle.catalog import open_catalog
from treadle.catalog.postgres import ONE_WRITER
from treadle.errors import CatalogError
from treadle.records import Run

DROP_OURS = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE application_name = 'treadle'"


def test_an_unknown_database_is_told_with_the_way_to_make_it(postgres_server: str, tmp_path: Path) -> None:
    address = postgres_server.removesuffix("postgres") + "nowhere"
    with pytest.raises(CatalogError, match=r'database "nowhere" does not exist(?s:.*)createdb'):
        open_catalog(address, tmp_path)


def test_a_server_that_is_down_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match=r"treadle at 127.0.0.1:1 cannot be used(?s:.*)start the server") as met:
        open_catalog("postgresql://ada:secret@127.0.0.1:1/treadle", tmp_path)
    assert "secret" not in str(met.value)


def test_an_address_that_makes_no_sense_is_told_without_the_password(tmp_path: Path) -> None:
    with pytest.raises(CatalogError, match="cannot be used") as met:
        open_catalog("postgresql://ada:secret@host/db?nonsense=1", tmp_path)
    assert "secret" not in str(met.value)


def test_without_psycopg_the_extra_is_named(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['psycopg'] = None\n"
        "from pathlib import Path; from treadle.catalog import open_catalog\n"
        "from treadle.errors import CatalogError\n"
        "try: open_catalog('postgresql://localhost/x', Path())\n"
        "except CatalogError as error: print(error)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert "pip install 'treadle[postgres]'" in said


def test_the_short_scheme_is_taken_too(postgres_url: str, tmp_path: Path) -> None:
    catalog = open_catalog(postgres_url.replace("postgresql://", "postgres://"), tmp_path)
    assert catalog.find(Run) == []
    catalog.close()


def test_connections_that_the_server_dropped_are_replaced(postgres_url: str, tmp_path: Path) -> None:
    catalog = open_catalog(postgres_url, tmp_path)
    with catalog.transaction("ada") as change:
        change.add(a_run())
    with psycopg.connect(postgres_url, autocommit=True) as server:
        server.execute(DROP_OURS)
    assert len(catalog.find(Run)) == 1
    catalog.close()


def test_a_connection_lost_in_a_transaction_is_told_and_nothing_is_kept(postgres_url: str, tmp_path: Path) -> None:
    catalog = open_catalog(postgres_url, tmp_path)
    with (
        pytest.raises(CatalogError, match="cannot be used"),
        catalog.transaction("ada") as change,
        psycopg.connect(postgres_url, autocommit=True) as server,
    ):
        change.add(a_run())
        server.execute(DROP_OURS)
        change.add(a_run())
    assert catalog.find(Run) == []
    catalog.close()


def test_a_writer_that_never_ends_is_told_of(postgres_url: str, tmp_path: Path) -> None:
    impatient = f"{postgres_url}%20-clock_timeout%3D50ms"
    catalog = open_catalog(impatient, tmp_path)
    with psycopg.connect(postgres_url) as other:
        other.execute(ONE_WRITER)
        with pytest.raises(CatalogError, match="another process has been writing"), catalog.transaction("ada"):
            pass
    catalog.close()


def test_two_schemas_of_one_database_are_two_catalogs(postgres_url: str, postgres_server: str, tmp_path: Path) -> None:
    with psycopg.connect(postgres_server, autocommit=True) as server:
        server.execute("CREATE SCHEMA IF NOT EXISTS another")
    one = open_catalog(postgres_url, tmp_path)
    other = open_catalog(f"{postgres_server}?options=-csearch_path%3Danother", tmp_path)
    with one.transaction("ada") as change, other.transaction("bob") as elsewhere:
        change.add(a_run(id="run-a"))
        elsewhere.add(a_run(id="run-b"))
    assert [run.id for run in one.find(Run)] == ["run-a"]
    one.close()
    other.close()
