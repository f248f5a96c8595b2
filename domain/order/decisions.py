"""The decisions of an order: each turns a command into events, or refuses the command."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from domain.kernel.adjusted import Adjusted
from domain.kernel.event import Event
from domain.kernel.refusal import NotFound, Refusal
from domain.order.commands import (
    CancelOrder,
    CheckDelivery,
    DeliverOrder,
    OrderCommand,
    PartCommand,
    PlaceOrder,
    ReturnOrder,
    ShipOrder,
)
from domain.order.events import (
    Amended,
    Cancelled,
    Delivered,
    DeliveryChecked,
    DeliveryPromised,
    NumberContested,
    PartLine,
    Placed,
    PlacedLine,
    Returned,
    Shipped,
)
from domain.order.limits import MOST_PARTS
from domain.order.parts import FACTS, is_beyond
from domain.order.state import Order


def decide(
    state: Order | None,
    command: OrderCommand,
    now: datetime,
    *,
    part: int | None = None,
    brings_text: bool = False,
    takes_all: bool = False,
) -> list[Event]:
    """Decide the events of a command; [] where the command tells nothing new. `now`: when it happened. `part`: the part
    that the command's numbers find. `brings_text`: one of these numbers, the reason, or what was kept of a field, is
    new. `takes_all`: the order system tells it, and no person, so that a part beyond those that are kept is taken in.

    No step is refused because of what was told before: the order system is right, and may tell late. Raises Refusal
    `not-found`, `order-exists`, `parcels-too-many`.
    """
    if isinstance(command, PlaceOrder):
        if state is not None:
            raise Refusal("order-exists", "this order was placed before; draw a new id")
        return [_placed(command)]
    if state is None:
        raise NotFound("the order")
    event = _step(state, command, part, now)
    if isinstance(event, Delivered):
        event = _only_facts(state, event)
    if not isinstance(event, Cancelled) and is_beyond(event.part):
        if not takes_all:
            raise Refusal("parcels-too-many", f"an order has {MOST_PARTS} parcels and returns at most")
        # Its steps are told apart by nothing, so that each is one more.
        beyond = Adjusted(field="part", how="cut")
        return [event.model_copy(update={"adjusted": (*event.adjusted, beyond)})]
    return [event] if state.parts.after(event) != state.parts or brings_text else []


def at_another_time(event: Event, occurred_at: datetime) -> Event:
    """The event of a step that was told before, and is told again with another time. A delivery counts as of the time
    that was told first, by which its promise was judged; the other one is kept with the event."""
    if not isinstance(event, DeliveryChecked):
        return event
    kept = Adjusted(field="occurred_at", how="dropped", kept=occurred_at.isoformat())
    return event.model_copy(update={"adjusted": (*event.adjusted, kept)})


def _only_facts(state: Order, event: Delivered) -> Delivered | DeliveryChecked:
    """A delivery that is told again corrects its facts, and does not come again."""
    if event.part is not None and event.part > len(state.parts.parcels):
        return event
    known = state.parts.part(event.part)
    if not known.delivered or event.lines not in ((), known.lines):
        return event
    told = event.model_dump(include={"order_id", "customer_id", "part", "parcel", "adjusted", *FACTS})
    return DeliveryChecked.model_validate(told)


def _placed(command: PlaceOrder) -> Placed:
    return Placed(
        order_id=command.order_id,
        customer_id=command.customer_id,
        number=command.number,
        placed_on=command.placed_on,
        item_count=command.item_count,
        value=command.value,
        currency=command.currency,
        lines=_lines(command),
        adjusted=command.adjusted,
    )


def amend(state: Order, command: PlaceOrder, *, brings_text: bool = False) -> list[Event]:
    """Decide the events of an order that is told again; [] where that says nothing else than is known. What is left out
    stays. `brings_text`: what was kept of a field is new."""
    amended = Amended(
        **_about(state),
        number=command.number,
        placed_on=command.placed_on,
        item_count=command.item_count,
        value=command.value,
        currency=command.currency,
        lines=_lines(command) or None,
        adjusted=command.adjusted,
    )
    return [amended] if state.facts.amended(amended) != state.facts or brings_text else []


def contest_number(state: Order, other_order_id: str, *, leads_here: bool) -> list[Event]:
    """Decide the events of an order whose number was told of another customer's order, too."""
    return [NumberContested(**_about(state), other_order_id=other_order_id, leads_here=leads_here)]


