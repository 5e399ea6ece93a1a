"""Owns a process that adds runs to a catalog, printing the id of each once it was acknowledged."""

from __future__ import annotations

import sys
from pathlib import Path

from factories.records import a_run
from treadle.catalog import open_catalog


def main(address: str, name: str, count: int) -> None:
    catalog = open_catalog(address, Path())
    for number in range(count):
        run = a_run(id=f"{name}-{number}")
        with catalog.transaction(name) as change:
            change.add(run)
            change.replace(run, run.evolve(status="succeeded"))
        sys.stdout.write(f"{run.id}\n")
        sys.stdout.flush()
    catalog.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]))
