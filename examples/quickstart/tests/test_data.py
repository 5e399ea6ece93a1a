from pathlib import Path

import polars as pl

from quickstart import data


def test_every_tumour_has_a_number_and_a_diagnosis() -> None:
    rows = data.tumours()
    assert rows.height == 569
    assert rows["sample"].is_unique().all()
    counts = dict(rows["diagnosis"].value_counts().rows())
    assert counts == {"benign": 357, "malignant": 212}


def test_a_row_has_the_means_of_ten_measurements() -> None:
    measured = data.tumours().drop("sample", "diagnosis")
    assert measured.width == 10
    assert all(name.startswith("mean_") for name in measured.columns)
    assert measured.null_count().sum_horizontal().item() == 0


def test_the_first_tumour_is_the_one_of_scikit_learn() -> None:
    first = data.tumours().row(0, named=True)
    assert (first["mean_radius"], first["diagnosis"]) == (17.99, "malignant")


def test_the_file_in_the_project_holds_the_rows() -> None:
    path = Path(__file__).parents[1] / data.PATH
    assert pl.read_csv(path).equals(data.tumours())


def test_the_file_is_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "data" / "tumours.csv"
    data.write(path)
    assert pl.read_csv(path).equals(data.tumours())
    assert list(path.parent.iterdir()) == [path]
