"""A process finds in its views who contributed to a signal, however far behind its views were."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from cli.wiring.composition import Antiphon
from commands.conversation.delivering import deliver
from commands.conversation.handlers import act
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.signal import handlers as signals
from commands.signal.routing import route
from commands.staff import handlers as staffing
from domain.attention.contacts import stream_of
from domain.conversation.commands import AddInteraction
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Recorded
from domain.signal.commands import RouteSignal, ShipSignal
from domain.staff import FormTeam
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.postgres.database import Database
from infra.settings.settings import Settings
from infra.subscriptions.host import wait_until_reached
from process.attention import SignalAnswers
from process.reaction import Request
from process.signal import SignalItems
from tests.support.companies import AGENT, GATEWAY, mail, names
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


@pytest.mark.usefixtures("antiphon")
def test_who_speaks_just_before_the_outcome_hears_of_it(
    executor: CommandExecutor, log: Log, database_urls: Urls, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given items that are filed only once somebody waits for them
    waited, react = threading.Event(), SignalItems.react

    def reached(database: Database, subscriptions: Sequence[tuple[str, int]], *until: Any) -> bool:
        if (SignalItems.name, SignalItems.version) in subscriptions:
            waited.set()
        return wait_until_reached(database, subscriptions, *until)

    def late(self: SignalItems, recorded: Recorded[Any]) -> Iterable[Request]:
        waited.wait(10)
        return react(self, recorded)

    monkeypatch.setattr("cli.wiring.composition.wait_until_reached", reached)
    monkeypatch.setattr(SignalItems, "react", late)
    # And a signal
    put(executor, {"themes": THEMES}, AGENT)
    team = staffing.form_team(executor, FormTeam(name="Production"), AGENT).id
    asked = RouteSignal(area="kettles", theme="leaks", stage="production", team_id=team, because="Somebody was scalded")
    route(executor, asked, AGENT, Given(of_any=FEW))
    conversation_id = deliver(executor, replace(mail(1), product_area="kettles"), GATEWAY).id
    with Antiphon(Settings.load(), database_urls, log, executor).subscriptions(poll_seconds=0.2) as database:
        # When
        act(executor, conversation_id, AddInteraction(kind="complaint", theme="leaks"), GATEWAY)
        shipped = signals.act(executor, LEAKS, ShipSignal(what="Another seal"), AGENT)
        wait_until_followed(database, [(SignalAnswers.name, SignalAnswers.version)], shipped.position, 30)
    # Then
    customer_id = executor.existing(CONVERSATION, conversation_id).state.customer_id
    assert names(log, stream_of(customer_id)) == ["attention.closing-owed"]
