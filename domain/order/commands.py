"""The commands of an order, and the values that they take."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import to_json

from domain.kernel.adjusted import Adjusted
from domain.kernel.ids import new_id
from domain.kernel.text import readable
from domain.kernel.time import WrittenDay
from domain.kernel.values import LATER, Fields, Flag, Frozen, Label, Remark, Whole
from domain.order.as_told import as_told
from domain.order.events import PartLine, PlacedLine
from domain.order.limits import MOST, MOST_LINES, Currency, Money, Number


class OrderLine(PlacedLine):
    """One line of an order to be placed."""

    item: Label
    count: Whole = Field(ge=1, le=MOST)
    price: Money | None = None


Lines = Annotated[tuple[OrderLine, ...], Field(max_length=MOST_LINES)]


class OrderCommand(Frozen):
    """A command to one order, with what is told of it, which is brought within these limits. `adjusted` says what was
    done."""

    adjusted: Annotated[tuple[Adjusted, ...], LATER] = ()

    @model_validator(mode="before")
    @classmethod
    def _as_told(cls, fields: Fields) -> Fields:
        return as_told(fields)

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers by which a part of the order is known from now on."""
        return ()


class PlaceOrder(OrderCommand):
    """Record an order of a customer."""

    customer_id: str
    number: Number | None = None
    placed_on: WrittenDay | None = None
    item_count: Whole | None = Field(default=None, ge=0, le=MOST)
    value: Money | None = None
    currency: Currency | None = None
    lines: Lines = ()
    order_id: str = Field(default_factory=lambda: new_id("order"))


class PartOrderLine(PartLine):
    """One line of a part of an order that is told."""

    item: Label
    count: Whole = Field(ge=1, le=MOST)


PartLines = Annotated[tuple[PartOrderLine, ...], Field(max_length=MOST_LINES)]


class PartCommand(OrderCommand):
    """A step of the order as a whole, or of one part. `parcel`: the order system's own number of the parcel or return,
    or its tracking number. `lines`: what is in it. Without both, the step is one of the whole order."""

    parcel: Annotated[Number | None, LATER] = None
    lines: Annotated[PartLines, LATER] = ()

    @property
    def numbers(self) -> tuple[str, ...]:
        """The numbers by which the part is known from now on; the first that is known already finds it."""
        return tuple(filter(None, (self.parcel,)))


class ShipOrder(PartCommand):
    """Record that the order, or a part of it, was sent. The tracking number is a number of the part."""

    carrier: Label | None = None
    tracking: Number | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """As of any part, and the tracking number."""
        return tuple(filter(None, (self.parcel, self.tracking)))


class DeliverOrder(PartCommand):
    """Record that the order, or a part of it, reached the customer, with the known facts."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class CheckDelivery(OrderCommand):
    """Correct facts about the delivery of the order, or of the parcel with this number; None leaves a fact as it is."""

    parcel: Annotated[Number | None, LATER] = None
    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None

    @property
    def numbers(self) -> tuple[str, ...]:
        """The parcel's number."""
        return tuple(filter(None, (self.parcel,)))


class CancelOrder(OrderCommand):
    """Record that the order, or some lines of it, were cancelled."""

    because: Remark | None = None
    lines: Annotated[PartLines, LATER] = ()


class ReturnOrder(PartCommand):
    """Record that the order, or a part of it, came back."""

    because: Remark | None = None


def step(kind: type[OrderCommand], told: Fields) -> OrderCommand:
    """The command of a step, from all that is told of the step. What such a step cannot be about is kept. Raises
    ValidationError."""
    if kind is CancelOrder and told.get("parcel") is not None and not told.get("lines"):
        return _cancelled_parcel(told)
    fields = {name: value for name, value in told.items() if name in kind.model_fields}
    notes = [
        Adjusted(field=name, how="dropped", kept=readable(to_json(told[name]).decode()))
        for name in ("parcel", "lines")
        if name not in kind.model_fields and told.get(name)
    ]
    return kind.model_validate(fields | {"adjusted": (*fields.get("adjusted", ()), *notes)})


def _cancelled_parcel(told: Fields) -> CheckDelivery:
    """A parcel that is cancelled without lines, noted down with the order. Which lines are cancelled is not known, and
    the order as a whole is not."""
    notes = [*told.get("adjusted", ()), Adjusted(field="step", how="normalised", kept="cancelled")]
    if because := told.get("because"):
        notes.append(Adjusted(field="because", how="dropped", kept=readable(because)))
    return CheckDelivery.model_validate({"parcel": told["parcel"], "adjusted": tuple(notes)})
