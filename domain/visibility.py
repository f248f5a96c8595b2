"""Visibility by team: which conversations a caller sees, by the published decision table `visibility`.

Every read and every command of the API asks `teams_seen`, and nothing else decides.
"""

from __future__ import annotations

from collections.abc import Collection

from domain.decision_table.deciding import evaluate, read_inputs
from domain.decision_table.table import DecisionTable
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal

TABLE_NAME = "visibility"
"""The table's input is `team`, the name of a team; its output is `seen_by`: `staff` or `team`."""
OPEN = "staff"
"""The output for a team whose conversations all of the staff see. Whatever else a table says: its members only."""
SEE_ALL = frozenset({"lead", "auditor"})
"""The roles that see the conversations of every team."""
READS_NONE = frozenset({"privacy"})
"""The roles that read no conversation, and act in those of every team. Beside a role that reads, they show no more."""


def is_open(table: DecisionTable, team_name: str) -> bool:
    """Whether all of the staff see the conversations of this team. Where the table does not decide, they do not."""
    try:
        results = evaluate(table, read_inputs(table, {"team": team_name})).outputs
    except Refusal:  # the table does not take this team, or its rules contradict each other
        return False
    names = [column.name for column in table.outputs]
    return len(results) == 1 and dict(zip(names, results[0], strict=True)).get("seen_by") == OPEN


def sees_all(actor: Actor) -> bool:
    """Whether teams hide nothing from a caller. A service acts for all teams; a customer sees what is the customer's
    own, whichever team has it."""
    roles = frozenset(actor.roles)
    return actor.kind != "agent" or not SEE_ALL.isdisjoint(roles) or (bool(roles) and roles <= READS_NONE)


def teams_seen(actor: Actor, open_teams: Collection[str] | None) -> tuple[str, ...] | None:
    """The teams whose conversations a caller sees, beside those that no team has; None: of every team. `open_teams`:
    those whose conversations all of the staff see; None where no table is in force."""
    if open_teams is None or sees_all(actor):
        return None
    return tuple(sorted({*open_teams, *([actor.team] if actor.team else [])}))
