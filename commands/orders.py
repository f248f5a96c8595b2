"""What can be asked about orders."""

from __future__ import annotations

from commands.handling import NOTHING, Answer, Change, ClaimKind, Context, Handling, Proposal
from domain import order
from domain.order import PlaceOrder
from domain.refusal import NotFound


def place(handling: Handling, command: PlaceOrder, context: Context, *, source: str | None = None) -> Answer:
    """Take up an order of a customer who is known. Its number, where it has one, is its own: the same number again
    is the same order; so is the same `source` record. Raises Refusal as `Handling.run`."""

    def work() -> Proposal:
        if handling.load(command.customer_id).state is None:
            raise NotFound(command.customer_id)
        names: list[tuple[ClaimKind, str]] = []
        if command.number is not None:
            names.append(("order-number", command.number))
        if source is not None:
            names.append(("source-record", source))
        known = next((id for id in handling.named(*names) if id), None) if names else None
        if known is not None:
            return Proposal(known, [Change(known, handling.load(known), [])], subject=command.customer_id)
        events = order.decide(None, command, handling.clock())
        return Proposal(
            command.order_id,
            [Change(command.order_id, NOTHING, events)],
            [(*name, command.order_id) for name in names],
            subject=command.customer_id,
        )

    return handling.run(context, work)
