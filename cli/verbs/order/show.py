"""`antiphon show order-…`: one order with its promises and conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import groupby

from rich.text import Text

from cli.display.terminal import console, one_line, print_zone, when
from cli.verbs.promise import promise_line
from cli.wiring.views import count_quarantined, not_shown, print_quarantined
from domain.order.parts import STEPS
from infra.postgres.database import Database
from infra.views.columns import Document
from projections import order as orders
from projections import promise as promises
from projections.order import OrderRow
from projections.promise import PromiseRow

PAGE = 500


def order(reader: Database, id: str) -> Callable[[], None]:
    """Read an order and its promises; answers a function that prints them. Raises Refusal `not-found`."""
    with reader.connection() as connection:
        found = orders.one(connection, id)
        promised = promises.of_order(connection, id, limit=PAGE).rows
        quarantined = count_quarantined(connection, {id})
    if found is None:
        raise not_shown(id, quarantined)
    return lambda: _print_order(found, promised, quarantined)


def _print_order(order: OrderRow, promised: Sequence[PromiseRow], quarantined: int) -> None:
    out = console()
    out.print(Text(f"order {one_line(order.number or '')}".strip(), "bold"))
    out.print(Text(order.order_id, "dim"), soft_wrap=True)
    for name, fact in _facts(order, promised):
        out.print(Text.assemble((f"{name:<17}", "dim"), fact), soft_wrap=True)
    print_zone(out)
    print_quarantined(out, quarantined)


def _facts(order: OrderRow, promised: Sequence[PromiseRow]) -> Iterator[tuple[str, str | Text]]:
    yield "customer", order.customer_id or ""
    for line in order.lines:
        yield "", f"{line['count']} {one_line(line['item'])}"
    for step in ("placed", "shipped", "delivered", "cancelled", "returned"):
        if at := getattr(order, f"{step}_at"):
            by = one_line(" ".join(filter(None, (order.carrier, order.tracking)))) if step == "shipped" else ""
            yield step, f"{when(at)}  {by}".rstrip()
    for parcel in order.parcels:
        if parcel["part"] is not None:
            yield f"parcel {parcel['part']}", _parcel(parcel)
    for each in order.cancellations:
        if each["lines"]:
            yield "cancelled", f"{when(datetime.fromisoformat(each['at']))}  {_lines(each['lines'])}"
    for contradiction in order.contradictions:
        yield "cannot be", contradiction.replace("-", " ")
    for other in order.same_number:
        leads = "which the number leads to" if other == order.number_leads_to else "another customer's"
        yield "same number", f"{other}  {leads}"
    if order.further_parcels:
        yield "further parcels", f"{order.further_parcels}, which are not shown"
    for version, adjusted in groupby(order.adjusted, key=lambda each: each["version"]):
        what = ", ".join(f"{each['field']} {each['how']}" for each in adjusted)
        yield "not as told", f"{what} (antiphon as-sent {order.order_id} {version})"
    if order.because:
        yield "because", one_line(order.because)
    if order.delivered_at:
        for fact in ("in_full", "undamaged", "documents_right", "perfect"):
            yield fact.replace("_", " "), {True: "yes", False: "no", None: "not known"}[getattr(order, fact)]
    for each_promised in promised:
        yield "promised", promise_line(each_promised)
    for id in order.conversations:
        yield "in", id


def _parcel(parcel: Document) -> str:
    numbers = " ".join(filter(None, (parcel["number"], parcel["carrier"], parcel["tracking"])))
    steps = [f"{step} {when(datetime.fromisoformat(at))}" for step in STEPS if (at := parcel[f"{step}_at"])]
    return "  ".join(filter(None, (one_line(numbers), ", ".join(steps), _lines(parcel["lines"]))))


def _lines(lines: Sequence[Document]) -> str:
    return ", ".join(f"{line['count']} {one_line(line['item'])}" for line in lines)
