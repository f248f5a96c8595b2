"""A long conversation rebuilt from its events."""

from __future__ import annotations

import statistics
import time

from bench.rows import Row, Size
from bench.traffic import GATEWAY, SENTENCE, process_over
from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.state_cache import folded
from domain.conversation.commands import ConversationCommand, ReceiveMessage, SendReply
from infra.postgres.database import connect
from tests.support.databases import Databases

_TIMES = 10


def fold(databases: Databases, size: Size) -> Row:
    """What a command does that comes upon a conversation not in its cache, against the bare SELECT of the same rows."""
    ratios, ours, theirs = [], [], []
    with databases.fresh() as urls:
        with process_over(urls) as executor:
            begin = Delivery("mail", "1", ContactPoint("mail", "ada@example.org", "Ada"), SENTENCE, "1")
            id = deliver(executor, begin, GATEWAY).id
            for number in range(size.fold - 3):
                command: ConversationCommand = ReceiveMessage(body=SENTENCE) if number % 2 else SendReply(body=SENTENCE)
                conversations.act(executor, id, command, GATEWAY)
        with process_over(urls) as executor, connect(urls.database_url, "appender") as connection:
            for _ in range(size.rounds):
                bare, loading = [], []
                for _ in range(_TIMES):
                    began = time.perf_counter()
                    query = "SELECT * FROM antiphon.log WHERE originator_id = %s ORDER BY originator_version"
                    rows = connection.execute(query, (id,), binary=True).fetchall()
                    selected = time.perf_counter()
                    loaded = folded(id, executor.log.histories([id])[id])
                    done = time.perf_counter()
                    assert len(rows) == loaded.version == size.fold
                    bare.append((selected - began) * 1000)
                    loading.append((done - selected) * 1000)
                theirs.append(statistics.median(bare))
                ours.append(statistics.median(loading))
                ratios.append(ours[-1] / theirs[-1])
    return Row(
        "fold",
        f"a conversation of {size.fold:,} events as a command loads it: selected, decoded, evolved (seals stay closed)",
        "the bare SELECT of its rows",
        "<=",
        6,
        ratios,
        {"ms": statistics.median(ours), "select ms": statistics.median(theirs)},
    )
