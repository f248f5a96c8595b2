"""The same again is the first answer. What comes otherwise under an id that was used is taken in, or refused: over HTTP
and over topics alike."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from commands import order as orders
from commands.conversation import handlers as conversations
from commands.conversation.delivering import deliver
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from commands.executor.state_cache import NOTHING
from commands.executor.unit_of_work import Change, KeyKind, UnitOfWork
from commands.message import report_delivery
from commands.staff import handlers as staffing
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation.commands import OpenConversation, SendReply
from domain.conversation.decisions import decide
from domain.conversation.events import ChannelIdRepeated, MessageReceived
from domain.kernel.ids import new_id
from domain.kernel.refusal import Refusal
from domain.message import ReportDelivery
from domain.order.commands import OrderLine, PlaceOrder
from domain.staff import JoinStaff
from infra.log.application import Log
from infra.log.memory import MemoryLog
from infra.views.view import fold_in_memory
from projections.conversation.history import HISTORY
from projections.message import RECEIPTS
from projections.order import ORDERS, OrderRow
from tests.support.companies import AGENT, GATEWAY, mail, names
from tests.support.inbound import Sent, message, step
from tests.support.open_work import erase
from tests.support.recorded import events_of

Tell = Callable[[str], None]


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def received(sent: Sent) -> Received:
    return Received(sent.topic, 0, 0, sent.key, sent.value, sent.headers)


def said(log: MemoryLog) -> list[str]:
    return [each.event.body for each in log.everything() if isinstance(each.event, MessageReceived)]


def marked(log: MemoryLog) -> list[str]:
    """The words of the messages that are marked, as the history shows them."""
    lines = [line for line, _ in fold_in_memory(HISTORY, log.everything()).values() if line]
    about = [line.about for line in lines if line.field == "same-id"]
    return [line.text or "" for line in lines if line.kind == "received" and line.about in about]


@pytest.fixture(params=["HTTP", "topic"])
def tell(request: pytest.FixtureRequest, executor: CommandExecutor) -> Tell:
    """Deliver a message of the channel's id m1 with these words."""

    def over_http(words: str) -> None:
        deliver(executor, replace(mail(1), body=words), GATEWAY)

    def over_topic(words: str) -> None:
        take_in(executor, received(message("m1", "t1", body=words)))

    return over_http if request.param == "HTTP" else over_topic


def test_other_words_under_the_same_id_are_another_message_marked(memory_log: MemoryLog, tell: Tell) -> None:
    for words in ("one", "one", "two", "two", "one", "three", "two"):
        tell(words)
    assert said(memory_log) == ["one", "two", "three"]
    assert marked(memory_log) == ["two", "three"]


