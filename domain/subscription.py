"""Requests to a subscription to retry or skip quarantined events. The envelope says who asks, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import Field

from domain.kernel.event import Event
from domain.kernel.stream import Stream
from domain.kernel.values import Frozen


class RetryRequested(Event, name="follower.retry-requested", published_as=None):
    """Take the quarantined events of this stream again, in order, up to the first that still fails."""

    follower: str
    version: int
    stream: str


class SkipRequested(Event, name="follower.skip-requested", published_as=None):
    """Leave this one event out for good, then go on with the rest of its stream as in a retry."""

    follower: str
    version: int
    stream: str
    position: int


@dataclass(frozen=True, slots=True)
class SubscriptionRequests:
    """The requests made so far; none of them limits the next."""


SubscriptionEvent = RetryRequested | SkipRequested


def evolve(state: SubscriptionRequests | None, event: SubscriptionEvent) -> SubscriptionRequests | None:
    """Fold one event into the state."""
    return state or SubscriptionRequests()


SUBSCRIPTION = Stream("follower", SubscriptionEvent, evolve)


class Retry(Frozen):
    """Ask a subscription to take the quarantined events of a stream again."""

    follower: str = Field(min_length=1)
    version: int = Field(ge=1)
    stream: str = Field(min_length=1)


class Skip(Retry):
    """Ask a subscription to leave an event out for good, also in every replay."""

    position: int = Field(ge=1)


def decide(state: SubscriptionRequests | None, command: Retry | Skip, now: datetime) -> list[Event]:
    """Decide the events of a request."""
    if isinstance(command, Skip):
        return [
            SkipRequested(
                follower=command.follower, version=command.version, stream=command.stream, position=command.position
            )
        ]
    return [RetryRequested(follower=command.follower, version=command.version, stream=command.stream)]


def stream_of(follower: str) -> str:
    """The stream of the requests to a subscription."""
    return f"follower-{follower}"
