"""Kinds of streams: the prefix of their ids, their events, and the fold of the events into a state."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar, get_args

from domain.kernel.event import Event, Recorded

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Others(Generic[S]):
    """How the events of other streams complete a state, where the stream's own events only name those streams.

    `lacking`: whether a state is incomplete. `named`: the streams that an event names. `complete`: makes the complete
    state of the state, the stream's id, and the events of all these streams in the order of the log, up to the last
    event of the state.
    """

    lacking: Callable[[S], bool]
    named: Callable[[Recorded[Event]], Iterable[str]]
    complete: Callable[[S, str, Iterable[Recorded[Event]]], S]


@dataclass(frozen=True, slots=True)
class Stream(Generic[S, E]):
    """A kind of stream: `Stream("order", OrderEvent, evolve)`. `evolve` folds the events `E` into the state `S`.

    `evolve` matches on all of `E`, so that mypy finds a forgotten event.
    """

    kind: str
    union: object
    """The event classes: one class, or several joined with `|`."""
    evolve: Callable[[S | None, E], S | None]
    others: Others[S] | None = None

    @property
    def events(self) -> frozenset[type[Event]]:
        """The event classes, one by one."""
        return frozenset(get_args(self.union) or (self.union,))
