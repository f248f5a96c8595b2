"""All measures, by name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from domain.kernel.refusal import NotFound
from domain.measure import order, promise
from domain.measure.definition import Measure

OF_PROMISES = (promise.PROMISE_KEPT, promise.PROMISE_KEPT_LAST)
OF_ORDERS = (
    order.PERFECT_ORDER, order.ORDER_ON_FIRST_PROMISE, order.ORDER_ON_LAST_PROMISE,
    order.ORDER_IN_FULL, order.ORDER_UNDAMAGED, order.ORDER_DOCUMENTS_RIGHT,
)  # fmt: skip
# Any: of facts of different kinds
MEASURES: Mapping[str, Measure[Any]] = MappingProxyType({each.name: each for each in (*OF_PROMISES, *OF_ORDERS)})
"""The measures in their present versions, by name."""
SLICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {**{each.name: ("kind",) for each in OF_PROMISES}, **{each.name: () for each in OF_ORDERS}}
)
"""By what the items of each measure can be grouped."""


def measure(name: str) -> Measure[Any]:  # Any: of facts of whatever kind
    """The measure of this name. Raises NotFound."""
    if (found := MEASURES.get(name)) is None:
        raise NotFound(name)
    return found
