"""What a subscription may offer beyond `Subscription`: to travel with others, to link streams, to take in rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol, runtime_checkable

from domain.kernel.event import Event, Recorded
from infra.postgres.database import Connection


@runtime_checkable
class Travelling(Protocol):
    """A subscription that may take a page in one transaction with others."""

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        """Send what `take` reads; the answer does the rest of `take`. In a pipeline, only the answer waits."""


@runtime_checkable
class Linking(Protocol):
    """A subscription that takes some events in together with what it made of another stream."""

    def waits_for(self, recorded: Recorded[Event]) -> Iterable[str]:
        """The other streams: while one of them has quarantined events, the event waits behind them."""

    def waiting_behind(self, recorded: Recorded[Event]) -> Iterable[str]:
        """The streams that may wait behind this event's stream because of this event."""


@runtime_checkable
class Covering(Protocol):
    """A subscription to the stored rows, whether or not this release can read them."""

    def cover(self, position: int, connection: Connection) -> None:
        """Take in all rows up to this position, in the host's transaction, which moves the position as well."""
