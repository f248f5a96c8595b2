"""The rows of all views in a form in which two logs can be compared: ids go by the order in which they came, and places
in the log and times of the clock are left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from domain.kernel.event import Event, Recorded
from infra.views.view import fold_in_memory
from projections.catalogue import VIEWS

ID = re.compile(r"([a-z]+)-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)")
PLACES = ("place", "at_position")
FAR = 2100
"""Dates from this year on were said, and not taken from a clock."""


def canonical_rows(recorded_events: Sequence[Recorded[Event]], ids: Sequence[str]) -> dict[str, list[str]]:
    """By view, each row as a text, in order. `ids`: those of things, in the order in which both logs came to know them;
    others are numbered as the rows name them."""
    names = {id: f"{id.partition('-')[0]} {number}" for number, id in enumerate(dict.fromkeys(ids))}

    def name(match: re.Match[str]) -> str:
        return names.get(match[0], f"some {match[1]}")

    found = {}
    for view in VIEWS:
        rows = [row for row, _ in fold_in_memory(view, recorded_events).values() if row is not None]
        if view.key == ("place",):
            rows.sort(key=lambda row: row.place)
        told = [ID.sub(name, repr(_timeless(asdict(row)))) for row in rows]
        found[view.name] = told if view.key == ("place",) else sorted(told)
    return found


def _timeless(row: dict[str, Any]) -> dict[str, Any]:
    return {key: _said(value) for key, value in row.items() if key not in PLACES}


def _said(value: Any) -> Any:
    if isinstance(value, str) and INSTANT.fullmatch(value):  # inside of documents
        value = datetime.fromisoformat(value)
    if isinstance(value, datetime):
        return value if value.year >= FAR else "then"
    if isinstance(value, (tuple, list)):
        return [_said(each) for each in value]
    if isinstance(value, dict):
        return {key: _said(each) for key, each in value.items()}
    return value
