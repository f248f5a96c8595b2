"""Streams read together with the streams that their events name, for states that need the events of both."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from commands.executor.state_cache import Loaded
from domain.kernel.event import Event, Recorded
from domain.kernel.stream import Stream
from infra.log.application import Log

S = TypeVar("S")
E = TypeVar("E", bound=Event)
Streams = Mapping[str, list[Recorded[Event]]]


def linked_streams(
    log: Log, ids: Iterable[str], named: Callable[[Recorded[Event]], Iterable[str]], *, opened: bool = False
) -> Streams:
    """These streams, the streams that their events name, and so on; without texts unless `opened`. Raises
    UnreadableEvent, Overloaded."""
    found: dict[str, list[Recorded[Event]]] = {}
    missing = set(ids)
    while missing:
        found |= log.streams(missing, opened=opened)
        missing = {id for stream in found.values() for recorded in stream for id in named(recorded)} - found.keys()
    return found


def lacking(stream: Stream[S, E], loaded: Loaded[S | None]) -> bool:
    """Whether the state is incomplete without the events of other streams."""
    return stream.others is not None and loaded.state is not None and stream.others.lacking(loaded.state)


def completed(stream: Stream[S, E], id: str, loaded: Loaded[S | None], streams: Streams) -> Loaded[S | None]:
    """The complete state. `streams`: the state's own stream, and those that its events name."""
    assert stream.others is not None
    assert loaded.state is not None
    last = streams[id][loaded.version - 1].position
    known = (recorded for each in streams.values() for recorded in each if recorded.position <= last)
    in_order = sorted(known, key=lambda recorded: recorded.position)
    return replace(loaded, state=stream.others.complete(loaded.state, id, in_order))
