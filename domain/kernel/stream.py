"""Kinds of streams: the prefix of their ids, their events, and the fold of the events into a state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, get_args

from domain.kernel.event import Event

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Stream(Generic[S, E]):
    """A kind of stream: `Stream("order", OrderEvent, evolve)`. `evolve` folds the events `E` into the state `S`.

    `evolve` matches on all of `E`, so that mypy finds a forgotten event.
    """

    kind: str
    union: object
    """The event classes: one class, or several joined with `|`."""
    evolve: Callable[[S | None, E], S | None]

    @property
    def events(self) -> frozenset[type[Event]]:
        """The event classes, one by one."""
        return frozenset(get_args(self.union) or (self.union,))
