"""Facts and rules out of stored rows: what the log says of conversations, policies and calendars."""

from __future__ import annotations

import json
from bisect import bisect_right, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from audit.leaf import StoredRow
from audit.second_reading.hours import Statements, day_around, instant, microseconds
from audit.second_reading.rules import Fact, Rulebook, Span

_ALWAYS = -(10**18)
_RULES = ("policy", "calendar")


class CannotBeRead(ValueError):
    """A stored row from which no fact can be read."""


@dataclass(frozen=True)
class Told:
    """An event as it is stored. `at`: when it happened, as it was told; `span`: when it can have been, if that is not
    known exactly."""

    row: StoredRow
    envelope: dict[str, Any]
    data: dict[str, Any]
    recorded_at: int
    at: int
    span: Span | None = None

    @property
    def name(self) -> str:
        """The stored name of the event, without its kind."""
        return self.row.name.partition(".")[2]


def events_of(rows: Iterable[StoredRow], zone: str) -> dict[str, list[Told]]:
    """The events by stream, in the order of the streams' versions. `zone`: the company's, in which a day is a local
    date. Raises CannotBeRead."""
    streams: dict[str, list[Told]] = {}
    for row in sorted(rows, key=lambda row: (row.stream, row.version)):
        try:
            streams.setdefault(row.stream, []).append(_told(row, zone))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise CannotBeRead(f"position {row.position} ({row.stream} version {row.version}): {error}") from error
    for events in streams.values():
        _name_causes(events)
    return streams


def rules_of(streams: Mapping[str, list[Told]]) -> Rulebook:
    """What the events say of policies and calendars."""
    calendars, policies, written, chosen_from = {}, {}, {}, {}
    for stream in sorted(streams):  # a policy's id says when it was written
        kind = stream.partition("-")[0]
        if kind not in _RULES:
            continue
        said = [(_since(each.data), _keys(each.data)) for each in streams[stream]]
        if kind == "calendar":
            calendars[stream] = Statements(said)
            continue
        policies[stream] = Statements(said)
        written[stream] = streams[stream][0].row.position
        chosen_from[stream] = _chosen_from(streams[stream])
    return Rulebook(calendars, policies, written, chosen_from)


def facts_of(streams: Mapping[str, list[Told]], zone: str) -> list[Fact]:
    """What the events say of conversations, in the order of the log."""
    facts: list[Fact] = []
    for name, events in streams.items():
        if name.startswith("conversation-"):
            facts += _of_conversation(events, zone)
    return sorted(facts, key=lambda fact: (fact.recorded_at, fact.position))


def _told(row: StoredRow, zone: str) -> Told:
    state = json.loads(row.state)
    envelope, data = dict(state["e"]), dict(state["d"])
    recorded_at = microseconds(row.recorded_at)
    precision, said = envelope.get("time_precision", "exact"), envelope.get("occurred_at")
    counts = said is not None and precision not in ("ahead", "impossible")  # S36
    at = instant(said) if counts else recorded_at
    return Told(row, envelope, data, recorded_at, at, _span(precision, at, recorded_at, zone))


def _span(precision: str, at: int, recorded_at: int, zone: str) -> Span | None:
    """S34: when something can have happened; None where that is known."""
    if precision == "day":
        first, next_day = day_around(at, zone)
        return Span(min(first, at), max(at, min(next_day, recorded_at)), precision)
    return Span(0, max(at, recorded_at), precision) if precision == "unknown" else None


def _of_conversation(events: Sequence[Told], zone: str) -> Iterator[Fact]:
    happened: list[int] = []
    first: str | None = None
    for told in events:
        at = told.at
        if told.span is not None:
            # S34: what is not known exactly stands after what its conversation holds of that time by then.
            last = told.span.last if told.span.last == told.recorded_at else told.span.last - 1
            if known := bisect_right(happened, last):
                at = max(at, happened[known - 1])
        insort(happened, at)
        if told.name == "interaction-added" and first is None:
            first = told.data["interaction_id"]
        span = _span(told.envelope.get("time_precision", "exact"), at, told.recorded_at, zone)
        for step in _steps(told, events, first, zone):
            step = {"conversation": told.row.stream, "history": told.envelope.get("history"), **step}
            yield Fact(told.row.position, at, told.recorded_at, step, told.at, span)


