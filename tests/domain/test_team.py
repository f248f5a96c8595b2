"""What a team decides."""

from __future__ import annotations

from datetime import UTC, datetime

from domain.staff import FormTeam, Team, TeamFormed, decide_team, evolve_team
from tests.support.given import Aggregate

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
team = Aggregate[Team](evolve_team, lambda state, command: decide_team(state, command, NOW))
FORMED = TeamFormed(team_id="team-1", name="Returns")


def test_a_team_is_formed_once() -> None:
    team.given().when(FormTeam(team_id="team-1", name="Returns")).then(FORMED)
    team.given(FORMED).when(FormTeam(team_id="team-1", name="Returns")).then("team-exists")
    assert team.given(FORMED).state == Team("Returns")
