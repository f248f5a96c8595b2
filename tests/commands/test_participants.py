"""Who takes part in a conversation: to whom answers go, who is said to have spoken, and what a split brings along."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands import stranger as strangers
from commands.conversation import handlers as conversations
from commands.conversation import merging, splitting
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import OpenConversation, Participant, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived, MessageSent, ParticipantJoined
from domain.conversation.merging import MergeInto
from domain.conversation.splitting import SplitMessage, UndoSplit
from domain.conversation.state import CONVERSATION
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.stranger import EraseStranger
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.open_work import Shown
from tests.support.recorded import events_of

ADA, BOB = "ada@example.org", "bob@example.net"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def thread(executor: CommandExecutor) -> str:
    """Ada's conversation by mail, in which Bob writes in a chat."""
    id = deliver(executor, mail(1, sender=ADA), GATEWAY).id
    said_by = Participant(contact_kind="mail", contact=BOB, name="Bob")
    conversations.act(executor, id, ReceiveMessage(body="bobsword", channel="chat", participant=said_by), GATEWAY)
    return id


def participants(executor: CommandExecutor, id: str) -> dict[str, str]:
    return dict(executor.read(CONVERSATION, id).existing("conversation").state.participants)


def sent(log: Log, id: str) -> list[tuple[str, str, str | None]]:
    return [(each.body, each.channel, each.participant_id) for each in events_of(log, id) if type(each) is MessageSent]


def test_an_answer_goes_to_whom_the_agent_chooses(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    ada = executor.read(thread).state.customer_id
    # When
    for to in (None, bob, ada):
        conversations.act(executor, thread, SendReply(body="Hello", to=to), AGENT)
    conversations.act(executor, thread, SendReply(body="Hello", to=bob, channel="phone"), AGENT)
    # Then: by the channel on which each of them is
    hello_ada = ("Hello", "mail", None)
    assert sent(log, thread) == [hello_ada, ("Hello", "chat", bob), hello_ada, ("Hello", "phone", bob)]


def test_however_many_take_part_each_can_be_answered(
    executor: CommandExecutor, log: Log, thread: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a conversation that remembers no more of them
    for room in ("domain.conversation.participants", "commands.conversation.participants"):
        monkeypatch.setattr(f"{room}.MOST_PARTICIPANTS", 1)
    for number in (2, 3):
        deliver(executor, mail(number, sender="eve@example.org"), GATEWAY)
    eve = events_of(log, thread)[-1].participant_id
    # Then
    assert len(participants(executor, thread)) == 1
    conversations.act(executor, thread, SendReply(body="Hello", to=eve), AGENT)
    assert sent(log, thread) == [("Hello", "mail", eve)]
    with pytest.raises(Refusal, match="participant-unknown"):
        conversations.act(executor, thread, SendReply(body="Hello", to="stranger-nobody"), AGENT)


def test_nobody_gets_an_answer_who_takes_no_part(executor: CommandExecutor, thread: str) -> None:
    # Given
    eve = customers.register(executor, [ContactPoint("mail", "eve@example.org")], AGENT).id
    # Then
    for to in (eve, "stranger-nobody", thread):
        for channel in (None, "mail"):
            with pytest.raises(Refusal, match="participant-unknown"):
                conversations.act(executor, thread, SendReply(body="Hello", to=to, channel=channel), AGENT)


def test_who_takes_part_in_a_part_is_answered_where_it_is_shown(
    executor: CommandExecutor, log: Log, thread: str
) -> None:
    # Given
    (bob,) = participants(executor, thread)
    opening = OpenConversation(
        customer_id=executor.read(thread).state.customer_id, kind="inquiry", channel="mail", body="And this?"
    )
    target = conversations.open_conversation(executor, opening, AGENT).id
    merging.merge(executor, thread, MergeInto(into=target), AGENT)
    # When
    conversations.act(executor, target, SendReply(body="Hello", to=bob), AGENT)
    # Then
    assert sent(log, target) == [("Hello", "chat", bob)]


def test_a_split_brings_along_who_said_the_message(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    (message_id,) = [each.message_id for each in events_of(log, thread) if getattr(each, "body", None) == "bobsword"]
    # When
    new = splitting.split(executor, thread, SplitMessage(message_id=message_id, kind="inquiry"), AGENT).id
    # Then
    assert participants(executor, new) == {bob: "chat"}
    conversations.act(executor, new, SendReply(body="Hello", to=bob), AGENT)
    # and once it is undone, Bob still takes part where he wrote
    splitting.undo_split(executor, new, UndoSplit(), AGENT)
    assert participants(executor, thread) == {bob: "chat"}


def test_an_agent_says_who_called_by_id_or_contact_point(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    ada = executor.read(thread).state.customer_id
    # When
    for said_by in (
        Participant(participant_id=bob),
        Participant(contact_kind="mail", contact=BOB),
        Participant(contact_kind="mail", contact=ADA),
        Participant(participant_id=ada),
    ):
        conversations.act(executor, thread, ReceiveMessage(body="called", participant=said_by), AGENT)
    # Then
    called = [each for each in events_of(log, thread) if type(each) is MessageReceived and each.body == "called"]
    assert [each.participant_id for each in called] == [bob, bob, None, None]
    joined = [each for each in events_of(log, thread) if type(each) is ParticipantJoined]
    assert [(each.contact_kind, each.contact) for each in joined] == [("mail", BOB)]


def test_customers_speak_for_themselves(executor: CommandExecutor, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    ada = executor.read(thread).state.customer_id
    themselves = Context(Actor(id=ada, kind="customer", roles=("customer",)))
    # Then
    for said_by in (Participant(participant_id=bob), Participant(contact_kind="mail", contact="eve@example.org")):
        said = ReceiveMessage(body="words", participant=said_by)
        with pytest.raises(Refusal, match="forbidden"):
            conversations.act(executor, thread, said, themselves, only_of=ada)


def test_whoever_was_erased_gets_no_answer(executor: CommandExecutor, thread: str) -> None:
    # Given
    (bob,) = participants(executor, thread)
    # When
    strangers.erase(executor, EraseStranger(stranger_id=bob), AGENT, Shown())
    # Then
    with pytest.raises(Refusal, match="customer-erased"):
        conversations.act(executor, thread, SendReply(body="Hello", to=bob), AGENT)


def test_the_same_command_about_somebody_new_adds_them_once(executor: CommandExecutor, log: Log, thread: str) -> None:
    # Given
    said_by = Participant(contact_kind="phone", contact="+49 30 901820")
    said, once = ReceiveMessage(body="called", participant=said_by), replace(AGENT, command_id="c1")
    # When
    first = conversations.act(executor, thread, said, once)
    end = log.position()
    # Then
    assert conversations.act(executor, thread, said, once) == replace(first, repeated=True)
    assert log.position() == end
    assert len(participants(executor, thread)) == 2
