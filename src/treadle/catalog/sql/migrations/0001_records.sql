-- One table a kind of record (treadle.records): scalar fields are columns, composite fields are JSON text.
-- {position} counts the rows in the order of their adding.

CREATE TABLE "dataset_versions" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "dataset" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "quarantined" BIGINT NOT NULL,
    "schema" TEXT NOT NULL,
    "split" TEXT NOT NULL,
    "parts" TEXT NOT NULL,
    "split_rows" TEXT NOT NULL,
    "sources" TEXT NOT NULL,
    "parent" TEXT,
    "quarantine" TEXT,
    "fingerprints" TEXT NOT NULL,
    "duplicates" BIGINT NOT NULL
);
CREATE INDEX "dataset_versions_dataset" ON "dataset_versions" ("dataset");

CREATE TABLE "runs" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "kind" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "project" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "started" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "ended" TEXT,
    "parent" TEXT,
    "request" TEXT,
    "commit" TEXT NOT NULL,
    "dirty" BOOLEAN NOT NULL,
    "params" TEXT NOT NULL,
    "metrics" TEXT NOT NULL,
    "steps" TEXT NOT NULL,
    "process" TEXT NOT NULL,
    "error" TEXT NOT NULL
);
CREATE INDEX "runs_status" ON "runs" ("status");
CREATE INDEX "runs_parent" ON "runs" ("parent");
CREATE INDEX "runs_request" ON "runs" ("request");

CREATE TABLE "step_results" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "step" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "seconds" DOUBLE PRECISION NOT NULL,
    "parts" TEXT NOT NULL,
    "outputs" TEXT NOT NULL
);
CREATE INDEX "step_results_step" ON "step_results" ("step");
CREATE INDEX "step_results_run" ON "step_results" ("run");

CREATE TABLE "test_reads" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "dataset_version" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "purpose" TEXT NOT NULL,
    "created" TEXT NOT NULL
);
CREATE INDEX "test_reads_dataset_version" ON "test_reads" ("dataset_version");

CREATE TABLE "reports" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "kind" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "metrics" TEXT NOT NULL,
    "page" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "gates" TEXT NOT NULL,
    "subject" TEXT NOT NULL
);
CREATE INDEX "reports_run" ON "reports" ("run");
CREATE INDEX "reports_subject" ON "reports" ("subject");

CREATE TABLE "model_versions" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "model" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "package" TEXT NOT NULL,
    "files" TEXT NOT NULL,
    "run" TEXT NOT NULL,
    "dataset_version" TEXT NOT NULL,
    "split" TEXT NOT NULL,
    "commit" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "report" TEXT NOT NULL,
    "metrics" TEXT NOT NULL,
    "fitted" TEXT NOT NULL,
    "opponent" TEXT,
    "request" TEXT
);
CREATE INDEX "model_versions_model" ON "model_versions" ("model");
CREATE INDEX "model_versions_package" ON "model_versions" ("package");

CREATE TABLE "aliases" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "model" TEXT NOT NULL,
    "alias" TEXT NOT NULL,
    "version" BIGINT NOT NULL,
    "since" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "reason" TEXT NOT NULL
);
CREATE INDEX "aliases_model" ON "aliases" ("model");

CREATE TABLE "approvals" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "model_version" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "granted" BOOLEAN NOT NULL,
    "actor" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "comment" TEXT NOT NULL
);
CREATE INDEX "approvals_model_version" ON "approvals" ("model_version");

CREATE TABLE "releases" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "package" TEXT NOT NULL,
    "model_version" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL
);
CREATE INDEX "releases_package" ON "releases" ("package");

CREATE TABLE "deployments" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "environment" TEXT NOT NULL,
    "release" TEXT NOT NULL,
    "package" TEXT NOT NULL,
    "model_version" TEXT NOT NULL,
    "target" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "ended" TEXT,
    "previous" TEXT,
    "reason" TEXT NOT NULL
);
CREATE INDEX "deployments_environment" ON "deployments" ("environment");

CREATE TABLE "label_batches" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "environment" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "unknown" BIGINT NOT NULL,
    "artifact" TEXT NOT NULL
);
CREATE INDEX "label_batches_environment" ON "label_batches" ("environment");

CREATE TABLE "windows" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "environment" TEXT NOT NULL,
    "package" TEXT NOT NULL,
    "start" TEXT NOT NULL,
    "end" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "labelled" BIGINT NOT NULL,
    "verdict" TEXT NOT NULL,
    "figures" TEXT NOT NULL,
    "metrics" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "provisional" BOOLEAN NOT NULL,
    "profile" TEXT NOT NULL
);
CREATE INDEX "windows_environment" ON "windows" ("environment");

CREATE TABLE "alerts" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "environment" TEXT NOT NULL,
    "package" TEXT NOT NULL,
    "figure" TEXT NOT NULL,
    "value" DOUBLE PRECISION NOT NULL,
    "limit" DOUBLE PRECISION NOT NULL,
    "p_value" DOUBLE PRECISION,
    "window" TEXT NOT NULL,
    "rows" BIGINT NOT NULL,
    "status" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "message" TEXT NOT NULL,
    "next_step" TEXT NOT NULL,
    "cleared" TEXT,
    "told" TEXT NOT NULL
);
CREATE INDEX "alerts_environment" ON "alerts" ("environment");

CREATE TABLE "run_requests" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "pipeline" TEXT NOT NULL,
    "reason" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "status" TEXT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "evidence" TEXT NOT NULL,
    "run" TEXT,
    "ended" TEXT,
    "outcome" TEXT NOT NULL,
    "process" TEXT NOT NULL
);
CREATE INDEX "run_requests_status" ON "run_requests" ("status");

CREATE TABLE "audit_entries" (
    "position" {position},
    "id" TEXT NOT NULL UNIQUE,
    "sequence" BIGINT NOT NULL,
    "created" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "before" TEXT NOT NULL,
    "after" TEXT NOT NULL,
    "previous" TEXT NOT NULL,
    "hash" TEXT NOT NULL
);
CREATE INDEX "audit_entries_subject" ON "audit_entries" ("subject");
