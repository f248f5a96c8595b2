"""The routes of orders, from placed to delivered or returned."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel

from api.contract.bodies import order as bodies
from api.edge import looks
from api.edge.access import Calling, Guarded
from api.edge.json_documents import document, only, page
from api.edge.parts import (
    AtLeast,
    Cursor,
    Id,
    Limit,
    Parts,
    Taken,
    TheContext,
    TheParts,
    TheThen,
    ask,
    json_answer,
    taken,
)
from api.edge.strict_json import StrictJSON
from api.routes.conversation.commands import changing
from api.routes.reading import READERS, read_page, read_page_of_customer, reading
from commands import order as orders
from commands.executor.context import Context
from domain.kernel.refusal import NotFound
from domain.kernel.text import Text
from domain.order import commands as o
from domain.order.state import ORDER
from projections import order as view
from projections.customer import overview as customers

queries = APIRouter(route_class=Guarded, tags=["orders"])
router = APIRouter(route_class=StrictJSON, tags=["orders"])

DATED = ("time-ahead", "time-not-yours")
MOVED = ("not-found", "parcels-too-many", "customer-erased", *DATED)


class OrdersPage(BaseModel):
    """A customer's orders, in the order in which they became known."""

    position: int
    orders: list[view.OrderRow]
    cursor: str | None


class OrderPage(BaseModel):
    """One order."""

    position: int
    order: view.OrderRow


# -- commands


@router.post(
    "/orders",
    **changing(
        o.PlaceOrder, codes=("not-found", "order-number-taken", "customer-erased", *DATED), status=201, model=Taken
    ),
)
def place_order(body: bodies.OrderBody, parts: TheParts, context: TheContext) -> Response:
    """Record an order of a known customer. The same number again is the same order."""
    command = o.PlaceOrder.model_validate(
        {
            "customer_id": body.customer_id,
            "number": body.number,
            "placed_on": body.placed_on,
            "item_count": body.item_count,
            "value": body.value,
            "currency": body.currency,
            "lines": body.lines,
            "adjusted": body.not_as_told,
        }
    )
    return taken(ask(parts, command, body.dated(context, parts.executor.zone)), command.adjusted, 201)


Step = bodies.Shipment | bodies.DeliveryBody | bodies.DeliveryFacts | bodies.Cancellation | bodies.ReturnBody


def _step(id: str, body: Step, command: type[o.OrderCommand], parts: Parts, context: Context) -> Response:
    step = o.step(command, {**dict(body), "adjusted": body.not_as_told})
    return taken(ask(parts, step, body.dated(context, parts.executor.zone), id), step.adjusted)


@router.put("/orders/{id}/shipment", **changing(o.ShipOrder, codes=MOVED, model=Taken))
def ship_order(id: Id, body: bodies.Shipment, parts: TheParts, context: TheContext) -> Response:
    """Record that the order was sent."""
    return _step(id, body, o.ShipOrder, parts, context)


@router.put("/orders/{id}/delivery", **changing(o.DeliverOrder, codes=MOVED, model=Taken))
def deliver_order(id: Id, body: bodies.DeliveryBody, parts: TheParts, context: TheContext) -> Response:
    """Record that the order reached the customer, with the known facts. This keeps the promise of its delivery."""
    return _step(id, body, o.DeliverOrder, parts, context)


@router.put("/orders/{id}/delivery/facts", **changing(o.CheckDelivery, codes=MOVED, model=Taken))
def check_delivery(id: Id, body: bodies.DeliveryFacts, parts: TheParts, context: TheContext) -> Response:
    """Correct facts about the delivery."""
    return _step(id, body, o.CheckDelivery, parts, context)


@router.put("/orders/{id}/cancellation", **changing(o.CancelOrder, codes=MOVED, model=Taken))
def cancel_order(id: Id, body: bodies.Cancellation, parts: TheParts, context: TheContext) -> Response:
    """Record that the order, or some lines of it, were cancelled. The promise of the delivery of a cancelled order is
    withdrawn."""
    return _step(id, body, o.CancelOrder, parts, context)


@router.put("/orders/{id}/return", **changing(o.ReturnOrder, codes=MOVED, model=Taken))
def return_order(id: Id, body: bodies.ReturnBody, parts: TheParts, context: TheContext) -> Response:
    """Record that the order came back."""
    return _step(id, body, o.ReturnOrder, parts, context)


# -- reads


@queries.get("/customers/{id}/orders", **reading(OrdersPage, *READERS, codes=("not-found",)))
async def read_orders(
    id: Id,
    parts: TheParts,
    at_least: AtLeast,
    caller: Calling,
    cursor: Cursor = None,
    limit: Limit = 50,
    then: TheThen = None,
) -> Response:
    """The orders of a customer and of all merged customers, with the conversations about each."""
    teams_seen = caller.teams_seen
    rows = await read_page_of_customer(parts, customers.ORDERS, at_least, cursor, limit, id, then, teams_seen)
    return json_answer(page(rows.position, rows.cursor, orders=rows.rows), rows.position)


@queries.get("/orders/{id}", **reading(OrderPage, *READERS, codes=("not-found",)))
async def read_order(id: Id, parts: TheParts, at_least: AtLeast, caller: Calling, then: TheThen = None) -> Response:
    """One order: its status, its delivery, the conversations about it."""
    rows = await read_page(parts, view.ONE, at_least, None, 1, then, caller.teams_seen, id=id)
    if not rows.number:
        raise NotFound(id)
    return json_answer(document(rows.position, order=only(rows)), rows.position)


class OrderId(BaseModel):
    """The id of the order with a number."""

    id: str


@router.get("/orders", **reading(OrderId, *READERS, codes=("not-found",), shows=()))
def find_order(
    number: Annotated[
        Text, Query(min_length=1, max_length=200, description="The order's number.", examples=["K-2291"])
    ],
    parts: TheParts,
    request: Request,
) -> OrderId:
    """Find the order with this number."""
    id = orders.order_id(parts.executor, number)
    if id is None:
        raise NotFound("an order with this number", check="the number")
    order = parts.executor.read(ORDER, id).state
    looks.shows(request, order.customer_id if order else None)
    return OrderId(id=id)