def test_it_is_another_message_whichever_way_each_comes(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    first, second = mail(1), replace(mail(1), body="two")
    deliver(executor, first, GATEWAY)
    contact = {"kind": "mail", "value": first.contact.value, "name": first.contact.name}
    for each in (first, second):
        take_in(executor, received(message(first.channel_message_id, "t1", body=each.body, contact=contact)))
    deliver(executor, second, GATEWAY)
    assert said(memory_log) == [first.body, "two"]


def test_of_two_at_once_both_are_taken_in(
    executor: CommandExecutor, memory_log: MemoryLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second is decided while the id is free; the append finds the id taken by other words."""
    # Given another process, which takes in "two" while the first one decides
    deliver(executor, mail(2), GATEWAY)
    other = CommandExecutor(memory_log)
    look_up, meanwhile = executor.named, [replace(mail(1), body="two")]

    def overtaken(*asked: tuple[KeyKind, str]) -> list[str | None]:
        found = look_up(*asked)
        while meanwhile:
            deliver(other, meanwhile.pop(), GATEWAY)
        return found

    monkeypatch.setattr(executor, "named", overtaken)
    # When
    deliver(executor, replace(mail(1), body="one"), GATEWAY)
    other.close()
    # Then
    assert said(memory_log)[1:] == ["two", "one"]
    assert marked(memory_log) == ["one"]


def test_what_a_former_release_took_in_is_not_taken_in_anew(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    """It kept no content under the channel's id."""
    # Given
    ada = customers.register(executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id
    begin = OpenConversation(customer_id=ada, kind="inquiry", channel="mail", body="one")
    id = new_id("conversation")
    unit = UnitOfWork(
        id, [Change(id, NOTHING, decide(None, begin, executor.clock()))],
        [("channel-message", "mail\x00m1", id), ("channel-thread", "mail\x00t1", id)], subject=ada,
    )  # fmt: skip
    executor.run(GATEWAY, lambda: unit)
    # When
    answer = deliver(executor, mail(1), GATEWAY)
    # Then
    assert (answer.id, answer.repeated, said(memory_log)) == (id, True, ["one"])


def test_after_an_erasure_nothing_comes_back_by_either_words(memory_log: MemoryLog, executor: CommandExecutor) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    two = message("m1", "t1", body="two")
    take_in(executor, received(two))
    ada = executor.read(id).state.customer_id
    erase(executor, ada, AGENT)
    end = memory_log.position()
    # When
    deliver(executor, mail(1), GATEWAY)
    deliver(executor, replace(mail(1), body="two"), GATEWAY)
    take_in(executor, received(two))
    # Then nothing is kept that guesses could be tried on, either
    assert memory_log.position() == end
    kept = {key.fingerprint for key, _ in memory_log._memory._unique_keys.values() if key.subject in (None, ada)}
    assert kept == {None}


def placed(executor: CommandExecutor, **told: Any) -> str:
    ada = customers.register(executor, [ContactPoint("mail", "ada@example.org")], GATEWAY).id
    return orders.place(executor, PlaceOrder(customer_id=ada, number="K-2", **told), GATEWAY).id


def row(log: MemoryLog, id: str) -> OrderRow:
    ((found, _),) = fold_in_memory(ORDERS, log.streams([id])[id]).values()
    assert found is not None
    return found


BELLS, LAMPS = OrderLine(item="bell", count=2, price=Decimal("9.50")), OrderLine(item="lamp", count=1)


def test_an_order_told_with_other_content_is_amended(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    id = placed(executor, value=Decimal("19.00"), currency="EUR", lines=(BELLS,))
    end = memory_log.position()
    # When it is told again, whole or in part
    assert placed(executor, value=Decimal(19), lines=(BELLS,)) == id
    assert placed(executor) == id
    assert memory_log.position() == end
    # And otherwise
    for _ in range(2):
        assert placed(executor, value=Decimal("29.00"), placed_on=date(2026, 6, 1), lines=(BELLS, LAMPS)) == id
    # Then
    assert names(memory_log, id) == ["order.placed", "order.amended"]
    shown = row(memory_log, id)
    assert (shown.value, shown.currency, shown.placed_on) == (Decimal(29), "EUR", date(2026, 6, 1))
    assert [line["item"] for line in shown.lines] == ["bell", "lamp"]
    assert shown.status == "placed"


def test_an_order_told_otherwise_over_the_topic_is_amended(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given the same id of the order system for both, and the topic read again from its beginning
    id = placed(executor)
    contact = {"kind": "mail", "value": "ada@example.org"}
    first, second = (step("e1", "K-2", "placed", customer=contact, value=value) for value in ("10.00", "20.00"))
    third = step("e2", "K-2", "placed", customer=contact, value="30.00")
    # When
    for sent in (first, second, third, first, second, third):
        take_in(executor, received(sent))
    # Then
    amended = [event.value for event in events_of(memory_log, id)[1:]]
    assert amended == [Decimal(10), Decimal(20), Decimal(30)]
    assert row(memory_log, id).value == Decimal(30)


def test_a_callers_own_key_and_a_colleagues_handle_are_refused(executor: CommandExecutor, log: Log) -> None:
    keyed = replace(GATEWAY, command_id="k1")
    deliver(executor, mail(1), keyed)
    with pytest.raises(Refusal) as refused:
        deliver(executor, replace(mail(1), body="two"), keyed)
    assert refused.value.code == "idempotency-key-reused"
    assert not [
        each for each in names(log, deliver(executor, mail(1), GATEWAY).id) if each == ChannelIdRepeated.stored_name
    ]
    # And a handle
    joining = JoinStaff(handle="bo", name="Bo")
    first = staffing.join(executor, joining, AGENT)
    assert staffing.join(executor, joining, AGENT).id == first.id
    with pytest.raises(Refusal, match="handle-reused"):
        staffing.join(executor, JoinStaff(handle="bo", name="Bo Lind"), AGENT)


def test_a_failure_with_another_code_counts(executor: CommandExecutor, memory_log: MemoryLog) -> None:
    # Given
    id = deliver(executor, mail(1), GATEWAY).id
    conversations.act(executor, id, SendReply(body="Here", message_id="message-1"), AGENT)
    # When
    for code in ("busy", "busy", "no-mailbox", None, "no-mailbox"):
        report_delivery(executor, "message-1", ReportDelivery(conversation_id=id, state="failed", code=code), GATEWAY)
    # Then
    assert [event.code for event in events_of(memory_log, "message-1")] == ["busy", "no-mailbox"]
    ((receipt, _),) = fold_in_memory(RECEIPTS, memory_log.streams(["message-1"])["message-1"]).values()
    assert receipt is not None
    assert receipt.code == "no-mailbox"
