"""Every event there is belongs to one kind of stream, whose fold knows it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from domain.catalogue import EVENTS, STREAMS
from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.order.events import Cancelled, Placed
from domain.order.state import ORDER, evolve


def misplaced(streams: Iterable[Stream[Any, Any]], events: Iterable[type[Event]]) -> list[str]:
    """Events that are not in the union of the stream that their stored name begins with, or in another's, too."""
    held = {stream.kind: stream.events for stream in streams}
    return [
        event.stored_name
        for event in events
        if [kind for kind in held if event in held[kind]] != [event.stored_name.partition(".")[0]]
    ]


def test_every_event_is_in_the_union_of_its_stream() -> None:
    shipped = [event for event in EVENTS.values() if event.__module__.startswith("domain.")]
    assert misplaced(STREAMS.values(), shipped) == []


def test_an_event_that_a_union_forgets_is_found() -> None:
    forgetful: Stream[Any, Any] = Stream("order", Placed, evolve)
    assert misplaced([forgetful], [Placed, Cancelled]) == ["order.cancelled"]
    assert misplaced([ORDER], [Placed, Cancelled]) == []


def test_a_union_of_one_event_is_that_event() -> None:
    assert STREAMS["team"].events == {EVENTS["team.formed"]}
