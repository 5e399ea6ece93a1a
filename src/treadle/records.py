"""Owns what flows: frozen records, each at once catalog row, REST body and command output.

Every record names its origin by id or digest, so lineage is following fields. A record is changed only by making
a new one (`evolve`). Times are RFC 3339 in UTC with microseconds, so they sort as text. Digests are BLAKE3 in hex.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, ClassVar, Self

import msgspec
from msgspec.structs import replace


def now() -> str:
    """Return the present moment as records write it."""
    return datetime.now(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def new_id(prefix: str) -> str:
    """Return a fresh id such as `run-5f2c9a7e01b4`: the prefix and 48 random bits in hex."""
    return f"{prefix}-{secrets.token_hex(6)}"


def this_actor() -> str:
    """Return who acts: TREADLE_ACTOR if set, else the login name of the process."""
    return os.environ.get("TREADLE_ACTOR") or os.environ.get("USER") or f"uid:{os.getuid()}"


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """A row: `id` names it; `table` is where the catalog keeps it; `audited` rows leave audit entries."""

    table: ClassVar[str]
    audited: ClassVar[bool] = True
    id: str

    def evolve(self, **changes: Any) -> Self:
        """Return a copy with `changes`."""
        return replace(self, **changes)


class Artifact(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes in the store: what they are called, how they are coded, their digest and size in bytes."""

    name: str
    codec: str
    digest: str
    size: int


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One immutable Parquet file of a dataset version, all of one split, from one source file."""

    digest: str
    split: str
    rows: int
    size: int
    source: str


class DatasetVersion(Record, frozen=True, kw_only=True):
    """Rows at one moment; `id` is the digest of its manifest (parts, schema, split rule), so same rows, same id.

    `quarantine` is the digest of the list of parts that hold the refused rows with their reasons, `fingerprints` the
    content digest of each source when first read, `duplicates` how many rows equal an earlier one (without a key).
    """

    table: ClassVar[str] = "dataset_versions"
    dataset: str
    created: str
    actor: str
    run: str
    rows: int
    quarantined: int
    schema: str
    split: str
    parts: tuple[Part, ...]
    split_rows: dict[str, int]
    sources: tuple[str, ...]
    parent: str | None = None
    quarantine: str | None = None
    fingerprints: dict[str, str] = {}
    duplicates: int = 0


class StepExecution(msgspec.Struct, frozen=True, kw_only=True):
    """How one step of a run went: executed or reused, why, and what it left."""

    step: str
    key: str
    reused: bool
    reason: str
    seconds: float
    outputs: tuple[Artifact, ...] = ()
    error: str = ""


class Run(Record, frozen=True, kw_only=True):
    """One execution of a pipeline, or a trial of a search (`kind`); `parent` is the run that made it.

    Status is running, succeeded, failed, refused (by a gate) or interrupted (its process died).
    """

    table: ClassVar[str] = "runs"
    kind: str
    name: str
    project: str
    status: str
    started: str
    actor: str
    ended: str | None = None
    parent: str | None = None
    request: str | None = None
    commit: str = ""
    dirty: bool = False
    params: dict[str, Any] = {}
    metrics: dict[str, float] = {}
    steps: tuple[StepExecution, ...] = ()
    process: str = ""
    error: str = ""


class StepResult(Record, frozen=True, kw_only=True):
    """The remembered outcome of a step; `id` is the cache key, `parts` what the key is made of, by name."""

    table: ClassVar[str] = "step_results"
    audited: ClassVar[bool] = False
    step: str
    run: str
    created: str
    seconds: float
    parts: dict[str, str]
    outputs: tuple[Artifact, ...]


class TestRead(Record, frozen=True, kw_only=True):
    """One reading of a sealed test split: by whom, for what, in which run."""

    table: ClassVar[str] = "test_reads"
    __test__: ClassVar[bool] = False
    dataset_version: str
    run: str
    actor: str
    purpose: str
    created: str


class GateResult(msgspec.Struct, frozen=True, kw_only=True):
    """What one gate said: the figure it looked at, its limit, and whether the model passed."""

    gate: str
    passed: bool
    value: float | None
    limit: float | None
    message: str


class Report(Record, frozen=True, kw_only=True):
    """Figures of a model on the sealed test split, or of a window of predictions; `page` is the HTML artifact."""

    table: ClassVar[str] = "reports"
    kind: str
    run: str
    created: str
    metrics: dict[str, float]
    page: Artifact
    data: Artifact
    gates: tuple[GateResult, ...] = ()
    subject: str = ""


class ModelVersion(Record, frozen=True, kw_only=True):
    """A registered package of many files; `id` is `name/version`, `package` the digest of its manifest.

    `fitted` is the digest of the trained model; `opponent` the champion (`name/version`) it was tested against.
    """

    table: ClassVar[str] = "model_versions"
    model: str
    version: int
    package: str
    files: tuple[Artifact, ...]
    run: str
    dataset_version: str
    split: str
    commit: str
    created: str
    actor: str
    report: str
    metrics: dict[str, float]
    fitted: str
    opponent: str | None = None
    request: str | None = None


class Alias(Record, frozen=True, kw_only=True):
    """A name that points at one version of a model, such as champion; `id` is `model@alias`."""

    table: ClassVar[str] = "aliases"
    model: str
    alias: str
    version: int
    since: str
    actor: str
    reason: str = ""


class Approval(Record, frozen=True, kw_only=True):
    """A person's word that a model version may (or may not) enter an environment."""

    table: ClassVar[str] = "approvals"
    model_version: str
    environment: str
    granted: bool
    actor: str
    created: str
    comment: str = ""


