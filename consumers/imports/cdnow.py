"""CDNOW: purchases at a music shop in 1997 and 1998, one per line. The source says nothing about delivery."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import partial
from typing import BinaryIO

from commands.customer.contact_points import ContactPoint
from commands.importing import SourceFact, SourceRecord
from consumers.imports.source import (
    ImportRecord,
    Place,
    Reject,
    Unsound,
    day,
    head,
    read_one,
    reported_by,
    unrecognised,
)
from domain.customer import RegisterCustomer
from domain.kernel.event import Actor
from domain.kernel.ids import new_id
from domain.order.commands import PlaceOrder

_SERVICE = Actor(id="service-cdnow", kind="service")
_COLUMNS = ("customer", "date", "number of items", "value in dollars and cents")
_SHAPES = (re.compile(r"\d{1,20}"), re.compile(r"\d{8}"), re.compile(r"\d{1,9}"), re.compile(r"\d{1,12}\.\d\d"))
_CUT_VALUE = re.compile(r"\d{1,12}(\.\d?)?")
# Blanks, and no line ends: from each of a million blank lines, all the others would be looked at.
_LINE = re.compile(rb"^[ \t]*\d+[ \t]+\d{8}[ \t]+\d+[ \t]+\d+\.\d\d[ \t\r]*$", re.MULTILINE)
_LONGEST = 10_000
"""The most bytes of a line; a longer line is read as several."""


class Cdnow:
    """Customer, date, number of items and value, separated by blanks; a header line may come first.

    Two equal lines are two purchases: a purchase is identified by its line, and by how often that line came before. So
    the same file, or a longer one, finds each purchase again.
    """

    name = "cdnow"
    is_history = True

    def read(self, file: BinaryIO, now: datetime) -> Iterator[ImportRecord | Reject]:
        """Each line as an order of the customer with that number."""
        if not _LINE.search(head(file)):
            raise unrecognised(self.name, f"each line has {', '.join(_COLUMNS)}, with blanks between")
        repeats: Counter[str] = Counter()
        end = 0
        for line, raw in enumerate(iter(partial(file.readline, _LONGEST), b""), start=1):
            end += len(raw)
            text = raw.decode("utf-8", "surrogateescape")
            fields = text.split()
            if not fields or (line == 1 and fields[0].removeprefix("\ufeff").startswith("customer")):
                continue
            yield read_one(Place(line, end, text), partial(_record, fields, repeats, now))


def _record(fields: list[str], repeats: Counter[str], now: datetime) -> SourceRecord:
    if len(fields) < len(_COLUMNS):
        raise Unsound("cut-short", f"{len(fields)} of {len(_COLUMNS)} columns")
    if len(fields) > len(_COLUMNS):
        raise Unsound("too-many-columns", f"{len(fields)} instead of {len(_COLUMNS)}")
    for column, shape, field in zip(_COLUMNS, _SHAPES, fields, strict=True):
        if not shape.fullmatch(field):
            # Every line ends with the value, which always has cents.
            cut = shape is _SHAPES[-1] and _CUT_VALUE.fullmatch(field)
            raise Unsound("cut-short" if cut else "value-invalid", f"{field} is no {column}")
    account, date, count, value = fields
    on = day(date, now, "%Y%m%d")
    purchase = f"{account} {on} {int(count)} {Decimal(value)}"
    repeats[purchase] += 1
    customer = RegisterCustomer(customer_id=new_id("customer"))
    placed = PlaceOrder(
        customer_id=customer.customer_id,
        placed_on=on.date(),
        item_count=int(count),
        value=Decimal(value),
        currency="USD",
    )
    context = reported_by(_SERVICE, on)
    return SourceRecord(
        source="cdnow",
        id=f"{purchase} {repeats[purchase]}",
        customer=customer,
        context=context,
        facts=[SourceFact("placed", placed, context)],
        contacts=[ContactPoint("account", f"cdnow:{account}")],
    )
