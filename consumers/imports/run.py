"""Runs an import: many records at once, those of one lane one after the other, every record counted."""

from __future__ import annotations

import queue
import threading
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from commands.executor.executor import CommandExecutor
from commands.importing import Taken, TakenIn, would_take_in
from consumers.imports.source import ImportRecord, Reject
from domain.kernel.refusal import OutcomeUnknown, Overloaded, Refusal

LANES = 64
"""How many records are in flight at once; records in flight share loads and commits."""
WAITING = 8
"""How many records may wait in a lane."""
PATIENCE_SECONDS = 60.0
"""How long the database may be away before an import gives up. What was imported stays, and a rerun continues."""


@dataclass(slots=True)
class Counts:
    """What became of the records so far: each is counted once."""

    imported: int = 0
    unchanged: int = 0
    rejected: int = 0
    amended: int = 0
    reused: int = 0

    def add(self, taken_in: TakenIn) -> None:
        """Count a record that was taken in. One of which something is refused as reused counts as that."""
        if taken_in.reused:
            self.reused += 1
        elif taken_in.new:
            self.imported += 1
        elif taken_in.amended:
            self.amended += 1
        else:
            self.unchanged += 1

    def __str__(self) -> str:
        seldom = {"amended": self.amended, "reused": self.reused}
        more = "".join(f", {what} {count}" for what, count in seldom.items() if count)
        return f"imported {self.imported}, unchanged {self.unchanged}, rejected {self.rejected}{more}"


Seen = Callable[[int, Counts], None]
"""Called after each record: how much of the file has been read, and the counts so far."""


def run(
    records: Iterable[ImportRecord | Reject],
    executor: CommandExecutor,
    reject: Callable[[Reject], None],
    seen: Seen,
    *,
    history: bool = False,
) -> Counts:
    """Import all records. `history`: they are over. Raises Overloaded where the database stays away, and whatever else
    ends an import early."""
    run = _Run(executor, reject, history=history)
    try:
        for record in records:
            if isinstance(record, Reject):
                run.count_reject(record)
            else:
                run.hand_over(record)
            seen(record.place.end, run.counts)
    except BaseException:
        run.stop()
        raise
    run.finish()
    return run.counts


def rehearse(
    records: Iterable[ImportRecord | Reject], executor: CommandExecutor, reject: Callable[[Reject], None], seen: Seen
) -> Counts:
    """Append nothing, and answer what `run` would answer."""
    counts = Counts()
    taken: Taken = {}
    for page in _pages(records, 500):
        keys = {
            id(record): [executor.hashed_key(*name) for name in record.names]
            for record in page
            if isinstance(record, ImportRecord)
        }
        found = executor.log.taken([key for each in keys.values() for key in each])
        taken.update({key: holder for key, holder in found.items() if key not in taken})
        for record in page:
            if isinstance(record, Reject):
                reject(record)
                counts.rejected += 1
            elif record.record is None:
                counts.add(TakenIn(new=not taken.keys() >= set(keys[id(record)])))
                taken.update(dict.fromkeys(keys[id(record)], ("", 0, None)))
            else:
                taken_in = would_take_in(executor, record.record, taken)
                if taken_in.reused:
                    reject(_reused(record, taken_in))
                counts.add(taken_in)
            seen(record.place.end, counts)
    return counts


def _reused(record: ImportRecord, taken_in: TakenIn) -> Reject:
    why = f"{', '.join(taken_in.reused)}: told otherwise before, which stays; a person puts it right"
    return Reject(record.place, "record-reused", why)


def _pages(records: Iterable[ImportRecord | Reject], size: int) -> Iterator[Sequence[ImportRecord | Reject]]:
    each = iter(records)
    while page := list(islice(each, size)):
        yield page


class _Run:
    """One import in progress."""

    def __init__(self, executor: CommandExecutor, reject: Callable[[Reject], None], *, history: bool) -> None:
        self.counts = Counts()
        self._history = history
        self._executor = executor
        self._reject = reject
        self._lock = threading.Lock()
        self._failure: BaseException | None = None
        self._stopping = threading.Event()
        self._lanes: list[queue.Queue[ImportRecord | None]] = [queue.Queue(WAITING) for _ in range(LANES)]
        self._threads = [
            threading.Thread(target=self._work, args=(lane,), name=f"import-{number}", daemon=True)
            for number, lane in enumerate(self._lanes)
        ]
        for thread in self._threads:
            thread.start()

    def hand_over(self, record: ImportRecord) -> None:
        """Give a record to its lane; a record without a lane is imported before anything else goes on."""
        if record.lane is None:
            for lane in self._lanes:
                lane.join()
            self._take_in(record)
        else:
            self._lanes[zlib.crc32(record.lane.encode(errors="replace")) % LANES].put(record)
        if self._failure is not None:
            raise self._failure

    def count_reject(self, reject: Reject) -> None:
        """Count a reject and write it down."""
        with self._lock:
            self._reject(reject)
            self.counts.rejected += 1

    def finish(self) -> None:
        """Wait until all records are imported. Raises what ended the import early."""
        self._join()
        if self._failure is not None:
            raise self._failure

    def stop(self) -> None:
        """Begin no further record, and wait for those in flight."""
        self._stopping.set()
        self._join()

    def _join(self) -> None:
        for lane in self._lanes:
            lane.put(None)
        for thread in self._threads:
            thread.join()

    def _work(self, lane: queue.Queue[ImportRecord | None]) -> None:
        while (record := lane.get()) is not None:
            try:
                if not self._stopping.is_set():
                    self._take_in(record)
            except BaseException as error:
                self._failure = self._failure or error
                self._stopping.set()
            finally:
                # Also after a failure: the reader of the file must never wait for a lane that nobody empties.
                lane.task_done()

    def _take_in(self, record: ImportRecord) -> None:
        try:
            taken_in = self._patiently(record)
        except (Overloaded, OutcomeUnknown):
            raise
        except Refusal as refusal:
            self.count_reject(Reject(record.place, refusal.code, refusal.what_to_do))
            return
        with self._lock:
            if taken_in.reused:
                self._reject(_reused(record, taken_in))
            self.counts.add(taken_in)

    def _patiently(self, record: ImportRecord) -> TakenIn:
        until = time.monotonic() + PATIENCE_SECONDS
        # After an unknown outcome, what is found in the log was most likely written by this very import.
        unknown = False
        while True:
            try:
                taken_in = record.take_in(self._executor, self._history)
                return taken_in if taken_in or not unknown else replace(taken_in, new=True)
            except (Overloaded, OutcomeUnknown) as error:
                unknown = unknown or isinstance(error, OutcomeUnknown)
                if time.monotonic() > until or self._stopping.wait(0.5):
                    raise
