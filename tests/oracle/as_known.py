"""A second reading of what counts as of a time and as known at a time (`docs/replay.md`): slow, plain, and made of
nothing of the project. An event is (stream, position, recorded, happened)."""

from __future__ import annotations

from datetime import datetime

Told = tuple[str, int, datetime, datetime]


def counting(events: list[Told], as_of: datetime | None, known_at: datetime | None) -> list[int]:
    """The positions of the events that count, in order."""
    positions = []
    for stream, position, recorded, happened in events:
        if known_at is not None and recorded > known_at:
            continue
        mine = [each for each in events if each[0] == stream and (known_at is None or each[2] <= known_at)]
        first = position == min(each[1] for each in mine)
        anything = any(as_of is None or each[3] <= as_of for each in mine)
        if (as_of is None or happened <= as_of) or (first and anything):
            positions.append(position)
    return sorted(positions)
