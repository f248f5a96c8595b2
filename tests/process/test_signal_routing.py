"""The reaction that routes what has become strong, and leaves the rest to people."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial
from typing import Any, cast

import pytest

from commands import registry
from commands.decision_table import put
from commands.executor.executor import CommandExecutor
from commands.registry import Ports
from commands.signal import handlers as signals
from commands.signal.evidence import SignalEvidence
from commands.staff import handlers as staffing
from domain.decision_table.written import TableWritten
from domain.kernel.event import Envelope, Event, Recorded
from domain.signal.commands import DeclineSignal
from domain.signal.identity import signal_id
from domain.signal.item import ITEM, ItemFiled, RecordedPlacement, RecordedSource
from domain.staff import FormTeam
from infra.log.application import Log
from process.reaction import Reactor
from process.signal import StrongSignals
from tests.support.companies import AGENT, names
from tests.support.open_work import Shown
from tests.support.signal_evidence import SKEWED, STRONG, Given

ID = signal_id("wheels", "wobbles", "production")
TABLE = TableWritten.model_validate(
    {
        "hit_policy": "first",
        "inputs": [{"name": "stage", "type": "string"}],
        "outputs": [{"name": "team", "type": "string"}],
        "rules": [{"then": {"team": '"Production"'}}],
    }
)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what follows from events, nothing of a database."""
    return memory_log


def items(log: Log, *themes: str | None) -> Iterator[Recorded[Event]]:
    """Items that were filed, as they come from the log."""
    for number, theme in enumerate(themes, 1):
        placement = RecordedPlacement(product_area="wheels", theme=theme, stage="production", weight=Decimal(1))
        source = RecordedSource(customer_id="customer-1", conversation_id="conversation-1", part=str(number))
        filed = ItemFiled(
            item_id=f"item-{number}",
            person_id="customer-1",
            kind="feedback",
            source=source,
            said_at=log.now(),
            placement=placement,
        )
        yield Recorded(
            f"{ITEM.kind}-{number}", 1, filed, Envelope(event_id="event-1", actor=AGENT.actor), number, log.now()
        )


def react(executor: CommandExecutor, evidence: SignalEvidence, *themes: str | None) -> list[str]:
    """What is on the signal's stream once these items were taken in."""
    reactor = Reactor(StrongSignals(), partial(registry.ask, Ports(executor, Shown(), evidence)))
    reactor.take([*items(executor.log, *themes)], cast(Any, None))  # Any: it uses no connection
    return names(executor.log, ID)


def test_what_has_become_strong_is_routed_once(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"signal-routing": TABLE}, AGENT)
    staffing.form_team(executor, FormTeam(name="Production"), AGENT)
    # Then what is not strong is held, and what belongs to no signal is left alone
    assert react(executor, Given(of_any=SKEWED), "wobbles") == []
    assert react(executor, Given(of_any=STRONG), None) == []
    # And what is strong is routed
    assert react(executor, Given(of_any=STRONG), "wobbles", "wobbles", "wobbles") == ["signal.routed"]
    # And what was answered is left to people
    signals.act(executor, ID, DeclineSignal(because="Too dear"), AGENT)
    assert react(executor, Given(of_any=STRONG), "wobbles") == ["signal.routed", "signal.declined"]


def test_what_a_team_has_is_not_weighed_again(executor: CommandExecutor) -> None:
    # Given
    put(executor, {"signal-routing": TABLE}, AGENT)
    staffing.form_team(executor, FormTeam(name="Production"), AGENT)
    react(executor, Given(of_any=STRONG), "wobbles")
    # Then
    assert react(executor, Unread(), "wobbles", "wobbles", "wobbles", "wobbles") == ["signal.routed"]


def test_nothing_is_weighed_before_a_table_is_published(executor: CommandExecutor) -> None:
    assert react(executor, Unread(), "wobbles") == []


class Unread(Given):
    """Evidence that nobody may read."""

    def evidence(self, signal_id: str, month: str | None = None) -> Any:  # Any: it answers nothing
        raise AssertionError("the evidence was read")
