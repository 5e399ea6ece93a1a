from pathlib import Path

from quickstart import data


def pytest_configure() -> None:
    path = Path(__file__).parents[1] / data.PATH
    if not path.exists():
        data.write(path)
