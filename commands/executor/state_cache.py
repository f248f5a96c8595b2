"""Loaded states, and a bounded cache of them. For one thread: the command batcher's."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from domain import customer, message, order, promise, staff
from domain import subscription as subscription_requests
from domain.conversation.state import evolve
from domain.kernel.event import Event
from domain.kernel.ids import kind_of
from domain.kernel.refusal import Overloaded, Refusal
from domain.service_level import calendar as calendar_versions
from domain.service_level import policy as sla_policy
from domain.service_level import verdicts as sla_verdicts
from domain.service_level import watch as watching
from infra.log.application import Log

_FOLDS: Mapping[str, Callable[[Any, Any], Any]] = {
    "calendar": calendar_versions.evolve,
    "clocks": sla_verdicts.evolve,
    "conversation": evolve,
    "customer": customer.evolve,
    "message": message.evolve,
    "order": order.evolve,
    "policy": sla_policy.evolve,
    "promise": promise.evolve,
    "staff": staff.evolve_staff,
    "team": staff.evolve_team,
    "follower": subscription_requests.evolve,
    "watch": watching.evolve,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded state: of a stream (None without events), with its version and the position of its last event."""

    state: Any
    version: int
    position: int


NOTHING = Loaded(None, 0, 0)


def check_version(loaded: Loaded, expected: int | None) -> None:
    """Check that a stream still has the version that the caller expects, if any. Raises Refusal `version-changed`."""
    if expected is not None and loaded.version != expected:
        raise Refusal("version-changed", "it changed since it was read; read it again, and decide anew")


def evolved(stream_id: str, before: Loaded, events: Sequence[Event], position: int) -> Loaded:
    """A stream with further events, the last of them at `position`. Kinds without a fold have a version only."""
    if not events:
        return before
    fold, state = _FOLDS.get(kind_of(stream_id)), before.state
    for event in events:
        state = fold(state, event) if fold else None
    return Loaded(state, before.version + len(events), position)


def folded(stream_id: str, history: Sequence[tuple[Event, int]]) -> Loaded:
    """The loaded state of a whole stream, given as `Log.histories` answers it."""
    return evolved(stream_id, NOTHING, [event for event, _ in history], history[-1][1] if history else 0)


class StateCache:
    """Loads and keeps states. Other processes may append meanwhile: then an append fails by the version."""

    KEPT = 20_000

    def __init__(self, log: Log) -> None:
        self._log = log
        self._kept: OrderedDict[str, Loaded] = OrderedDict()
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

    def load(self, stream_id: str) -> Loaded:
        """One stream's state. Raises UnreadableEvent, Overloaded."""
        self._used.add(stream_id)
        if stream_id not in self._kept:
            self._fetch([stream_id])
        return self._kept[stream_id]

    def fetch(self, stream_ids: Iterable[str], *, again: bool = False) -> None:
        """Load many in one query: all, or those not kept. A stream that cannot be read fails later, in `load`."""
        wanted = [id for id in stream_ids if kind_of(id) in _FOLDS and (again or id not in self._kept)]
        self.forget(wanted)
        self._fetch_readable(wanted)

    def advance(self, stream_id: str, before: Loaded, events: Sequence[Event], position: int) -> None:
        """Keep the state that results from appending `events` to `before`, up to `position`."""
        try:
            self._keep(stream_id, evolved(stream_id, before, events, position))
        except Exception:  # the events are in; whoever loads the stream next hears what is wrong with it
            self.forget([stream_id])

    def forget(self, stream_ids: Iterable[str]) -> None:
        """Load these anew when they are next asked for."""
        for stream_id in stream_ids:
            self._kept.pop(stream_id, None)

    def _fetch(self, stream_ids: Sequence[str]) -> None:
        if stream_ids:
            for stream_id, history in self._log.histories(stream_ids).items():
                self._keep(stream_id, folded(stream_id, history))
                self._fresh.add(stream_id)

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

    def _keep(self, stream_id: str, loaded: Loaded) -> None:
        self._kept[stream_id] = loaded
        self._kept.move_to_end(stream_id)
        if len(self._kept) > self.KEPT:
            self._kept.popitem(last=False)
