"""Owns how a command turns the project into the plan of a build; only those that build pay for its imports."""

from __future__ import annotations

from treadle.pipelines.plan import Plan, rules, source_of
from treadle.project import Project


def plan_of(project: Project, *, write: bool) -> tuple[Plan, bool]:
    """Return what a build is made from, and whether the schema was inferred just now (`write` keeps it)."""
    train = project.settings.train
    source = source_of(project.settings, project.root, project.function)
    schema, inferred = rules(project.settings, project.root, write=write)
    plan = Plan(
        name=project.name,
        package=project.package,
        root=project.root,
        settings=project.settings,
        schema=schema,
        source=source,
        features=project.function(train.features, "features"),
        estimator=project.function(train.estimator, "estimator"),
    )
    return plan, inferred
