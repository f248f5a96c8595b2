"""What is recorded of clocks grows with the conversation, and no faster: what has ended is recorded once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.service_level import handlers as sla
from commands.service_level.clocks import evaluate
from commands.service_level.facts import ClockFacts
from domain.conversation.commands import ChangeStatus, ConversationCommand, ReceiveMessage, SendReply
from domain.kernel.event import Actor, Recorded
from domain.service_level import verdicts as v
from domain.service_level.calendar import WriteCalendar
from domain.service_level.opening_hours import OpeningHours
from domain.service_level.policy import METRICS, ReopenMode, Selects, Terms
from domain.service_level.policy_decisions import WritePolicy
from infra.log.memory import MemoryLog
from projections.service_level.clocks import SLA_CLOCKS, ClocksRow
from tests.support.companies import AGENT, GATEWAY, mail

WATCH = Context(Actor(id="system-sla-watch", kind="system"))
STORIES: dict[str, tuple[ReopenMode, Callable[[], tuple[ConversationCommand, ...]]]] = {
    "talk": ("freeze", lambda: (ReceiveMessage(body="words"), SendReply(body="words"))),
    "pauses": ("freeze", lambda: (ChangeStatus(status="waiting_on_customer"), ChangeStatus(status="open"))),
    "cycles": ("new_cycle", lambda: (ChangeStatus(status="resolved"), ReceiveMessage(body="words"))),
}


def recorded_of(story: str, length: int) -> list[Recorded[v.AboutClocks]]:
    """What is recorded of the clocks of a conversation of so many events, each of which is evaluated."""
    reopen, again = STORIES[story]
    now = datetime(2026, 6, 1, 9, tzinfo=UTC)
    log = MemoryLog(lambda: now)
    executor = CommandExecutor(log, lambda: now)
    try:
        hours = OpeningHours(zone="UTC", hours={"mon-sun": ("00:00-24:00",)})
        calendar_id = sla.write_calendar(executor, WriteCalendar(name="all", opening_hours=hours), AGENT).id
        targets = dict.fromkeys(METRICS, timedelta(hours=40))
        terms = Terms(calendar_id=calendar_id, targets=targets, reopen=reopen, selects=Selects())
        sla.write_policy(executor, WritePolicy(name="all", terms=terms), AGENT)
        id = deliver(executor, mail(1), GATEWAY).id
        facts = ClockFacts(log, "UTC")
        for _ in range(length // 2):
            for command in again():
                now += timedelta(minutes=3)
                conversations.act(executor, id, command, GATEWAY if isinstance(command, ReceiveMessage) else AGENT)
                evaluate(executor, facts, id, WATCH)
        return [each for each in log.everything() if isinstance(each.event, v.AboutClocks)]
    finally:
        executor.close()
        log.close()


def bytes_of(recorded_events: list[Recorded[v.AboutClocks]]) -> int:
    return sum(len(each.event.model_dump_json()) for each in recorded_events)


@pytest.mark.parametrize("story", STORIES)
def test_the_bytes_for_an_event_stay_the_same(story: str) -> None:
    few, many = (bytes_of(recorded_of(story, length)) / length for length in (20, 60))
    assert many <= 1.5 * few


@pytest.mark.parametrize("story", STORIES)
def test_the_view_holds_all_clocks_all_the_same(story: str) -> None:
    # Given
    told = recorded_of(story, 20)
    row: ClocksRow | None = None
    state: v.Verdicts | None = None
    for each in told:
        row, state = SLA_CLOCKS.fold(row, each), v.evolve(state, each.event)  # type: ignore[arg-type]
    assert row is not None
    assert state is not None
    # Then
    shown = [
        (each["which"]["metric"], each["instance"], each["state"], tuple(each["positions"])) for each in row.clocks
    ]
    places = {metric: place for place, metric in enumerate(METRICS)}
    known = [(each.which.metric, each.instance, each.state, each.positions) for each in state.clocks.values()]
    assert shown == sorted(known, key=lambda each: (places[each[0]], each[1]))
    assert len(shown) >= 4
    last = told[-1].position
    assert all(position < last for *_, positions in shown for position in positions)
