"""A long conversation as it was known at a time."""

from __future__ import annotations

import statistics
import time
from datetime import datetime

from audit.replay import Replay
from bench.rows import Row, Size
from bench.traffic import GATEWAY, SENTENCE, process_over
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ReceiveMessage
from domain.kernel.as_known import Instants
from infra.postgres.database import Database
from projections.conversation import history, inbox
from tests.support.databases import Databases

_LINES = 100


def replay(databases: Databases, size: Size) -> Row:
    """How many times as long the page of a conversation takes of ten times as many events."""
    few, many = size.fold, 10 * size.fold
    rounds, taken = [], list[float]()
    with databases.fresh() as urls, process_over(urls) as executor:
        short, long = (_conversation(executor, events) for events in (few, many))
        now = executor.log.now()
        reader = Database(urls.database_url, "reader", deadline_seconds=30)
        replaying = Replay(executor.log, reader)
        for _ in range(size.rounds):
            one, ten = (_seconds(replaying, id, now) for id in (short, long))
            rounds.append(ten / one)
            taken.append(ten * 1_000)
        reader.close()
    return Row(
        "replay",
        f"the first page of a conversation of {many:,} events, as known at a time: folded once more",
        f"the same of {few:,} events",
        "<=",
        12,
        rounds,
        {"ms": statistics.median(taken)},
    )


def _conversation(executor: CommandExecutor, events: int) -> str:
    begin = Delivery("mail", str(events), ContactPoint("mail", "ada@example.org", "Ada"), SENTENCE, str(events))
    id = deliver(executor, begin, GATEWAY).id
    for _ in range(events - 3):
        conversations.act(executor, id, ReceiveMessage(body=SENTENCE), GATEWAY)
    return id


def _seconds(replaying: Replay, id: str, known_at: datetime) -> float:
    began = time.perf_counter()
    pages = [inbox.ONE.page(limit=1), history.LINES.page(limit=_LINES)]
    item, _ = replaying.pages(id, Instants(known_at=known_at), pages, [1, _LINES], {"id": id})
    assert item.number == 1
    return time.perf_counter() - began
