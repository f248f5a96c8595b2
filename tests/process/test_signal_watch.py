"""The watch of clocks evaluates signals, too, and the board shows by when, and what is overdue."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.service_level.policy import Metric, Selects
from domain.service_level.policy_decisions import CorrectPolicy
from domain.service_level.signal_verdicts import stream_of
from domain.signal.commands import AcknowledgeSignal, RouteSignal
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.projector import Projector
from process.service_level import ClockTimers
from process.watch import BEHIND_SECONDS, Watch
from projections.service_level.clocks import SLA_CLOCKS
from projections.signal import board
from projections.signal.board import BOARD, BoardRow
from projections.timer import TIMERS
from tests.support.companies import AGENT, GATEWAY, names
from tests.support.following import catch_up
from tests.support.promising import policy_for_inquiries
from tests.support.signal_evidence import FEW, Given

HOUR = timedelta(hours=1)


@pytest.fixture
def watch(executor: CommandExecutor, database_urls: Urls) -> Iterator[Watch]:
    """A watch that looks only when it is told to."""
    reader = Database(database_urls.database_url, "reader")
    yield Watch(ClockTimers(executor, reader))
    reader.close()


def polled(watch: Watch, log: Log, projector: Database) -> None:
    """Until the watch has nothing more to notice."""
    while True:
        catch_up(log, projector, subscriptions=[Projector(view) for view in (SLA_CLOCKS, TIMERS, BOARD)])
        end = log.position()
        if watch.poll() > BEHIND_SECONDS and log.position() == end:
            return


def shown(projector: Database) -> tuple[BoardRow, list[str]]:
    """The only signal on the board, and what is overdue."""
    with projector.connection() as connection:
        (row,) = board.read(connection).rows
        return row, [each.signal_id for each in board.overdue(connection).rows]


def test_a_signal_that_nobody_takes_is_overdue_until_somebody_does(
    executor: CommandExecutor, log: Log, projector: Database, watch: Watch
) -> None:
    # Given
    targets: dict[Metric, timedelta] = {"acknowledge": HOUR, "answer": 9 * HOUR}
    policy_id = policy_for_inquiries(executor, subject="signal", selects=Selects(), targets=targets)
    team_id = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    command = RouteSignal(area="wheels", theme="wobbles", stage="production", team_id=team_id, because="Somebody fell")
    told = replace(GATEWAY, occurred_at=executor.log.now() - 3 * HOUR)
    id = route(executor, command, told, Given(of_any=FEW)).id
    # When
    polled(watch, log, projector)
    # Then
    assert names(log, stream_of(id)) == ["signalclocks.evaluated", "signalclocks.breached"]
    row, overdue = shown(projector)
    assert (row.due_metric, row.missed_at) == ("acknowledge", row.routed_at + HOUR)
    assert overdue == [id]
    # When
    signals.act(executor, id, AcknowledgeSignal(), AGENT)
    polled(watch, log, projector)
    # Then
    row, overdue = shown(projector)
    assert (row.due_metric, row.missed_at, overdue) == ("answer", None, [])
    # And when another policy comes into force, no event of the signal is needed
    shorter = CorrectPolicy(correct_from=executor.log.now() - 10 * HOUR, targets={**targets, "answer": timedelta()})
    sla.change_policy(executor, policy_id, shorter, AGENT)
    polled(watch, log, projector)
    assert shown(projector)[1] == [id]
