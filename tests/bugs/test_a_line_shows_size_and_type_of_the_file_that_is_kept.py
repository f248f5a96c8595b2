"""A message that names a kept file shows the size and the type of that file, and not what its sender says of it; what
the sender said is kept, and said in the history."""

from __future__ import annotations

import hashlib
from dataclasses import replace

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.as_sent import adjusted_in, as_sent
from commands.conversation.delivering import Delivery, deliver
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageSent
from domain.conversation.inline_files import DeliveredAttachment
from domain.conversation.interaction import Attachment
from infra.log.application import Log
from tests.commands.test_inline_files import PICTURE, coded, last_said
from tests.support.companies import AGENT, GATEWAY
from tests.support.recorded import events_of

ADA = ContactPoint("mail", "ada@example.org")


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def delivered(*files: DeliveredAttachment) -> Delivery:
    return Delivery("mail", f"m{len(files)}", ADA, "It leaks", "t1", attachments=files)


def test_a_line_shows_the_kept_file_and_keeps_what_the_sender_said(executor: CommandExecutor, log: Log) -> None:
    # Given a file, which came within a message that says something else of it
    id = deliver(
        executor, delivered(DeliveredAttachment(name="a", type="text/plain", content=coded(PICTURE))), GATEWAY
    ).id
    version, said = last_said(log, id)
    (first,) = said.attachments
    assert (first.size, first.type) == (len(PICTURE), "image/png")
    # When further messages name it, and say nothing, or nonsense
    named = [
        DeliveredAttachment(name="b", content_id=first.content_id),
        DeliveredAttachment(name="c", content_id=first.content_id, size=3, type="application/x-evil"),
    ]
    delivery = delivered(*named)
    assert deliver(executor, delivery, GATEWAY).id == id
    # Then both show the file
    version, said = last_said(log, id)
    assert [(each.size, each.type) for each in said.attachments] == [(len(PICTURE), "image/png")] * 2
    kept = as_sent(executor, id, version)
    assert {(each.field, each.how, each.kept) for each in kept.adjusted} == {
        ("attachments.1.size", "normalised", "3"),
        ("attachments.1.type", "normalised", "application/x-evil"),
    }
    # And the same words again are a repeat
    assert deliver(executor, delivery, GATEWAY).repeated
    other = replace(delivery, attachments=(*named[:1], named[1].model_copy(update={"size": 4})))
    assert not deliver(executor, other, GATEWAY).repeated


def test_an_answer_shows_the_kept_file(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = deliver(executor, delivered(DeliveredAttachment(name="a", content=coded(PICTURE))), GATEWAY).id
    content_id = last_said(log, id)[1].attachments[0].content_id
    # When
    told = hashlib.sha256(b"other").hexdigest()
    file = Attachment(id="f", name="f", type="text/html", size=1, sha256=told, content_id=content_id)
    conversations.act(executor, id, SendReply(body="Here", attachments=(file,)), AGENT)
    # Then
    sent = events_of(log, id)[-1]
    assert isinstance(sent, MessageSent)
    (shown,) = sent.attachments
    assert (shown.size, shown.type) == (len(PICTURE), "image/png")


def test_the_answer_lists_what_the_store_knows_otherwise_also_of_a_repeat(executor: CommandExecutor, log: Log) -> None:
    # Given
    plain = DeliveredAttachment(name="a", type="text/plain", size=1, content=coded(PICTURE))
    delivery = replace(delivered(plain), language="en_US")
    # When it comes twice
    answers = [deliver(executor, delivery, GATEWAY) for _ in range(2)]
    # Then
    assert [each.repeated for each in answers] == [False, True]
    for answer in answers:
        told = adjusted_in(executor, answer, delivery.adjusted, delivery.attachments)
        assert [(each.field, each.how) for each in told] == [
            ("language", "normalised"),
            ("attachments.0.size", "normalised"),
            ("attachments.0.type", "normalised"),
        ]
