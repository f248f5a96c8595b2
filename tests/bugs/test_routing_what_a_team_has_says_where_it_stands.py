"""Whoever routes a signal that a team has already is told the position at which the signal shows, and not zero."""

from __future__ import annotations

import pytest

from commands.executor.executor import CommandExecutor
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.signal.commands import RouteSignal
from domain.staff import FormTeam
from infra.log.application import Log
from tests.support.companies import AGENT
from tests.support.signal_evidence import FEW, Given


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is answered, nothing of a database."""
    return memory_log


def test_routing_what_a_team_has_answers_its_position(executor: CommandExecutor) -> None:
    # Given
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    asked = RouteSignal(area="wheels", theme="wobbles", stage="production", team_id=team, because="Somebody fell")
    first = route(executor, asked, AGENT, Given(of_any=FEW))
    # When
    by_table = asked.model_copy(update={"team_id": None, "because": None})
    again = route(executor, by_table, AGENT, Given(of_any=FEW))
    # Then
    assert (again.id, again.position) == (first.id, first.position)
    assert first.position > 0
