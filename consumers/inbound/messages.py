"""Inbound messages: one class per topic, and how a Kafka record is read as one.

The classes are separate from the commands: the contract with other systems stays while commands change. They refuse
unknown fields: otherwise, what a gateway sent beyond them would be lost silently.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, Strict, TypeAdapter, ValidationError

from domain.conversation.as_sent import MOST_SENT
from domain.conversation.inline_files import DeliveredAttachment
from domain.kernel.adjusted import BROUGHT_INTO_FORM, Sent
from domain.kernel.refusal import InputInvalid, Refusal
from domain.kernel.text import Text
from domain.kernel.time import TimePrecision, WrittenDayOrInstant
from domain.kernel.told import ToldByOthers
from domain.kernel.values import Flag
from domain.message import SentCode, SentState
from domain.order.as_told import ToldFacts, ToldNumber, ToldOrder, ToldPart, ToldReason, ToldShipment
from infra import strict_json

MOST_BYTES = 1_000_000
"""The most bytes of a message, without key and headers."""

SentId = Annotated[Sent, Field(min_length=1)]
"""An id in the other system, of any length. One that a channel can have is kept, sealed, and told with answers."""


Place = tuple[str, int, int]
"""Where a record stands: topic without the prefix, partition, offset."""


@dataclass(frozen=True, slots=True)
class Received:
    """One record as it came: its place and its bytes. `topic` is without the prefix."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]] = ()

    @property
    def place(self) -> Place:
        """Where it stands."""
        return self.topic, self.partition, self.offset


class Contact(ToldByOthers):
    """A way to reach the customer. `kind`: `mail`, `phone`, `handle` or `account`; a contact point of any other kind is
    taken for a handle. `name` is taken where none is known."""

    kind: Annotated[Sent, BROUGHT_INTO_FORM]
    value: Sent
    name: Sent | None = None


class Sender(Contact):
    """The contact point from which a message came; `name` is taken where none is known. Nobody is known by an empty
    value: whoever begins a thread is a new customer, and in a known thread its customer speaks."""


class InboundFact(ToldByOthers):
    """When it happened: an instant with its offset, or a day in the company's zone. Without `occurred_at`, the time at
    which it was taken in."""

    occurred_at: WrittenDayOrInstant | None = None
    time_precision: TimePrecision = "exact"


class InboundMessage(InboundFact):
    """A customer wrote or said something: by mail, in a chat, on a social network, or on the phone, as noted down.

    `message_id`: the channel's id; the same id again is the same message. `thread`: the channel's id of the exchange,
    if there is one; a new thread opens a conversation. `order_number`: the order that the customer names, as the
    customer says it. The record's key is `thread`, or else `message_id`.

    `channel`: a word in lower case, such as `mail`. `kind`: `inquiry`, `complaint`, `order` or `feedback`; any other is
    taken for an inquiry. `automatic`: no person wrote it. What the customer sent has no limits but the record's: longer
    texts are cut, and the rest is kept.
    """

    channel: Annotated[Sent, BROUGHT_INTO_FORM]
    message_id: SentId
    thread: Sent | None = None
    contact: Sender
    body: Sent | None = None
    kind: Annotated[Sent, BROUGHT_INTO_FORM] = "inquiry"
    subject: Sent | None = None
    language: Sent | None = None
    product_area: Sent | None = None
    attachments: Annotated[tuple[DeliveredAttachment, ...], Field(max_length=MOST_SENT, fail_fast=True)] = ()
    order_number: Sent | None = None
    automatic: Flag = False

    @property
    def key(self) -> str:
        """The required key of the record."""
        return self.thread or self.message_id


class _OrderFact(InboundFact):
    """A fact about one order, by its number, which is the record's key."""

    order_number: ToldNumber

    @property
    def key(self) -> str:
        """The required key of the record."""
        return self.order_number


class OrderPlaced(ToldOrder, _OrderFact):
    """A customer placed an order: a known customer by this id, or by this contact point."""

    step: Literal["placed"]
    customer: Contact | str


class _PartFact(ToldPart, _OrderFact):
    """A fact about the order as a whole, or about one part. `parcel`: the order system's number of the parcel or
    return, or a tracking number. `lines`: what is in it."""


class OrderShipped(ToldShipment, _PartFact):
    """The order, or a part of it, was sent."""

    step: Literal["shipped"]


class OrderDelivered(ToldFacts, _PartFact):
    """The order, or a part of it, reached the customer (`delivered`), or facts about the delivery were corrected
    (`checked`, without lines)."""

    step: Literal["delivered", "checked"]


class OrderEnded(ToldReason, _PartFact):
    """The order, or a part of it, was cancelled (by its lines), or came back."""

    step: Literal["cancelled", "returned"]


InboundStep = OrderPlaced | OrderShipped | OrderDelivered | OrderEnded
InboundOrder = Annotated[InboundStep, Field(discriminator="step")]


