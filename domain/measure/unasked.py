"""The measure of unasked contacts: how often we write to a customer who did not ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from domain.kernel.zones import zone as find_zone
from domain.measure.definition import COUNTED, Measure


@dataclass(frozen=True, slots=True)
class UnaskedMonth:
    """How often we wrote to a customer unasked in a month. `id`: the customer, and the month behind a slash.
    `first_at`: the first time in that month."""

    id: str
    customer_id: str
    first_at: datetime
    contacts: int


def unasked_months(contacts: Iterable[tuple[str, datetime]], zone: str) -> list[UnaskedMonth]:
    """The months of each customer in which we wrote to them unasked, in a zone. `contacts`: whom, and when."""
    months: Counter[tuple[str, str]] = Counter()
    first: dict[tuple[str, str], datetime] = {}
    within = find_zone(zone)
    for customer_id, at in contacts:
        month = customer_id, f"{at.astimezone(within):%Y-%m}"
        months[month] += 1
        first[month] = min(at, first.get(month, at))
    return [UnaskedMonth("/".join(each), each[0], first[each], count) for each, count in months.items()]


UNASKED_CONTACTS: Measure[UnaskedMonth] = Measure(
    name="unasked_contacts",
    version=1,
    question="How often do we write in a month to a customer who did not ask?",
    population="customers with the months in which we wrote to them unasked",
    hit="how often in that month: closing messages, questions of surveys, and conversations that we began. Customers "
    "to whom we did not write are no zero, and do not count",
    exclusions=MappingProxyType({}),
    time_basis="the first such message of the month",
    better="less",
    owner="customer service",
    reads=("closing_messages", "survey_questions", "conversation_steps"),
    at=lambda month: month.first_at,
    outcome=lambda month, _: COUNTED,
    unit="number",
    value=lambda month: float(month.contacts),
)
