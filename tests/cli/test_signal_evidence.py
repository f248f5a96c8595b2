"""A process finds in its views who contributed to a signal, however far behind its views were."""

from __future__ import annotations

import pytest

from cli.wiring.composition import Antiphon
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.attention.contacts import stream_of
from domain.signal.commands import RouteSignal, ShipSignal
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.settings.settings import Settings
from process.attention import SignalAnswers
from tests.support.companies import AGENT, names
from tests.support.feedback import LEAKS, THEMES, complain
from tests.support.signal_evidence import FEW, Given
from tests.support.waiting import wait_until_followed


@pytest.mark.usefixtures("antiphon")  # its settings
def test_a_running_process_owes_each_contributor_the_outcome(
    executor: CommandExecutor, log: Log, database_urls: Urls
) -> None:
    # Given
    put(executor, {"themes": THEMES}, AGENT)
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    ada, bea = (complain(executor, who) for who in ("ada", "bea"))
    asked = RouteSignal(area="kettles", theme="leaks", stage="production", team_id=team, because="Somebody was scalded")
    route(executor, asked, AGENT, Given(of_any=FEW))
    shipped = signals.act(executor, LEAKS, ShipSignal(what="Another seal"), AGENT)
    # When
    with Antiphon(Settings.load(), database_urls, log, executor).subscriptions(poll_seconds=0.2) as database:
        wait_until_followed(database, [(SignalAnswers.name, SignalAnswers.version)], shipped.position, 30)
    # Then
    for each in (ada, bea):
        assert names(log, stream_of(each)) == ["attention.closing-owed"]
