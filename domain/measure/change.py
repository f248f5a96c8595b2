"""What changed between two answers to the same question, item by item, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Literal

from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import NotFound
from domain.measure.definition import MeasuredItem

Cause = Literal["late", "merge", "merge-undone", "correction", "erasure", "happened-since", "time-passed"]
"""Why an item counts otherwise. `late`: what had happened before was recorded after. `time-passed`: nothing was
recorded: a date came, or a window ended."""
MOST_CAUSES = 50
"""How many events are shown of a change, at most."""
_CAUSES: Mapping[str, Cause] = MappingProxyType({
    **dict.fromkeys(
        ("conversation.merged", "conversation.part-joined", "customer.merged", "customer.joined",
         "conversation.message-split", "conversation.message-placed"), "merge",
    ),
    **dict.fromkeys(
        ("conversation.separated", "conversation.part-left", "customer.separated", "customer.parted",
         "conversation.message-returned", "conversation.message-taken"), "merge-undone",
    ),
    **dict.fromkeys(
        ("conversation.kind-changed", "conversation.product-area-changed", "conversation.language-changed",
         "conversation.priority-changed", "customer.segment-changed", "order.amended", "order.delivery-checked",
         "order.number-contested", "promise.revised", "item.decided", "item.corrected", "item.withdrawn",
         "item.split-off", "item.split-undone", "item.theme-suggested", "table.published"), "correction",
    ),
    **dict.fromkeys(("customer.erased", "conversation.message-removed"), "erasure"),
})  # fmt: skip
"""Why, by the stored name of an event. A split is undone like a merge."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that counts otherwise: `before` and `after`, of which one is None where the item was not there."""

    id: str
    before: MeasuredItem | None
    after: MeasuredItem | None


@dataclass(frozen=True, slots=True)
class ChangeCause:
    """Why. `event`, `at`, `recorded_at`, `position`: of what was recorded; None where nothing was."""

    cause: Cause
    event: str | None = None
    at: datetime | None = None
    recorded_at: datetime | None = None
    position: int | None = None


def item_changes(before: Iterable[MeasuredItem], after: Iterable[MeasuredItem]) -> list[ItemChange]:
    """The items that count otherwise, by their ids: come, gone, or with another outcome, value, time or group."""
    earlier, later = ({item.id: item for item in items} for items in (before, after))
    ids = sorted(earlier.keys() | later.keys())
    found = (ItemChange(id, earlier.get(id), later.get(id)) for id in ids)
    return [each for each in found if each.before != each.after]


def stream_of_item(id: str) -> str:
    """The stream that an item's id begins with: of a spell or a clock its conversation, of a month its customer."""
    return id.partition("/")[0]


BecameKnown = Callable[[str, datetime, datetime], Iterable[Recorded[Event]]]
"""What was recorded about a thing after one instant and not after another. Raises NotFound where nothing ever was."""


def change_causes(
    became_known: BecameKnown, change: ItemChange, known_at: datetime, until: datetime
) -> list[ChangeCause]:
    """Why an item counts otherwise than it was known at an instant, by what was recorded about it since: the
    first MOST_CAUSES of it."""
    try:
        recorded = list(became_known(stream_of_item(change.id), known_at, until))
    except NotFound:
        recorded = []
    found = [
        ChangeCause(_cause(each, known_at), each.event.stored_name, each.at, each.recorded_at, each.position)
        for each in recorded[:MOST_CAUSES]
    ]
    return found or [ChangeCause("time-passed")]


def _cause(recorded: Recorded[Event], known_at: datetime) -> Cause:
    if (cause := _CAUSES.get(recorded.event.stored_name)) is not None:
        return cause
    return "late" if recorded.at <= known_at else "happened-since"
