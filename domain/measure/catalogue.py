"""All measures, by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from domain.kernel.refusal import NotFound
from domain.measure import (
    answer,
    clock,
    contact,
    conversation,
    cost,
    ease,
    effort,
    order,
    promise,
    resolution,
    unasked,
    waiting,
)
from domain.measure.definition import Measure

OF_PROMISES = (promise.PROMISE_KEPT, promise.PROMISE_KEPT_LAST)
OF_ORDERS = (
    order.PERFECT_ORDER, order.ORDER_ON_FIRST_PROMISE, order.ORDER_ON_LAST_PROMISE,
    order.ORDER_IN_FULL, order.ORDER_UNDAMAGED, order.ORDER_DOCUMENTS_RIGHT,
)  # fmt: skip
OF_CONVERSATIONS = (
    answer.FIRST_TIME_RIGHT, answer.FIRST_TIME_RIGHT_BY_CONDUCT, resolution.FIRST_CONTACT_RESOLUTION,
    resolution.REOPENED, answer.DISPUTED, answer.FIRST_REPLY_TIME, resolution.TIME_TO_RESOLUTION, effort.HAND_OVERS,
    effort.TOUCHES, effort.REPEAT_CONTACT, answer.PERSON_REACHED, answer.TIME_TO_PERSON,
)  # fmt: skip
OF_SPELLS = (waiting.WAITING,)
OF_CLOCKS = (clock.CLOCK_ATTAINMENT,)
OF_CONTACTS = (contact.CONTACT_RATE,)
OF_ASKED_ORDERS = (contact.WHERE_IS_MY_ORDER_RATE,)
OF_THINGS_SAID = (ease.EASE, ease.EASE_PROMPTED)
OF_UNASKED_MONTHS = (unasked.UNASKED_CONTACTS,)
OF_COSTS = (cost.COST_TO_SERVE,)
OF_ORDER_COSTS = (cost.COST_PER_ORDER,)
# Any: of facts of different kinds
_SLICES: tuple[tuple[Sequence[Measure[Any]], tuple[str, ...]], ...] = (
    (OF_PROMISES, ("kind",)), (OF_ORDERS, ()),
    (OF_CONVERSATIONS, conversation.SLICES), (OF_SPELLS, waiting.SPELL_SLICES), (OF_CLOCKS, clock.CLOCK_SLICES),
    (OF_CONTACTS, conversation.SLICES), (OF_ASKED_ORDERS, ()), (OF_THINGS_SAID, ease.EASE_SLICES),
    (OF_UNASKED_MONTHS, ()), (OF_COSTS, cost.COST_SLICES), (OF_ORDER_COSTS, ()),
)  # fmt: skip
# Any: as above
FORMER: tuple[Measure[Any], ...] = ()
"""The former versions of measures. They are of the same facts, and grouped by the same, as the present one."""
# Any: as above
MEASURES: Mapping[str, Measure[Any]] = MappingProxyType({each.name: each for some, _ in _SLICES for each in some})
"""The measures in their present versions, by name."""
SLICES: Mapping[str, tuple[str, ...]] = MappingProxyType({each.name: by for some, by in _SLICES for each in some})
"""By what the items of each measure can be grouped."""


# Any: of facts of whatever kind
def measure(name: str, version: int | None = None) -> Measure[Any]:
    """The measure of this name, in its present version or in another one. Raises NotFound."""
    if (found := MEASURES.get(name)) is None:
        raise NotFound(name, check="its name among the measures")
    if version in (None, found.version):
        return found
    former = [each for each in FORMER if (each.name, each.version) == (name, version)]
    if not former:
        raise NotFound(f"version {version} of {name}", check=f"the version: there are 1 to {found.version}")
    return former[0]


def versions(name: str) -> list[Measure[Any]]:  # Any: as above
    """All versions of a measure, the first one first. Raises NotFound."""
    present = measure(name)
    return [*sorted((each for each in FORMER if each.name == name), key=lambda each: each.version), present]
