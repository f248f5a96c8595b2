"""The facts of clocks, read from the log: a conversation or a signal with all that was ever merged with it, and the
policies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta

from commands.executor.linked_streams import Streams, linked_streams
from commands.service_level.policy_cache import PolicyCache
from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from domain.service_level import signal_verdicts, verdicts
from domain.service_level.causes import with_causes
from domain.service_level.detection import Knowledge
from domain.service_level.policy import Subject
from domain.service_level.versioned_policies import VersionedPolicies, always
from domain.signal import events as s
from infra.log.application import Log

AHEAD = timedelta(days=3_653)
"""How far from now clocks can be evaluated: an evaluation goes through every day in between."""


def check_within_reach(as_of: datetime | None, now: datetime) -> None:
    """Check that an evaluation is not asked for too far from now. Raises Refusal `input-invalid`."""
    if as_of is not None and as_of > now + AHEAD:
        raise Refusal("input-invalid", "as_of: ask for a time within ten years from now")


class ClockFacts:
    """Reads the facts, and caches policies and calendars. Thread-safe."""

    def __init__(self, log: Log, zone: str) -> None:
        """`zone`: the company's, in which a day is a local date."""
        self._log, self._zone = log, zone
        self._policies = PolicyCache(log, zone)

    def of(self, conversation_id: str, *, detected: bool = True, go_on: Callable[[], None] = always) -> Knowledge:
        """All that is known of a conversation or a signal, with or without what the watch detected. `go_on`: as of
        `Knowledge`.

        Raises NotFound, UnreadableEvent, Overloaded.
        """
        # The conversation first: then no policy is missing that was recorded before its events.
        subject: Subject = "signal" if kind_of(conversation_id) == "signal" else "conversation"
        streams = (whole_signal if subject == "signal" else whole)(self._log, [conversation_id])
        if not streams.get(conversation_id):
            raise NotFound(f"the {subject}")
        recorded_events = [recorded for stream in streams.values() for recorded in stream]
        of_clocks = self._of_clocks(streams) if detected else ()
        known = [*self.policy_events(), *recorded_events]
        return Knowledge(known, go_on=go_on, of_clocks=of_clocks, zone=self._zone, subject=subject)

    def unmerged(self, conversation_ids: Iterable[str]) -> dict[str, list[Recorded[Event]]]:
        """Those of these conversations that were never merged with another one, with causes; without texts. Raises
        UnreadableEvent, Overloaded."""
        found = self._log.streams(conversation_ids, opened=False)
        return {
            id: with_causes(stream)
            for id, stream in found.items()
            if stream and not any(named for recorded in stream for named in _linked(recorded))
        }

    def policies(self) -> VersionedPolicies:
        """All policies and calendars, with their versions. Raises UnreadableEvent, Overloaded."""
        return self._policies.policies()

    def policy_events(self) -> list[Recorded[Event]]:
        """All events of policies and calendars. Raises UnreadableEvent, Overloaded."""
        return self._policies.recorded_events()

    def _of_clocks(self, conversation_ids: Iterable[str]) -> list[Recorded[Event]]:
        found = self._log.streams(map(clocks_of, conversation_ids), opened=False)
        return [recorded for stream in found.values() for recorded in stream]


def clocks_of(id: str) -> str:
    """The id of the stream of the clocks of a conversation or a signal."""
    return signal_verdicts.stream_of(id) if kind_of(id) == "signal" else verdicts.stream_of(id)


def whole(log: Log, ids: Iterable[str]) -> Streams:
    """The streams of these conversations and of all ever merged with them: with causes, and without texts, which no
    clock needs.

    Raises UnreadableEvent, Overloaded.
    """
    found = linked_streams(log, (id for id in ids if kind_of(id) == "conversation"), _linked)
    return {id: with_causes(stream) for id, stream in found.items()}


def whole_signal(log: Log, ids: Iterable[str]) -> Streams:
    """The streams of these signals and of all ever merged with them. Raises UnreadableEvent, Overloaded."""
    return linked_streams(log, ids, _linked_signals)


def _linked_signals(recorded: Recorded[Event]) -> Iterator[str]:
    match recorded.event:
        case s.SignalMerged():
            yield recorded.event.into
        case s.SignalPartJoined():
            yield from recorded.event.parts


def _linked(recorded: Recorded[Event]) -> Iterator[str]:
    match recorded.event:
        case c.ConversationMerged():
            yield recorded.event.into
        case c.PartJoined():
            yield from recorded.event.parts
