"""`antiphon order`: a customer's order, from placed to delivered or returned."""

from __future__ import annotations

from typing import Annotated

import typer

from cli.verbs.conversation.acting import Key, carry_out
from cli.wiring.actors import As, context
from commands import order as orders
from commands.executor.executor import CommandExecutor
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.order import commands as o

OrderName = Annotated[str, typer.Argument(metavar="order-…|NUMBER", help="The order's id, or its number.")]
Because = Annotated[str | None, typer.Option(help="Why.")]
InFull = Annotated[bool | None, typer.Option("--in-full/--not-in-full", help="Whether all of it came.")]
Undamaged = Annotated[bool | None, typer.Option("--undamaged/--damaged", help="Whether it came whole.")]
DocumentsRight = Annotated[
    bool | None, typer.Option("--documents-right/--documents-wrong", help="Whether its papers were right.")
]

Parcel = Annotated[str | None, typer.Option(help="The number of the parcel or return; without one, all of it.")]


def verbs(app: typer.Typer) -> None:
    """Put the verbs of this file on the command line."""
    group = typer.Typer(no_args_is_help=True, help="Place an order, ship it, deliver it, check, cancel or return it.")
    for verb in (place, ship, deliver, check, cancel, return_):
        group.command(verb.__name__.rstrip("_"))(verb)
    app.add_typer(group, name="order")


def place(
    customer_id: Annotated[str, typer.Argument(metavar="customer-…", help="Who orders.")],
    number: Annotated[str | None, typer.Option(help="Its number: the same one again is the same order.")] = None,
    items: Annotated[int | None, typer.Option(min=0, help="How many things.")] = None,
    value: Annotated[str | None, typer.Option(help="What it costs, such as 87.40.")] = None,
    currency: Annotated[str | None, typer.Option(help="Such as EUR.")] = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Record an order. (To promise its delivery: antiphon promise order-… --delivery)"""
    command = o.PlaceOrder.model_validate(
        {"customer_id": customer_id, "number": number, "item_count": items, "value": value, "currency": currency}
    )
    carry_out(lambda parts: orders.place(parts.executor, command, context(parts.executor, as_, key)))


def ship(
    order: OrderName,
    carrier: Annotated[str | None, typer.Option(help="Who carries it.")] = None,
    tracking: Annotated[str | None, typer.Option(help="The carrier's number of the parcel.")] = None,
    parcel: Parcel = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Record that the order, or a parcel of it, was sent."""
    _act(order, o.ShipOrder(carrier=carrier, tracking=tracking, parcel=parcel), as_, key)


def deliver(
    order: OrderName,
    in_full: InFull = None,
    undamaged: Undamaged = None,
    documents_right: DocumentsRight = None,
    parcel: Parcel = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Record that the order, or a parcel of it, reached the customer, with the known facts. The last parcel keeps the
    promise of the delivery."""
    command = o.DeliverOrder(parcel=parcel, in_full=in_full, undamaged=undamaged, documents_right=documents_right)
    _act(order, command, as_, key)


def check(
    order: OrderName,
    in_full: InFull = None,
    undamaged: Undamaged = None,
    documents_right: DocumentsRight = None,
    parcel: Parcel = None,
    as_: As = None,
    key: Key = None,
) -> None:
    """Correct facts about the delivery, or about that of a parcel."""
    command = o.CheckDelivery(parcel=parcel, in_full=in_full, undamaged=undamaged, documents_right=documents_right)
    _act(order, command, as_, key)


def cancel(order: OrderName, because: Because = None, as_: As = None, key: Key = None) -> None:
    """Record that the order was cancelled."""
    _act(order, o.CancelOrder(because=because), as_, key)


def return_(order: OrderName, because: Because = None, parcel: Parcel = None, as_: As = None, key: Key = None) -> None:
    """Record that the order, or a parcel of it, came back."""
    _act(order, o.ReturnOrder(because=because, parcel=parcel), as_, key)


def order_id(executor: CommandExecutor, name: str) -> str:
    """The id of the order with this id or number. Raises Refusal `not-found`."""
    id = name if kind_of(name) == "order" else orders.order_id(executor, name)
    if id is None:
        raise NotFound("an order with this number", check="the number")
    return id


def _act(order: str, command: o.OrderCommand, handle: str | None, key: str | None) -> None:
    carry_out(
        lambda parts: orders.act(
            parts.executor, order_id(parts.executor, order), command, context(parts.executor, handle, key)
        )
    )
