"""What PostgreSQL or the vault refuses one command, its neighbours in the same batch do not notice.

(tests/commands/test_neighbours_in_memory.py: what batches do where no server has a say.)
"""

from __future__ import annotations

from pathlib import Path

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.commands import ChangePriority, SendReply
from domain.conversation.events import NoteAdded
from domain.kernel.ids import new_id
from domain.kernel.refusal import Overloaded, Refusal
from infra.embedded.postgres import Urls
from infra.log.application import Log
from tests.support.batches import Ask, together
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.proxy import Proxy


def reply(executor: CommandExecutor, conversation_id: str, text: str = "yes") -> Ask:
    return lambda: conversations.act(executor, conversation_id, SendReply(body=text), AGENT)


def test_without_the_vault_only_those_wait_whose_texts_cannot_be_sealed(database_urls: Urls, home: Path) -> None:
    # Given
    with opened(database_urls) as elsewhere:
        known, unknown = (deliver(elsewhere, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in (1, 2))
    with (
        Proxy(database_urls.vault_url, home) as wire,
        opened(Urls(database_urls.database_url, wire.url), deadline_seconds=1) as executor,
    ):
        conversations.act(executor, known, SendReply(body="its key is at hand now"), AGENT)
        wire.black_hole()
        # When
        outcomes = together(
            executor,
            [
                reply(executor, known),
                reply(executor, unknown),
                lambda: conversations.act(executor, unknown, ChangePriority(priority="high"), AGENT),
                lambda: deliver(executor, mail(3, "t3", "new@example.org"), GATEWAY),
            ],
        )
        # Then
        assert [type(each) for each in outcomes] == [Answer, Overloaded, Answer, Overloaded]


def test_what_the_database_refuses_is_refused_alone(executor: CommandExecutor, log: Log) -> None:
    # Given ids PostgreSQL cannot index or cannot even be sent
    ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(5)]

    def writing_to(stream: str) -> Ask:
        note = NoteAdded(note_id="note-1", customer_id=executor.read(ids[0]).state.customer_id, body="noted")
        return lambda: executor.run(AGENT, lambda: UnitOfWork(stream, [Change(stream, NOTHING, [note])]))

    # When
    too_long = "".join(new_id("x") for _ in range(20_000))
    outcomes = together(
        executor,
        [
            *(reply(executor, id) for id in ids),
            writing_to(too_long),
            writing_to("x-\x00"),
            reply(executor, "conversation-\x00"),
        ],
    )
    # Then
    assert [type(each) for each in outcomes[:5]] == [Answer] * 5
    assert [each.code for each in outcomes[5:] if isinstance(each, Refusal)] == [
        "not-storable", "not-storable", "not-found",
    ]  # fmt: skip
    assert all(executor.read(id).version == 4 for id in ids)


def test_a_call_that_would_grow_too_large_is_several(executor: CommandExecutor, log: Log) -> None:
    # Given
    writer = log._recorder._writer
    writer.MOST_BYTES = 3_000
    ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(8)]
    before = log.position()
    # When
    outcomes = together(executor, [reply(executor, id, "x" * 1_000) for id in ids])
    # Then
    assert [type(each) for each in outcomes] == [Answer] * 8
    records = log.read(before)
    assert len(records) == 8
    assert len({record.recorded_at for record in records}) >= 4
