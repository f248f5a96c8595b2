"""What somebody else writes in a customer's thread is theirs: shown so, sealed under their key, erased with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import stranger as strangers
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Participant, ReceiveMessage, SendReply
from domain.conversation.state import CONVERSATION
from domain.kernel.ids import kind_of
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from domain.stranger import EraseStranger
from infra.log.application import Log
from projections.conversation.history import HISTORY, HistoryLine
from projections.search.passage import SEARCH
from projections.stranger import STRANGERS
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.following import in_memory
from tests.support.open_work import Shown, erase
from tests.support.recorded import events_of

ADA, BOB = "ada@example.org", "bob@example.net"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def thread(executor: CommandExecutor) -> str:
    """Ada's conversation, in whose thread Bob writes, too."""
    id = deliver(executor, replace(mail(1, sender=ADA), body="question"), GATEWAY).id
    deliver(executor, replace(mail(2, sender=BOB), body="bobsword"), GATEWAY)
    return id


def lines(log: Log, id: str) -> list[HistoryLine]:
    return [row for row, _ in in_memory(log, HISTORY).values() if row.conversation_id == id]


def said(log: Log, id: str) -> list[tuple[str | None, str | None]]:
    return [(line.text, line.participant_id) for line in lines(log, id) if line.kind in ("received", "sent")]


def participants(executor: CommandExecutor, id: str) -> list[str]:
    return list(executor.read(CONVERSATION, id).existing("conversation").state.participants)


def test_a_second_sender_in_a_thread_is_somebody_else(executor: CommandExecutor, log: Log, thread: str) -> None:
    (bob,) = participants(executor, thread)
    assert kind_of(bob) == "stranger"
    assert said(log, thread) == [("question", None), ("bobsword", bob)]
    (joined,) = [line for line in lines(log, thread) if line.kind == "participant"]
    assert (joined.participant_id, joined.new, joined.text) == (bob, "mail", BOB)
    (met,) = events_of(log, bob)
    assert (met.contact_kind, met.value) == ("mail", BOB)


def test_a_stranger_is_one_wherever_they_write(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    other = deliver(executor, mail(3, "t2", "eve@example.org"), GATEWAY).id
    # When
    for number in (4, 5):
        deliver(executor, mail(number, "t2", BOB.upper()), GATEWAY)
    # Then
    assert participants(executor, other) == [bob]
    assert names(log, other).count("conversation.participant-joined") == 1
    assert names(log, bob) == ["stranger.met"]


def test_a_known_customer_speaks_as_themselves_in_a_thread(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    eve = customers.register(executor, [ContactPoint("mail", "eve@example.org")], AGENT).id
    # When
    deliver(executor, mail(3, sender="eve@example.org"), GATEWAY)
    # Then
    assert said(log, thread)[-1] == ("word 3", eve)


def test_an_erased_stranger_is_gone_everywhere_and_ada_is_not(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    # When
    strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    # Then
    assert said(log, thread) == [("question", None), (ERASED, bob)]
    assert [(row.value, row.name) for row, _ in in_memory(log, STRANGERS).values()] == [(ERASED, ERASED)]
    assert {row.text for row, _ in in_memory(log, SEARCH).values()} == {"question", "Ada", ADA, ERASED}
    # and whoever writes from there is somebody new
    deliver(executor, mail(3, sender=BOB), GATEWAY)
    assert said(log, thread)[-1] == ("word 3", participants(executor, thread)[-1])
    assert len(participants(executor, thread)) == 2


def test_the_customers_erasure_leaves_others_their_words(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    customer_id = executor.read(thread).state.customer_id
    # When
    erase(executor, customer_id, AGENT)
    # Then
    assert said(log, thread) == [(ERASED, None), ("bobsword", bob)]
    # and in the thread, Bob begins a conversation of his own
    assert deliver(executor, mail(3, sender=BOB), GATEWAY).id != thread


def test_a_message_delivered_again_after_the_erasure_adds_nothing(
    executor: CommandExecutor, log: Log, thread: str
) -> None:
    # Given
    (bob,) = participants(executor, thread)
    strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    end = log.position()
    # When
    again = deliver(executor, replace(mail(2, sender=BOB), body="bobsword"), GATEWAY)
    # Then
    assert again.repeated
    assert log.position() == end


def test_only_a_stranger_is_erased_as_one(executor: CommandExecutor, log: Log, thread: str) -> None:
    for id in ("stranger-nobody", thread, executor.read(thread).state.customer_id):
        with pytest.raises(Refusal, match="not-found"):
            strangers.erase(executor, EraseStranger(stranger_id=id), AGENT, Shown())
    assert log.vault.erasures() == []


def test_nobody_unknown_takes_part(executor: CommandExecutor, thread: str) -> None:
    for id in ("stranger-nobody", "customer-nobody", thread):
        said = ReceiveMessage(body="words", participant=Participant(participant_id=id))
        with pytest.raises(Refusal, match="not-found"):
            conversations.act(executor, thread, said, AGENT)


def test_an_answer_to_somebody_else_is_not_the_customers_last(executor: CommandExecutor, thread: str) -> None:
    conversations.act(executor, thread, reply := SendReply(body="Hello Ada"), AGENT)
    assert executor.read(thread).state.last_answer_id == reply.message_id
