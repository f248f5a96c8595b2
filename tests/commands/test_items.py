"""Feedback items: filed once from what is recorded, placed by a published table, corrected and withdrawn by people."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import erasing
from commands.decision_table import put
from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.signal import items
from domain.conversation.commands import AddNote, ReceiveMessage, SendReply
from domain.conversation.events import MessageReceived
from domain.decision_table.written import TableWritten
from domain.kernel.event import Actor, Event, Recorded
from domain.kernel.refusal import Refusal
from domain.order.commands import PlaceOrder
from domain.signal.item import (
    ITEM,
    CorrectItem,
    FileItem,
    ItemDecided,
    ItemFiled,
    ItemState,
    MarkPassage,
    RecordedPlacement,
    WithdrawItem,
)
from infra.log.application import Log
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.open_work import Shown

SAID_AT = datetime(2026, 5, 4, tzinfo=UTC)
SYSTEM = Context(Actor(id="system-signal-items", kind="system"))
THEMES: dict[str, Any] = {
    "hit_policy": "first",
    "inputs": [
        {"name": "kind", "type": "string"},
        {"name": "theme", "type": "string", "optional": "true"},
    ],
    "outputs": [{"name": each, "type": "string"} for each in ("area", "theme", "step", "stage")]
    + [{"name": "weight", "type": "number"}],
    "rules": [
        {
            "when": {"theme": '"Leaks!"'},
            "then": {"area": '"kettles"', "theme": '"leaks"', "step": '"use"', "stage": '"production"', "weight": "2"},
        },
        {
            "when": {"kind": '"verdict"'},
            "then": {"area": "null", "theme": '"No Such Key"', "step": "null", "stage": "null", "weight": "1"},
        },
    ],
}


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def publish(executor: CommandExecutor, **changes: Any) -> None:
    put(executor, {"themes": TableWritten.model_validate({**THEMES, **changes})}, AGENT)


def conversation(executor: CommandExecutor) -> str:
    return deliver(executor, mail(1), GATEWAY).id


def complaint(conversation_id: str, theme: str | None = "Leaks!", **more: Any) -> FileItem:
    fields = {"kind": "complaint", "part": "interaction-1", "said_at": SAID_AT, **more}
    return FileItem.model_validate({**fields, "conversation_id": conversation_id, "theme": theme})


def state(executor: CommandExecutor, id: str) -> ItemState:
    return executor.read(ITEM, id).existing("item").state


def test_nothing_is_filed_before_a_table_is_published(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = conversation(executor)
    end = log.position()
    # When
    with pytest.raises(Refusal, match="table-unpublished"):
        items.file(executor, complaint(conversation_id), SYSTEM)
    # Then
    assert log.position() == end


def test_the_table_decides_and_its_decision_is_recorded(executor: CommandExecutor, log: Log) -> None:
    # Given
    publish(executor)
    # When
    id = items.file(executor, complaint(conversation(executor)), SYSTEM).id
    # Then
    filed, decided, _ = (each.event for each in log.streams([id])[id])
    assert isinstance(filed, ItemFiled)
    assert isinstance(decided, ItemDecided)
    assert filed.said_at == SAID_AT
    assert filed.channel == "mail"
    assert filed.undecided is None
    assert decided.placement == RecordedPlacement(
        product_area="kettles", theme="leaks", step="use", stage="production", weight=Decimal(2)
    )
    assert decided.decision.version == 1
    assert decided.decision.decided_by == (1,)
    assert decided.decision.inputs == {"kind": '"complaint"', "theme": '"Leaks!"'}


def test_marking_a_passage_opens_no_other_text(executor: CommandExecutor, monkeypatch: pytest.MonkeyPatch) -> None:
    # Given
    publish(executor)
    id = conversation(executor)
    for number in range(3):
        conversations.act(executor, id, ReceiveMessage(body=f"drip {number}"), GATEWAY)
    (*_, marked) = [each.event for each in executor.log.streams([id])[id] if isinstance(each.event, MessageReceived)]
    streams = executor.log.streams
    read: list[str | None] = []

    def spied(ids: Iterable[str], *, opened: bool = True) -> dict[str, list[Recorded[Event]]]:
        found = streams(ids, opened=opened)
        read.extend(
            each.event.body for events in found.values() for each in events if isinstance(each.event, MessageReceived)
        )
        return found

    monkeypatch.setattr(executor.log, "streams", spied)
    # When
    items.mark(executor, id, MarkPassage(message_id=marked.message_id, start=0, end=4), AGENT)
    # Then
    assert len(read) == 4
    assert not any("drip" in (text or "") for text in read)


def test_filing_the_same_twice_is_filing_it_once(executor: CommandExecutor, log: Log) -> None:
    # Given
    publish(executor)
    conversation_id = conversation(executor)
    first = items.file(executor, complaint(conversation_id), SYSTEM)
    end = log.position()
    # When
    again = items.file(executor, complaint(conversation_id), replace(SYSTEM, command_id="another"))
    # Then
    assert again.id == first.id
    assert log.position() == end


@pytest.mark.parametrize(
    ("changes", "theme", "kind", "why"),
    [
        ({}, "other", "complaint", "no-rule"),
        ({}, None, "verdict", "output-unknown"),
        ({"inputs": [{"name": "size", "type": "number"}], "rules": THEMES["rules"][:0] or [
            {"then": THEMES["rules"][0]["then"]}]}, None, "complaint", "table-input-invalid"),
        ({"hit_policy": "unique", "rules": [THEMES["rules"][0]] * 2}, "Leaks!", "complaint", "decision-ambiguous"),
    ],
)  # fmt: skip
def test_what_no_table_decides_is_filed_and_says_why(
    executor: CommandExecutor, log: Log, changes: dict[str, Any], theme: str | None, kind: str, why: str
) -> None:
    # Given
    publish(executor, **changes)
    # When
    id = items.file(executor, complaint(conversation(executor), theme, kind=kind), SYSTEM).id
    # Then
    filed = log.streams([id])[id][0].event
    assert isinstance(filed, ItemFiled)
    assert filed.undecided == why
    assert "item.decided" not in names(log, id)


def test_a_correction_keeps_what_was_decided_before(executor: CommandExecutor, log: Log) -> None:
    # Given
    publish(executor)
    id = items.file(executor, complaint(conversation(executor)), SYSTEM).id
    # When
    for _ in range(2):
        items.act(executor, id, CorrectItem(theme="lid", stage="design"), AGENT)
    # Then
    assert names(log, id) == ["item.filed", "item.decided", "item.text-compared", "item.corrected"]
    corrected = log.streams([id])[id][-1].event
    assert corrected.model_dump(include={"previous": {"theme"}}) == {"previous": {"theme": "leaks"}}
    assert state(executor, id).placement.theme == "lid"
    assert state(executor, id).placement.product_area == "kettles"


def test_a_withdrawn_item_is_filed_anew_only_when_asked(executor: CommandExecutor, log: Log) -> None:
    # Given
    publish(executor)
    conversation_id = conversation(executor)
    id = items.file(executor, complaint(conversation_id), SYSTEM).id
    for _ in range(2):
        items.act(executor, id, WithdrawItem(), AGENT)
    # When
    items.file(executor, complaint(conversation_id), SYSTEM)
    # Then
    assert names(log, id)[3:] == ["item.withdrawn"]
    with pytest.raises(Refusal, match="item-withdrawn"):
        items.act(executor, id, CorrectItem(theme="lid"), AGENT)
    # When
    items.file(executor, complaint(conversation_id, again=True), SYSTEM)
    # Then
    assert names(log, id)[4:] == ["item.filed", "item.decided", "item.text-compared"]
    assert not state(executor, id).withdrawn


def test_a_passage_is_named_by_its_place_and_not_copied(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = conversation(executor)
    said = ReceiveMessage(body="It drips. The rest is fine.", language="en")
    conversations.act(executor, conversation_id, said, GATEWAY)
    passage = MarkPassage(message_id=said.message_id, start=0, end=9, theme="leaks")
    # When
    ids = {items.mark(executor, conversation_id, passage, AGENT).id for _ in range(2)}
    rest = [MarkPassage(message_id=said.message_id, start=10, end=end) for end in (27, 28, 99)]
    # Then
    (id,) = ids
    # And a passage ends with its message
    assert len({items.mark(executor, conversation_id, each, AGENT).id for each in rest}) == 1
    filed, compared = (each.event for each in log.streams([id])[id])
    assert isinstance(filed, ItemFiled)
    assert (filed.source.message_id, filed.source.start, filed.source.end) == (said.message_id, 0, 9)
    assert (filed.placement.theme, filed.undecided, filed.language) == ("leaks", "no-table", "en")
    assert "drips" not in filed.model_dump_json() + compared.model_dump_json()


def test_only_words_of_customers_are_marked(executor: CommandExecutor) -> None:
    # Given
    conversation_id = conversation(executor)
    said, reply = ReceiveMessage(body="It drips."), SendReply(body="Sorry")
    for each in (said, reply):
        conversations.act(executor, conversation_id, each, GATEWAY)
    # When
    for message_id, start, code in (
        (reply.message_id, 0, "message-not-received"),
        ("message-none", 0, "message-unknown"),
        (said.message_id, 9, "passage-empty"),
    ):
        # Then
        with pytest.raises(Refusal, match=code):
            items.mark(executor, conversation_id, MarkPassage(message_id=message_id, start=start, end=20), AGENT)


def test_what_a_colleague_noted_of_our_own_process_is_an_item(executor: CommandExecutor, log: Log) -> None:
    # Given
    conversation_id = conversation(executor)
    note, by_machine = AddNote(body="Sales waits for production since May"), AddNote(body="To ask")
    conversations.act(executor, conversation_id, note, AGENT)
    conversations.act(executor, conversation_id, by_machine, SYSTEM)
    # When
    passage = MarkPassage(message_id=note.note_id, start=0, end=27, theme="bottleneck")
    id = items.mark(executor, conversation_id, passage, AGENT).id
    # Then
    filed = log.streams([id])[id][0].event
    assert isinstance(filed, ItemFiled)
    assert (filed.kind, filed.person_id, filed.channel) == ("colleague-note", AGENT.actor.id, None)
    assert "Sales" not in filed.model_dump_json()
    with pytest.raises(Refusal, match="message-not-received"):
        items.mark(executor, conversation_id, MarkPassage(message_id=by_machine.note_id, start=0, end=3), AGENT)
    # And it goes with the customer whose conversation has the note
    erasing.erase(executor, filed.source.customer_id, AGENT, Shown())
    with pytest.raises(Refusal, match="customer-erased"):
        items.mark(executor, conversation_id, MarkPassage(message_id=note.note_id, start=1, end=5), AGENT)


def test_who_is_erased_keeps_no_more_items_filed(executor: CommandExecutor) -> None:
    # Given
    publish(executor)
    conversation_id = conversation(executor)
    customer_id = executor.read(conversation_id).state.customer_id
    erasing.erase(executor, customer_id, AGENT, Shown())
    # When
    with pytest.raises(Refusal, match="customer-erased"):
        items.file(executor, complaint(conversation_id), SYSTEM)


def test_a_source_is_looked_up_and_is_one_customers(executor: CommandExecutor) -> None:
    # Given
    publish(executor)
    ours = conversation(executor)
    theirs = deliver(executor, mail(2, "t2", "bo@example.org"), GATEWAY).id
    order = PlaceOrder(customer_id=executor.read(theirs).state.customer_id)
    orders.place(executor, order, AGENT)
    # When
    for changes, code in (
        ({"conversation_id": "conversation-none"}, "not-found"),
        ({"conversation_id": order.order_id}, "not-found"),
        ({"order_id": order.order_id}, "not-theirs"),
        ({"conversation_id": None}, "not-found"),
    ):
        # Then
        with pytest.raises(Refusal, match=code):
            items.file(executor, complaint(ours).model_copy(update=changes), SYSTEM)
