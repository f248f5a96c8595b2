"""A kind of stream: what its ids begin with, which events it holds, and the fold of them into its state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, get_args

from domain.kernel.event import Event

S = TypeVar("S")
E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Stream(Generic[S, E]):
    """A kind of stream: `Stream("order", OrderEvent, evolve)`. `evolve` makes the state `S` of its events `E`.

    `evolve` matches on all of `E`, so that mypy finds an event that it forgets.
    """

    kind: str
    union: object
    """The events: a class, or several joined with `|`."""
    evolve: Callable[[S | None, E], S | None]

    @property
    def events(self) -> frozenset[type[Event]]:
        """The events one by one."""
        return frozenset(get_args(self.union) or (self.union,))
