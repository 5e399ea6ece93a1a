"""Owns the rows: scikit-learn's breast cancer data, written to a CSV file.

python -m quickstart.data

569 tumours, the means of ten measurements of the nuclei of their cells, and what they
turned out to be (Wolberg, Street, Mangasarian 1995; UCI Machine Learning Repository).
"""

from pathlib import Path

import polars as pl
from sklearn.datasets import load_breast_cancer

PATH = Path("data/tumours.csv")


def tumours() -> pl.DataFrame:
    """Return one row a tumour: its number, ten measurements and the diagnosis."""
    bunch = load_breast_cancer()
    columns = dict(zip(bunch.feature_names, bunch.data.T, strict=True))
    means = {name: values for name, values in columns.items() if name.startswith("mean")}
    return pl.DataFrame(
        {
            "sample": range(1, len(bunch.target) + 1),
            **{name.replace(" ", "_"): values for name, values in means.items()},
            "diagnosis": bunch.target_names[bunch.target].tolist(),
        }
    )


def write(path: Path = PATH) -> None:
    """Write the file, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    tumours().write_csv(part)
    part.replace(path)


if __name__ == "__main__":
    write()
    print(PATH)