class InboundDelivery(InboundFact):
    """How far a message of ours has come; the record's key is the message's id. Reports may come late, twice and in any
    order: a message's state never goes back. A state or a code that is none of ours is taken in, too, and kept."""

    message_id: Annotated[Text, Field(max_length=100)]
    conversation_id: Annotated[Text, Field(max_length=100)]
    state: SentState
    code: SentCode | None = None

    @property
    def key(self) -> str:
        """The required key of the record."""
        return self.message_id


class InboundSurveyAnswer(InboundFact):
    """What a customer answers to the question of a survey. `token`: the one of the message that asked, which is the
    record's key, too. `answer`: one of those that the question allows, or a text of any length."""

    token: Annotated[Text, Field(min_length=1, max_length=500)]
    answer: Annotated[Sent, Field(min_length=1)] | Annotated[int, Strict()]

    @property
    def key(self) -> str:
        """The required key of the record."""
        return self.token


Inbound = InboundMessage | InboundStep | InboundDelivery | InboundSurveyAnswer

TYPES: Mapping[str, tuple[str, TypeAdapter[Any]]] = {
    "inbound.messages.v1": ("antiphon.inbound.message", TypeAdapter(InboundMessage)),
    "inbound.orders.v1": ("antiphon.inbound.order", TypeAdapter(InboundOrder)),
    "inbound.delivery.v1": ("antiphon.inbound.delivery", TypeAdapter(InboundDelivery)),
    "inbound.survey-answers.v1": ("antiphon.inbound.survey-answer", TypeAdapter(InboundSurveyAnswer)),
}
"""For each topic, the CloudEvents type of its messages without the major version, and their classes."""
MAJOR = 1

EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "inbound.messages.v1": {
        "channel": "mail",
        "message_id": "<4711@mail.example>",
        "thread": "<4700@mail.example>",
        "contact": {"kind": "mail", "value": "ada@example.org", "name": "Ada"},
        "body": "The kettle drips at the handle.",
        "kind": "complaint",
        "occurred_at": "2026-01-31T23:59:59+01:00",
    },
    "inbound.orders.v1": {
        "step": "shipped",
        "order_number": "4711",
        "carrier": "Parcel Post",
        "occurred_at": "2026-02-01T07:00:00+01:00",
    },
    "inbound.delivery.v1": {
        "message_id": "message-01990000-0000-7000-8000-000000000001",
        "conversation_id": "conversation-01990000-0000-7000-8000-000000000001",
        "state": "delivered",
        "occurred_at": "2026-02-01T07:00:05+01:00",
    },
    "inbound.survey-answers.v1": {
        "token": "01990000-0000-7000-8000-000000000004.01990000-0000-7000-8000-000000000003.q0WmT5m2Xy8YwQ2r8n3H1g",
        "answer": "no",
        "occurred_at": "2026-02-02T18:12:00+01:00",
    },
}
"""An example message for each topic, for the contract."""


def read(received: Received) -> tuple[Inbound, str]:
    """Parse a record: the message, and the identity of its CloudEvent (source and id), by which a repeat is recognised.

    Raises Refusal: `tombstone`, `message-too-large`, `not-cloudevents`, `type-unknown`, `schema-newer`, `not-json`,
    `input-invalid`, `wrong-key`.
    """
    if received.value is None:
        raise Refusal("tombstone", "a record without a value says nothing; send what happened, or nothing")
    if len(received.value) > MOST_BYTES:
        raise Refusal("message-too-large", f"a message has {MOST_BYTES:,} bytes at most; files are named, not sent")
    headers = _headers(received.headers)
    expected, adapter = TYPES[received.topic]
    name, _, major = headers["ce_type"].rpartition(".v")
    if name != expected or not re.fullmatch(r"[1-9][0-9]{0,5}", major):
        raise Refusal("type-unknown", f"ce_type on this topic is {expected}.v{MAJOR}")
    if int(major) > MAJOR:
        raise Refusal("schema-newer", f"this release reads {expected}.v{MAJOR}; upgrade it, then retry")
    try:
        message: Inbound = adapter.validate_python(_json(received.value))
    except ValidationError as error:
        raise InputInvalid(error) from None
    if received.key != message.key.encode():
        raise Refusal("wrong-key", "the record's key has to be what docs/inbound.md says, or order would be lost")
    return message, f"{headers['ce_source']}\x00{headers['ce_id']}"


def _headers(given: Sequence[tuple[str, bytes | None]]) -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in given:
        if name in ("ce_specversion", "ce_type", "ce_source", "ce_id"):
            try:
                text = (value or b"").decode()
            except UnicodeDecodeError:
                raise _not_cloudevents() from None
            if name in found or not 0 < len(text) <= 500:
                raise _not_cloudevents()
            found[name] = text
    if len(found) < 4 or found["ce_specversion"] != "1.0":
        raise _not_cloudevents()
    return found


def _not_cloudevents() -> Refusal:
    return Refusal(
        "not-cloudevents",
        "the headers ce_specversion (1.0), ce_type, ce_source and ce_id have to be there, once each",
    )


def _json(value: bytes) -> Any:
    try:
        return strict_json.decoded(value)
    except ValueError:
        raise Refusal("not-json", "the value has to be JSON in UTF-8, each name once in its object") from None
