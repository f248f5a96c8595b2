"""Loaded states, and a cache of them that is bounded by bytes. For one thread: the command batcher's."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from cachetools import LRUCache

from commands.executor.held_bytes import held_bytes
from domain.catalogue import STREAMS
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Overloaded, Refusal
from infra.log.application import Log

S_co = TypeVar("S_co", covariant=True)
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Loaded(Generic[S_co]):
    """A loaded state: of a stream (None without events), with its version and the position of its last event."""

    state: S_co
    version: int
    position: int

    def existing(self: Loaded[S | None], what: str) -> Loaded[S]:
        """The same of a stream that exists. Raises Refusal `not-found`."""
        if self.state is None:
            raise NotFound(f"the {what}")
        return Loaded(self.state, self.version, self.position)


NOTHING: Loaded[None] = Loaded(None, 0, 0)


def check_version(loaded: Loaded[object], expected: int | None) -> None:
    """Check that a stream still has the version that the caller expects, if any. Raises Refusal `version-changed`."""
    if expected is not None and loaded.version != expected:
        raise Refusal("version-changed", "it changed since it was read; read it again, and decide anew")


# Any: the id alone does not tell the type of the state.
def evolved(stream_id: str, before: Loaded[Any], events: Sequence[Event], position: int) -> Loaded[Any]:
    """A stream with further events, the last of them at `position`. Kinds without a fold have a version only."""
    if not events:
        return before
    stream, state = STREAMS.get(kind_of(stream_id)), before.state
    for event in events:
        state = stream.evolve(state, event) if stream else None
    return Loaded(state, before.version + len(events), position)


# Any: as `evolved`.
def folded(stream_id: str, history: Sequence[tuple[Event, int]]) -> Loaded[Any]:
    """The loaded state of a whole stream, given as `Log.histories` answers it."""
    return evolved(stream_id, NOTHING, [event for event, _ in history], history[-1][1] if history else 0)


class StateCache:
    """Loads and keeps states. Other processes may append meanwhile: then an append fails by the version."""

    MOST_BYTES = 40 * 2**20
    """Room for 20,000 conversations such as most are; of orders with thousands of lines, for fewer."""
    ENTRY_BYTES = 500
    """What a state takes beside itself: its id, and its place in the cache."""

    def __init__(self, log: Log, most_bytes: int = MOST_BYTES) -> None:
        self._log = log
        # Any: states of all kinds of streams.
        self._kept: LRUCache[str, Loaded[Any]] = LRUCache(most_bytes, self.bytes_of)
        self._fresh: set[str] = set()
        self._used: set[str] = set()

    def begin_batch(self) -> None:
        """Begin a batch: states kept from before may be old."""
        self._fresh.clear()

    def begin_work(self) -> None:
        """Begin a command: `behind` answers about what is loaded from here on."""
        self._used.clear()

    def behind(self) -> set[str]:
        """The streams used since `begin_work` whose state may be old."""
        return self._used - self._fresh

    # Any: as `evolved`; `CommandExecutor.load` knows the type.
    def load(self, stream_id: str) -> Loaded[Any]:
        """One stream's state. Raises UnreadableEvent, Overloaded."""
        self._used.add(stream_id)
        if (kept := self._kept.get(stream_id)) is not None:
            return kept
        return self._fetch([stream_id])[stream_id]

    def fetch(self, stream_ids: Iterable[str], *, again: bool = False) -> None:
        """Load many in one query: all, or those not kept. A stream that cannot be read fails later, in `load`."""
        wanted = [id for id in stream_ids if kind_of(id) in STREAMS and (again or id not in self._kept)]
        self.forget(wanted)
        self._fetch_readable(wanted)

    def advance(self, stream_id: str, before: Loaded[object], events: Sequence[Event], position: int) -> None:
        """Keep the state that results from appending `events` to `before`, up to `position`."""
        try:
            self.keep(stream_id, evolved(stream_id, before, events, position))
        except Exception:  # the events are appended; the next load of the stream reports what is wrong
            self.forget([stream_id])

    def keep(self, stream_id: str, loaded: Loaded[object]) -> None:
        """Keep a state in place of the one that was kept. One that is larger than the cache is not kept."""
        try:
            self._kept[stream_id] = loaded
        except ValueError:
            self.forget([stream_id])

    def forget(self, stream_ids: Iterable[str]) -> None:
        """Load these streams anew when they are next asked for."""
        for stream_id in stream_ids:
            self._kept.pop(stream_id, None)

    @classmethod
    def bytes_of(cls, loaded: Loaded[object]) -> int:
        """What a loaded state takes of the cache."""
        return cls.ENTRY_BYTES + held_bytes(loaded.state)

    # Any: as `evolved`.
    def _fetch(self, stream_ids: Sequence[str]) -> dict[str, Loaded[Any]]:
        histories = self._log.histories(stream_ids) if stream_ids else {}
        found = {stream_id: folded(stream_id, history) for stream_id, history in histories.items()}
        for stream_id, loaded in found.items():
            self.keep(stream_id, loaded)
            self._fresh.add(stream_id)
        return found

    def _fetch_readable(self, stream_ids: Sequence[str]) -> None:
        try:
            self._fetch(stream_ids)
        except Overloaded:
            raise
        except Exception:
            if len(stream_ids) > 1:
                middle = len(stream_ids) // 2
                self._fetch_readable(stream_ids[:middle])
                self._fetch_readable(stream_ids[middle:])
