"""A gateway sends a field in a type that nobody expects: what happened is taken in, and the field is kept, and said.

Each optional field of each message that says what happened, over topics and over HTTP, is tried with each type of JSON.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from api.contract.bodies.contact import ContactBody
from api.contract.bodies.conversation import Opening, ReceivedBody, Verdict
from api.contract.bodies.fields import Dated
from api.contract.bodies.promise import Outcome
from commands.conversation.as_sent import as_sent
from commands.customer import handlers as customers
from commands.customer.contact_points import ContactPoint
from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import InboundMessage, OrderPlaced, OrderShipped, Received
from consumers.inbound.taking_in import take_in
from domain.conversation import events as c
from domain.kernel.adjusted import Adjusted
from domain.kernel.told import ToldByOthers
from domain.order import events as o
from infra.log.application import Log
from tests.bugs.test_null_stands_for_what_is_left_out import TOLD, whole
from tests.support.companies import AGENT
from tests.support.inbound import Sent, message, step
from tests.support.recorded import recorded_as

CONTACT = {"kind": "mail", "value": "ada@example.org"}
ODD: tuple[Any, ...] = (7, -1.5, True, "x\ud83d", [], ["a", {"b": [1]}], [None], {"a": 1}, 10**30)
HALF = "half \ud83d"


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


ASKED = (Dated, Outcome, ContactBody)
"""What says what somebody here did or wants done: a promise's outcome, a contact point that a colleague types."""


def told_messages() -> Iterator[type[ToldByOthers]]:
    """The messages in which others say what happened."""
    for kind in dict.fromkeys(TOLD):
        if kind not in ASKED:
            assert issubclass(kind, ToldByOthers), kind
            yield kind


def optional() -> Iterator[tuple[type[ToldByOthers], str]]:
    for kind in told_messages():
        yield from (
            (kind, name)
            for name, field in kind.model_fields.items()
            if not field.is_required() and name not in kind.asked
        )


@pytest.mark.parametrize(
    ("kind", "name"), [pytest.param(*each, id=f"{each[0].__name__}-{each[1]}") for each in optional()]
)
def test_a_field_of_any_type_is_taken_in_and_said(kind: type[ToldByOthers], name: str) -> None:
    for odd in ODD:
        if name == "occurred_at" and isinstance(odd, str):
            continue  # written as a text, it is checked (docs/times.md)
        found = kind.model_validate(whole(kind) | {name: odd})
        taken = getattr(found, name)
        as_it_is = taken == odd and isinstance(taken, bool) == isinstance(odd, bool)
        inside = isinstance(odd, list) and bool(odd)
        notes = [each for each in found.not_as_told if each.field.partition(".")[0] == name]
        assert notes or as_it_is or odd == [], (odd, taken)
        if inside and not as_it_is:
            assert all(each.kept for each in notes), (odd, notes)


def test_a_field_that_says_what_to_do_is_checked() -> None:
    for kind, name in ((ReceivedBody, "contact"), (Opening, "priority"), (Verdict, "message_id")):
        with pytest.raises(ValidationError):
            kind.model_validate(whole(kind) | {name: 7})


def test_what_is_missing_or_unknown_is_refused_beside_an_odd_field() -> None:
    for wrong in ({"channel": None}, {"colour": "red"}, {"occurred_at": "yesterday"}):
        with pytest.raises(ValidationError):
            InboundMessage.model_validate(whole(InboundMessage) | {"subject": 7} | wrong)


def test_a_number_stands_for_its_text_and_a_text_for_its_number() -> None:
    # When
    found = InboundMessage.model_validate(whole(InboundMessage) | {"message_id": 4711, "thread": 4700})
    order = OrderPlaced.model_validate(
        {
            "step": "placed",
            "order_number": 12,
            "customer": CONTACT,
            "item_count": "3",
            "lines": [{"item": 5, "count": "2"}],
        }
    )
    # Then
    assert (found.key, found.message_id) == ("4700", "4711")
    assert [(each.field, each.kept) for each in found.not_as_told] == [("message_id", "4711"), ("thread", "4700")]
    assert (order.key, order.item_count, order.lines[0].item, order.lines[0].count) == ("12", 3, "5", 2)
    assert [each.field for each in order.not_as_told] == ["order_number", "item_count", "lines.0.item", "lines.0.count"]


