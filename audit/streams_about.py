"""The streams that are about a thing: its own, those linked with it by a merge or a split, its clocks, receipts,
promises and people."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TypeVar

from commands.executor.linked_streams import linked_streams
from domain.conversation import events as c
from domain.customer import CustomerMerged, CustomersJoined
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Refusal
from domain.service_level.verdicts import stream_of
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.views.selection import Selection
from projections import order as orders
from projections import promise as promises
from projections.customer import overview as customers
from projections.signal import items

R = TypeVar("R")

MOST_STREAMS = 20_000
"""The most streams that are read of one thing."""


def streams_about(
    log: Log, reader: Database, ids: Collection[str], go_on: Callable[[], None]
) -> Mapping[str, Sequence[Recorded[Event]]]:
    """The streams that are about these things, with their texts: linked ones, and those that the views know. Calls
    `go_on` again and again, which may raise. Raises Refusal `input-invalid`, Overloaded, UnreadableEvent."""

    def linked(recorded: Recorded[Event]) -> Iterator[str]:
        go_on()
        return _linked(recorded)

    with reader.connection() as connection:
        roots = _checked({*ids, *(each for id in ids for each in _known(connection, id))})
    found = dict(linked_streams(log, roots, linked, opened=True))
    _checked(found)
    about = set[str]()
    with reader.connection() as connection:
        for root in found:
            go_on()
            about.update(_promised(connection, root))
    about |= {each for stream in found.values() for recorded in stream for each in _beside(recorded)}
    go_on()
    return found | log.streams(_checked(about - found.keys()))


def _known(connection: Connection, id: str) -> Iterator[str]:
    """The streams about a thing that only views can find: of a customer, of an order's customer, of a promise, of what
    was said for a signal."""
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
        case "signal":
            yield from (item.item_id for item in islice(_all(connection, items.OF_SIGNAL, id), MOST_STREAMS + 1))
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
