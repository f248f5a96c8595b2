"""One command's failure is its own: its neighbours in the same batch are carried out."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

from commands.conversation import handlers as conversations
from commands.conversation.handlers import Delivery, deliver
from commands.customer import handlers as customers
from commands.customer.handlers import ContactPoint
from commands.executor.batcher import CommandBatcher
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from domain.conversation.commands import ChangePriority, SendReply
from domain.conversation.events import NoteAdded
from domain.customer import EraseCustomer
from domain.kernel.ids import new_id
from domain.kernel.refusal import Overloaded, Refusal
from domain.kernel.stream import Stream
from domain.subscription import SkipRequested
from infra.embedded.postgres import Urls
from infra.log.application import Log
from infra.log.mapper import UnreadableEvent
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.proxy import Proxy
from tests.support.waiting import wait_until

Ask = Callable[[], Answer]


def together(executor: CommandExecutor, asks: list[Ask]) -> list[Answer | BaseException]:
    """Ask all of it in one batch, and what became of each."""
    outcomes: list[Any] = [None] * len(asks)
    entered, go = threading.Event(), threading.Event()

    def hold_the_batch() -> UnitOfWork:
        entered.set()
        assert go.wait(10)
        return UnitOfWork("nothing", [])

    def ask(number: int) -> None:
        try:
            outcomes[number] = asks[number]()
        except BaseException as error:
            outcomes[number] = error

    threads = [threading.Thread(target=executor.run, args=(AGENT, hold_the_batch))]
    threads[0].start()
    assert entered.wait(10)
    threads += [threading.Thread(target=ask, args=(number,)) for number in range(len(asks))]
    for thread in threads[1:]:
        thread.start()
    waiting = executor._batcher._batcher._waiting
    wait_until(lambda: len(waiting) == len(asks), 10, "all of them wait for the batch")
    go.set()
    for thread in threads:
        thread.join(20)
    return outcomes


@pytest.fixture
def batch_sizes(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many commands each batch had."""
    sizes: list[int] = []
    serve = CommandBatcher._serve

    def counted(self: CommandBatcher, batch: Any, until: float) -> Any:
        sizes.append(len(batch))
        return serve(self, batch, until)

    monkeypatch.setattr(CommandBatcher, "_serve", counted)
    return sizes


def reply(executor: CommandExecutor, conversation_id: str, text: str = "yes") -> Ask:
    return lambda: conversations.act(executor, conversation_id, SendReply(body=text), AGENT)


def spoilt(executor: CommandExecutor, urls: Urls, number: int) -> str:
    """A conversation whose second event another, newer process wrote."""
    id = deliver(executor, mail(number, f"spoilt {number}", f"{number}@example.org"), GATEWAY).id
    with psycopg.connect(urls.database_url, autocommit=True) as owner:
        owner.execute("SET ROLE antiphon_owner")
        owner.execute(
            "UPDATE antiphon.log SET state = convert_to(replace(convert_from(state, 'UTF8'), '\"v\":1', '\"v\":9'), "
            "'UTF8') WHERE originator_id = %s AND originator_version = 2",
            (id,),
        )
    return id


