"""A launch leads to its signal for good: also once the signal was handed on, which withdraws the launch."""

from __future__ import annotations

from datetime import UTC, datetime

from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.signal.commands import HandOnSignal, PlanSignal, RouteSignal
from domain.staff import FormTeam
from infra.log.application import Log
from infra.postgres.database import Database
from projections.signal import trace
from tests.support.companies import AGENT
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.following import catch_up
from tests.support.signal_evidence import FEW, Given


def test_both_launches_of_a_signal_that_was_handed_on_are_found(
    executor: CommandExecutor, log: Log, projector: Database
) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    complain(executor, "ada", "leaks")
    makers, sellers = (staffing.form_team(executor, FormTeam(name=name), AGENT).id for name in ("Makers", "Sellers"))
    asked = RouteSignal(area="kettles", theme="leaks", stage="production", team_id=makers, because="Somebody fell")
    route(executor, asked, AGENT, Given(of_any=FEW))
    first, second = (PlanSignal(what=what, due_at=datetime(2100, 1, 1, tzinfo=UTC)) for what in ("A seal", "A leaflet"))
    # When
    signals.act(executor, LEAKS, first, AGENT)
    signals.act(executor, LEAKS, HandOnSignal(team_id=sellers, because="Nothing leaks"), AGENT)
    signals.act(executor, LEAKS, second, AGENT)
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        for launch in (first, second):
            found = trace.of_launch(connection, launch.launch_id, 9)
            assert found is not None
            assert [(each.launch_id, each.state, each.status) for each in found.launches] == [
                (first.launch_id, "withdrawn", "planned"),
                (second.launch_id, "open", "planned"),
            ]
