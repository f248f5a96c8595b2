"""The parts of an order in the view of orders: one document for each parcel or return, and one for the whole order.

A document is `{part, number, carrier, tracking, lines, shipped_at, delivered_at, returned_at, returned_lines, because,
in_full, undamaged, documents_right}`: `part` None for the order as a whole, lines `{item, count}`, times in ISO 8601.
The first time that was told of a step counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from domain.kernel.event import Event
from domain.kernel.personal import ERASED
from domain.order import events as o
from domain.order.parts import FACTS, STEPS, Lines, OrderPart, OrderParts, Step, is_beyond
from infra.views.columns import Document

OfPart = o.Shipped | o.Delivered | o.DeliveryChecked | o.Returned
STEP_OF: Mapping[type[Event], Step] = {o.Shipped: "shipped", o.Delivered: "delivered", o.Returned: "returned"}

_DAY = timedelta(days=1)


def stepped(
    documents: Sequence[Document], parts: OrderParts, event: OfPart, step: Step | None, at: datetime
) -> tuple[Document, ...]:
    """The documents after one more step. `parts`: what is told by now. A part beyond those that are kept has none."""
    if is_beyond(event.part):
        return tuple(documents)
    known = told(documents, event.part) or {"part": event.part, **dict.fromkeys(_KEPT)}
    after = parts.part(event.part)
    document: Document = {
        **known,
        "number": event.parcel or known["number"],
        "tracking": getattr(event, "tracking", None) or known["tracking"],
        "because": getattr(event, "because", None) or known["because"],
        "carrier": after.carrier,
        "lines": _lines(after.lines),
        "returned_lines": _lines(after.returned_lines),
        **{fact: getattr(after, fact) for fact in FACTS},
    }
    if step is not None:
        first = min(filter(None, (known[f"{step}_at"], at.isoformat())), key=datetime.fromisoformat)
        document = {**document, f"{step}_at": first}
    others = [each for each in documents if each["part"] != event.part]
    return tuple(sorted([*others, document], key=lambda each: each["part"] or 0))


_KEPT = ("number", "tracking", "because", *(f"{step}_at" for step in STEPS))


def told(documents: Iterable[Document], number: int | None) -> Document | None:
    """The document of the part of this number."""
    return next((each for each in documents if each["part"] == number), None)


def part(document: Document | None) -> OrderPart:
    """What a document says, for the rules of the domain."""
    if document is None:
        return OrderPart()
    return OrderPart(
        lines=part_lines(document["lines"]),
        carrier=document["carrier"],
        shipped=document["shipped_at"] is not None,
        delivered=document["delivered_at"] is not None,
        returned=document["returned_at"] is not None,
        returned_lines=part_lines(document["returned_lines"]),
        **{fact: document[fact] for fact in FACTS},
    )


# Any: JSON.
def part_lines(lines: Iterable[Mapping[str, Any]]) -> Lines:
    """Lines of a document, or of the order."""
    return tuple(o.PartLine(item=line["item"], count=line["count"]) for line in lines)


def times(documents: Iterable[Document], step: Step) -> list[datetime]:
    """When this step was, of all parts."""
    return [datetime.fromisoformat(at) for each in documents if (at := each[f"{step}_at"]) is not None]


def key(number: int | None, step: Step) -> str:
    """How the inexact step of a part is written: `shipped`, `2 shipped`."""
    return step if number is None else f"{number} {step}"


def steps(document: Document, inexact: Iterable[str]) -> Iterator[tuple[Step, datetime, bool]]:
    """The steps of a part, each with its time and whether that is inexact."""
    for step in STEPS:
        if (at := document[f"{step}_at"]) is not None:
            yield step, datetime.fromisoformat(at), key(document["part"], step) in inexact


def contradictions(document: Document, inexact: Iterable[str]) -> Iterator[str]:
    """The steps of a part that were told before those that they follow."""
    found = list(steps(document, inexact))
    for number, (later, at, is_inexact) in enumerate(found):
        for earlier, before, was_inexact in found[:number]:
            if is_before(at, before, is_inexact or was_inexact):
                yield f"{later}-before-{earlier}"


def is_before(at: datetime, other: datetime, inexact: bool) -> bool:
    """Whether a time is surely before another one."""
    return at + (_DAY if inexact else timedelta()) < other


def wiped(document: Document) -> Document:
    """The document as a replay gives it once the key is destroyed."""
    texts = {"number", "tracking", "because"}
    return {name: ERASED if name in texts and value is not None else value for name, value in document.items()}


def _lines(lines: Lines) -> list[Document]:
    return [line.model_dump(mode="json") for line in lines]
