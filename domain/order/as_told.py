"""What an order system tells is a fact, and never refused for its form: what goes beyond our limits is cut, normalised
or dropped, and kept, sealed, with the event."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from domain.customer.contact_point import cut_to
from domain.kernel.adjusted import Adjusted, Sent, cut, stored
from domain.kernel.text import is_legible, readable
from domain.kernel.time import WrittenDay
from domain.kernel.told import ToldByOthers
from domain.kernel.values import LABEL_CHARACTERS, REMARK_CHARACTERS, Fields, Flag, Whole
from domain.order.limits import MOST, MOST_LINES, NUMBER_CHARACTERS, PLACES, Currency, Money

MOST_TOLD = 2_500
"""How many lines one request or record may hold."""


def _of_systems(**says: int | bool) -> object:
    """What the contract says of a value that is brought within limits where an order system tells it, and refused where
    a person types it."""
    return Field(json_schema_extra={**says, "x-refused-of-people": True})


ToldNumber = Annotated[Sent, _of_systems(**{"x-cut-at": NUMBER_CHARACTERS})]
SentLabel = Annotated[Sent, _of_systems(**{"x-cut-at": LABEL_CHARACTERS})]
SentRemark = Annotated[Sent, _of_systems(**{"x-cut-at": REMARK_CHARACTERS})]
SentWord = Annotated[Sent, _of_systems(**{"x-brought-into-form": True})]
SentCount = Annotated[Whole, _of_systems(**{"x-brought-into-form": True})]
SentAmount = Annotated[Decimal | Sent, _of_systems(**{"x-brought-into-form": True})]


class ToldLine(ToldByOthers):
    """One line of a part of an order: the company's word for the item, and how many. A line without both counts
    nothing, and is kept only."""

    item: SentLabel | None = None
    count: SentCount | None = None


class ToldOrderLine(ToldLine):
    """One line of an order: the company's word for the item, how many, and the price of one."""

    price: SentAmount | None = None


ToldLines = Annotated[tuple[ToldLine, ...], Field(max_length=MOST_TOLD, fail_fast=True)]
ToldOrderLines = Annotated[tuple[ToldOrderLine, ...], Field(max_length=MOST_TOLD, fail_fast=True)]


class ToldOrder(ToldByOthers):
    """What is told of an order as a whole."""

    placed_on: SentWord | None = None
    item_count: SentCount | None = None
    value: SentAmount | None = None
    currency: SentWord | None = None
    lines: ToldOrderLines = ()


class ToldPart(ToldByOthers):
    """Which part of an order a step is about."""

    parcel: ToldNumber | None = None
    lines: ToldLines = ()


class ToldShipment(ToldByOthers):
    """How an order, or a part of it, was sent."""

    carrier: SentLabel | None = None
    tracking: ToldNumber | None = None


class ToldFacts(ToldByOthers):
    """What is known of a delivery."""

    in_full: Flag | None = None
    undamaged: Flag | None = None
    documents_right: Flag | None = None


class ToldReason(ToldByOthers):
    """Why an order, or a part of it, was cancelled, or came back."""

    because: SentRemark | None = None


def as_told(fields: Fields) -> Fields:
    """The fields of an order's command within our limits; `adjusted` says what was done to which."""
    found, notes = dict(fields), list(fields.get("adjusted", ()))
    for name, bring in _INTO_FORM.items():
        if found.get(name) is not None:
            found[name] = bring(name, found[name], notes)
    return found | {"adjusted": tuple(notes)} if notes else found


def as_number(name: str, sent: str, notes: list[Adjusted]) -> str | None:
    """A number of an order or a parcel within our limits. One that is too long ends in the SHA-256 of the whole: two
    numbers that begin alike stay two. None for one in which nothing can be seen: it would be the number of all that
    have none."""
    text = stored(name, sent, notes)
    if not is_legible(text):
        _dropped(name, text, notes)
        return None
    if len(text) <= NUMBER_CHARACTERS:
        return text
    notes.append(Adjusted(field=name, how="normalised", kept=text))
    return cut_to(text, NUMBER_CHARACTERS)


