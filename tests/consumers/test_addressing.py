"""A reply says where it goes: a gateway sends it correctly from the message alone, and never to somebody else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation import merging, removing, splitting
from commands.conversation.addressing import MOST_LOOKED_AT, MOST_REFERENCES
from commands.conversation.delivering import Delivery, deliver
from commands.conversation.outbound import EXAMPLE
from commands.customer import handlers as customers
from commands.customer import putting_right
from commands.customer.contact_points import ContactPoint
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.staff import handlers as staffing
from consumers.publishing.outbound import Outbound
from domain.conversation.commands import ChosenContact, OpenConversation, SendReply
from domain.conversation.events import MessageReceived, MessageSent
from domain.conversation.merging import MergeInto
from domain.conversation.removing import RemoveMessage
from domain.conversation.splitting import SplitMessage
from domain.customer import AddContactPoint, ChangeName, MergeCustomer, RemoveContactPoint
from domain.kernel.event import Actor
from domain.kernel.refusal import Refusal
from domain.staff import JoinStaff
from infra.kafka.clients import Kafka
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.open_work import erase
from tests.support.recorded import events_of

HOME, WORK = "ada@example.org", "ada@work.example"
NOBODYS: dict[str, Any] = {"to": None, "thread": None, "in_reply_to": None, "references": []}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def mail(id: str, thread: str = "<1@x>", sender: str = HOME, **more: Any) -> Delivery:
    name = more.pop("name", "Ada")
    return Delivery("mail", id, ContactPoint("mail", sender, name), f"word {id}", thread, **more)


def replied(executor: CommandExecutor, id: str, by: Context = AGENT, **fields: Any) -> dict[str, Any]:
    """What leaves for a reply in this conversation."""
    conversations.act(executor, id, SendReply(body="It is on its way.", **fields), by)
    return last(executor)


def last(executor: CommandExecutor) -> dict[str, Any]:
    """What leaves for the last reply of the log."""
    outbound = Outbound(Kafka("127.0.0.1:9"), executor)  # the message is made before anything is sent
    replies = [each for each in executor.log.recorded_events(executor.log.read(0)) if type(each.event) is MessageSent]
    ((_, _, value, _),) = outbound._messages(replies[-1:])
    found: dict[str, Any] = json.loads(value)
    assert found.keys() == EXAMPLE.keys()
    return found


def where(message: Mapping[str, Any]) -> Any:
    return message["to"] and message["to"]["value"]


def two_addresses(executor: CommandExecutor) -> str:
    """Ada's conversation from home; she has an address at work, too."""
    id = deliver(executor, mail("<1@x>"), GATEWAY).id
    add = AddContactPoint(customer_id=executor.read(id).state.customer_id, contact_kind="mail", value=WORK)
    putting_right.act(executor, add, AGENT)
    return id


def test_a_mail_gateway_sends_the_answer_from_the_message_alone(executor: CommandExecutor) -> None:
    # Given
    join = JoinStaff(handle="mia", name="Mia Jansen")
    mia = staffing.join(executor, join, Context(Actor(id="staff-0", kind="system"))).id
    id = deliver(executor, mail("<1@x>", subject="The kettle drips", language="en"), GATEWAY).id
    deliver(executor, mail("<2@x>"), GATEWAY)
    # When
    message = replied(executor, id, Context(Actor(id=mia, kind="agent", roles=("agent",))))
    letter = EmailMessage()
    letter["To"] = f"{message['to']['name']} <{message['to']['value']}>"
    letter["From"] = f"{message['sender_name']} <care@example.com>"
    letter["Subject"] = "Re: " + message["subject"]
    letter["In-Reply-To"], letter["References"] = message["in_reply_to"], " ".join(message["references"])
    letter.set_content(message["body"])
    # Then
    assert dict(letter.items()) == {
        "To": "Ada <ada@example.org>",
        "From": "Mia Jansen <care@example.com>",
        "Subject": "Re: The kettle drips",
        "In-Reply-To": "<2@x>",
        "References": "<1@x> <2@x>",
        "Content-Type": 'text/plain; charset="utf-8"',
        "Content-Transfer-Encoding": "7bit",
        "MIME-Version": "1.0",
    }
    assert (message["thread"], message["conversation_id"], message["conversation_language"]) == ("<1@x>", id, "en")


