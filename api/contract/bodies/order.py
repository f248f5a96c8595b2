"""The bodies of requests about orders."""

from __future__ import annotations

from api.contract.bodies.fields import Dated, IdText
from domain.order.as_told import ToldFacts, ToldNumber, ToldOrder, ToldPart, ToldReason, ToldShipment


class OrderBody(ToldOrder, Dated):
    """A customer's order. `placed_on`: the source's local date, where there is one. `occurred_at`: when the order was
    placed, if the order system knows better than the log. A date means that day in the company's zone."""

    customer_id: IdText
    number: ToldNumber | None = None


class Shipment(ToldShipment, ToldPart, Dated):
    """The order, or a part of it, was sent: with a number (`parcel`, `tracking`), that parcel; with lines, a part that
    holds them; without both, the whole order."""


class DeliveryBody(ToldFacts, ToldPart, Dated):
    """The order, or a part of it, reached the customer, with the known facts. `parcel`: its number, or the tracking
    number."""


class DeliveryFacts(ToldFacts, Dated):
    """Facts about the delivery, or about that of one parcel; null leaves a fact as it is."""

    parcel: ToldNumber | None = None


class Cancellation(ToldReason, ToldPart, Dated):
    """The order was cancelled; with lines, only these. What order systems tell of a `parcel` without lines is noted
    with the order, and cancels nothing else; people name the lines."""


class ReturnBody(ToldReason, ToldPart, Dated):
    """The order, or a part of it, came back. `parcel`: the number of a parcel that was sent, or of the return."""
