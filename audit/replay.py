"""Replay: what a read showed as of a time, and as known at a time. The streams that the read is about are folded once
more, by the very views, from the events that count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any, TypeVar

from commands.executor.linked_streams import linked_streams
from domain.conversation import events as c
from domain.customer import CustomerMerged, CustomersJoined
from domain.kernel.as_known import Instants, as_known
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.service_level.verdicts import stream_of
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.views.page_query import Rows
from infra.views.replayed import ReplayedDatabase
from infra.views.selection import Selection, Subselect
from projections import order as orders
from projections import promise as promises
from projections.conversation import inbox
from projections.conversation.history import HISTORY
from projections.customer import overview as customers
from projections.customer.contacts import CONTACTS
from projections.customer.links import CUSTOMER_LINKS
from projections.customer.timeline import TIMELINE
from projections.message import RECEIPTS
from projections.service_level.clocks import SLA_CLOCKS

R = TypeVar("R")

REPLAYED = (
    HISTORY, inbox.INBOX, SLA_CLOCKS, RECEIPTS, orders.ORDERS, promises.PROMISES, TIMELINE, CONTACTS, CUSTOMER_LINKS,
)  # fmt: skip
"""The views that are replayed. Any other is read as it is now: names of colleagues and of teams."""

MOST_STREAMS = 20_000
"""The most streams that a replay reads."""

SECONDS = 20.0
"""The time that one read of replayed views may take."""


class Replay:
    """Answers reads as of a time, and as known at a time. Thread-safe."""

    def __init__(self, log: Log, reader: Database) -> None:
        self._log = log
        self._reader = reader

    def pages(
        self, id: str, instants: Instants, parts: Sequence[Subselect], limits: Sequence[int], given: Mapping[str, Any]
    ) -> list[Rows]:
        """As `Reader.pages`, of what is about `id`. Raises Refusal `input-invalid`, Overloaded, UnreadableEvent."""
        position = self._log.position()
        with self.reader(id, instants) as reader:
            return [replace(rows, position=position) for rows in reader.pages(parts, limits, given)]

    @contextmanager
    def reader(self, id: str, instants: Instants) -> Iterator[ReplayedDatabase]:
        """The reader's database, in which the replayed views hold what is about `id`. Raises as `pages`."""
        reader = ReplayedDatabase(self._reader, REPLAYED, as_known(self.streams(id).values(), instants), SECONDS)
        try:
            yield reader
        finally:
            reader.close()

    def became_known(self, id: str, after: datetime, until: datetime) -> list[Recorded[Event]]:
        """The events about `id` that were recorded after one instant and not after another, in the order of the log.
        Raises NotFound, and as `pages`."""
        streams = self.streams(id)
        if not streams[id]:
            raise NotFound(id)
        return sorted(
            (each for stream in streams.values() for each in stream if after < each.recorded_at <= until),
            key=lambda recorded: recorded.position,
        )

    def streams(self, id: str) -> Mapping[str, Sequence[Recorded[Event]]]:
        """The streams that are about `id`, with their texts: linked ones, and those that the views know. Raises as
        `pages`."""
        with self._reader.connection() as connection:
            roots = _checked({id, *_known(connection, id)})
        found = dict(linked_streams(self._log, roots, _linked, opened=True))
        _checked(found)
        with self._reader.connection() as connection:
            about = {each for root in found for each in _promised(connection, root)}
        about |= {each for stream in found.values() for recorded in stream for each in _beside(recorded)}
        return found | self._log.streams(_checked(about - found.keys()))


def _known(connection: Connection, id: str) -> Iterator[str]:
    """The streams about a thing that only views can find: of a customer, of an order's customer, of a promise."""
    match kind_of(id):
        case "customer":
            for link in _all(connection, customers.LINKS, id):
                yield from (link.customer_id, link.merged_into)
            yield from (item.conversation_id for item in _all(connection, customers.CONVERSATIONS, id))
            yield from (order.order_id for order in _all(connection, customers.ORDERS, id))
        case "order":
            order = orders.one(connection, id)
            if order is not None:
                yield from order.conversations
                if order.customer_id is not None:
                    yield order.customer_id
                    yield from _known(connection, order.customer_id)
        case "launch":
            launch = promises.one(connection, id)
            if launch is not None and launch.signal_id is not None:
                yield launch.signal_id
        case _:
            return


_PROMISES = {"conversation": promises.OF_CONVERSATION, "customer": promises.OF_CUSTOMER, "order": promises.OF_ORDER}


def _promised(connection: Connection, id: str) -> Iterator[str]:
    if selection := _PROMISES.get(kind_of(id)):
        yield from (promise.promise_id for promise in _all(connection, selection, id))


def _all(connection: Connection, selection: Selection[R], id: str) -> Iterator[R]:
    cursor = None
    while True:
        page = selection.read(connection, cursor=cursor, limit=500, id=id)
        yield from page.rows
        cursor = page.cursor
        if cursor is None:
            return


def _linked(recorded: Recorded[Event]) -> Iterator[str]:
    """The streams without which a stream's rows are not complete."""
    match recorded.event:
        case c.ConversationMerged() | c.MessageSplit():
            yield recorded.event.into
        case c.PartJoined():
            yield from recorded.event.parts
        case c.MessagePlaced():
            yield recorded.event.out_of
        case CustomerMerged():
            yield recorded.event.into
        case CustomersJoined():
            yield recorded.event.part_id


def _beside(recorded: Recorded[Event]) -> Iterator[str]:
    """Streams that say more of an event's thing: its clocks, its receipts, its people."""
    if kind_of(recorded.originator_id) == "conversation":
        yield stream_of(recorded.originator_id)
    if isinstance(recorded.event, c.MessageSent):
        yield recorded.event.message_id
    yield from filter(None, (getattr(recorded.event, name, None) for name in ("customer_id", "participant_id")))


def _checked(ids: Iterable[str]) -> Collection[str]:
    """Check that these are not too many streams. Raises Refusal `input-invalid`."""
    ids = set(ids)
    if len(ids) > MOST_STREAMS:
        raise Refusal("input-invalid", f"this is about more than {MOST_STREAMS} streams; ask about one conversation")
    return ids
