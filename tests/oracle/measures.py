"""How many promises and orders of a span hit, counted one by one from the log as `antiphon log` and JSON have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

Line = Mapping[str, Any]
"""One event: its `name`, when it happened (`at`), and its `data`."""


def kept(log: Iterable[Line], begin: datetime, end: datetime, now: datetime, *, by_last: bool) -> Counter[str]:
    """The outcomes of the promises whose first date (or last date) is within the span."""
    stories: dict[str, list[Line]] = {}
    for line in log:
        if line["name"].startswith("promise."):
            stories.setdefault(line["data"]["promise_id"], []).append(line)
    found: Counter[str] = Counter()
    for story in stories.values():
        dates = [line["data"]["due_at"] for line in story if line["name"] in ("promise.made", "promise.revised")]
        date = dates[-1 if by_last else 0]
        if not begin <= date < end:
            continue
        ends = [line for line in story if line["name"] in ("promise.kept", "promise.broken", "promise.withdrawn")]
        if not ends:
            found["open" if now <= date else "miss"] += 1
        elif ends[0]["name"] == "promise.kept":
            found["hit" if ends[0]["at"] <= date else "miss"] += 1
        elif ends[0]["name"] == "promise.withdrawn" and ends[0]["at"] <= date:
            found["withdrawn"] += 1
        else:
            found["miss"] += 1
    return found


def on_first_date(log: Iterable[Line], begin: datetime, end: datetime, now: datetime) -> Counter[str]:
    """The outcomes of the orders whose delivery was first promised for the span. (Of whole orders, without parcels.)"""
    stories: dict[str, list[Line]] = {}
    for line in log:
        if line["name"].startswith("order."):
            stories.setdefault(line["data"]["order_id"], []).append(line)
    found: Counter[str] = Counter()
    for story in stories.values():
        dates = [line["data"]["due_at"] for line in story if line["name"] == "order.delivery-promised"]
        if not dates or not begin <= dates[0] < end:
            continue
        came = [line["at"] for line in story if line["name"] == "order.delivered"]
        cancelled = [line["at"] for line in story if line["name"] == "order.cancelled"]
        if came:
            found["hit" if came[0] <= dates[0] else "miss"] += 1
        elif cancelled and cancelled[0] <= dates[0]:
            found["cancelled"] += 1
        else:
            found["open" if now <= dates[0] else "miss"] += 1
    return found