def test_what_fails_while_deciding_fails_alone(batch_sizes: list[int], executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id

    def broken() -> UnitOfWork:
        raise RuntimeError("a mistake of ours")

    # When
    outcomes = together(
        executor,
        [
            lambda: executor.run(AGENT, broken),
            lambda: deliver(executor, Delivery("mail", "m9", ContactPoint("mail", "b@example.org"), ""), GATEWAY),
            reply(executor, "conversation-unknown"),
            reply(executor, "conversation-\x00"),
            lambda: conversations.act(executor, id, SendReply(body="no"), Context(AGENT.actor, reason="\ud800")),
            lambda: deliver(executor, mail(2, "t2", "c@example.org"), GATEWAY),
            reply(executor, id),
        ],
    )
    # Then
    assert 7 in batch_sizes
    assert isinstance(outcomes[0], RuntimeError)
    assert [each.code for each in outcomes[1:5] if isinstance(each, Refusal)] == [
        "input-invalid",
        "not-found",
        "not-found",
        "input-invalid",
    ]
    assert [type(each) for each in outcomes[5:]] == [Answer, Answer]


def test_a_stream_that_cannot_be_read_stops_only_who_needs_it_and_says_why(
    batch_sizes: list[int], database_urls: Urls
) -> None:
    # Given
    with opened(database_urls) as first:
        spoiled = [spoilt(first, database_urls, number) for number in (1, 2)]
        sound = [deliver(first, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(3, 9)]
    with opened(database_urls) as executor:
        # When
        outcomes = together(executor, [reply(executor, id) for id in [*spoiled, *sound]])
        # Then
        assert 8 in batch_sizes
        for outcome in outcomes[:2]:
            assert isinstance(outcome, UnreadableEvent)
            assert outcome.code == "version-newer"
            assert "conversation.interaction-added in conversation-" in str(outcome)
        assert [type(each) for each in outcomes[2:]] == [Answer] * 6


def test_an_erased_subject_stops_only_who_writes_about_them(
    batch_sizes: list[int], executor: CommandExecutor, log: Log
) -> None:
    # Given
    mine = deliver(executor, mail(1), GATEWAY).id
    other = deliver(executor, mail(2, "t2", "b@example.org"), GATEWAY).id
    customer_id = executor.read(mine).state.customer_id
    # When
    log.vault.destroy(customer_id)
    first = together(executor, [reply(executor, mine), reply(executor, other)])
    customers.act(executor, EraseCustomer(customer_id=customer_id), AGENT)
    then = together(executor, [reply(executor, mine), reply(executor, other, "and again")])
    # Then
    for outcomes in (first, then):
        assert isinstance(outcomes[0], Refusal)
        assert outcomes[0].code == "customer-erased"
        assert isinstance(outcomes[1], Answer)


def test_without_the_vault_only_those_wait_whose_texts_cannot_be_sealed(
    batch_sizes: list[int], database_urls: Urls, home: Path
) -> None:
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
        assert 4 in batch_sizes
        assert [type(each) for each in outcomes] == [Answer, Overloaded, Answer, Overloaded]


def test_what_the_database_refuses_is_refused_alone(
    batch_sizes: list[int], executor: CommandExecutor, log: Log
) -> None:
    # Given ids PostgreSQL cannot index or cannot even be sent
    ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(5)]

    def writing_to(stream: str) -> Ask:
        note = NoteAdded(note_id="note-1", customer_id=executor.read(ids[0]).state.customer_id, body="noted")
        return lambda: executor.run(AGENT, lambda: UnitOfWork(stream, [Change(stream, NOTHING, [note])]))

    # When
    too_long = "".join(new_id("x") for _ in range(20_000))
    outcomes = together(executor, [*(reply(executor, id) for id in ids), writing_to(too_long), writing_to("x-\x00")])
    # Then
    assert 7 in batch_sizes
    assert [type(each) for each in outcomes[:5]] == [Answer] * 5
    assert [each.code for each in outcomes[5:] if isinstance(each, Refusal)] == ["not-storable"] * 2
    assert all(executor.read(id).version == 4 for id in ids)


def test_a_call_that_would_grow_too_large_is_several(
    batch_sizes: list[int], executor: CommandExecutor, log: Log
) -> None:
    # Given
    writer = log._recorder._writer
    writer.MOST_BYTES = 3_000
    ids = [deliver(executor, mail(n, f"t{n}", f"{n}@example.org"), GATEWAY).id for n in range(8)]
    before = log.position()
    # When
    outcomes = together(executor, [reply(executor, id, "x" * 1_000) for id in ids])
    # Then
    assert 8 in batch_sizes
    assert [type(each) for each in outcomes] == [Answer] * 8
    records = log.read(before)
    assert len(records) == 8
    assert len({record.recorded_at for record in records}) >= 4


def test_a_batch_that_takes_too_long_begins_nothing_more(batch_sizes: list[int], database_urls: Urls) -> None:
    # Given a command that decides longer than anybody waits
    begun: list[str] = []
    all_heard = threading.Event()

    def forever() -> UnitOfWork:
        assert all_heard.wait(10)
        return UnitOfWork("nothing", [])

    def late() -> UnitOfWork:
        begun.append("late")
        return UnitOfWork("nothing", [])

    with opened(database_urls, deadline_seconds=0.5) as executor:
        outcomes: list[str] = []

        def ask(work: Callable[[], UnitOfWork]) -> None:
            with pytest.raises(Refusal) as refused:
                executor.run(AGENT, work)
            outcomes.append(refused.value.code)

        def hold_the_batch() -> UnitOfWork:
            for number, thread in enumerate(callers, start=1):
                thread.start()
                queue = executor._batcher._batcher._waiting
                wait_until(lambda queue=queue, count=number: len(queue) == count, 5, "one more waits")  # type: ignore[misc]
            return UnitOfWork("nothing", [])

        callers = [threading.Thread(target=ask, args=(work,)) for work in (forever, late)]
        executor.run(AGENT, hold_the_batch)
        # When
        for caller in callers:
            caller.join(10)
        all_heard.set()
    # Then
    assert 2 in batch_sizes
    assert outcomes == ["unavailable", "unavailable"]
    assert begun == []


def test_a_no_is_said_only_to_what_is_so_now(database_urls: Urls) -> None:
    # Given two processes, each with what it knew of the same conversation
    with opened(database_urls) as here, opened(database_urls) as there:
        with pytest.raises(Refusal):
            conversations.act(there, "conversation-1", ChangePriority(priority="high"), AGENT)
        id = deliver(here, mail(1), GATEWAY).id
        conversations.act(there, id, ChangePriority(priority="high"), AGENT)
        # When
        conversations.act(here, id, ChangePriority(priority="normal"), AGENT)
        again = conversations.act(there, id, ChangePriority(priority="high"), AGENT)
        keyed = Context(AGENT.actor, command_id="k")
        conversations.act(here, id, ChangePriority(priority="low"), AGENT)
        once_more = conversations.act(there, id, ChangePriority(priority="high"), keyed)
        # Then
        assert once_more.position > again.position
        assert here.read(id).state.priority == "high"
        assert here.read(id).position == once_more.position


THING: Stream[None, SkipRequested] = Stream("thing", SkipRequested, lambda state, event: None)


def test_events_that_need_no_decision_are_appended_one_after_the_other(executor: CommandExecutor, log: Log) -> None:
    # Given
    def skip(position: int) -> Answer:
        def work() -> UnitOfWork:
            before = executor.load(THING, "thing-1")
            event = SkipRequested(follower="history", version=1, stream="conversation-1", position=position)
            return UnitOfWork("thing-1", [Change("thing-1", before, [event])])

        return executor.run(AGENT, work)

    # When
    answers = [skip(1), skip(2)]
    # Then
    assert [answer.position for answer in answers] == [1, 2]
    assert [record.originator_version for record in log.read(0)] == [1, 2]
