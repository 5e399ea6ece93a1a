"""Owns labels: the truths that arrive, often late, for predictions given earlier, joined by prediction id."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl

from treadle.errors import MonitorError
from treadle.kinds import nearest
from treadle.records import Artifact, LabelBatch, now
from treadle.serving import prediction_log
from treadle.store.digest import digest, digest_file
from treadle.workspace import Workspace

IDS = ("prediction_id", "id")

READERS: dict[str, Callable[[Path], pl.DataFrame]] = {
    ".csv": lambda path: pl.read_csv(path, infer_schema_length=None),
    ".parquet": pl.read_parquet,
    ".jsonl": lambda path: pl.read_ndjson(path, infer_schema_length=None),
    ".ndjson": lambda path: pl.read_ndjson(path, infer_schema_length=None),
}
"""How a file of labels is read, by its suffix."""


def add(workspace: Workspace, environment: str, path: Path, log: Path, target: str = "label") -> LabelBatch:
    """Keep the labels in the file at `path` for predictions of `environment` and return their record.

    The file (CSV, Parquet or JSON lines) has a column `prediction_id` (or `id`) and a column `label` (or `target`).
    Of two labels for one id the last counts; rows without a label are left out. The same file again changes nothing.
    Ids not in the log folder `log` are counted as unknown and kept: their predictions may still come.
    Raises MonitorError for a file that is missing, empty, of another format, or lacks a column or an id.
    """
    frame = _checked(_read(path), path, target)
    batch = f"labels-{digest(f'{environment} {digest_file(path)}'.encode())[:12]}"
    known = {prediction.id for prediction in prediction_log.read(log)}
    parquet = BytesIO()
    frame.write_parquet(parquet)
    record = LabelBatch(
        id=batch,
        environment=environment,
        created=now(),
        actor=workspace.actor,
        rows=frame.height,
        unknown=sum(id not in known for id in frame["prediction_id"]),
        artifact=Artifact(
            name=path.name,
            codec="parquet",
            digest=workspace.store.put(parquet.getvalue()),
            size=parquet.tell(),
        ),
    )
    with workspace.catalog.transaction(workspace.actor) as transaction:
        for before in transaction.find(LabelBatch, id=batch):
            return before
        transaction.add(record, "added labels")
    return record


def labels(workspace: Workspace, environment: str) -> pl.DataFrame:
    """Return `prediction_id` and `label` of all batches of `environment`, one row an id, the last added first.

    Labels are numbers if every batch has numbers, booleans if every batch has booleans, else text.
    """
    batches = workspace.catalog.find(LabelBatch, environment=environment)
    frames = [pl.read_parquet(BytesIO(workspace.store.get(batch.artifact.digest))) for batch in batches]
    if not frames:
        return pl.DataFrame(schema={"prediction_id": pl.String, "label": pl.String})
    kinds = {frame.schema["label"] for frame in frames}
    if len(kinds) > 1:
        shared = pl.Float64 if all(kind.is_numeric() for kind in kinds) else pl.String
        frames = [frame.with_columns(pl.col("label").cast(shared)) for frame in frames]
    return pl.concat(frames).unique("prediction_id", keep="last", maintain_order=True)


def _read(path: Path) -> pl.DataFrame:
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise MonitorError(f"{path.name} is no file of labels", expected=f"a file that ends in {', '.join(READERS)}")
    try:
        frame = reader(path)
    except FileNotFoundError as error:
        raise MonitorError(f"there is no file {path}", next_move="check the path") from error
    except pl.exceptions.NoDataError as error:
        raise MonitorError(f"{path.name} is empty", expected="a column prediction_id and a column label") from error
    except (pl.exceptions.PolarsError, OSError) as error:
        raise MonitorError(f"{path.name} cannot be read: {str(error).splitlines()[0]}") from error
    if frame.is_empty():
        raise MonitorError(f"{path.name} has no rows", expected="one row a labelled prediction")
    return frame


def _checked(frame: pl.DataFrame, path: Path, target: str) -> pl.DataFrame:
    """Return `prediction_id` and `label`, each id once, no label missing."""
    id_column = _column(frame, path, IDS)
    label_column = _column(frame, path, tuple(dict.fromkeys(("label", target))))
    ids, values = frame[id_column], frame[label_column]
    if ids.dtype != pl.String:
        raise MonitorError(
            f"column {id_column} of {path.name} holds {ids.dtype}", expected="text: ids as /predict gave them"
        )
    if missing := ids.null_count():
        first = ids.is_null().arg_true()[0] + 1
        raise MonitorError(f"{missing} rows of {path.name} have no {id_column}, the first is row {first}")
    if not (values.dtype.is_numeric() or values.dtype in (pl.String, pl.Boolean, pl.Null)):
        raise MonitorError(
            f"column {label_column} of {path.name} holds {values.dtype}", expected="numbers, text or booleans"
        )
    known = pl.DataFrame({"prediction_id": ids, "label": values.fill_nan(None) if values.dtype.is_float() else values})
    known = known.drop_nulls().unique("prediction_id", keep="last", maintain_order=True)
    if known.is_empty():
        raise MonitorError(
            f"no row of {path.name} has a {label_column}", next_move="add the file once truths are in it"
        )
    return known


def _column(frame: pl.DataFrame, path: Path, names: tuple[str, ...]) -> str:
    for name in names:
        if name in frame.columns:
            return name
    raise MonitorError(
        f"{path.name} has no column {' or '.join(names)}; it has {', '.join(frame.columns)}",
        expected=f"a column {' or '.join(names)}",
        next_move=nearest(names[0], frame.columns),
    )
