"""What channels tell of messages: of ours only, in their conversation only, each step once."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer
from commands.message import report_delivery
from domain.conversation.commands import SendReply
from domain.kernel.refusal import Refusal
from domain.message import ReportDelivery
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import erase
from tests.support.recorded import events_of


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def sent(executor: CommandExecutor) -> tuple[str, str]:
    """A conversation, and the second of two answers in it."""
    id = deliver(executor, mail(1), GATEWAY).id
    replies = [SendReply(body="On its way"), SendReply(body="Here")]
    for reply in replies:
        conversations.act(executor, id, reply, AGENT)
    return id, replies[1].message_id


def test_each_step_is_published_once_and_none_backwards(
    executor: CommandExecutor, log: Log, sent: tuple[str, str]
) -> None:
    id, message = sent
    for state in ("queued", "delivered", "sent", "delivered"):
        answer = report_delivery(executor, message, ReportDelivery(conversation_id=id, state=state), GATEWAY)
        assert answer.id == message
    assert [event.state for event in events_of(log, message)] == ["queued", "delivered"]
    told = events_of(log, message)[0]
    assert (told.conversation_id, told.customer_id) == (id, events_of(log, id)[0].customer_id)
    assert len(names(log, id)) == 5


def test_only_of_what_we_sent_in_it_a_channel_tells(executor: CommandExecutor, log: Log, sent: tuple[str, str]) -> None:
    id, message = sent
    other = deliver(executor, mail(2, "t2"), GATEWAY).id
    received = events_of(log, id)[2].message_id
    wrong = [(id, received), (other, message), (id, "message-none"), (message, message), (id, id)]

    def code(conversation_id: str, message_id: str) -> str:
        command = ReportDelivery(conversation_id=conversation_id, state="read")
        with pytest.raises(Refusal) as refused:
            report_delivery(executor, message_id, command, GATEWAY)
        return refused.value.code

    assert [code(*each) for each in wrong] == ["not-found"] * 5
    # Also once something is known of it
    report_delivery(executor, message, ReportDelivery(conversation_id=id, state="sent"), GATEWAY)
    assert code(other, message) == "not-found"
    report_delivery(executor, message, ReportDelivery(conversation_id=id, state="read"), GATEWAY)
    assert [event.state for event in events_of(log, message)] == ["sent", "read"]


def test_a_report_under_its_own_key_is_heard_once(executor: CommandExecutor, sent: tuple[str, str]) -> None:
    id, message = sent
    once = replace(GATEWAY, command_id="r1")
    command = ReportDelivery(conversation_id=id, state="sent")
    first = report_delivery(executor, message, command, once)
    assert report_delivery(executor, message, command, once) == Answer(first.id, first.position, repeated=True)


def test_nothing_is_published_of_messages_to_who_was_erased(
    executor: CommandExecutor, log: Log, sent: tuple[str, str]
) -> None:
    id, message = sent
    erase(executor, events_of(log, id)[0].customer_id, AGENT)
    with pytest.raises(Refusal) as refused:
        report_delivery(executor, message, ReportDelivery(conversation_id=id, state="sent"), GATEWAY)
    assert refused.value.code == "customer-erased"