def test_who_wrote_from_home_is_answered_there(executor: CommandExecutor) -> None:
    # Given
    id = two_addresses(executor)
    # Then
    message = replied(executor, id)
    assert where(message) == HOME
    assert [each["value"] for each in message["contacts"]] == [HOME, WORK]
    # And when she goes on from work, there; written as people do
    deliver(executor, mail("<2@x>", sender=f"Ada <{WORK.upper()}>"), GATEWAY)
    message = replied(executor, id)
    assert (where(message), message["in_reply_to"]) == (WORK.upper(), "<2@x>")


def test_a_reply_goes_to_the_address_that_the_agent_chose(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = two_addresses(executor)
    deliver(executor, mail("<2@x>"), GATEWAY)
    # When
    chosen = ChosenContact(contact_kind="mail", contact=f"<{WORK.upper()}>")
    message = replied(executor, id, to_contact=chosen)
    # Then it goes there, in the same exchange
    assert (where(message), message["thread"], message["in_reply_to"]) == (WORK, "<1@x>", "<2@x>")
    sent = events_of(log, id)[-1]
    assert (sent.contact_kind, sent.contact, sent.contact_of) == ("mail", WORK, sent.customer_id)


def test_an_address_of_somebody_else_cannot_be_chosen(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail("<1@x>"), GATEWAY).id
    deliver(executor, mail("<2@x>", "<2@x>", "bob@example.net"), GATEWAY)
    deliver(executor, mail("<3@x>", sender="eve@example.net"), GATEWAY)
    (eve,) = executor.read(id).state.participants
    # Then
    for to, value in ((None, "bob@example.net"), (None, "eve@example.net"), (None, "nobody@x"), (eve, HOME)):
        with pytest.raises(Refusal, match="contact-point-unknown"):
            replied(executor, id, to=to, to_contact=ChosenContact(contact_kind="mail", contact=value))
    chosen = ChosenContact(contact_kind="mail", contact="eve@example.net")
    assert where(replied(executor, id, to=eve, to_contact=chosen)) == "eve@example.net"


def test_after_a_merge_the_address_that_wrote_here_is_answered(executor: CommandExecutor) -> None:
    # Given two customers who are one
    id = deliver(executor, mail("<1@x>", subject="First"), GATEWAY).id
    other = deliver(executor, mail("<2@x>", "<2@x>", WORK, subject="Second"), GATEWAY).id
    one, two = (executor.read(each).state.customer_id for each in (id, other))
    customers.act(executor, MergeCustomer(customer_id=two, into=one), AGENT)
    # Then each conversation goes on where it was
    assert [where(replied(executor, each)) for each in (id, other)] == [HOME, WORK]
    chosen = ChosenContact(contact_kind="mail", contact=WORK)
    assert where(replied(executor, id, to_contact=chosen)) == WORK
    # And when the conversations are merged, too, where they wrote last
    merging.merge(executor, other, MergeInto(into=id), AGENT)
    message = replied(executor, id)
    assert (where(message), message["subject"], message["thread"]) == (WORK, "Second", "<2@x>")
    assert message["references"] == ["<2@x>"]


def test_a_message_that_was_split_off_is_answered_in_its_thread(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, mail("<1@x>", subject="The kettle drips"), GATEWAY).id
    deliver(executor, mail("<2@x>", sender=HOME), GATEWAY)
    *_, second = (each.message_id for each in events_of(log, id) if isinstance(each, MessageReceived))
    split = SplitMessage(message_id=second, kind="inquiry", subject="for colleagues")
    other = splitting.split(executor, id, split, AGENT).id
    # Then
    there, here = replied(executor, other), replied(executor, id)
    assert (where(there), there["in_reply_to"], there["subject"]) == (HOME, "<2@x>", "The kettle drips")
    assert here["in_reply_to"] == "<1@x>"


def test_a_participant_is_answered_where_they_wrote_from(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail("<1@x>"), GATEWAY).id
    deliver(executor, mail("<2@x>", sender="bob@example.net", name="Bob"), GATEWAY)
    deliver(executor, mail("<3@x>"), GATEWAY)
    (bob,) = executor.read(id).state.participants
    # Then
    to_bob, to_ada = replied(executor, id, to=bob), replied(executor, id)
    assert (to_bob["to"], to_bob["in_reply_to"]) == (
        {"kind": "mail", "value": "bob@example.net", "name": "Bob"},
        "<2@x>",
    )
    assert (where(to_ada), to_ada["in_reply_to"]) == (HOME, "<3@x>")


def test_a_removed_address_gets_no_reply(executor: CommandExecutor) -> None:
    # Given
    id = two_addresses(executor)
    remove = RemoveContactPoint(customer_id=executor.read(id).state.customer_id, contact_kind="mail", value=HOME)
    # When
    conversations.act(executor, id, SendReply(body="Hello"), AGENT)
    putting_right.act(executor, remove, AGENT)
    # Then there is one that is left; chosen, the removed one is not replaced
    assert where(last(executor)) == WORK
    with pytest.raises(Refusal, match="contact-point-unknown"):
        replied(executor, id, to_contact=ChosenContact(contact_kind="mail", contact=HOME))


def test_over_another_channel_their_only_address_of_its_kind_counts(executor: CommandExecutor) -> None:
    # Given
    called = Delivery("phone", "call-1", ContactPoint("phone", "+49 30 901820", "Ada"), "Call me", "call-1")
    id = deliver(executor, called, GATEWAY).id
    customer_id = executor.read(id).state.customer_id
    # Then
    assert replied(executor, id, channel="mail") | NOBODYS == last(executor)
    for value, expected in ((HOME, HOME), (WORK, None)):
        putting_right.act(executor, AddContactPoint(customer_id=customer_id, contact_kind="mail", value=value), AGENT)
        assert where(replied(executor, id, channel="mail")) == expected, "nobody guesses between two"
    assert where(replied(executor, id)) == "+49 30 901820"
    # And a subject that people here gave to what was split off stays here
    deliver(executor, replace(called, channel_message_id="call-2", body="And this?"), GATEWAY)
    *_, second = (each.message_id for each in events_of(executor.log, id) if isinstance(each, MessageReceived))
    split = SplitMessage(message_id=second, kind="inquiry", subject="for colleagues")
    other = splitting.split(executor, id, split, AGENT).id
    assert [replied(executor, other, channel=each)["subject"] for each in ("mail", "phone")] == [None, None]


@pytest.mark.parametrize("said", ["anonymous", "@", "ada at home@x"])
def test_what_is_no_address_is_not_given_as_one(executor: CommandExecutor, said: str) -> None:
    # Given
    id = deliver(executor, mail("<1@x>", sender=said), GATEWAY).id
    # Then the gateway sees that nobody can be reached there
    message = replied(executor, id)
    assert (message["to"], [each["value"] for each in message["contacts"]]) == (None, [said])


def test_a_reply_says_what_was_known_when_it_was_written(executor: CommandExecutor) -> None:
    # Given
    id = two_addresses(executor)
    conversations.act(executor, id, SendReply(body="Hello"), AGENT)
    # When she writes from elsewhere before the reply has left
    deliver(executor, mail("<2@x>", sender=WORK), GATEWAY)
    # Then
    message = last(executor)
    assert (where(message), message["in_reply_to"]) == (HOME, "<1@x>")


def test_what_was_noted_by_hand_has_no_ids_of_the_channel(executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail("entered-1", "entered-1", noted=True), GATEWAY).id
    # Then
    message = replied(executor, id)
    assert (where(message), message["thread"], message["references"]) == (HOME, None, [])


@pytest.mark.parametrize("bad", ["x" * 999, "<1@x>\r\nBcc: eve@example.net", "\x1b[31m", "\x00"])
def test_what_can_be_no_id_of_a_channel_is_not_told_to_it(executor: CommandExecutor, bad: str) -> None:
    # Given
    id = deliver(executor, mail("<1@x>"), GATEWAY).id
    assert deliver(executor, mail(bad), GATEWAY).id == id
    # Then
    message = replied(executor, id)
    assert (message["in_reply_to"], message["references"]) == ("<1@x>", ["<1@x>"])


def test_a_message_that_was_taken_out_is_not_referred_to(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = two_addresses(executor)
    deliver(executor, mail("<2@x>", sender=WORK), GATEWAY)
    *_, second = (each.message_id for each in events_of(log, id) if isinstance(each, MessageReceived))
    # When
    lead = replace(AGENT, actor=AGENT.actor.model_copy(update={"roles": ("lead",)}), reason="not ours")
    removing.remove(executor, id, RemoveMessage(message_id=second), lead)
    # Then
    message = replied(executor, id)
    assert (where(message), message["references"]) == (HOME, ["<1@x>"])


def test_nothing_of_somebody_who_was_erased_leaves_in_a_reply(executor: CommandExecutor) -> None:
    # Given Bob in Ada's thread
    id = deliver(executor, mail("<1@x>", subject="The kettle drips"), GATEWAY).id
    deliver(executor, mail("<2@x>", sender="bob@example.net"), GATEWAY)
    (bob,) = executor.read(id).state.participants
    conversations.act(executor, id, SendReply(body="Hello", to=bob), AGENT)
    # When
    erase(executor, executor.read(id).state.customer_id, AGENT)
    # Then
    message = last(executor)
    assert (where(message), message["subject"], message["thread"]) == ("bob@example.net", None, "<1@x>")
    assert message["references"] == ["<2@x>"]


def test_a_long_exchange_is_referred_to_by_its_first_and_last(executor: CommandExecutor) -> None:
    # Given
    id = ""
    for number in range(1, MOST_LOOKED_AT):
        id = deliver(executor, mail(f"<{number}@x>"), GATEWAY).id
    # Then
    references = replied(executor, id)["references"]
    assert (len(references), references[0], references[-1]) == (MOST_REFERENCES, "<1@x>", f"<{MOST_LOOKED_AT - 1}@x>")


def test_a_late_message_of_an_earlier_day_is_not_the_last_one(executor: CommandExecutor) -> None:
    # Given
    id = two_addresses(executor)
    before = executor.clock() - timedelta(days=3)
    deliver(executor, mail("<0@x>", sender=WORK), replace(GATEWAY, occurred_at=before))
    # Then
    assert where(replied(executor, id)) == HOME


def test_the_first_words_of_the_company_have_an_address_too(executor: CommandExecutor) -> None:
    # Given
    ada = customers.register(executor, [ContactPoint("mail", HOME)], AGENT).id
    customers.act(executor, ChangeName(customer_id=ada, name="Ada L."), AGENT)
    # When
    begin = OpenConversation(
        customer_id=ada, kind="inquiry", channel="mail", opened_by="company", subject="Recall", body="Please stop."
    )
    conversations.open_conversation(executor, begin, AGENT)
    # Then
    message = last(executor)
    assert message["to"] == {"kind": "mail", "value": HOME, "name": "Ada L."}
    assert (message["subject"], message["thread"], message["sender_name"]) == ("Recall", None, None)
