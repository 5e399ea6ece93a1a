"""Owns what makes a pipeline run by itself: each trigger is a function `due(workspace, situation)` with no clock.

A trigger answers with a proposal, a RunRequest not yet written, or None; `requests.open_request` writes it unless one
stands already. Requests for drift and fallen performance come from `treadle.monitoring`.
"""

from __future__ import annotations

from treadle.kinds import Kinds

TRIGGERS = Kinds(
    "trigger",
    {
        "code_change": "treadle.triggers.code_change:due",
        "manual": "treadle.triggers.manual:due",
        "new_data": "treadle.triggers.new_data:due",
        "schedule": "treadle.triggers.schedule:due",
    },
)
