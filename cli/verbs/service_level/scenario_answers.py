"""The answers to a scenario's questions, as `antiphon scenario` prints them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from cli.verbs.service_level.scenario_file import Ask
from domain.kernel.event import Event, Recorded
from domain.service_level.detection import ClocksAnswer
from domain.service_level.evaluated import ConversationClocks, EvaluatedClock
from domain.service_level.verdicts import Breached, BreachWithdrawn, Met, MetWithdrawn


# Any, here and below: JSON.
def written(
    ask: Ask, answer: ClocksAnswer, recorded_events: Sequence[Recorded[Event]], names: Mapping[str, str]
) -> dict[str, Any]:
    """The answer to one question. `recorded_events`: all of the scenario. `names`: what its file calls each id."""
    found = {names[id]: _conversation(found, answer) for id, found in answer.conversations.items()}
    never = {
        names[clock.calendar_id]
        for found in answer.conversations.values()
        for clock in found.clocks
        if clock.never_opens
    }
    told = {"told": list(_told(ask, recorded_events, names))} if ask.told else {}
    return {
        "now": _written(ask.now),
        "known_at": _written(ask.known_at),
        "conversations": {name: found[name] for name in sorted(found)},
        "errors": [{"code": "calendar-never-opens", "calendar": name} for name in sorted(never)],
        **told,
    }


def _told(ask: Ask, recorded_events: Sequence[Recorded[Event]], names: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    """The verdicts that the sweeps announced by the time of the question."""
    for recorded in recorded_events:
        if recorded.recorded_at > (ask.known_at or ask.now):
            return
        match recorded.event:
            case Breached() as event:
                told = "breached"
            case BreachWithdrawn() as event:
                told = "breach-withdrawn"
            case Met() as event:
                told = "met"
            case MetWithdrawn() as event:
                told = "met-withdrawn"
            case _:
                continue
        yield {
            "at": _written(recorded.recorded_at),
            "told": told,
            "conversation": names[event.conversation_id],
            "started_in": names[event.which.conversation_id],
            "metric": event.which.metric,
            "number": event.which.number,
        }


def _conversation(found: ConversationClocks, answer: ClocksAnswer) -> dict[str, Any]:
    clocks: dict[str, list[dict[str, Any]]] = {}
    for clock in found.clocks:
        clocks.setdefault(clock.metric, []).append(_clock(clock, answer))
    return {"status": found.status if found.merged_into is None else "merged", "clocks": clocks}


def _clock(clock: EvaluatedClock, answer: ClocksAnswer) -> dict[str, Any]:
    """One clock; with its `precision`, where that is not exact."""
    inexact = {} if clock.precision == "exact" else {"precision": clock.precision}
    return {
        "instance": clock.instance,
        "state": clock.state,
        "started_at": _written(clock.started_at),
        "due_at": _written(clock.due_at),
        "stopped_at": _written(clock.stopped_at),
        "consumed_seconds": clock.consumed_seconds,
        "over_seconds": clock.over_seconds,
        "breached_at": _written(clock.breached_at),
        "detected_at": _written(answer.detected.get(clock.origin)),
        "breach_withdrawn": clock.origin in answer.withdrawn,
        "cause": clock.cause,
        **inexact,
    }


def _written(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None