class Release(Record, frozen=True, kw_only=True):
    """A package rendered for a target; `package` is the same digest everywhere."""

    table: ClassVar[str] = "releases"
    package: str
    model_version: str
    target: str
    created: str
    actor: str


class Deployment(Record, frozen=True, kw_only=True):
    """A release in an environment. Status is starting, live, replaced, failed or stopped."""

    table: ClassVar[str] = "deployments"
    environment: str
    release: str
    package: str
    model_version: str
    target: str
    status: str
    created: str
    actor: str
    address: str = ""
    ended: str | None = None
    previous: str | None = None
    reason: str = ""


class Prediction(msgspec.Struct, frozen=True, kw_only=True):
    """One answer as the prediction log keeps it; `package` is the digest of the model package that gave it."""

    id: str
    created: str
    package: str
    environment: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]
    milliseconds: float


class LabelBatch(Record, frozen=True, kw_only=True):
    """A file of truths that arrived: prediction id and label, kept as Parquet in the store."""

    table: ClassVar[str] = "label_batches"
    environment: str
    created: str
    actor: str
    rows: int
    unknown: int
    artifact: Artifact


class Window(Record, frozen=True, kw_only=True):
    """What the monitor saw in one stretch of predictions; `figures` holds each drift and performance figure.

    Verdict is quiet, suspect (this window alone), alarm (the rule over windows) or too_few; `provisional` while the
    window is still open. `profile` is the digest of the window's profile in the store.
    """

    table: ClassVar[str] = "windows"
    audited: ClassVar[bool] = False
    environment: str
    package: str
    start: str
    end: str
    rows: int
    labelled: int
    verdict: str
    figures: dict[str, Any]
    metrics: dict[str, float]
    created: str
    provisional: bool = False
    profile: str = ""


class Alert(Record, frozen=True, kw_only=True):
    """A figure beyond its limit: names figure, limit, chance, window, rows and the next step.

    Status is open or cleared; `told` lists what each channel has been told, as `channel:status`.
    """

    table: ClassVar[str] = "alerts"
    environment: str
    package: str
    figure: str
    value: float
    limit: float
    p_value: float | None
    window: str
    rows: int
    status: str
    created: str
    message: str
    next_step: str
    cleared: str | None = None
    told: tuple[str, ...] = ()


class RunRequest(Record, frozen=True, kw_only=True):
    """A wish that a pipeline runs, made by a trigger or a person. Status is open, running, done or refused.

    `process` is who claimed it, written as in `Run.process`, so a claim whose process died is opened again.
    """

    table: ClassVar[str] = "run_requests"
    pipeline: str
    reason: str
    trigger: str
    status: str
    created: str
    actor: str
    evidence: tuple[str, ...] = ()
    run: str | None = None
    ended: str | None = None
    outcome: str = ""
    process: str = ""


class AuditEntry(Record, frozen=True, kw_only=True):
    """One change of state in the hash chain; `id` is its sequence number as text.

    `before` and `after` are digests of the record's canonical JSON (empty when absent); `hash` covers every
    other field including `previous`, the hash of the entry before.
    """

    table: ClassVar[str] = "audit_entries"
    audited: ClassVar[bool] = False
    sequence: int
    created: str
    actor: str
    action: str
    kind: str
    subject: str
    before: str
    after: str
    previous: str
    hash: str


RECORDS: Mapping[str, type[Record]] = {
    kind.table: kind
    for kind in (
        DatasetVersion,
        Run,
        StepResult,
        TestRead,
        Report,
        ModelVersion,
        Alias,
        Approval,
        Release,
        Deployment,
        LabelBatch,
        Window,
        Alert,
        RunRequest,
        AuditEntry,
    )
}
"""Every catalog record by its table."""

_encoder = msgspec.json.Encoder(order="deterministic")


def canonical(value: Any) -> bytes:
    """Return `value` as canonical JSON: keys sorted, no spaces, so equal values give equal bytes."""
    return _encoder.encode(value)
