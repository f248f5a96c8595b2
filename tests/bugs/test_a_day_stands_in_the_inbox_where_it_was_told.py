"""A letter that was dated with a day headed the inbox: it sorted as if it had been written at midnight, before all that
came on that day.

In the order of the inbox, a time that is not known exactly stands where it was told, and not after its day.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.executor.context import happened
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ReceiveMessage
from domain.conversation.events import MessageReceived
from domain.conversation.merging import MergeInto, Separate
from domain.conversation.splitting import SplitMessage
from domain.kernel.time import TimePrecision
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.postgres.database import Database
from infra.views.view import fold_in_memory
from projections.conversation import inbox
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

DAY = date(2026, 6, 2)
MIDNIGHT = datetime(2026, 6, 1, 22, tzinfo=UTC)
"""When the day begins in Berlin."""
NOON, NEXT_DAY = MIDNIGHT + timedelta(hours=12), MIDNIGHT + timedelta(hours=36)


class Clock:
    """One that is set by hand."""

    now = NOON

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def memory(clock: Clock) -> Iterator[MemoryLog]:
    log = MemoryLog(clock)
    yield log
    log.close()


@pytest.fixture
def desk(memory: MemoryLog, clock: Clock) -> Iterator[CommandExecutor]:
    executor = CommandExecutor(memory, clock, zone="Europe/Berlin")
    yield executor
    executor.close()


def letter(executor: CommandExecutor, number: int, precision: TimePrecision = "exact", day: date = DAY) -> str:
    told = happened(GATEWAY, day, precision, executor.zone)
    return deliver(executor, mail(number, f"t{number}"), told).id


def row(log: MemoryLog, id: str) -> inbox.Item:
    rows = fold_in_memory(inbox.INBOX, sorted(log.everything(), key=lambda each: each.position))
    item = rows[id,][0]
    assert item is not None
    return item


@pytest.mark.parametrize(
    ("told_at", "precision", "stands_at"),
    [
        (NOON, "exact", NOON),
        (NEXT_DAY, "exact", MIDNIGHT + timedelta(hours=23)),
        (NEXT_DAY, "unknown", NEXT_DAY),
    ],
)
def test_a_letter_stands_where_it_was_told_and_within_its_day(
    desk: CommandExecutor,
    memory: MemoryLog,
    clock: Clock,
    told_at: datetime,
    precision: TimePrecision,
    stands_at: datetime,
) -> None:
    clock.now = told_at
    item = row(memory, letter(desk, 1, precision))
    assert (item.waiting_since, item.stands_at) == (MIDNIGHT, stands_at)


def test_a_letter_keeps_its_place_when_it_is_split_off_or_merged(
    desk: CommandExecutor, memory: MemoryLog, clock: Clock
) -> None:
    part, target = letter(desk, 1), letter(desk, 2)
    conversations.act(desk, part, ReceiveMessage(body="And?"), GATEWAY)
    clock.now = NEXT_DAY
    # When
    said = next(each.event for each in memory.streams([part])[part] if isinstance(each.event, MessageReceived))
    alone = splitting.split(desk, part, SplitMessage(message_id=said.message_id, kind="inquiry"), AGENT).id
    merging.merge(desk, alone, MergeInto(into=target), AGENT)
    # Then
    assert (row(memory, alone).stands_at, row(memory, target).stands_at) == (NOON, NOON)
    merging.separate(desk, alone, Separate(), AGENT)
    assert (row(memory, alone).stands_at, row(memory, target).stands_at) == (NOON, NOON)


def test_the_inbox_is_in_that_order(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given words of two hours ago, and then a letter of today
    now = executor.clock()
    earlier = happened(GATEWAY, now - timedelta(hours=2), "exact", executor.zone)
    first = deliver(executor, mail(1, "t1"), earlier).id
    second = letter(executor, 2, day=now.date())
    third = deliver(executor, mail(3, "t3"), GATEWAY).id
    catch_up(log, projector)
    # Then
    with projector.connection() as connection:
        listed = [item.conversation_id for item in inbox.read(connection).rows]
    assert listed == [first, second, third]
