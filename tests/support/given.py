"""given(events).when(command).then(events, or the code of a refusal): what one aggregate decides. No database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from domain.kernel.event import Event
from domain.kernel.refusal import Refusal

S = TypeVar("S")


@dataclass(frozen=True)
class Outcome:
    """The events that a command made happen, or the code with which it was refused."""

    happened: list[Event | str]

    def then(self, *expected: Event | str) -> None:
        assert self.happened == list(expected), f"\n  happened {self.happened}\n  expected {list(expected)}"


@dataclass(frozen=True)
class Aggregate(Generic[S]):
    """The two functions of an aggregate, and the state that `given` folded."""

    evolve: Callable[[S | None, Any], S | None]
    decide: Callable[[S | None, Any], list[Event]]
    state: S | None = None

    def given(self, *events: object) -> Aggregate[S]:
        state = self.state
        for event in events:
            state = self.evolve(state, event)
        return Aggregate(self.evolve, self.decide, state)

    def when(self, command: object) -> Outcome:
        try:
            return Outcome([*self.decide(self.state, command)])
        except Refusal as refusal:
            return Outcome([refusal.code])
