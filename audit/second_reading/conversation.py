"""A conversation while facts are replayed: its clocks, and what they depend on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from audit.second_reading.clocks import Clock
from audit.second_reading.rules import Span


@dataclass
class Conversation:
    """One conversation."""

    name: str
    traits: dict[str, str | None]
    """By which it chooses a policy, beside its priority."""
    policy: str | None
    priority: str
    named: bool
    chosen_at: int
    """Whether its policy was named, and else as of when it was chosen (S29)."""
    status: str = "open"
    clocks: list[Clock] = field(default_factory=list)
    person_began: bool = False
    customer_wrote: bool = False
    awaits_first_reply: bool = False
    merged_into: str | None = None


Said = tuple[int, Span | None]
"""When something was said: where it stands, and when it can have been, if that is not known exactly."""


def traits_of(step: dict[str, Any]) -> dict[str, str | None]:
    """The traits that a step gives a conversation."""
    named = {name: step.get(name) for name in ("channel", "tier", "product_area")}
    return {"kind": step["open"], **named}