def _steps(told: Told, events: Sequence[Told], first: str | None, zone: str) -> Iterator[dict[str, Any]]:
    """What an event says, in the words of scenarios."""
    data = told.data
    by_a_person = told.envelope["actor"]["kind"] == "agent"
    match told.name:
        case "opened":
            yield {
                "open": None, "by": "customer" if data["opened_by"] == "customer" else "agent",
                "channel": data["channel"], "tier": data.get("segment"), "product_area": data.get("product_area"),
                "priority": data.get("priority", "normal"), "automatic": data.get("automatic", False),
            }  # fmt: skip
        case "interaction-added" if data["interaction_id"] == first:
            area = {"product_area": data["product_area"]} if data.get("product_area") else {}
            yield {"traits": {"kind": data["kind"], **area}}
        case "kind-changed" if data["interaction_id"] == first:
            yield {"traits": {"kind": data["kind"]}}
        case "product-area-changed":
            yield {"traits": {"product_area": data["product_area"]}}
        case "message-received" if data.get("effect") != "opened":
            by = "participant" if data.get("participant_id") else "customer"
            step = {"say": True, "by": by, "message": data["message_id"], "automatic": data.get("automatic", False)}
            yield step | {"reopened": _reopened(events, told)}
        case "message-sent" if by_a_person and data.get("effect") != "opened":
            to = {"to": "participant"} if data.get("participant_id") else {}
            counts = {"automatic": data.get("automatic", False), "aside": data.get("aside_by")}
            yield {"say": True, "by": "agent", **counts, **to}
        case "note-added" if by_a_person:
            yield {"note": True, "by": "agent"}
        case "status-changed" if data.get("cause") != "message":
            # What shows the part has heard of what the customer asked for or brought there.
            yield {"status": data["status"], "of_part": data.get("cause") in ("interaction", "person-requested")}
        case "part-heard" if data.get("reopens") and data["what"] in ("brought", "person-requested"):
            yield {"part_opens": data["part"]}
        case "withdrawn":
            yield {"withdraw": True}
        case "priority-changed":
            yield {"priority": data["priority"]}
        case "policy-set":
            yield {"policy": data["policy_id"]}
        case "merged" if _undoes_split(events, told):
            yield {"undo_split": True}
        case "merged":
            yield {"merge_into": data["into"]}
        case "separated":
            yield {"undo_merge": True}
        case "message-split":
            yield {"split": data["message_id"], "into": data["into"], "opens": False}
        case "message-placed" if not data.get("automatic"):
            said_at = instant(data["said_at"])
            heard_at = instant(data["heard_at"]) if data.get("heard_at") else said_at
            yield {"placed": (said_at, _span(data.get("said_precision", "exact"), said_at, heard_at, zone))}


def _reopened(events: Sequence[Told], told: Told) -> bool:
    """Whether a message changed the status when it was recorded."""
    after = events[told.row.version : told.row.version + 1]
    return any(each.name == "status-changed" and each.data.get("cause") == "message" for each in after)


def _undoes_split(events: Sequence[Told], told: Told) -> bool:
    # Later, it is a merge as any other.
    return told.row.version > 1 and events[told.row.version - 2].name == "message-taken"


def _since(data: dict[str, Any]) -> int:
    since = data.get("effective_from") or data.get("correct_from")
    return _ALWAYS if since is None else instant(since)


def _keys(data: dict[str, Any]) -> dict[str, Any]:
    keys = {name: value for name, value in data.items() if value is not None}
    return keys | ({"calendar": keys["calendar_id"]} if "calendar_id" in keys else {})


def _chosen_from(events: Sequence[Told]) -> int:
    """S29: since when conversations choose a policy: as it was written, or as a correction of what it selects reaches
    back."""
    written = events[0].data.get("chosen_from")
    if written is None:
        return _ALWAYS
    corrected = [
        instant(each.data["correct_from"])
        for each in events
        if each.name == "corrected" and each.data.get("selects") is not None
    ]
    return min([instant(written), *corrected])


def _name_causes(events: Sequence[Told]) -> None:
    """Say of old events, which do not, what a message did and why a status changed: by what was recorded with them."""
    for number, told in enumerate(events):
        if told.name in ("message-received", "message-sent") and told.data.get("effect") is None:
            told.data["effect"] = "opened" if _opens(events[0], told) else "none"
        elif told.name == "status-changed" and told.data.get("cause") is None:
            before = events[number - 1]
            by_message = told.data["status"] == "open" and before.name == "message-received"
            by_message = by_message and _by_the_same_command(before, told)
            told.data["cause"] = "message" if by_message else "command"


def _opens(opening: Told, told: Told) -> bool:
    if opening.name != "opened" or told.row.version > 3 or not _at_once(opening, told):
        return False
    return told.name == ("message-received" if opening.data["opened_by"] == "customer" else "message-sent")


def _by_the_same_command(one: Told, other: Told) -> bool:
    return one.envelope["actor"] == other.envelope["actor"] and _at_once(one, other)


def _at_once(one: Told, other: Told) -> bool:
    ids = one.envelope.get("command_id"), other.envelope.get("command_id")
    return one.at == other.at and one.recorded_at == other.recorded_at and ids[0] == ids[1]
