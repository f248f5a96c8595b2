"""What a team decides."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.staff import FormTeam, Left, Team, TeamFormed, decide_team, evolve_team
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
team = Aggregate[Team](evolve_team, lambda state, command: decide_team(state, command, NOW))
FORMED = TeamFormed(team_id="team-1", name="Returns")


def test_a_team_is_formed_once() -> None:
    team.given().when(FormTeam(team_id="team-1", name="Returns")).then(FORMED)
    team.given(FORMED).when(FormTeam(team_id="team-1", name="Returns")).then("team-exists")
    assert team.given(FORMED).state == Team("Returns")


def test_what_happens_to_people_is_nothing_to_a_team() -> None:
    left = Left(staff_id="staff-1")
    assert team.given(left).state is None
    assert team.given(FORMED, left).state == Team("Returns")
