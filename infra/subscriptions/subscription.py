"""Subscriptions, and how a lease holder moves one: a page at a time, each event exactly once. Events that cannot be
taken in are quarantined. This file knows the protocol of subscriptions, and no single subscription."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Protocol

from domain.kernel.event import Event, Recorded
from domain.subscription import RetryRequested, SkipRequested, stream_of
from infra.failures import error_code
from infra.log.application import Log
from infra.postgres.database import Connection, Database
from infra.subscriptions.extensions import Covering, Linking, Travelling
from infra.subscriptions.lease import Key, Lease, LeaseLost
from infra.subscriptions.pages import Item, LogPage, Pages, Unreadable, place, topic, wanted
from infra.subscriptions.quarantine import Quarantine, QuarantinedEvent, is_poison, quarantined_streams
from infra.subscriptions.shards import shard_of

_ORDERS = frozenset({RetryRequested.stored_name, SkipRequested.stored_name})

BEHIND = "behind"
"""The error of an event that is quarantined only because an earlier event of its stream is."""


class Subscription(Protocol):
    """A subscription to the log. The host reads for it, and commits what `take` does together with the position."""

    @property
    def name(self) -> str:
        """The name of its row in `antiphon.followers`, with `version`."""

    @property
    def version(self) -> int:
        """Rises with each change of what the subscription does with events. A new version begins at position 0."""

    @property
    def shard(self) -> int:
        """The number of this shard, from 0. Each shard has a row and a lease holder of its own."""

    @property
    def shards(self) -> int:
        """The number of shards; a stream's hash says which one takes it. Every shard takes in the `at_once` events."""

    @property
    def orders(self) -> str:
        """The name under which retries and skips are requested; a rebuild uses the name of its original."""

    @property
    def reads(self) -> frozenset[str]:
        """The stored names of the events it takes in."""

    @property
    def opened(self) -> bool:
        """Whether it gets personal texts opened. If not, they read as erased, and no key is fetched."""

    @property
    def at_once(self) -> frozenset[str]:
        """Events that take effect even while their stream is quarantined, and once more when their turn comes."""

    def take(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> None:
        """Take in events, in order, in the host's transaction. What raises here is rolled back."""

    def announce(self, recorded_events: Sequence[Recorded[Event]], position: int, connection: Connection) -> None:
        """A retry at `position` took these events in: notify readers of the result."""

    def reached_end(self, position: int, connection: Connection) -> bool:
        """Called at the end of the log, `position`. Answer False to be called again at the next end."""


class LeaseHolder:
    """The lease holder: moves one subscription through the log for as long as it holds the lease. Not thread-safe."""

    def __init__(
        self, subscription: Subscription, log: Log, pages: Pages, database: Database, holder: str, seconds: float
    ):
        """`database` is the projector's; `holder` names this process; the lease lasts `seconds` at a time."""
        self.subscription = subscription
        self._log = log
        self._pages = pages
        self._database = database
        self._holder = holder
        self._seconds = seconds
        self._lease: Lease | None = None
        self._renew_at = 0.0
        self._end_reported = False
        self._quarantine = Quarantine(subscription.name, subscription.version, subscription.shard)
        self._topics = subscription.reads | _ORDERS
        # Asked once: for each page, it would take a tenth of a group's time.
        self._travelling = subscription if isinstance(subscription, Travelling) else None
        self._quarantined_streams: set[str] = set()
        self._skipped: set[int] = set()

    @property
    def position(self) -> int | None:
        """The position it has reached; None while another process holds the lease."""
        return self._lease.position if self._lease else None

    @property
    def lease(self) -> Lease | None:
        """The lease; None while another process holds it."""
        return self._lease

    @property
    def key(self) -> Key:
        """Whose lease it holds or waits for."""
        return self.subscription.name, self.subscription.version, self.subscription.shard

    def lead(self) -> None:
        """Take the lease if it is free. Raises Overloaded."""
        if self._lease is None:
            self.lead_all([self])

    @staticmethod
    def lead_all(standby: Sequence[LeaseHolder]) -> None:
        """Take the leases that are free, each of a subscription (at least one) of one process. Raises Overloaded, and
        UnreadableEvent where what people asked of one of them cannot be read."""
        # A handful of statements for all: a process that starts has dozens of subscriptions.
        one, keys = standby[0], [each.key for each in standby]
        with one._database.connection() as connection:
            leases = Lease.take_all(connection, keys, one._holder, one._seconds)
            streams = quarantined_streams(connection, list(leases)) if leases else {}
        leading = [each for each in standby if each.key in leases]
        requests = one._log.streams({stream_of(each.subscription.orders) for each in leading}) if leading else {}
        for each in leading:
            each._begin(leases[each.key], streams.get(each.key, set()), requests[stream_of(each.subscription.orders)])

    def let_go(self) -> None:
        """Forget the lease, and take it anew at the next step: after an error, only the database knows the position."""
        self._lease = None

    def step(self, upto: int | None = None) -> bool:
        """Take the next page (not beyond `upto`), in one transaction. False: no page, or another holder.

        An error rolls everything back, and the next step begins by taking the lease anew. Raises errors that are not
        the event's fault, such as Overloaded.
        """
        try:
            self.lead()
            lease = self._lease
            if lease is None:
                return False
            page = self._pages.after(lease.position, upto, opened=self.subscription.opened, reader=self)
            if page is None:
                self._renew(lease)
                if upto is None:
                    self.report_end()
                return False
            self._advance(lease, page)
            return True
        except LeaseLost:
            self.let_go()
            return False
        except BaseException:
            self.let_go()
            raise

    def release(self) -> None:
        """Let a standby take over at once. Raises Overloaded."""
        self.release_all([self])

    @staticmethod
    def release_all(lease_holders: Sequence[LeaseHolder]) -> None:
        """Let standbys take over at once whatever these lead, all of one process. Raises Overloaded."""
        leases = [each.lease for each in lease_holders if each.lease]
        for each in lease_holders:
            each.let_go()
        if leases:
            with lease_holders[0]._database.connection() as connection:
                Lease.release_all(leases, connection)

    def _begin(self, lease: Lease, quarantined_streams: set[str], requests: Sequence[Recorded[Event]]) -> None:
        self._quarantined_streams = quarantined_streams
        self._renew_at = time.monotonic() + self._seconds / 3
        self._end_reported = False
        # A skipped event is left out of every replay, too: skips are known before their positions are reached.
        self._skipped = {
            recorded.event.position
            for recorded in requests
            if isinstance(recorded.event, SkipRequested) and recorded.event.version == self.subscription.version
        }
        self._lease = lease

    def _renew(self, lease: Lease) -> None:
        if time.monotonic() >= self._renew_at:
            with self._database.connection() as connection:
                lease.move(connection, lease.position)
            self._renew_at = time.monotonic() + self._seconds / 3

    def report_end(self) -> None:
        """Tell the subscription, once, that it has come to the log's end. Raises Overloaded."""
        if self._lease and not self._end_reported:
            with self._database.connection() as connection:
                self._end_reported = self.subscription.reached_end(self._lease.position, connection)

    @property
    def travels(self) -> bool:
        """Whether it may take pages together with others: not while it has quarantined or skipped events."""
        return self._travelling is not None and not self._quarantined_streams and not self._skipped

    def plain(self, page: LogPage) -> Sequence[Recorded[Event]] | None:
        """What its subscription takes of a page, if that is all there is to do; None if it has to take the page by
        itself, with `step`."""
        items = self._own(page.wanted(self._topics))
        recorded_events = [item for item in items if not isinstance(item, Unreadable) and topic(item) not in _ORDERS]
        return recorded_events if self.travels and len(recorded_events) == len(items) else None

    def begin(self, recorded_events: Sequence[Recorded[Event]], connection: Connection) -> Callable[[], None]:
        """Begin to take these events in a transaction of others, as `Travelling` does."""
        if not recorded_events or self._travelling is None:
            return lambda: None
        return self._travelling.begin(recorded_events, connection)

    def moved(self, position: int) -> None:
        """The position that was committed, together with all that its subscription did."""
        if self._lease:
            self._lease.position = position
        self._renew_at = time.monotonic() + self._seconds / 3

    def _advance(self, lease: Lease, page: LogPage) -> None:
        items = self._own(page.wanted(self._topics))
        covering = self.subscription if isinstance(self.subscription, Covering) else None
        whole = items or covering
        with self._database.connection() as connection, connection.transaction() if whole else nullcontext():
            lease.move(connection, page.last)
            self._take(items, connection)
            if covering:
                covering.cover(page.last, connection)
        self.moved(page.last)

    def _own(self, items: Sequence[Item]) -> Sequence[Item]:
        """The items that belong to this shard."""
        shard, shards = self.subscription.shard, self.subscription.shards
        if shards == 1:
            return items
        everywhere = self.subscription.at_once | _ORDERS
        return [each for each in items if topic(each) in everywhere or shard_of(each.originator_id, shards) == shard]

    # -- a page

    def _take(self, items: Sequence[Item], connection: Connection) -> None:
        run: list[Item] = []
        for item in items:
            if not isinstance(item, Unreadable) and isinstance(item.event, (RetryRequested, SkipRequested)):
                self._take_run(run, connection)
                run = []
                self._obey(item.event, item.position, connection)
            elif topic(item) in self.subscription.reads:
                run.append(item)
        self._take_run(run, connection)

    def _take_run(self, run: Sequence[Item], connection: Connection) -> None:
        """Take all in one go; if an event fails, in halves, until that event is alone and all others are in."""
        if not run:
            return
        try:
            self._take_together(run, connection)
        except Exception as error:
            if not is_poison(error):
                raise
            if len(run) > 1:
                self._take_run(run[: len(run) // 2], connection)
                self._take_run(run[len(run) // 2 :], connection)
            else:
                self._quarantine.add(connection, [self._quarantined_event(run[0], error_code(error))])
                self._quarantined_streams.add(run[0].originator_id)

    def _take_together(self, run: Sequence[Item], connection: Connection) -> None:
        through: list[Recorded[Event]] = []
        quarantined: list[QuarantinedEvent] = []
        quarantined_streams = set(self._quarantined_streams)
        # Hardly ever is anything skipped or quarantined: such an event asks no more than that.
        for item in run:
            if self._skipped and self._left_out(item):
                continue
            if item.originator_id in quarantined_streams:
                quarantined.append(self._quarantined_event(item, BEHIND))
                if isinstance(item, Unreadable) or topic(item) not in self.subscription.at_once:
                    continue
            elif isinstance(item, Unreadable):
                quarantined.append(self._quarantined_event(item, item.error))
                quarantined_streams.add(item.originator_id)
                continue
            elif quarantined_streams and self._waits(item, quarantined_streams):
                quarantined.append(self._quarantined_event(item, BEHIND))
                quarantined_streams.add(item.originator_id)
                continue
            through.append(item)
        with connection.transaction():
            if through:
                self.subscription.take(through, connection)
            self._quarantine.add(connection, quarantined)
        self._quarantined_streams = quarantined_streams

    def _waits(self, item: Recorded[Event], quarantined_streams: set[str]) -> bool:
        if not isinstance(self.subscription, Linking):
            return False
        return not quarantined_streams.isdisjoint(self.subscription.waits_for(item))

    def _left_out(self, item: Item) -> bool:
        # An erasure is not skipped: what it has to wipe would stay readable.
        return place(item) in self._skipped and topic(item) not in self.subscription.at_once

    def _quarantined_event(self, item: Item, error: str) -> QuarantinedEvent:
        return QuarantinedEvent(
            self.subscription.name, self.subscription.version, item.originator_id, place(item), error
        )

    # -- what people tell it

    def _obey(self, event: RetryRequested | SkipRequested, position: int, connection: Connection) -> None:
        stream = event.stream
        if (event.follower, event.version) != (self.subscription.orders, self.subscription.version):
            return
        if isinstance(event, SkipRequested):
            self._skipped.add(event.position)
        streams = self._with_those_behind(stream, position)
        items = sorted((item for each in streams.values() for item in each), key=place)
        waiting = {place for each in streams for place in self._quarantine.release(connection, each)}
        self._quarantined_streams -= streams.keys()
        self._take_run([item for item in items if place(item) in waiting], connection)
        # All events of the stream that are taken in, not only those that waited: a replay, where none waits, does the
        # same.
        quarantined = {place for each in streams for place in self._quarantine.positions(connection, each)}
        taken = [
            item
            for item in items
            if not isinstance(item, Unreadable) and place(item) not in quarantined and not self._left_out(item)
        ]
        self.subscription.announce(taken, position, connection)

    def _with_those_behind(self, stream: str, position: int) -> dict[str, Sequence[Item]]:
        """What a stream holds up to a position, and the same of those that may wait behind it, and so on."""
        found: dict[str, Sequence[Item]] = {}
        missing = {stream}
        while missing:
            each = missing.pop()
            found[each] = self._own(
                wanted(self._pages.stream(each, position, opened=self.subscription.opened), self.subscription.reads)
            )
            if isinstance(self.subscription, Linking):
                read = (item for item in found[each] if not isinstance(item, Unreadable))
                behind = {id for item in read for id in self.subscription.waiting_behind(item)}
                missing |= behind - found.keys()
        return found
