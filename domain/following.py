"""What a person tells a follower to do about an event it could not take in. Who and why stand in the envelope."""

from __future__ import annotations

from domain.kernel import Event


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
