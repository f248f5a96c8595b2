"""Replies leave for the gateways, each once for whoever drops repeats, and never those of somebody who was erased."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.conversation.outbound import TYPE
from commands.customer import handlers as customers
from commands.executor.executor import CommandExecutor
from consumers.inbound.consumer import Consumer
from consumers.publishing.outbound import NAME, TOPIC, VERSION, Outbound, begin
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageSent
from domain.conversation.interaction import RecordedAttachment
from domain.customer import MergeCustomer
from domain.kernel.event import Draft, Envelope
from domain.kernel.ids import new_id
from infra.embedded.postgres import Urls
from infra.kafka.clients import Kafka
from infra.log.application import Log
from infra.postgres.database import Database
from infra.subscriptions.host import Host
from projections import message as receipts
from tests.support.companies import AGENT, GATEWAY, mail, opened
from tests.support.following import catch_up
from tests.support.inbound import Gateway, report, wait_until_taken_in
from tests.support.open_work import erase
from tests.support.published import read
from tests.support.waiting import wait_until_followed


def reply(executor: CommandExecutor, number: int, body: str) -> tuple[str, str]:
    """Mail of a thread of its own, and a reply to it: the conversation's id and the customer's."""
    sender = f"ada{number}@example.org"
    id = deliver(executor, mail(number, thread=f"t{number}", sender=sender), GATEWAY).id
    conversations.act(executor, id, SendReply(body=body), AGENT)
    return id, executor.read(id).state.customer_id


def left(kafka: Kafka, log: Log, projector: Database, follower: Outbound, known: int) -> Sequence[Mapping[str, Any]]:
    """What stands on the topic once the follower came to the log's end, and it is so many that are waited for."""
    with Host(log, projector, [follower], lease_seconds=5, poll_seconds=0.2):
        wait_until_followed(projector, [(NAME, VERSION)], log.position(), 30)
    follower.close()
    # One more is not waited for: a second that is on its way would stand before what was committed now.
    return [
        json.loads(each.value) | {"headers": {name: value.decode() for name, value in each.headers}, "key": each.key}
        for each in read(kafka, lambda records: len(records) >= known, 20 if known else 1, TOPIC)
    ]


def test_a_reply_leaves_once_with_its_address_and_its_state_comes_back(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    begin(projector)
    id, customer_id = reply(executor, 1, "It is on its way.")
    # When
    (message,) = left(kafka, log, projector, Outbound(kafka, executor), 1)
    # Then
    assert (message["body"], message["channel"]) == ("It is on its way.", "mail")
    assert (message["conversation_id"], message["customer_id"]) == (id, customer_id)
    assert message["contacts"] == [{"kind": "mail", "value": "ada1@example.org"}]
    assert message["key"] == id.encode()
    assert message["headers"]["ce_type"] == TYPE
    # And when its gateway tells how far it came
    gateway = Gateway(kafka)
    gateway.send([report("d1", message["message_id"], id, "delivered")])
    gateway.close()
    with Consumer(executor, kafka):
        wait_until_taken_in(kafka, 20)
    catch_up(log, projector)
    with projector.connection() as connection:
        (receipt,) = receipts.of_conversation(connection, id)
    assert (receipt.message_id, receipt.state) == (message["message_id"], "delivered")


def test_sent_again_after_a_death_it_is_still_one_for_who_drops_repeats(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    begin(projector)
    for number in range(5):
        reply(executor, number, f"word {number}")
    once = left(kafka, log, projector, Outbound(kafka, executor), 5)
    # When its position was not kept
    with projector.connection() as connection:
        connection.execute("UPDATE antiphon.followers SET position = 0 WHERE name = %s", (NAME,))
    twice = left(kafka, log, projector, Outbound(kafka, executor), 10)
    # Then
    assert len(once) == 5
    assert len(twice) == 10
    by_id = {each["headers"]["ce_id"]: each["body"] for each in twice}
    assert sorted(by_id.values()) == [f"word {number}" for number in range(5)]


def test_what_was_said_before_or_is_reported_afterwards_does_not_leave(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    reply(executor, 1, "before")
    begin(projector)
    id, _ = reply(executor, 2, "now")
    # When
    for context in (replace(AGENT, client="import"), replace(GATEWAY, occurred_at=executor.clock())):
        conversations.act(executor, id, SendReply(body="told afterwards"), context)
    begin(projector)  # at another start, it has begun
    # Then
    assert [each["body"] for each in left(kafka, log, projector, Outbound(kafka, executor), 1)] == ["now"]


def test_an_attachment_beyond_todays_limits_leaves_as_it_was_recorded(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    begin(projector)
    id, customer_id = reply(executor, 1, "word")
    file = {"id": "x" * 201, "name": "", "type": "?", "size": -1, "sha256": "unknown"}
    sent = MessageSent(
        message_id=new_id("message"),
        customer_id=customer_id,
        channel="mail",
        body="with a file",
        attachments=(RecordedAttachment.model_validate(file),),
    )
    envelope = Envelope(event_id=new_id("event"), actor=AGENT.actor)
    log.save(Draft(id, len(log.records(id)) + 1, sent, envelope))
    # When
    *_, message = left(kafka, log, projector, Outbound(kafka, executor), 2)
    # Then
    assert (message["body"], message["attachments"]) == ("with a file", [file])


@pytest.mark.parametrize("erasing", ["here", "in another process"])
def test_the_words_of_who_was_erased_do_not_leave(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka, database_urls: Urls, erasing: str
) -> None:
    # Given keys that are still at hand
    begin(projector)
    _, erased = reply(executor, 1, "to somebody who was erased")
    reply(executor, 2, "to somebody else")
    # When
    if erasing == "here":
        erase(executor, erased, AGENT)
    else:
        with opened(database_urls) as other:
            erase(other, erased, AGENT)
    # Then
    assert [each["body"] for each in left(kafka, log, projector, Outbound(kafka, executor), 1)] == ["to somebody else"]


def test_who_was_merged_is_reached_in_every_way_there_is(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    _, first = reply(executor, 1, "before they were one")
    _, second = reply(executor, 2, "as well")
    customers.act(executor, MergeCustomer(customer_id=second, into=first), AGENT)
    begin(projector)
    # When
    reply(executor, 2, "and now")
    # Then
    (message,) = left(kafka, log, projector, Outbound(kafka, executor), 1)
    assert [each["value"] for each in message["contacts"]] == ["ada1@example.org", "ada2@example.org"]


def test_an_answer_to_a_participant_has_the_participants_address(
    executor: CommandExecutor, log: Log, projector: Database, kafka: Kafka
) -> None:
    # Given
    begin(projector)
    id = deliver(executor, mail(1), GATEWAY).id
    deliver(executor, mail(2, sender="bob@example.net"), GATEWAY)
    (bob,) = executor.read(id).state.participants
    # When
    conversations.act(executor, id, SendReply(body="Hello Bob", to=bob), AGENT)
    # Then
    (message,) = left(kafka, log, projector, Outbound(kafka, executor), 1)
    assert message["contacts"] == [{"kind": "mail", "value": "bob@example.net"}]
    assert (message["body"], message["participant_id"]) == ("Hello Bob", bob)
    assert message["customer_id"] == executor.read(id).state.customer_id
