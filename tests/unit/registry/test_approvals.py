from __future__ import annotations

import pytest

from factories.records import a_model_version
from factories.workspaces import add
from treadle.errors import NotFound
from treadle.records import Approval, AuditEntry
from treadle.registry.approvals import approve, approved
from treadle.workspace import Workspace

VERSION = a_model_version()


@pytest.fixture(autouse=True)
def version(workspace: Workspace) -> None:
    add(workspace, VERSION)


def test_nothing_is_approved_of_itself(workspace: Workspace) -> None:
    assert not approved(workspace, VERSION, "production")


def test_an_approval_holds_for_its_environment_and_version_alone(workspace: Workspace) -> None:
    approval = approve(workspace, VERSION, "production", comment="looked at the slices")
    assert approved(workspace, VERSION, "production")
    assert not approved(workspace, VERSION, "staging")
    assert not approved(workspace, a_model_version(version=2), "production")
    assert workspace.catalog.find(Approval) == [approval]
    assert (approval.actor, approval.comment) == ("ada", "looked at the slices")


def test_the_last_word_counts_and_all_words_are_kept(workspace: Workspace) -> None:
    approve(workspace, VERSION, "production")
    approve(workspace, VERSION, "production", granted=False)
    assert not approved(workspace, VERSION, "production")
    approve(workspace, VERSION, "production")
    assert approved(workspace, VERSION, "production")
    actions = [entry.action for entry in workspace.catalog.find(AuditEntry, kind="approvals")]
    assert actions == ["approve", "refuse", "approve"]


def test_a_version_that_is_not_registered_cannot_be_approved(workspace: Workspace) -> None:
    with pytest.raises(NotFound, match="flights/7"):
        approve(workspace, a_model_version(version=7), "production")
