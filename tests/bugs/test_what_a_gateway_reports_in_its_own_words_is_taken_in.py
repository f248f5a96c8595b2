"""A gateway reports how far a message came in its own words: the report is taken in, by the nearest state of ours, and
what was told is kept. A text never stands in a code, which is not sealed."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from commands.conversation.as_sent import as_sent
from commands.conversation.delivering import deliver
from commands.conversation.handlers import act
from commands.executor.executor import CommandExecutor
from commands.message import report_delivery
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation.commands import SendReply
from domain.conversation.events import MessageSent
from domain.kernel.refusal import Refusal
from domain.message import DeliveryChanged, ReportDelivery
from infra.log.application import Log
from projections.message import RECEIPTS, Receipt
from tests.support.companies import AGENT, GATEWAY, mail
from tests.support.inbound import message
from tests.support.recorded import recorded_as

Ids = dict[str, str]


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


@pytest.fixture
def sent(executor: CommandExecutor) -> Ids:
    """A message to a customer, and its conversation."""
    id = deliver(executor, mail(1), GATEWAY).id
    act(executor, id, SendReply(body="Well."), AGENT)
    (found,) = recorded_as(MessageSent, executor.log.recorded_events(executor.log.read(0)))
    return {"message_id": found.event.message_id, "conversation_id": id}


def tell(executor: CommandExecutor, sent: Ids, id: str, **report: Any) -> None:
    """A report as the topic brings it."""
    fields = {**sent, **report}
    like = message(id, id, "")
    given = {"ce_type": b"antiphon.inbound.delivery.v1", "ce_id": id.encode()}
    headers = [(name, given.get(name, value)) for name, value in like.headers]
    key, value = sent["message_id"].encode(), json.dumps(fields).encode()
    take_in(executor, Received("inbound.delivery.v1", 0, 1, key, value, headers))


def reports(executor: CommandExecutor) -> list[DeliveryChanged]:
    found = recorded_as(DeliveryChanged, executor.log.recorded_events(executor.log.read(0)))
    return [each.event for each in found]


def receipt(executor: CommandExecutor) -> Receipt:
    row = None
    for each in recorded_as(DeliveryChanged, executor.log.recorded_events(executor.log.read(0))):
        row = RECEIPTS.fold(row, each)
    assert row is not None
    return row


KEPT = "state", "normalised"
REPORTED: list[tuple[dict[str, Any], tuple[str, str | None], list[tuple[str, str, str | None]]]] = [
    ({"state": "Delivered"}, ("delivered", None), [(*KEPT, "Delivered")]),
    ({"state": " bounced "}, ("failed", None), [(*KEPT, " bounced ")]),
    ({"state": "opened"}, ("read", None), [(*KEPT, "opened")]),
    ({"state": "verschwunden"}, ("queued", None), [(*KEPT, "verschwunden")]),
    ({"state": ""}, ("queued", None), [(*KEPT, None)]),
    ({"state": "x" * 9_000}, ("queued", None), [(*KEPT, "x" * 9_000)]),
    ({"state": "lost", "code": 7}, ("queued", None), [(*KEPT, "lost"), ("code", "dropped", "7")]),
    ({"state": "failed", "code": "5.1.1"}, ("failed", "5-1-1"), [("code", "normalised", "5.1.1")]),
    ({"state": "failed", "code": "MAILBOX_FULL"}, ("failed", "mailbox-full"), [("code", "normalised", "MAILBOX_FULL")]),
    ({"state": "failed", "code": 30003}, ("failed", "30003"), []),
    ({"state": "failed", "code": "c" * 51}, ("failed", None), [("code", "dropped", "c" * 51)]),
    ({"state": "failed", "code": "no ada@example.org"}, ("failed", None), [("code", "dropped", "no ada@example.org")]),
    ({"state": "failed", "code": None}, ("failed", None), []),
    ({"state": "failed", "code": "a\x00"}, ("failed", None), [("code", "dropped", "a␀")]),
    ({"state": "failed", "code": ""}, ("failed", None), [("code", "dropped", None)]),
    (
        {"state": "failed", "code": 5.1},
        ("failed", "5-1"),
        [("code", "normalised", "5.1"), ("code", "normalised", "5.1")],
    ),
    ({"state": "failed", "code": ["full", 7]}, ("failed", None), [("code", "dropped", '["full", 7]')]),
    ({"state": "failed", "code": True}, ("failed", None), [("code", "dropped", "true")]),
    (
        {"state": "delivered", "code": "250 OK for ada@example.org"},
        ("delivered", None),
        [("code", "dropped", "250 OK for ada@example.org")],
    ),
    ({"state": "sent", "code": "later"}, ("sent", None), [("code", "dropped", "later")]),
    ({"state": 7}, ("queued", None), [("state", "normalised", "7"), ("state", "normalised", "7")]),
]


@pytest.mark.parametrize(("report", "recorded", "adjusted"), REPORTED, ids=lambda each: str(each)[:50])
def test_a_report_of_any_form_is_taken_in(
    executor: CommandExecutor,
    sent: Ids,
    report: dict[str, Any],
    recorded: tuple[str, str | None],
    adjusted: list[tuple[str, str, str | None]],
) -> None:
    # When
    tell(executor, sent, "r1", **report)
    # Then
    (event,) = reports(executor)
    assert (event.state, event.code) == recorded
    assert [(each.field, each.how, each.kept) for each in event.adjusted] == adjusted
    assert as_sent(executor, sent["message_id"], 1).adjusted == event.adjusted


def test_a_word_that_nobody_knows_takes_nothing_back(executor: CommandExecutor, sent: Ids) -> None:
    # Given
    tell(executor, sent, "r1", state="delivered")
    before = receipt(executor)
    # When
    tell(executor, sent, "r2", state="verschwunden")
    # Then
    told = reports(executor)[-1]
    assert (told.state, [each.kept for each in told.adjusted]) == ("delivered", ["verschwunden"])
    assert replace(receipt(executor), adjusted=()) == before


def test_the_same_word_told_again_is_no_other_report(executor: CommandExecutor, sent: Ids) -> None:
    for id, state in (("r1", "lost"), ("r2", "lost"), ("r3", "gone")):
        tell(executor, sent, id, state=state)
    assert [each.adjusted[0].kept for each in reports(executor)] == ["lost", "gone"]


def test_what_a_person_types_is_refused(executor: CommandExecutor, sent: Ids) -> None:
    typed = ReportDelivery(conversation_id=sent["conversation_id"], state="lost")  # type: ignore[arg-type]
    person = replace(GATEWAY, actor=AGENT.actor)
    with pytest.raises(Refusal, match="state"):
        report_delivery(executor, sent["message_id"], typed, person)
