"""Somebody who never wrote is added to a conversation, and a participant is removed again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, participating
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer import putting_right
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import Participant, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived, MessageSent, ParticipantJoined, ParticipantLeft
from domain.conversation.merging import MergeInto
from domain.conversation.participants import AddParticipant, RemoveParticipant
from domain.conversation.state import CONVERSATION
from domain.customer import AddContactPoint, ContactKind
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.recorded import events_of

ADA, BOB = "ada@example.org", "bob@example.net"
BY_MAIL = AddParticipant(participant=Participant(contact_kind="mail", contact=BOB, name="Bob"))


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def ada(executor: CommandExecutor) -> str:
    """Ada's conversation."""
    return deliver(executor, mail(1, sender=ADA), GATEWAY).id


def participants(executor: CommandExecutor, id: str) -> dict[str, str]:
    return dict(executor.read(CONVERSATION, id).existing("conversation").state.participants)


def test_who_was_added_is_answered_before_they_ever_write(executor: CommandExecutor, log: Log, ada: str) -> None:
    # When
    because = replace(AGENT, reason="sees to it for her")
    participating.add(executor, ada, BY_MAIL, because)
    participating.add(executor, ada, BY_MAIL, AGENT)
    # Then
    (joined,) = (each for each in events_of(log, ada) if isinstance(each, ParticipantJoined))
    (bob,) = participants(executor, ada)
    assert (joined.participant_id, joined.contact, joined.channel) == (bob, BOB, "mail")
    assert log.streams([ada])[ada][-1].envelope.reason == "sees to it for her"
    conversations.act(executor, ada, SendReply(body="Hello", to=bob), AGENT)
    (*_, sent) = events_of(log, ada)
    assert isinstance(sent, MessageSent)
    assert (sent.participant_id, sent.channel) == (bob, "mail")
    # And what comes from there is theirs, and no second participant's.
    deliver(executor, mail(2, sender=BOB), GATEWAY)
    (*_, said) = events_of(log, ada)
    assert isinstance(said, MessageReceived)
    assert said.participant_id == bob


def test_a_customer_who_was_added_may_write_until_removed(executor: CommandExecutor, log: Log, ada: str) -> None:
    # Given
    bo = customers.register(executor, [ContactPoint("mail", "bo@example.org")], GATEWAY).id
    her = Context(Actor(id=bo, kind="customer"))
    says = ReceiveMessage(body="I was there")
    with pytest.raises(Refusal, match="not-found"):
        conversations.act(executor, ada, says, her, only_of=bo)
    # When
    participating.add(executor, ada, AddParticipant(participant=Participant(participant_id=bo)), AGENT)
    conversations.act(executor, ada, says, her, only_of=bo)
    participating.remove(executor, ada, RemoveParticipant(participant_id=bo), AGENT)
    # Then
    with pytest.raises(Refusal, match="not-found"):
        conversations.act(executor, ada, says, her, only_of=bo)
    assert [type(each) for each in events_of(log, ada)][-3:] == [ParticipantJoined, MessageReceived, ParticipantLeft]


def test_who_was_removed_is_not_answered_unless_they_write_again(executor: CommandExecutor, ada: str) -> None:
    # Given
    participating.add(executor, ada, BY_MAIL, AGENT)
    (bob,) = participants(executor, ada)
    # When
    participating.remove(executor, ada, RemoveParticipant(participant_id=bob), AGENT)
    # Then
    with pytest.raises(Refusal, match="participant-unknown"):
        conversations.act(executor, ada, SendReply(body="Hello", to=bob), AGENT)
    with pytest.raises(Refusal, match="participant-unknown"):
        participating.remove(executor, ada, RemoveParticipant(participant_id=bob), AGENT)
    deliver(executor, mail(2, sender=BOB), GATEWAY)
    assert participants(executor, ada) == {bob: "mail"}
    conversations.act(executor, ada, SendReply(body="Hello", to=bob), AGENT)


