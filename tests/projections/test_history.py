"""A conversation is shown in the order in which it happened, whenever that was told."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.importing import SourceFact, SourceRecord, take_in
from domain.conversation.commands import AddNote, OpenConversation, ReceiveMessage, SendReply
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.kernel.time import TimePrecision
from infra.log.application import Log
from infra.postgres.database import Database
from projections.conversation import history
from projections.conversation.history import HistoryLine
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.following import catch_up

NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = NOON.replace(hour=0)
SHOP = Actor(id="service-shop", kind="service")
Read = Callable[[str], Sequence[HistoryLine]]


@pytest.fixture
def read(log: Log, projector: Database) -> Read:
    """All lines of a conversation, a page of two at a time."""

    def all_of(id: str) -> Sequence[HistoryLine]:
        catch_up(log, projector)
        lines: list[HistoryLine] = []
        cursor = None
        with projector.connection() as connection:
            while True:
                page = history.read(connection, id, cursor=cursor, limit=2)
                lines += page.rows
                cursor = page.cursor
                if cursor is None:
                    return lines

    return all_of


def said(lines: Sequence[HistoryLine]) -> list[tuple[str | None, bool]]:
    return [(line.text, line.late) for line in lines if line.kind in ("received", "sent", "note")]


def test_what_arrives_later_is_shown_at_its_place_and_marked(executor: CommandExecutor, read: Read) -> None:
    # Given a mail at noon and an answer by now
    at_noon = replace(GATEWAY, occurred_at=NOON)
    id = deliver(executor, replace(mail(1, "t"), body="a mail at noon"), at_noon).id
    conversations.act(executor, id, AddNote(body="looking"), AGENT)
    # When a letter of that morning arrives, and another mail in its turn
    morning, evening = (replace(GATEWAY, occurred_at=NOON + timedelta(hours=hours)) for hours in (-3, 8))
    conversations.act(executor, id, ReceiveMessage(body="a letter of the morning", reopens=False), morning)
    deliver(executor, replace(mail(2, "t"), body="a mail of the evening"), evening)
    conversations.act(executor, id, SendReply(body="an answer to all"), AGENT)
    # Then
    assert said(read(id)) == [
        ("a letter of the morning", True),
        ("a mail at noon", False),
        ("a mail of the evening", True),  # the note was there before
        ("looking", False),
        ("an answer to all", False),
    ]


def test_what_happened_at_one_time_stays_in_the_order_in_which_it_was_told(
    executor: CommandExecutor, read: Read
) -> None:
    # When
    at_noon = replace(GATEWAY, occurred_at=NOON)
    id = deliver(executor, replace(mail(1, "t"), body="1"), at_noon).id
    for number in range(2, 7):
        deliver(executor, replace(mail(number, "t"), body=str(number)), at_noon)
    # Then
    assert said(read(id)) == [(str(number), False) for number in range(1, 7)]


def record(*times: tuple[str, datetime | None, TimePrecision]) -> SourceRecord:
    """Another system's record of messages, as it tells them."""
    customer_id = new_id("customer")
    whole = Context(SHOP, client="import")
    customer = RegisterCustomer(customer_id=customer_id)
    first = SourceFact("begin", OpenConversation(customer_id=customer_id, kind="inquiry", channel="mail"), whole)
    first = replace(first, context=replace(whole, occurred_at=times[0][1], time_precision=times[0][2]))
    return SourceRecord(
        "shop",
        "1",
        customer,
        whole,
        [
            first,
            *(
                SourceFact(text, SendReply(body=text), replace(whole, occurred_at=at, time_precision=precision))
                for text, at, precision in times
            ),
        ],
    )


@pytest.mark.parametrize(
    "times",
    [
        [("1", NOON, "exact"), ("2", DAY, "day"), ("3", NOON + timedelta(hours=1), "exact")],
        [("1", None, "unknown"), ("2", DAY, "day"), ("3", None, "unknown"), ("4", NOON, "exact"), ("5", DAY, "day")],
        [("1", None, "unknown"), ("2", None, "unknown")],
        [("1", DAY, "day"), ("2", DAY, "day"), ("3", None, "unknown"), ("4", DAY + timedelta(days=1), "day")],
    ],
)
def test_an_import_in_order_is_shown_in_that_order_and_unmarked(
    executor: CommandExecutor, log: Log, read: Read, times: Sequence[tuple[str, datetime | None, TimePrecision]]
) -> None:
    # When
    take_in(executor, record(*times))
    # Then
    id = next(e.originator_id for e in log.recorded_events(log.read(0)) if e.originator_id.startswith("conversation-"))
    lines = read(id)
    assert said(lines) == [(text, False) for text, _, _ in times]
    assert [line.time_precision for line in lines if line.kind == "sent"] == [precision for _, _, precision in times]
    assert {line.author_id for line in lines} == {SHOP.id}


def test_an_import_out_of_order_is_put_in_order_and_marked(executor: CommandExecutor, log: Log, read: Read) -> None:
    # When
    hours = [timedelta(hours=number) for number in range(4)]
    take_in(
        executor,
        record(("first", NOON, "exact"), ("third", NOON + hours[2], "exact"), ("second", NOON + hours[1], "exact")),
    )
    # Then
    id = next(e.originator_id for e in log.recorded_events(log.read(0)) if e.originator_id.startswith("conversation-"))
    assert said(read(id)) == [("first", False), ("second", True), ("third", False)]


def test_a_long_conversation_is_read_to_its_end(executor: CommandExecutor, log: Log, projector: Database) -> None:
    # Given more than anybody would think to be the most
    def times(number: int) -> tuple[str, datetime | None, TimePrecision]:
        return str(number), NOON + timedelta(seconds=number), "exact"

    take_in(executor, record(*map(times, range(2_100))))
    catch_up(log, projector)
    id = next(
        e.originator_id for e in log.recorded_events(log.read(0, 5)) if e.originator_id.startswith("conversation-")
    )
    # When
    lines: list[HistoryLine] = []
    cursor = None
    with projector.connection() as connection:
        while not lines or cursor:
            page = history.read(connection, id, cursor=cursor)
            lines += page.rows
            cursor = page.cursor
    # Then
    assert said(lines) == [(str(number), False) for number in range(2_100)]