def _lines(command: PlaceOrder) -> tuple[PlacedLine, ...]:
    return tuple(PlacedLine(item=line.item, count=line.count, price=line.price) for line in command.lines)


def _step(
    state: Order, command: OrderCommand, part: int | None, now: datetime
) -> Shipped | Delivered | DeliveryChecked | Cancelled | Returned:
    """The event of a step."""
    about: _Told = {**_about(state), "adjusted": command.adjusted}
    match command:
        case ShipOrder():
            of_part = _of_part(state, command, part)
            return Shipped(**about, **of_part, carrier=command.carrier, tracking=command.tracking)
        case DeliverOrder():
            return Delivered(
                **about,
                **_of_part(state, command, part),
                in_full=command.in_full,
                undamaged=command.undamaged,
                documents_right=command.documents_right,
                came_at=now,
            )
        case CheckDelivery():
            number = part or (_next(state) if command.numbers else None)
            return DeliveryChecked(
                **about,
                part=number,
                parcel=command.parcel,
                in_full=command.in_full,
                undamaged=command.undamaged,
                documents_right=command.documents_right,
            )
        case CancelOrder():
            return Cancelled(**about, because=command.because, lines=_part_lines(command.lines))
        case ReturnOrder():
            return Returned(**about, **_of_part(state, command, part), because=command.because)
        case _:
            raise TypeError(f"{type(command).__name__} is no step of an order")


class _OfPart(TypedDict):
    """The fields of the part that a step is about."""

    part: int | None
    parcel: str | None
    lines: tuple[PartLine, ...]


def _of_part(state: Order, command: PartCommand, part: int | None) -> _OfPart:
    lines = _part_lines(command.lines)
    number = part
    if number is None and command.numbers:
        number = _next(state)
    elif number is None and lines:
        number = _alike(state, lines) or _next(state)
    return {"part": number, "parcel": command.parcel, "lines": lines}


def _alike(state: Order, lines: tuple[PartLine, ...]) -> int | None:
    """The part without a number that has the same lines: the step is one more of that part, or was told before."""
    parts = enumerate(state.parts.parcels, start=1)
    return next((number for number, part in parts if part.lines == lines and not part.named), None)


def _next(state: Order) -> int:
    return len(state.parts.parcels) + state.parts.further + 1


def _part_lines(lines: Sequence[PartLine]) -> tuple[PartLine, ...]:
    """The lines in one order, so that the same lines are equal."""
    plain = [PartLine(item=line.item, count=line.count) for line in lines]
    return tuple(sorted(plain, key=lambda line: (line.item, line.count)))


def promise_delivery(state: Order | None, promise_id: str, due_at: datetime) -> list[Event]:
    """Decide the order's events for a promise of delivery made in the same append.

    Raises Refusal `not-found`, `order-step-misplaced`.
    """
    if state is None:
        raise NotFound("the order")
    if state.status not in ("placed", "shipped"):
        raise Refusal("order-step-misplaced", f"this order is not to be delivered any more: it is {state.status}")
    return [DeliveryPromised(**_about(state), promise_id=promise_id, due_at=due_at)]


class _About(TypedDict):
    """The fields that every event of an order has."""

    order_id: str
    customer_id: str


class _Told(_About):
    """The fields that every event of a step has."""

    adjusted: tuple[Adjusted, ...]


def _about(state: Order) -> _About:
    return {"order_id": state.order_id, "customer_id": state.customer_id}
