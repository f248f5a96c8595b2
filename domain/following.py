"""What a person tells a follower to do about an event it could not take in. Who and why stand in the envelope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from domain.kernel import Event, Frozen


class RetryRequested(Event, name="follower.retry-requested"):
    """Take all that is parked of this stream again, in order, up to the first that still fails."""

    follower: str
    version: int
    stream: str


class SkipRequested(Event, name="follower.skip-requested"):
    """Leave this one event out for good, then go on with the rest of its stream as in a retry."""

    follower: str
    version: int
    stream: str
    position: int


@dataclass(frozen=True, slots=True)
class Following:
    """What a follower was told; nothing of it limits what it may be told next."""


def evolve(state: Following | None, event: Event) -> Following | None:
    """The state after one more event."""
    return state or Following()


class Retry(Frozen):
    """Ask a follower to take in again what is parked of a stream."""

    follower: str = Field(min_length=1)
    version: int = Field(ge=1)
    stream: str = Field(min_length=1)


class Skip(Retry):
    """Ask a follower to leave an event out for good, in every replay too."""

    position: int = Field(ge=1)


def decide(state: Following | None, command: Retry | Skip, now: datetime) -> list[Event]:
    """What the command makes happen."""
    if isinstance(command, Skip):
        return [SkipRequested(**dict(command))]
    return [RetryRequested(**dict(command))]


def stream_of(follower: str) -> str:
    """The stream that holds what a follower was told."""
    return f"follower-{follower}"
