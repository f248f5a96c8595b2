"""Action-Based Conversations: chats between a shop's customers and agents, with customer record and order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import Annotated, Any, BinaryIO, Literal

from pydantic import BaseModel, Field

from commands.customer.contact_points import ContactPoint
from commands.importing import SourceFact, SourceRecord
from consumers.imports.json_elements import elements
from consumers.imports.source import ImportRecord, Reject, day, head, read_one, reported_by, unrecognised
from domain.conversation.commands import AddNote, OpenConversation, ReceiveMessage, SendReply
from domain.conversation.interaction import InteractionKind
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.order.commands import OrderLine, PlaceOrder

_SERVICE = Actor(id="service-abcd", kind="service")
_AGENT = Actor(id="agent-abcd", kind="agent", roles=("agent",))
"""The agent of all dialogues: the source does not say which of the shop's agents it was."""
_ELEMENT = re.compile(r'\{\s*"convo_id"\s*:')
_COMPLAINTS = {"product_defect", "purchase_dispute", "order_issue", "shipping_issue"}
"""The flows of complaints; in all others the customer asks for something."""


class Product(BaseModel):
    """One product that was bought. Names and prices go together."""

    names: list[str] = []
    amounts: list[Decimal] = []


class CustomerScenario(BaseModel):
    """The customer and the matter. The known data of person and order differ from dialogue to dialogue."""

    personal: dict[str, str] = {}
    order: dict[str, str] = {}
    product: Product = Product()
    flow: str = ""
    subflow: str = ""


class AbcdDialogue(BaseModel):
    """One element of the file, as far as it is read."""

    convo_id: int | Annotated[str, Field(min_length=1)]
    scenario: CustomerScenario = CustomerScenario()
    original: list[tuple[Literal["agent", "customer", "action"], Annotated[str, Field(min_length=1)]]]


class Abcd:
    """A list of dialogues, or an object of such lists. A dialogue is identified by its id; a turn by its text and by
    how often its speaker said that text before. The agent's actions become notes."""

    name = "abcd"
    is_history = True

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each dialogue as a conversation; the customer by mail, phone and user name, the order by number."""
        if b'"convo_id"' not in head(file):
            raise unrecognised(self.name, "there is a JSON list of dialogues, each with its convo_id and original")
        for found in elements(file, _is_dialogue, _ELEMENT):
            if isinstance(found, Reject):
                yield found
            else:
                yield read_one(found.place, partial(_record, found.value, now))


def _is_dialogue(value: Any) -> bool:
    return isinstance(value, dict) and {"convo_id", "original"} <= value.keys()


def _record(value: Any, now: datetime) -> SourceRecord:
    dialogue = AbcdDialogue.model_validate(value)
    personal = dialogue.scenario.personal
    name, customer_id = personal.get("customer_name") or None, new_id("customer")
    ways: list[tuple[Literal["mail", "phone", "handle"], str]] = [
        ("mail", "email"), ("phone", "phone"), ("handle", "username"),
    ]  # fmt: skip
    return SourceRecord(
        source="abcd",
        id=str(dialogue.convo_id),
        customer=RegisterCustomer(
            customer_id=customer_id, name=name, language="en", segment=personal.get("member_level") or None
        ),
        context=reported_by(_SERVICE),
        facts=list(_facts(dialogue, customer_id, now)),
        contacts=[ContactPoint(kind, personal[field], name) for kind, field in ways if personal.get(field)],
    )


def _facts(dialogue: AbcdDialogue, customer_id: str, now: datetime) -> Iterator[SourceFact]:
    scenario = dialogue.scenario
    customer, agent = reported_by(Actor(id=customer_id, kind="customer")), reported_by(_AGENT)
    order_id = None
    if number := scenario.order.get("order_id"):
        placed, context = _order(scenario, number, customer_id, now)
        order_id = placed.order_id
        yield SourceFact("placed", placed, context)
    kind: InteractionKind = "complaint" if scenario.flow in _COMPLAINTS else "inquiry"
    opened = OpenConversation(
        customer_id=customer_id, kind=kind, channel="chat", language="en", order_id=order_id,
        product_area=scenario.flow or None, theme=scenario.subflow or None,
        segment=scenario.personal.get("member_level") or None,
    )  # fmt: skip
    yield SourceFact("opened", opened, customer)
    if filed := _filed(scenario):
        yield SourceFact(f"filed\x00{filed}", AddNote(body=filed), reported_by(_SERVICE))
    repeats: Counter[tuple[str, str]] = Counter()
    for speaker, text in dialogue.original:
        repeats[speaker, text] += 1
        what = f"{speaker}\x00{text}\x00{repeats[speaker, text]}"
        match speaker:
            case "customer":
                yield SourceFact(what, ReceiveMessage(body=text, language="en"), customer)
            case "agent":
                yield SourceFact(what, SendReply(body=text, language="en"), agent)
            case "action":
                yield SourceFact(what, AddNote(body=text), agent)


def _order(scenario: CustomerScenario, number: str, customer_id: str, now: datetime) -> tuple[PlaceOrder, Any]:
    names, amounts = scenario.product.names, scenario.product.amounts
    on = day(date, now, "%Y-%m-%d") if (date := scenario.order.get("purchase_date")) else None
    count = scenario.order.get("num_products", "")
    placed = PlaceOrder(
        customer_id=customer_id,
        number=number,
        placed_on=on.date() if on else None,
        item_count=int(count) if count.isdecimal() else None,
        value=sum(amounts, Decimal()) if amounts else None,
        lines=tuple(OrderLine(item=name, count=1, price=price) for name, price in zip(names, amounts, strict=False)),
    )
    return placed, reported_by(_SERVICE, on)


def _filed(scenario: CustomerScenario) -> str:
    """The shop's further data of the customer, such as the address."""
    elsewhere = {"customer_name", "email", "phone", "username", "member_level", "products", "purchase_date", "order_id"}
    known = {**scenario.personal, **scenario.order}
    return "\n".join(f"{name}: {value}" for name, value in sorted(known.items()) if value and name not in elsewhere)
