"""Evaluates the clocks of many conversations and records what is new: few reads, one pass over all, one append."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from commands.executor.context import Context
from commands.executor.executor import CommandExecutor
from commands.executor.unit_of_work import Change, UnitOfWork
from commands.service_level.clocks import RECORDINGS
from commands.service_level.facts import ClockFacts
from domain.kernel.refusal import OutcomeUnknown, Overloaded
from domain.service_level.evaluated import EvaluatedClock
from domain.service_level.evaluation import evaluate
from domain.service_level.inexact import as_told
from domain.service_level.verdicts import CLOCKS, stream_of


@dataclass(frozen=True, slots=True)
class _Evaluated:
    """The clocks of a conversation up to a version of its stream. `noted`: the version of the stream of its clocks as
    this began."""

    clocks: tuple[EvaluatedClock, ...]
    up_to: int
    noted: int


def evaluate_together(
    executor: CommandExecutor, facts: ClockFacts, conversation_ids: Iterable[str], context: Context
) -> set[str]:
    """Evaluate the clocks of these conversations as of now, and record what is new, as `commands.service_level.clocks.
    evaluate` does for one.

    Answers the ids of those that are evaluated. The others are left to `evaluate`, one by one: those that were ever
    merged with another one, those that somebody else evaluated meanwhile, and all of them where any cannot be read or
    evaluated. Raises Overloaded, OutcomeUnknown.
    """
    try:
        found, now = _evaluated(executor, facts, sorted(conversation_ids))
        return found.keys() - _record(executor, found, now, context)
    except (Overloaded, OutcomeUnknown):
        raise
    except Exception:  # one by one, whatever is wrong with one of them stops no other
        return set()


def _evaluated(executor: CommandExecutor, facts: ClockFacts, ids: list[str]) -> tuple[dict[str, _Evaluated], datetime]:
    """The clocks of those that were never merged, by id, and as of when."""
    # What is recorded of clocks first: an evaluation that comes in between is found by the version.
    noted = executor.log.histories(map(stream_of, ids))
    streams = facts.unmerged(ids)
    # The conversations before the policies: then no policy is missing that was recorded before their events.
    policies = facts.policies()
    # By the clock that stamps the log, so that a detection never lies ahead of the log.
    now = executor.log.now()
    known = [each for stream in streams.values() for each in stream if each.recorded_at <= now]
    conversations = evaluate(as_told(known, executor.zone), policies, now)
    return {
        id: _Evaluated(conversations[id].clocks, stream[-1].originator_version, len(noted[stream_of(id)]))
        for id, stream in streams.items()
        if id in conversations
    }, now


def _record(executor: CommandExecutor, found: Mapping[str, _Evaluated], now: datetime, context: Context) -> set[str]:
    """Record what is new. Answers those that somebody else evaluated meanwhile."""
    overtaken: set[str] = set()

    def work() -> UnitOfWork:
        overtaken.clear()
        return UnitOfWork(stream_of(next(iter(found))), [*filter(None, map(change, found))])

    def change(id: str) -> Change | None:
        stream, one = stream_of(id), found[id]
        before = executor.load(CLOCKS, stream)
        if before.version > one.noted:
            # The recorded evaluation knew as much or more: this one would take that back.
            overtaken.add(id)
            return None
        events = RECORDINGS["conversation"].detected(before.state, id, one.clocks, one.up_to, now, None)
        return Change(stream, before, events) if events else None

    if found:
        executor.run(context, work, streams=[stream_of(id) for id in found])
    return overtaken
