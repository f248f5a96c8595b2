"""A customer writes, the company answers, the same again adds nothing, and the person can be forgotten."""

from __future__ import annotations

import threading

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import ChangeStatus, SendReply
from domain.customer import EraseCustomer
from domain.kernel.personal import ERASED
from domain.kernel.refusal import Refusal
from infra.keys.vault import SubjectErased
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def test_a_message_opens_a_conversation_and_a_reply_is_appended(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    # When
    conversations.act(executor, conversation_id, ChangeStatus(status="waiting_on_customer"), AGENT)
    conversations.act(executor, conversation_id, SendReply(body="We look into it"), AGENT)
    again = deliver(executor, mail(2), GATEWAY)
    # Then
    assert again.id == conversation_id
    assert names(log, conversation_id) == [
        "conversation.opened",
        "conversation.interaction-added",
        "conversation.message-received",
        "conversation.status-changed",
        "conversation.message-sent",
        "conversation.message-received",
        "conversation.status-changed",
    ]
    assert [event.body for event in events_of(log, conversation_id)[2:3]] == ["word 1"]


def test_the_same_channel_message_twice_is_one(executor: CommandExecutor, log: Log) -> None:
    # Given
    first = deliver(executor, mail(1), GATEWAY)
    end = log.position()
    # When
    second = deliver(executor, mail(1), GATEWAY)
    # Then
    assert (second.id, second.position, second.repeated) == (first.id, first.position, True)
    assert log.position() == end


def test_twenty_messages_at_once_to_a_new_thread_make_one_conversation(executor: CommandExecutor, log: Log) -> None:
    # Given
    answers = []
    start = threading.Barrier(20)

    def send(number: int) -> None:
        start.wait()
        answers.append(deliver(executor, mail(number), GATEWAY))

    # When
    senders = [threading.Thread(target=send, args=(number,)) for number in range(20)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    # Then
    (conversation_id,) = {answer.id for answer in answers}
    assert names(log, conversation_id).count("conversation.message-received") == 20


def test_a_command_id_again_gets_the_first_answer_or_is_refused_if_changed(
    executor: CommandExecutor,
) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    keyed = Context(AGENT.actor, command_id="k1")
    first = conversations.act(executor, conversation_id, SendReply(body="yes"), keyed)
    # When
    again = conversations.act(executor, conversation_id, SendReply(body="yes"), keyed)
    with pytest.raises(Refusal) as refused:
        conversations.act(executor, conversation_id, SendReply(body="no"), keyed)
    # Then
    assert (again.position, again.repeated) == (first.position, True)
    assert refused.value.code == "idempotency-key-reused"


def test_an_erased_customer_is_unreadable_fenced_and_then_a_stranger(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = deliver(executor, mail(1), GATEWAY).id
    customer_id = events_of(log, conversation_id)[0].customer_id
    # When
    log.vault.destroy(customer_id)
    customers.act(executor, EraseCustomer(customer_id=customer_id), AGENT)
    # Then
    assert events_of(log, conversation_id)[2].body == ERASED
    with pytest.raises(SubjectErased):
        conversations.act(executor, conversation_id, SendReply(body="late"), AGENT)
    assert log.vault.keys([customer_id]) == {customer_id: None}
    assert deliver(executor, mail(2), GATEWAY).id != conversation_id
