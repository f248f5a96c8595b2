"""A gateway that calls a channel, a kind or a contact point in its own way tells a fact all the same: the message is
taken in, what was told is kept and said, and two people stay two."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, TypeVar

import pytest

from commands.conversation.delivering import deliver
from commands.customer.contact_points import ContactPoint, find
from commands.executor.executor import CommandExecutor
from consumers.inbound.messages import Received
from consumers.inbound.taking_in import take_in
from domain.conversation import events as c
from domain.kernel.event import Event
from domain.kernel.refusal import Refusal
from domain.order.events import Placed
from infra.log.application import Log
from tests.support.companies import GATEWAY, mail
from tests.support.inbound import message
from tests.support.recorded import recorded_as

E = TypeVar("E", bound=Event)


@pytest.fixture
def log(memory_log: Log) -> Log:
    """In memory: what is decided, nothing of a database."""
    return memory_log


def told(executor: CommandExecutor, number: int, **fields: Any) -> c.MessageReceived:
    """The message as it is recorded that a gateway tells with these fields."""
    sent = message(f"m{number}", f"t{number}", f"word {number}", **fields)
    take_in(executor, Received(sent.topic, 0, number, sent.key, sent.value, sent.headers))
    (found,) = [each for each in recorded(executor, c.MessageReceived) if each.body == f"word {number}"]
    return found


def recorded(executor: CommandExecutor, kind: type[E]) -> list[E]:
    log = executor.log.recorded_events(executor.log.read(0))
    return [each.event for each in recorded_as(kind, log)]


def adjusted(event: c.MessageReceived) -> list[tuple[str, str, str | None]]:
    return [(each.field, each.how, each.kept) for each in event.adjusted]


@pytest.mark.parametrize(
    ("sent", "channel"),
    [("Mail", "mail"), (" CHAT ", "chat"), ("WhatsApp", "whatsapp"), ("fax", "fax")],
)
def test_a_channel_is_one_however_it_is_written(executor: CommandExecutor, sent: str, channel: str) -> None:
    event = told(executor, 1, channel=sent)
    assert event.channel == channel
    assert adjusted(event) == ([] if sent == channel else [("channel", "normalised", sent)])


def test_channels_of_names_that_none_can_have_stay_two(executor: CommandExecutor) -> None:
    one, other = told(executor, 1, channel="微信"), told(executor, 2, channel="c" * 51)
    assert one.channel != other.channel
    assert all(str(each.channel).startswith("other-") for each in (one, other))
    assert adjusted(one) == [("channel", "normalised", "微信")]


@pytest.mark.parametrize(
    ("sent", "kind"),
    [
        ("complaint", "complaint"),
        ("Complaint", "complaint"),
        ("praise", "inquiry"),
        ("", "inquiry"),
        ("order", "inquiry"),
    ],
)
def test_a_kind_that_nobody_knows_is_an_inquiry(executor: CommandExecutor, sent: str, kind: str) -> None:
    event = told(executor, 1, kind=sent)
    (brought,) = recorded(executor, c.InteractionAdded)
    assert brought.kind == kind
    assert adjusted(event) == ([] if sent == kind else [("kind", "normalised", sent or None)])


def test_an_order_that_is_named_is_of_its_kind(executor: CommandExecutor) -> None:
    event = told(executor, 1, kind="Order", order_number="K-1")
    (brought,) = recorded(executor, c.InteractionAdded)
    assert brought.kind == "order"
    assert adjusted(event) == [("kind", "normalised", "Order")]


def test_contact_points_of_two_unknown_kinds_are_two_people(executor: CommandExecutor) -> None:
    # When
    events = [
        told(executor, number, contact={"kind": kind, "value": "ada"})
        for number, kind in enumerate(("Telegram", "mastodon", "telegram", "handle"), 1)
    ]
    # Then
    customers = [event.customer_id for event in events]
    assert customers[0] == customers[2]
    assert len(set(customers)) == 3
    assert find(executor, ContactPoint("handle", "telegram:ada")) == customers[0]
    assert adjusted(events[0]) == [("contact.kind", "normalised", "Telegram")]


def test_a_mail_address_is_one_whatever_its_kind_is_called(executor: CommandExecutor) -> None:
    known = deliver(executor, mail(9), GATEWAY).id
    event = told(executor, 1, contact={"kind": "E-Mail", "value": "ada@example.org"})
    assert event.customer_id == executor.read(known).state.customer_id


def test_whoever_ordered_is_found_by_an_unknown_kind_too(executor: CommandExecutor) -> None:
    # Given
    customer_id = told(executor, 1, contact={"kind": "telegram", "value": "ada"}).customer_id
    # When
    fields = {"order_number": "K-1", "step": "placed", "customer": {"kind": "Telegram", "value": "ada"}}
    sent = message("m2", "t2", "")
    headers = [(name, b"antiphon.inbound.order.v1" if name == "ce_type" else value) for name, value in sent.headers]
    take_in(executor, Received("inbound.orders.v1", 0, 1, b"K-1", json.dumps(fields).encode(), headers))
    # Then
    assert [each.customer_id for each in recorded(executor, Placed)] == [customer_id]


def test_what_somebody_here_notes_down_keeps_to_our_words(executor: CommandExecutor) -> None:
    with pytest.raises((Refusal, ValueError)):
        deliver(executor, replace(mail(1), kind="complant", noted=True), GATEWAY)