def test_a_time_that_is_no_text_claims_nothing() -> None:
    for odd in (1_767_225_600, [2026, 1, 1], True):
        found = OrderShipped.model_validate({"step": "shipped", "order_number": "1", "occurred_at": odd})
        assert (found.occurred_at, found.time_precision) == (None, "unknown")
        assert [each.field for each in found.not_as_told] == ["occurred_at"]
    odd_precision = {"step": "shipped", "order_number": "1", "occurred_at": "2026-01-01", "time_precision": "minute"}
    assert OrderShipped.model_validate(odd_precision).time_precision == "unknown"


def test_too_many_items_are_cut_and_kept() -> None:
    found = InboundMessage.model_validate(whole(InboundMessage) | {"attachments": [{"name": "a"}] * 2_502})
    (note,) = found.not_as_told
    assert (len(found.attachments), note.field, note.how) == (2_500, "attachments", "cut")
    assert json.loads(note.kept or "") == [{"name": "a"}] * 2


def tell(executor: CommandExecutor, sent: Sent, **fields: Any) -> None:
    value = json.dumps(json.loads(sent.value or b"") | fields).encode()
    take_in(executor, Received(sent.topic, 0, 0, sent.key, value, sent.headers))


def kept_of(executor: CommandExecutor, kind: type[Any]) -> list[tuple[str, str | None]]:
    log = list(executor.log.recorded_events(executor.log.read(0)))
    found = recorded_as(kind, log)[-1]
    notes: tuple[Adjusted, ...] = as_sent(executor, found.originator_id, found.originator_version).adjusted
    return [(each.field, each.kept) for each in notes]


def test_a_message_keeps_what_was_told_otherwise(executor: CommandExecutor) -> None:
    # When
    tell(
        executor,
        message("1", "m-1", "It leaks"),
        subject=["Re:", "the kettle"], automatic="yes", language=7,
        attachments=["leak.jpg", {"name": HALF, "size": []}],
        contact=CONTACT | {"name": 5},
    )  # fmt: skip
    # Then
    kept = dict(kept_of(executor, c.MessageReceived))
    assert kept["automatic"] == "yes"
    assert kept["attachments.0"] == "leak.jpg"
    assert kept["attachments.1.size"] == "[]"
    assert "attachments.1.name" in kept
    assert kept["contact.name"] == "5"
    log = list(executor.log.recorded_events(executor.log.read(0)))
    received = recorded_as(c.MessageReceived, log)[-1].event
    assert (received.automatic, len(received.attachments)) == (False, 2)


def test_half_of_a_surrogate_pair_is_said(executor: CommandExecutor) -> None:
    # When
    tell(executor, message("1", "m-1", "x"), body=HALF, contact=CONTACT | {"name": HALF})
    # Then
    kept = kept_of(executor, c.MessageReceived)
    assert ("body", None) in kept
    assert ("contact.name", None) in kept


def test_an_order_keeps_what_was_told_otherwise(executor: CommandExecutor) -> None:
    # Given
    customer = customers.register(executor, [ContactPoint("mail", "ada@example.org")], AGENT).id
    # When
    tell(
        executor,
        step("1", "K-1", "placed", customer=customer),
        currency=978, lines=["bell", {"item": "bell"}, {"item": "horn", "count": 2}],
    )  # fmt: skip
    # Then
    kept = dict(kept_of(executor, o.Placed))
    assert (kept["lines.0"], json.loads(kept["lines.1"] or "")) == ("bell", {"item": "bell"})
    assert kept["currency"] == "978"
    placed = recorded_as(o.Placed, list(executor.log.recorded_events(executor.log.read(0))))[-1].event
    assert [(line.item, line.count) for line in placed.lines] == [("horn", 2)]
    # When
    tell(executor, step("2", "K-1", "delivered"), in_full="yes", undamaged=1, parcel=["P-1"])
    # Then
    assert dict(kept_of(executor, o.Delivered)) == {"in_full": "yes", "undamaged": "1", "parcel": '["P-1"]'}