def test_who_was_removed_is_not_answered_where_many_take_part(
    executor: CommandExecutor, ada: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Given a conversation that remembers one participant, and in which two have written
    for room in ("domain.conversation.participants", "commands.conversation.participants"):
        monkeypatch.setattr(f"{room}.MOST_PARTICIPANTS", 1)
    for number, sender in ((2, BOB), (3, "eve@example.org")):
        deliver(executor, mail(number, sender=sender), GATEWAY)
    one_more = Participant(contact_kind="mail", contact="cy@example.org")
    with pytest.raises(Refusal, match="participants-too-many"):
        participating.add(executor, ada, AddParticipant(participant=one_more), AGENT)
    (bob,) = participants(executor, ada)
    participating.remove(executor, ada, RemoveParticipant(participant_id=bob), AGENT)
    deliver(executor, mail(4, sender="eve@example.org"), GATEWAY)
    # Then
    with pytest.raises(Refusal, match="participant-unknown"):
        conversations.act(executor, ada, SendReply(body="Hello", to=bob), AGENT)


def test_the_conversations_own_customer_takes_part_already(executor: CommandExecutor, log: Log, ada: str) -> None:
    before = len(events_of(log, ada))
    own = Participant(participant_id=executor.read(ada).state.customer_id)
    by_mail = Participant(contact_kind="mail", contact=ADA)
    for each in (own, by_mail):
        participating.add(executor, ada, AddParticipant(participant=each), AGENT)
    assert (len(events_of(log, ada)), participants(executor, ada)) == (before, {})


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("phone", "my sister"), ("phone", "1"), ("phone", "call 030 1234567 after six"), ("phone", "stranger-1"),
     ("mail", "bob"), ("mail", "bob@"), ("mail", "bob @example.net"), ("handle", " ")],
)  # fmt: skip
def test_what_is_no_address_or_number_is_refused(
    kind: ContactKind, typed: str, executor: CommandExecutor, log: Log, ada: str
) -> None:
    # Given
    end = log.position()
    whose = executor.read(ada).state.customer_id
    who = AddParticipant(participant=Participant(contact_kind=kind, contact=typed))
    add = AddContactPoint(customer_id=whose, contact_kind=kind, value=typed)
    # Then
    with pytest.raises(Refusal, match="contact-point-unusable"):
        participating.add(executor, ada, who, AGENT)
    with pytest.raises(Refusal, match="contact-point-unusable"):
        putting_right.act(executor, add, AGENT)
    assert log.position() == end


@pytest.mark.parametrize(
    ("kind", "typed"),
    [("phone", "030 / 123-4567"), ("phone", "tel:+49 30 1234567"), ("phone", "110"), ("phone", "+49 30 1234 ext. 5"),
     ("mail", "Bob <bob@example.net>"), ("mail", "bob@b\u00fccher.example"), ("handle", "@bob"), ("account", "b 7")],
)  # fmt: skip
def test_an_address_or_number_in_any_form_is_taken(
    kind: ContactKind, typed: str, executor: CommandExecutor, ada: str
) -> None:
    participating.add(executor, ada, AddParticipant(participant=Participant(contact_kind=kind, contact=typed)), AGENT)
    assert len(participants(executor, ada)) == 1


def test_people_are_added_where_a_part_is_shown_and_removed_anywhere(executor: CommandExecutor, ada: str) -> None:
    # Given
    part = deliver(executor, mail(2, "t2", sender=ADA), GATEWAY).id
    participating.add(executor, part, BY_MAIL, AGENT)
    (bob,) = participants(executor, part)
    merging.merge(executor, part, MergeInto(into=ada), AGENT)
    # Then
    with pytest.raises(Refusal, match="conversation-merged"):
        participating.add(executor, part, BY_MAIL, AGENT)
    participating.remove(executor, part, RemoveParticipant(participant_id=bob), AGENT)
    with pytest.raises(Refusal, match="participant-unknown"):
        conversations.act(executor, ada, SendReply(body="Hello", to=bob), AGENT)
