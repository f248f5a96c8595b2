"""How an inbound message becomes a command, which is done once however often the message comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pydantic import ValidationError

from commands import message as messages
from commands import order as orders
from commands.conversation.delivering import Delivery, SentContact, deliver
from commands.customer.contact_points import ContactPoint, find
from commands.executor.context import Context, happened
from commands.executor.executor import CommandExecutor
from commands.survey import handlers as surveys
from consumers.inbound.messages import (
    Contact,
    Inbound,
    InboundDelivery,
    InboundMessage,
    InboundSurveyAnswer,
    OrderDelivered,
    OrderEnded,
    OrderPlaced,
    OrderShipped,
    Received,
    read,
)
from domain.conversation.as_sent import as_channel, as_contact, as_contact_kind, as_name
from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Actor
from domain.kernel.refusal import InputInvalid, Refusal
from domain.message import ReportDelivery
from domain.order import commands as order
from domain.order.as_told import as_number
from domain.survey import AnswerSurvey

CLIENT = "inbound"


def take_in(executor: CommandExecutor, received: Received, *, however_far_ahead: bool = False) -> None:
    """Run the command of a record, once however often it comes. `however_far_ahead`: a time in the future is marked,
    and not refused. Raises Refusal: as `read`, `customer-unknown`, `order-unknown`, or the command's own."""
    message, event = read(received)
    match message:
        case InboundMessage():
            source, who = f"{message.channel}\x00{message.message_id}", as_channel(message.channel)
        case InboundDelivery():
            source, who = event, "delivery"
        case InboundSurveyAnswer():
            source, who = event, "surveys"
        case _:
            source, who = event, "orders"
    # Ids of other systems may be personal, and envelopes are not sealed: an envelope gets the id's keyed hash.
    digest = executor.hashed_key("inbound-message", f"{received.topic}\x00{source}").hex()
    context = Context(
        Actor(id=f"service-{who}", kind="service"),
        command_id=f"{received.topic} {digest}",
        client=CLIENT,
        however_far_ahead=however_far_ahead,
    )
    context = happened(context, message.occurred_at, message.time_precision, executor.zone)
    try:
        _do(executor, message, context)
    except Refusal as refusal:
        if refusal.code != "idempotency-key-reused":
            raise
        # What a gateway tells is taken in, also where it says something else under an id that it used before.
        _do(executor, message, replace(context, came_otherwise=True))


def _do(executor: CommandExecutor, message: Inbound, context: Context) -> None:
    match message:
        case InboundMessage():
            deliver(executor, _delivery(message), context)
        case InboundDelivery():
            told = message.model_dump(include={"conversation_id", "state", "code"})
            report = ReportDelivery.model_validate(told | {"adjusted": message.not_as_told})
            messages.report_delivery(executor, message.message_id, report, context)
        case InboundSurveyAnswer():
            surveys.answer(executor, AnswerSurvey(token=message.token, answer=str(message.answer)), context)
        case OrderPlaced():
            contact = _contact(message.customer)
            place = order.PlaceOrder.model_validate(
                {
                    "customer_id": _customer(executor, message, contact),
                    "number": message.order_number,
                    "placed_on": message.placed_on,
                    "item_count": message.item_count,
                    "value": message.value,
                    "currency": message.currency,
                    "lines": message.lines,
                    "adjusted": message.not_as_told,
                }
            )
            orders.place(executor, place, context, told=contact)
        case _:
            order_id = orders.order_id(executor, as_number("order_number", message.order_number, []) or "")
            if order_id is None:
                raise Refusal("order-unknown", "no order has this number; once it was placed, retry")
            orders.act(executor, order_id, _step(message), context)


def _delivery(message: InboundMessage) -> Delivery:
    contact = message.contact
    return Delivery(
        channel=message.channel,
        channel_message_id=message.message_id,
        contact=SentContact(contact.kind, contact.value, contact.name),
        body=message.body or "",
        thread=message.thread,
        kind=message.kind,
        subject=message.subject,
        language=message.language,
        product_area=message.product_area,
        attachments=message.attachments,
        order_number=message.order_number,
        automatic=message.automatic,
        not_as_told=message.not_as_told,
    )


def _contact(customer: Contact | str) -> ContactPoint | None:
    """The contact point of who ordered, in the form in which a message from there is taken in; None for an id."""
    if isinstance(customer, str):
        return None
    notes: list[Adjusted] = []  # it finds the customer only, and nothing of it is recorded but a name
    kind, value = as_contact_kind(customer.kind, customer.value, notes)
    return ContactPoint(kind, as_contact(kind, value, notes), as_name(customer.name, notes))


def _customer(executor: CommandExecutor, message: OrderPlaced, contact: ContactPoint | None) -> str:
    if contact is None:
        return str(message.customer)
    found = find(executor, contact)
    if found is None:
        raise Refusal("customer-unknown", "no customer has this contact point; once they are taken up, retry")
    return found


_STEPS: Mapping[str, type[order.OrderCommand]] = {
    "shipped": order.ShipOrder,
    "delivered": order.DeliverOrder,
    "checked": order.CheckDelivery,
    "cancelled": order.CancelOrder,
    "returned": order.ReturnOrder,
}


def _step(message: OrderShipped | OrderDelivered | OrderEnded) -> order.OrderCommand:
    told = message.model_dump(exclude={"order_number", "step", "occurred_at", "time_precision"}, exclude_defaults=True)
    try:
        return order.step(_STEPS[message.step], told | {"adjusted": message.not_as_told})
    except ValidationError as error:
        raise InputInvalid(error) from None
