"""The log in pages, decoded once for all subscriptions of a process."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Overloaded
from infra.failures import error_code
from infra.log.application import Log
from infra.log.mapper import Record, UnreadableEvent


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that cannot be decoded: subscriptions that read its topic quarantine it."""

    originator_id: str
    topic: str
    position: int
    error: str


Item = Recorded[Event] | Unreadable


@dataclass(frozen=True, slots=True)
class LogPage:
    """The items after a position, in order: `last` is the position of the last item."""

    items: Sequence[Item]
    last: int
    topics: Sequence[str]
    """The topic of each item, since every subscription asks for them."""

    @classmethod
    def of(cls, items: Sequence[Item], last: int) -> LogPage:
        """The page of these items."""
        return cls(items, last, [topic(item) for item in items])

    def wanted(self, topics: frozenset[str]) -> list[Item]:
        """The items with one of these topics."""
        return [item for item, each in zip(self.items, self.topics, strict=True) if each in topics]


class Pages:
    """Reads the log for subscriptions. Thread-safe; readers of the same page get the same objects.

    For a reader without personal texts, these read as erased, unless another reader had the same page opened. Decoding
    is most of the work, and few pages are kept. So a reader that is ahead waits a little for those behind: otherwise
    each of them would decode every page for itself. Nobody waits for a reader that is further ahead, so that the
    hindmost reader always goes on.
    """

    KEPT = 4
    PATIENCE_SECONDS = 1.0
    """How long a reader that is ahead waits, at most: longer than all views take for a page, even on a busy machine.
    Without waiting, 12 views that caught up decoded each page six times and took twice as long. Bench row `catch-up`.
    """

    MOST_BYTES = 1 << 20
    """How much a page holds, unless one event is larger: a page has to be taken within one transaction's deadline."""

    def __init__(self, log: Log, size: int = 500) -> None:
        self._log = log
        self._size = size
        lock = threading.Lock()
        self._made_one, self._moved_on = threading.Condition(lock), threading.Condition(lock)
        # Not of cachetools: which page is the next to go decides whether a reader waits.
        self._kept: dict[tuple[int, bool], LogPage] = {}
        self._making: set[int] = set()
        """the positions after which a page is being read now"""
        self._end = 0, 0.0
        """the position after which there was no page, and when that was found"""
        self._readers: dict[object, int] = {}
        """for each reader, the position after which it asked last"""
        self._failed_at = 0.0

    def after(
        self, position: int, upto: int | None = None, *, opened: bool = True, reader: object = None
    ) -> LogPage | None:
        """The next page after `position`, not beyond `upto`; None at the end. `reader`: who asks. Raises Overloaded."""
        asked_at = time.monotonic()
        with self._made_one:
            if reader is not None:
                self._readers[reader] = position
                self._moved_on.notify_all()
            while (page := self._page(position, opened)) is None:
                if self._failed_at > asked_at:  # while this reader waited: no need to wait for the same once more
                    raise Overloaded("the database does not answer; try again shortly")
                if self._end[0] == position and self._end[1] > asked_at:
                    return None
                if position in self._making:
                    self._made_one.wait()
                elif self._waits_for_others(position) and time.monotonic() < asked_at + self.PATIENCE_SECONDS:
                    self._moved_on.wait(self.PATIENCE_SECONDS)
                else:
                    self._making.add(position)
                    break
        if page is None and (page := self._make(position, opened)) is None:
            return None
        if upto is None or page.last <= upto:
            return page
        items = [item for item in page.items if place(item) <= upto]
        return LogPage.of(items, upto) if position < upto else None

    def forget(self, reader: object) -> None:
        """Nobody has to wait for this reader any more."""
        with self._moved_on:
            self._readers.pop(reader, None)
            self._moved_on.notify_all()

    def _page(self, position: int, opened: bool) -> LogPage | None:
        return self._kept.get((position, True)) or self._kept.get((position, opened))

    def _make(self, position: int, opened: bool) -> LogPage | None:
        page, began = None, time.monotonic()
        try:
            records = self._records(position)
            page = LogPage.of(self._decoded(records, opened), records[-1].id) if records else None
            self._end = self._end if page else (position, began)
        except Overloaded:
            self._failed_at = time.monotonic()
            raise
        finally:
            with self._made_one:
                self._making.discard(position)
                if page:
                    if len(self._kept) >= self.KEPT:
                        del self._kept[self._next_to_go(position)]
                    self._kept[position, opened] = page
                self._made_one.notify_all()
                self._moved_on.notify_all()
        return page

    def _next_to_go(self, position: int) -> tuple[int, bool]:
        """The kept page that makes room for the page after `position`: the farthest from it. For a reader that is
        ahead, that is the first page; for one that is behind, the page that it will need last."""
        return max(self._kept, key=lambda kept: abs(kept[0] - position))

    def _waits_for_others(self, position: int) -> bool:
        """Whether the page after `position` would push out a page that a reader further behind is about to need. Pages
        of few events mean that nobody is catching up, or that the events are large; then nobody waits."""
        if len(self._kept) < self.KEPT or any(
            page.last - kept < self._size // 2 for (kept, _), page in self._kept.items()
        ):
            return False
        going, _ = self._next_to_go(position)
        # A reader that is far behind has to read its pages anyway.
        return going < position and any(at < going <= at + self.KEPT * self._size for at in self._readers.values())

    def stream(self, stream: str, upto: int, *, opened: bool = True) -> list[Item]:
        """One stream up to a position, read anew and with keys fetched anew: an erasure may have come meanwhile."""
        self._log.vault.forget_cached()
        return self._decoded([record for record in self._log.records(stream) if record.id <= upto], opened)

    def _records(self, position: int) -> Sequence[Record]:
        records = self._log.read(position, self._size, self.MOST_BYTES)
        # Pages end at round positions, so that subscriptions which began at different positions soon share pages.
        edge = (position // self._size + 1) * self._size
        return [record for record in records if record.id <= edge] or records

    def _decoded(self, records: Sequence[Record], opened: bool) -> list[Item]:
        try:
            return list(self._log.recorded_events(records, opened=opened))
        except UnreadableEvent:
            return [self._one(record, opened) for record in records]

    def _one(self, record: Record, opened: bool) -> Item:
        try:
            return self._log.recorded_events([record], opened=opened)[0]
        except UnreadableEvent as error:
            return Unreadable(str(record.originator_id), record.topic, record.id, error_code(error))


def place(item: Item) -> int:
    """An item's position in the log."""
    return item.position


def topic(item: Item) -> str:
    """The stored name of an item's event."""
    return item.topic if isinstance(item, Unreadable) else item.event.stored_name


def wanted(items: Iterable[Item], topics: frozenset[str]) -> list[Item]:
    """The items with one of these topics."""
    return [item for item in items if topic(item) in topics]
