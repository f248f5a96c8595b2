"""Commands that evaluate clocks and record the result. Each answers with the position at which its effect shows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Answer, Change, UnitOfWork
from commands.service_level.facts import ClockFacts, clocks_of
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound
from domain.kernel.stream import Stream
from domain.service_level import signal_verdicts, verdicts
from domain.service_level import watch as watching
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.watch import WATCH


@dataclass(frozen=True, slots=True)
class Recording:
    """How the clocks of one kind of subject are recorded."""

    stream: Stream[Any, Any]  # Any: each kind has its own state and its own events
    told: Callable[[Iterable[Recorded[Event]]], Any]  # Any: as of `stream`
    # Any: as of `stream`
    detected: Callable[[Any, str, Sequence[EvaluatedClock], int, datetime, Any], list[Event]]


RECORDINGS: dict[str, Recording] = {
    "conversation": Recording(verdicts.CLOCKS, verdicts.told, verdicts.detected_events),
    "signal": Recording(signal_verdicts.SIGNAL_CLOCKS, signal_verdicts.told, signal_verdicts.detected_events),
}


class _Overtaken(Exception):
    """Another process recorded an evaluation after the facts were read."""


def evaluate(executor: CommandExecutor, facts: ClockFacts, conversation_id: str, context: Context) -> Answer:
    """Evaluate the clocks of a conversation or a signal as of now, and record what is new: once, however many processes
    evaluate.

    What comes in between reading and recording is found by the next evaluation. Raises NotFound, or as
    `CommandExecutor.run`.
    """
    while True:
        try:
            return _evaluate(executor, facts, conversation_id, context)
        except _Overtaken:
            continue  # each time, another process has recorded something


def _evaluate(executor: CommandExecutor, facts: ClockFacts, conversation_id: str, context: Context) -> Answer:
    stream, recording = clocks_of(conversation_id), RECORDINGS[kind_of(conversation_id)]

    def work() -> UnitOfWork:
        # Read anew each time: an earlier reader may have known less.
        before = executor.load(recording.stream, stream)
        if before.version > noted:
            # The recorded evaluation knew as much or more: this one would take that back.
            raise _Overtaken
        events = recording.detected(before.state, conversation_id, clocks, up_to, now, told_of_all)
        # Unchanged streams are among the changes, so that the append detects that more was told there.
        return UnitOfWork(stream, [Change(stream, before, events), *unchanged()])

    def unchanged() -> Iterator[Change]:
        for other, events in beside.items():
            loaded = executor.load(recording.stream, other)
            if loaded.version > len(events):
                raise _Overtaken
            yield Change(other, loaded, [])

    noted = executor.read(recording.stream, stream).version
    known = facts.of(conversation_id, detected=False)
    # What was told of a clock where it was shown before a merge or an undo is not told again.
    others = sorted(map(clocks_of, known.conversation_ids - {conversation_id}))
    beside = executor.log.streams(others, opened=False) if others else {}
    told_of_all = None
    if beside:
        own = executor.log.streams([stream], opened=False)[stream]
        if len(own) != noted:
            raise _Overtaken
        told_of_all = recording.told([*own, *(recorded for events in beside.values() for recorded in events)])
    up_to = known.version(conversation_id)
    # By the clock that stamps the log, so that a detection never lies ahead of the log.
    now = executor.log.now()
    found = known.conversations(now).get(conversation_id)
    if found is None:
        raise NotFound(conversation_id)
    clocks = found.clocks
    return executor.run(context, work, streams=[stream])


def record_all_evaluated(executor: CommandExecutor, up_to: int, as_of: datetime, context: Context) -> Answer:
    """Record that all clocks were evaluated by the policies up to a position, as of an instant, so that the next
    process need not do it again. Raises as `CommandExecutor.run`."""

    def work() -> UnitOfWork:
        before = executor.load(WATCH, watching.STREAM)
        events = watching.all_evaluated(before.state, up_to, as_of)
        return UnitOfWork(watching.STREAM, [Change(watching.STREAM, before, events)])

    return executor.run(context, work, streams=[watching.STREAM])


def all_evaluated_by(executor: CommandExecutor) -> tuple[int, datetime] | None:
    """Up to which policies, and as of when, all clocks were last evaluated. Raises UnreadableEvent, Overloaded."""
    state = executor.read(WATCH, watching.STREAM).state
    return (state.up_to, state.as_of) if state else None
