"""Evaluates the clocks of many conversations. One that cannot be evaluated is named, and stops no other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from commands.service_level.facts import whole
from domain.kernel.event import Event, Recorded
from domain.kernel.refusal import Overloaded
from domain.service_level.detection import Knowledge
from domain.service_level.evaluation import evaluate
from infra.failures import error_code
from infra.log.application import Log

PAGE = 500
"""How many conversations to read at a time."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class NotEvaluated:
    """A conversation whose clocks cannot be evaluated. `error`: class and code, without what the event holds."""

    conversation_id: str
    error: str


def in_groups(
    log: Log, ids: Sequence[str], work: Callable[[Sequence[Recorded[Event]]], T]
) -> Iterator[T | NotEvaluated]:
    """What `work` makes of whole conversations in groups, each with all conversations ever merged with it.

    Raises Overloaded.
    """
    done: set[str] = set()
    for start in range(0, len(ids), PAGE):
        yield from _group(log, ids[start : start + PAGE], work, done)


def _group(
    log: Log, ids: Sequence[str], work: Callable[[Sequence[Recorded[Event]]], T], done: set[str]
) -> Iterator[T | NotEvaluated]:
    ids = [id for id in ids if id not in done]
    if not ids:
        return
    try:
        found = whole(log, ids)
        result = work([recorded for stream in found.values() for recorded in stream])
    except (Overloaded, OSError, MemoryError):
        raise
    except Exception as error:
        # Whatever is wrong with one conversation, the others must not wait for it: halves find out which one it is.
        if len(ids) == 1:
            yield NotEvaluated(ids[0], error_code(error))
            return
        for half in (ids[: len(ids) // 2], ids[len(ids) // 2 :]):
            yield from _group(log, half, work, done)
        return
    done |= found.keys()
    yield result


def not_evaluated(log: Log, ids: Sequence[str], now: datetime, zone: str) -> list[NotEvaluated]:
    """Those of these conversations whose clocks cannot be evaluated as of `now`; `zone`: the company's, as of
    `ClockFacts`. Raises UnreadableEvent (of a policy), Overloaded."""
    policies = Knowledge([], zone=zone).policies(log.policy_events())
    found = in_groups(log, ids, lambda recorded_events: evaluate(recorded_events, policies, now))
    return [each for each in found if isinstance(each, NotEvaluated)]
