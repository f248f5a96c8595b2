"""The text behind an item is compared as it is taken in: nearly the same texts, what is new, and the language."""

from __future__ import annotations

import pytest

from commands.conversation import handlers as conversations
from commands.conversation.delivering import Delivery, deliver
from commands.customer import erasing
from commands.customer.contact_points import ContactPoint
from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.commands import AddInteraction, JudgeAnswer, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived
from domain.kernel.event import Actor
from domain.signal.item import FileItem, ItemFiled, ItemTextCompared, MarkPassage, WithdrawItem
from domain.signal.new_text import MOST_CHARACTERS
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY
from tests.support.feedback import THEMES
from tests.support.open_work import Shown

SYSTEM = Context(Actor(id="system-signal-items", kind="system"))
SAID = "My kettle drips from the spout whenever it is more than half full, and the table is wet"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture(autouse=True)
def _themes(executor: CommandExecutor) -> None:
    put(executor, {"themes": THEMES}, AGENT)


def written(executor: CommandExecutor, who: str, body: str, thread: str = "1", language: str | None = None) -> str:
    delivery = Delivery(
        "mail", f"{who} {body}", ContactPoint("handle", who), body, thread=f"{who} {thread}", language=language
    )
    return deliver(executor, delivery, GATEWAY).id


def filed(executor: CommandExecutor, id: str, kind: str = "complaint", part: str = "1", again: bool = False) -> str:
    fields = {"kind": kind, "conversation_id": id, "part": part, "said_at": executor.clock(), "again": again}
    return items.file(executor, FileItem.model_validate(fields), SYSTEM).id


def compared(log: Log, id: str) -> ItemTextCompared:
    found = [each.event for each in log.streams([id])[id] if isinstance(each.event, ItemTextCompared)]
    return found[-1]


def test_nearly_the_same_texts_are_recorded_by_whomever_they_are(executor: CommandExecutor, log: Log) -> None:
    # When
    first = filed(executor, written(executor, "ada", SAID))
    others = [
        filed(executor, written(executor, who, body, thread=body))
        for who, body in (("ada", f"Hello, {SAID.upper()}!"), ("bo", SAID), ("bo", "The lid is loose"))
    ]
    # Then
    assert compared(log, first).like is None
    assert [compared(log, id).like for id in others] == [first, first, None]
    assert compared(log, first).words == 18
    assert not any(word in compared(log, others[0]).model_dump_json() for word in ("kettle", "KETTLE", "spout"))


def test_an_item_is_no_copy_of_itself(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = written(executor, "ada", SAID)
    id = filed(executor, conversation_id)
    items.act(executor, id, WithdrawItem(), AGENT)
    # When
    filed(executor, conversation_id, again=True)
    # Then
    assert compared(log, id).like is None
    assert compared(log, filed(executor, written(executor, "bo", SAID))).like == id


def test_the_marks_of_a_text_go_with_who_said_it(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = written(executor, "ada", SAID)
    filed(executor, conversation_id)
    # When
    erasing.erase(executor, executor.read(conversation_id).state.customer_id, AGENT, Shown())
    # Then
    assert compared(log, filed(executor, written(executor, "bo", SAID))).like is None


def test_what_is_quoted_or_was_said_before_is_not_new(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = written(executor, "ada", "It drips. The table is wet.")
    conversations.act(executor, id, SendReply(body="We send you a new seal."), AGENT)
    reply = "It drips still!\n> We send you a new seal.\nThe table is wet.\nWe send you a new seal."
    conversations.act(executor, id, ReceiveMessage(body=reply), GATEWAY)
    # When
    found = compared(log, filed(executor, id))
    # Then
    assert [reply[each.start : each.end] for each in found.new] == ["It drips still!"]
    assert found.words == 3


def test_the_text_of_a_verdict_is_its_reason(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = written(executor, "ada", SAID)
    conversations.act(executor, id, SendReply(body="Use another table"), AGENT)
    conversations.act(executor, id, JudgeAnswer(answered=False, because="I have one table only"), GATEWAY)
    version = len(log.streams([id])[id])
    # Then
    assert compared(log, filed(executor, id, "verdict", str(version))).words == 5


def test_a_language_that_nobody_stated_is_that_of_the_words(executor: CommandExecutor, log: Log) -> None:
    # Given
    ids = [
        filed(executor, written(executor, who, body, language=language))
        for who, body, language in (("ada", SAID, None), ("bo", SAID, "de"), ("cy", "Kettle!", None))
    ]
    # Then
    events = [log.streams([id])[id][0].event for id in ids]
    assert [event.language for event in events if isinstance(event, ItemFiled)] == ["en", "de", None]
    assert [compared(log, id).language for id in ids] == ["en", "en", None]


def test_what_was_written_by_then_is_the_text_of_an_interaction(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = written(executor, "ada", "It drips")
    conversations.act(executor, id, AddInteraction(kind="complaint"), GATEWAY)
    said_at = log.streams([id])[id][-1].at
    conversations.act(executor, id, ReceiveMessage(body="Thank you, all is well by now"), GATEWAY)
    # When
    command = FileItem(kind="complaint", conversation_id=id, part="1", said_at=said_at)
    # Then
    assert compared(log, items.file(executor, command, SYSTEM).id).words == 2


def test_of_a_long_passage_the_beginning_is_compared(executor: CommandExecutor, log: Log) -> None:
    # Given
    id = written(executor, "ada", "drip " * 10_000)
    said = next(each.event for each in log.streams([id])[id] if isinstance(each.event, MessageReceived))
    # When
    passage = MarkPassage(message_id=said.message_id, start=0, end=50_000)
    # Then
    assert compared(log, items.mark(executor, id, passage, AGENT).id).words == MOST_CHARACTERS / 5


def test_a_passage_is_compared_by_itself(executor: CommandExecutor, log: Log) -> None:
    # Given
    whole = filed(executor, written(executor, "ada", SAID))
    id = written(executor, "bo", f"Good morning. {SAID}. I wait for an answer since last week, and nobody calls me")
    said = next(each.event for each in log.streams([id])[id] if hasattr(each.event, "message_id"))
    passage = MarkPassage(message_id=said.message_id, start=14, end=14 + len(SAID))
    # When
    found = compared(log, items.mark(executor, id, passage, AGENT).id)
    # Then
    assert found.like == whole
    assert [(each.start, each.end) for each in found.new] == [(14, 14 + len(SAID))]
