"""Bug: whoever had the role for data protection beside another one read the conversations of every team."""

from __future__ import annotations

import pytest

from domain.kernel.event import Actor
from domain.visibility import sees_all, teams_seen


@pytest.mark.parametrize("role", ["agent", "design"])
def test_who_reads_for_a_team_and_erases_sees_that_team_only(role: str) -> None:
    actor = Actor(id="staff-1", kind="agent", roles=(role, "privacy"), team="team-1")
    assert teams_seen(actor, ["team-2"]) == ("team-1", "team-2")


def test_who_only_erases_acts_in_every_teams_conversations() -> None:
    assert sees_all(Actor(id="staff-1", kind="agent", roles=("privacy",)))
    assert not sees_all(Actor(id="staff-1", kind="agent", roles=()))
