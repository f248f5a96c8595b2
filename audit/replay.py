"""Replay: what a read showed as of a time, and as known at a time. The streams that the read is about are folded once
more, by the very views, from the events that count."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.streams_about import streams_about
from domain.kernel.as_known import Instants, as_known, counting, late_firsts
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import NotFound, Refusal
from infra.log.application import Log
from infra.postgres.database import Database
from infra.views.page_query import Rows
from infra.views.replayed import ReplayedDatabase
from infra.views.selection import Subselect
from infra.views.view import AnyView, InMemory, Key, Placed
from projections import order as orders
from projections import promise as promises
from projections.conversation import inbox
from projections.conversation.history import HISTORY
from projections.customer.contacts import CONTACTS
from projections.customer.links import CUSTOMER_LINKS
from projections.customer.timeline import TIMELINE
from projections.message import RECEIPTS
from projections.search.passage import SEARCH
from projections.service_level.clocks import SLA_CLOCKS
from projections.service_level.policies import RULES

REPLAYED: tuple[AnyView, ...] = (
    HISTORY, inbox.INBOX, SLA_CLOCKS, RECEIPTS, orders.ORDERS, promises.PROMISES, TIMELINE, CONTACTS, CUSTOMER_LINKS,
    RULES, SEARCH,
)  # fmt: skip
"""The views that are replayed of one thing. Any other is read as it is now: names of colleagues and of teams."""

MOST_EVENTS = 1_000_000
"""The most events that a replay of whole views takes in: their rows are held."""

MOST_EVENTS_SERVED = 200_000
"""The same where many are served by one process."""

SECONDS = 20.0
"""The time that one read of replayed views may take, once they are folded."""

GoOn = Callable[[], None]
"""Called again and again while something is replayed; raises where nobody waits for the replay any more."""


def nobody_leaves() -> None:
    """Who asks stays until the answer is there."""


class Replay:
    """Answers reads as of a time, and as known at a time. Thread-safe."""

    def __init__(self, log: Log, reader: Database, most_events: int = MOST_EVENTS) -> None:
        """`most_events`: what a replay of whole views takes in, at most."""
        self._log = log
        self._reader = reader
        self._most_events = most_events

    def pages(
        self,
        id: str,
        instants: Instants,
        parts: Sequence[Subselect],
        limits: Sequence[int],
        given: Mapping[str, Any],
        go_on: GoOn = nobody_leaves,
    ) -> list[Rows]:
        """As `Reader.pages`, of what is about `id`. Raises as `reader`."""
        position = self._log.position()
        with self.reader(id, instants, go_on) as reader:
            return [replace(rows, position=position) for rows in reader.pages(parts, limits, given)]

    @contextmanager
    def reader(
        self, about: str | Collection[str], instants: Instants, go_on: GoOn = nobody_leaves
    ) -> Iterator[ReplayedDatabase]:
        """The reader's database, in which the views of REPLAYED hold what is about a thing, or about some. Raises
        Refusal `input-invalid`, Overloaded, UnreadableEvent, and as `go_on`."""
        events = as_known(self.streams(about, go_on).values(), instants)
        with self._replayed(REPLAYED, lambda view: _folded([view], events, go_on)[view.name]) as reader:
            yield reader

    @contextmanager
    def everything(
        self, views: Iterable[AnyView], instants: Instants, go_on: GoOn = nobody_leaves
    ) -> Iterator[ReplayedDatabase]:
        """The reader's database, in which these views hold everything: the whole log is read, once for all of them, and
        once more for `as_of`. Raises as `reader`."""
        views = tuple(dict.fromkeys(views))
        names = frozenset(event.stored_name for view in views for event in view.reads)

        def read(of: frozenset[str] | None, *, opened: bool) -> Iterable[Recorded[Event]]:
            if views == (RULES,):  # an index holds just these events
                return self._log.policy_events()
            return self._events(of, instants, go_on, opened=opened)

        firsts = frozenset[int]() if instants.as_of is None else late_firsts(read(None, opened=False), instants)
        rows = _folded(views, counting(read(names, opened=True), instants, firsts), go_on)
        with self._replayed(views, lambda view: rows.pop(view.name)) as reader:
            yield reader

    def became_known(self, id: str, after: datetime, until: datetime) -> list[Recorded[Event]]:
        """The events about `id` that were recorded after one instant and not after another, in the order of the log.
        Raises NotFound, and as `reader`."""
        streams = self.streams(id)
        if not any(streams.values()):
            raise NotFound(id)
        return sorted(
            (each for stream in streams.values() for each in stream if after < each.recorded_at <= until),
            key=lambda recorded: recorded.position,
        )

    def streams(
        self, about: str | Collection[str], go_on: GoOn = nobody_leaves
    ) -> Mapping[str, Sequence[Recorded[Event]]]:
        """The streams that are about a thing, or about some, with their texts. Raises as `reader`."""
        return streams_about(self._log, self._reader, [about] if isinstance(about, str) else about, go_on)

    @contextmanager
    def _replayed(
        self, views: Sequence[AnyView], rows_of: Callable[[AnyView], Mapping[Key, Placed[Any]]]
    ) -> Iterator[ReplayedDatabase]:
        reader = ReplayedDatabase(self._reader, views, rows_of, SECONDS)
        try:
            yield reader
        finally:
            reader.close()

    def _events(
        self, names: frozenset[str] | None, instants: Instants, go_on: GoOn, *, opened: bool
    ) -> Iterator[Recorded[Event]]:
        """The events of these stored names (None: of all) that may count, page by page."""
        after, taken, end = 0, 0, self._end(instants)
        while after < end and (records := self._log.read(after)):
            go_on()
            after = records[-1].id
            wanted = [each for each in records if each.id <= end and (names is None or each.topic in names)]
            taken += len(wanted)
            if taken > self._most_events:
                most = f"this takes in more than {self._most_events} events"
                raise Refusal("input-invalid", f"{most}; ask about one thing, or at the command line: antiphon replay")
            yield from self._log.recorded_events(wanted, opened=opened)

    def _end(self, instants: Instants) -> int:
        """The position of the last event that was known."""
        if instants.known_at is None:
            return self._log.position()
        until = min(instants.known_at, datetime.max.replace(tzinfo=UTC) - timedelta(days=1))
        _, last = self._log.positions_recorded(datetime.min.replace(tzinfo=UTC), until + timedelta(microseconds=1))
        return last


def _folded(
    views: Iterable[AnyView], recorded_events: Iterable[Recorded[Event]], go_on: GoOn
) -> dict[str, dict[Key, Placed[Any]]]:
    """The rows of each of these views, by its name."""
    folded = {view.name: InMemory[Any](view) for view in views}
    for number, recorded in enumerate(recorded_events):
        if number % 100 == 0:
            go_on()
        for each in folded.values():
            each.take(recorded)
    return {name: each.rows() for name, each in folded.items()}
