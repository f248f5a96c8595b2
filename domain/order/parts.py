"""The parts of an order: parcels, returns, cancelled lines; and how the order stands by all that is told of them.

Steps are told late, twice and in any order. So a part keeps which steps were told of it, and the standing of the order
is worked out from all parts together, whichever was told first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from domain.order.events import (
    Cancelled,
    Delivered,
    DeliveryChecked,
    PartLine,
    PlacedLine,
    Returned,
    Shipped,
)
from domain.order.limits import MOST_PARTS

Status = Literal["placed", "shipped", "delivered", "cancelled", "returned"]
Fact = Literal["in_full", "undamaged", "documents_right"]
FACTS: tuple[Fact, ...] = ("in_full", "undamaged", "documents_right")
Step = Literal["shipped", "delivered", "returned"]
STEPS: tuple[Step, ...] = ("shipped", "delivered", "returned")
Lines = tuple[PartLine, ...]


def is_beyond(part: int | None) -> bool:
    """Whether a part of this number is one of those that are not kept each by itself."""
    return part is not None and part > MOST_PARTS


@dataclass(frozen=True, slots=True)
class OrderPart:
    """A parcel, or a return; without lines, nobody knows what is in it. `named`: the order system has a number for it.
    `returned_lines`: what of it came back; without such lines, all of it."""

    lines: Lines = ()
    named: bool = False
    carrier: str | None = None
    shipped: bool = False
    delivered: bool = False
    returned: bool = False
    returned_lines: Lines = ()
    in_full: bool | None = None
    undamaged: bool | None = None
    documents_right: bool | None = None

    def told(self, step: Step) -> bool:
        """Whether this step was told of the part."""
        return bool(getattr(self, step))

    def moved(self, step: Step) -> Lines:
        """What the step moved, as far as it is known."""
        return self.returned_lines or self.lines if step == "returned" else self.lines


@dataclass(frozen=True, slots=True)
class OrderParts:
    """All that is told of an order's parts. `whole`: the steps that were told of the order as a whole. `came_at`: when
    the last delivery came. `further`: how many parts there are beyond those that are kept, of which nothing is known;
    so only the order as a whole can be told to be complete, or back."""

    ordered: Lines = ()
    item_count: int | None = None
    whole: OrderPart = OrderPart()
    parcels: tuple[OrderPart, ...] = ()
    further: int = 0
    cancelled: bool = False
    cancelled_lines: tuple[Lines, ...] = ()
    came_at: datetime | None = None

    def of(self, lines: Sequence[PlacedLine], item_count: int | None) -> OrderParts:
        """The parts of an order of which this is told."""
        ordered = tuple(PartLine(item=line.item, count=line.count) for line in lines)
        return replace(self, ordered=ordered, item_count=item_count)

    def part(self, number: int | None) -> OrderPart:
        """The part of this number, from 1; the order as a whole without a number."""
        return self.whole if number is None else self.parcels[number - 1]

    def after(self, event: Shipped | Delivered | DeliveryChecked | Cancelled | Returned) -> OrderParts:
        """The parts after one more step."""
        match event:
            case Cancelled() if event.lines:
                known = event.lines in self.cancelled_lines
                return self if known else replace(self, cancelled_lines=(*self.cancelled_lines, event.lines))
            case Cancelled():
                return replace(self, cancelled=True)
        if event.part is not None and is_beyond(event.part):
            return replace(self, further=max(self.further, event.part - MOST_PARTS))
        if event.part is not None and event.part > len(self.parcels):
            return replace(self, parcels=(*self.parcels, OrderPart())).after(event)
        part, came_at = self.part(event.part), self.came_at
        if event.part is not None:
            is_named = event.parcel is not None or getattr(event, "tracking", None) is not None
            part = replace(part, named=part.named or is_named)
        match event:
            case Shipped():
                part = replace(
                    part, shipped=True, carrier=event.carrier or part.carrier, lines=event.lines or part.lines
                )
            case Delivered():
                came_at = max(filter(None, (came_at, event.came_at)), default=None)
                part = _checked(replace(part, delivered=True, lines=event.lines or part.lines), event)
            case DeliveryChecked():
                part = _checked(part, event)
            case Returned() if part.shipped or part.delivered:
                part = replace(part, returned=True, returned_lines=event.lines or part.returned_lines)
            case Returned():
                part = replace(part, returned=True, lines=event.lines or part.lines)
        if event.part is None:
            return replace(self, whole=part, came_at=came_at)
        parcels = (*self.parcels[: event.part - 1], part, *self.parcels[event.part :])
        return replace(self, parcels=parcels, came_at=came_at)

    # -- how the order stands

    @property
    def status(self) -> Status:
        """The status of the order: the furthest that all of it has come; shipped, where a part of it is on the way."""
        if self._all_came_back:
            return "returned"
        if self.complete:
            return "delivered"
        if self.cancelled or (self._needed is not None and sum(self._needed.values()) == 0):
            return "cancelled"
        on_the_way = any(part.shipped or part.delivered for part in (self.whole, *self.parcels))
        return "shipped" if on_the_way else "placed"

    @property
    def complete(self) -> bool:
        """Whether all that is to be delivered was delivered, as far as that is known."""
        if self.whole.delivered:
            return True
        if not any(part.delivered for part in self.parcels):
            return False
        enough = None if self.cancelled else self._enough("delivered")
        if enough is not None:
            return enough
        return not self.further and not any(part.shipped and not part.delivered for part in self.parcels)

    def fact(self, fact: Fact) -> bool | None:
        """A fact of the delivery, over all parts: wrong in one of them is wrong; None while nobody knows."""
        parcels: list[bool | None] = [getattr(part, fact) for part in self.parcels if part.delivered]
        whole: bool | None = getattr(self.whole, fact)
        checked = [getattr(part, fact) for part in self.parcels if not part.delivered]
        if False in (whole, *parcels, *checked):
            return False
        counted = fact == "in_full" and self._enough("delivered") is True
        all_right = bool(parcels) and None not in parcels and not self.further
        return True if whole or counted or all_right else None

    @property
    def too_many(self) -> tuple[str, ...]:
        """The steps that moved more than was ordered, as far as that is known."""
        steps: dict[str, list[Lines]] = {
            step: [part.moved(step) for part in self.parcels if part.told(step)] for step in STEPS
        }
        found: dict[str, list[Lines]] = {**steps, "cancelled": list(self.cancelled_lines)}
        return tuple(step for step, moved in found.items() if self._is_too_much(_counted(moved)))

    def _is_too_much(self, moved: Counter[str]) -> bool:
        if self.ordered:
            return bool(moved - _counted([self.ordered]))
        return self.item_count is not None and moved.total() > self.item_count

    @property
    def _needed(self) -> Counter[str] | None:
        """What is to be delivered, by item; None where the lines of the order are not known."""
        return _counted([self.ordered]) - _counted(self.cancelled_lines) if self.ordered else None

    def _enough(self, step: Step) -> bool | None:
        """Whether the step was told of all that is needed; None where counts cannot tell."""
        told = [part.moved(step) for part in self.parcels if part.told(step)]
        if not all(told):
            return None
        if (needed := self._needed) is not None:
            return bool(told) and not needed - _counted(told)
        if self.item_count is None:
            return None
        return bool(told) and _counted(told).total() >= self.item_count - _counted(self.cancelled_lines).total()

    @property
    def _all_came_back(self) -> bool:
        if self.whole.returned:
            return True
        if not any(part.returned for part in self.parcels):
            return False
        if (enough := self._enough("returned")) is not None:
            return enough
        sent = [part for part in self.parcels if part.shipped or part.delivered]
        whole = self.whole.shipped or self.whole.delivered
        return (
            bool(sent)
            and not whole
            and not self.further
            and all(part.returned and not part.returned_lines for part in sent)
        )


def _checked(part: OrderPart, event: Delivered | DeliveryChecked) -> OrderPart:
    told = {fact: getattr(event, fact) for fact in FACTS if getattr(event, fact) is not None}
    return replace(part, **told)


def _counted(moved: Iterable[Lines]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for lines in moved:
        for line in lines:
            counted[line.item] += line.count
    return counted
