"""A long conversation rebuilt from its events."""

from __future__ import annotations

import statistics
import time

from bench.rows import Row, Size
from bench.traffic import GATEWAY, SENTENCE, process_over
from commands import conversations
from commands.conversations import Delivery
from commands.customers import ContactPoint
from domain import conversation
from domain.conversation import Command, ReceiveMessage, SendReply
from infra.postgres import connect
from tests.support.databases import Databases

_TIMES = 10


def fold(databases: Databases, size: Size) -> Row:
    """Decode, open every seal and evolve, against the bare SELECT of the same rows."""
    ratios, ours, theirs = [], [], []
    with databases.fresh() as urls:
        with process_over(urls) as handling:
            begin = Delivery("mail", "1", ContactPoint("mail", "ada@example.org", "Ada"), SENTENCE, "1")
            id = conversations.deliver(handling, begin, GATEWAY).id
            for number in range(size.fold - 3):
                command: Command = ReceiveMessage(body=SENTENCE) if number % 2 else SendReply(body=SENTENCE)
                conversations.act(handling, id, command, GATEWAY)
        with process_over(urls) as handling, connect(urls.database_url, "appender") as connection:
            for _ in range(size.rounds):
                bare, folded = [], []
                for _ in range(_TIMES):
                    began = time.perf_counter()
                    query = "SELECT * FROM antiphon.log WHERE originator_id = %s ORDER BY originator_version"
                    rows = connection.execute(query, (id,), binary=True).fetchall()
                    selected = time.perf_counter()
                    state = None
                    for entry in (entries := handling.log.streams([id])[id]):
                        state = conversation.evolve(state, entry.event)
                    done = time.perf_counter()
                    assert state is not None
                    assert len(rows) == len(entries) == size.fold
                    bare.append((selected - began) * 1000)
                    folded.append((done - selected) * 1000)
                theirs.append(statistics.median(bare))
                ours.append(statistics.median(folded))
                ratios.append(ours[-1] / theirs[-1])
    return Row(
        "fold",
        f"a conversation of {size.fold:,} events: selected, decoded, every seal opened, evolved",
        "the bare SELECT of its rows",
        "<=",
        6,
        ratios,
        {"ms": statistics.median(ours), "select ms": statistics.median(theirs)},
    )