# Any: each field has its own type, which the command checks afterwards.
_Into = Callable[[str, Any, list[Adjusted]], Any]


def _dropped(name: str, sent: str, notes: list[Adjusted]) -> None:
    notes.append(Adjusted(field=name, how="dropped", kept=readable(sent) or None))


def _of_text(bring: _Into) -> _Into:
    return lambda name, sent, notes: bring(name, sent, notes) if isinstance(sent, str) else sent


def _cut_at(most: int) -> _Into:
    def bring(name: str, sent: str, notes: list[Adjusted]) -> str | None:
        text = cut(name, sent, most, notes)
        if not text:
            _dropped(name, "", notes)
        return text or None

    return _of_text(bring)


def _count(name: str, sent: object, notes: list[Adjusted], least: int = 0) -> object:
    if not isinstance(sent, int) or least <= sent <= MOST:
        return sent
    _dropped(name, str(sent), notes)
    return None


_MONEY: TypeAdapter[Decimal] = TypeAdapter(Money)
_CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)
_DAY: TypeAdapter[object] = TypeAdapter(WrittenDay)
_FINEST = Decimal(1).scaleb(-PLACES)


T = TypeVar("T")


def _fits(adapter: TypeAdapter[T], value: object) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _amount(name: str, sent: object, notes: list[Adjusted]) -> object:
    if not isinstance(sent, str | int | float | Decimal) or _fits(_MONEY, sent):
        return sent
    text = readable(str(sent))
    try:
        rounded: Decimal | None = Decimal(text.strip()).quantize(_FINEST)
    except InvalidOperation:
        rounded = None
    if rounded is None or not _fits(_MONEY, rounded):
        _dropped(name, text, notes)
        return None
    notes.append(Adjusted(field=name, how="normalised", kept=text))
    return rounded


def _currency(name: str, sent: str, notes: list[Adjusted]) -> str | None:
    if _fits(_CURRENCY, sent):
        return sent
    code = sent.strip().upper()
    if not _fits(_CURRENCY, code):
        _dropped(name, sent, notes)
        return None
    notes.append(Adjusted(field=name, how="normalised", kept=readable(sent)))
    return code


def _day(name: str, sent: str, notes: list[Adjusted]) -> str | None:
    if _fits(_DAY, sent):
        return sent
    _dropped(name, sent, notes)
    return None


def _lines(name: str, sent: object, notes: list[Adjusted]) -> object:
    if not isinstance(sent, list | tuple):
        return sent
    found = [each for number, line in enumerate(sent[:MOST_LINES]) for each in _line(f"{name}.{number}", line, notes)]
    if beyond := sent[MOST_LINES:]:
        notes.append(Adjusted(field=name, how="cut", kept=_written(beyond)))
    return tuple(found)


def _line(at: str, line: object, notes: list[Adjusted]) -> Iterable[object]:
    """The line; none, where it names no item, or none of it: nothing can be counted by such a line."""
    if not isinstance(line, BaseModel | Mapping):
        return [line]
    fields = {name: value for name, value in dict(line).items() if value is not None}
    own: list[Adjusted] = []
    item = cut(f"{at}.item", fields.get("item") or "", LABEL_CHARACTERS, own)
    count = _count(f"{at}.count", fields.get("count"), [], least=1)
    if not item or count is None:
        if fields:
            _dropped(at, _written(fields), notes)
        return []
    if fields.get("price") is not None:
        fields["price"] = _amount(f"{at}.price", fields["price"], own)
    notes.extend(own)
    return [fields | {"item": item}]


def _written(value: object) -> str:
    return readable(to_json(value, exclude_none=True).decode())


_INTO_FORM: Mapping[str, _Into] = {
    "number": _of_text(as_number),
    "parcel": _of_text(as_number),
    "tracking": _of_text(as_number),
    "carrier": _cut_at(LABEL_CHARACTERS),
    "because": _cut_at(REMARK_CHARACTERS),
    "item_count": _count,
    "value": _amount,
    "currency": _of_text(_currency),
    "placed_on": _of_text(_day),
    "lines": _lines,
}
