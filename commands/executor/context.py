"""The context of a command: who asks, when it happened, on whose authority, and what a repeat must bring again."""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import UTC, date, datetime, time
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel
from pydantic_core import to_json

from domain.kernel.event import Actor
from domain.kernel.refusal import NotText, Refusal, TimeAhead
from domain.kernel.text import is_legible
from domain.kernel.time import MOST_AHEAD, TimePrecision, day_of, from_start, is_possible
from domain.kernel.values import LATER, Fields

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


@dataclass(frozen=True, slots=True)
class Context:
    """Around a command: who, when it happened, on whose authority.

    `command_id` makes the command repeatable: the id is a unique key of its actor, and a repeat with another `body` is
    refused. `occurred_at` is aware, and as somebody said it (`counted_at`). Only a service or the system may set it (a
    gateway, an import), as the command's actor or in `reported_by`; each change may then name another actor and time
    (`Change.context`). `day_begins`: where `occurred_at` stands for a whole day, the start of that day; only the start
    must not be in the future. `however_far_ahead`: a time further ahead than a clock may be is marked, and not refused.
    `kept_command_id`: what envelopes keep instead of a command id that is the caller's own text.
    `history`: imported as what is over. `came_otherwise`: a gateway's command id came with another body before, and the
    message is taken in all the same; id and body are the unique key then. `reason` is sealed with the people whom an
    event names; nothing else here is, nor may be personal.
    """

    actor: Actor
    command_id: str | None = None
    occurred_at: datetime | None = None
    time_precision: TimePrecision = "exact"
    on_behalf_of: str | None = None
    reason: str | None = None
    client: str | None = None
    correlation_id: str | None = None
    causation_id: str | None = None
    traceparent: str | None = None
    reported_by: Actor | None = None
    day_begins: datetime | None = None
    however_far_ahead: bool = False
    came_otherwise: bool = False
    kept_command_id: str | None = None
    history: bool | None = None

    def counted_at(self, now: datetime) -> datetime:
        """When it happened, for a decision: now, where no time is said or where the time cannot be."""
        at = self.occurred_at
        return now if at is None or not is_possible(at) else min(at, now)


_NOT_IN_ENVELOPES = ("reported_by", "day_begins", "however_far_ahead", "came_otherwise", "kept_command_id")
_IN_ENVELOPES = tuple(name for name in Context.__slots__ if name not in _NOT_IN_ENVELOPES)
"""The fields of a context that envelopes keep."""


def happened(context: Context, at: date | datetime | None, precision: TimePrecision, zone: str) -> Context:
    """The context of a command whose caller says when it happened, and how precise that is.

    A date stands for that day in the company's `zone`: its start is kept, with the precision `day`. An instant is kept
    as it is.
    """
    if at is None:
        return replace(context, time_precision=precision)
    if not isinstance(at, datetime):
        return replace(
            context, occurred_at=_start(at, zone), time_precision="day" if precision == "exact" else precision
        )
    begins = from_start(day_of(at, zone), zone) if precision == "day" and is_possible(at) else None
    return replace(context, occurred_at=at, time_precision=precision, day_begins=begins)


def _start(day: date, zone: str) -> datetime:
    start = datetime.combine(day, time(), UTC)
    # A day that cannot be is kept as it was said; near the ends of the calendar, it may not exist in the zone.
    return from_start(day, zone) if is_possible(start) else start


def body_of(context: Context, *parts: object) -> bytes | None:
    """The bytes that a repeat of a command id must bring again, without ids drawn on arrival. None without a command
    id.

    `parts`: the command, and whatever else defines the request, such as the id of the target. Time and reason, as the
    caller gives them, count as well.
    """
    if context.command_id is None:
        return None
    try:
        when_and_why = (context.occurred_at, context.time_precision, context.reason)
        return b"\x00".join(written(part) for part in (*parts, *when_and_why))
    except ValueError:
        raise NotText() from None


def counted(request: DataclassInstance) -> Fields:
    """The fields of a request that a repeat must bring again: all but those of `domain.kernel.values.LATER` that have
    their default."""
    return {
        each.name: _counted(held)
        for each in fields(request)
        if (held := getattr(request, each.name)) != each.default or LATER not in each.metadata.values()
    }


def _counted(value: object) -> object:
    """A value of a request, without unused fields that are `LATER` in the models of a list."""
    if isinstance(value, tuple | list):
        return [
            each.model_dump(mode="json", exclude=_left_out(each)) if isinstance(each, BaseModel) else each
            for each in value
        ]
    return value


def written(part: object) -> bytes:
    """The bytes of a part of a request that a repeat must bring again: without ids drawn on arrival, and without unused
    fields that are `LATER`. Raises ValueError for what is no text."""
    if is_dataclass(part) and not isinstance(part, type):
        return to_json(counted(part))
    if not isinstance(part, BaseModel):
        return to_json(part)
    return type(part).__name__.encode() + part.model_dump_json(exclude=_left_out(part)).encode()


# Any: pydantic's own form of what to leave out, as deep as the value goes.
def _left_out(value: object) -> dict[Any, Any]:
    """What of a value does not count: ids drawn on arrival, and what former releases do not know, unless it is used."""
    if isinstance(value, tuple | list):
        return {number: inner for number, each in enumerate(value) if (inner := _left_out(each))}
    if not isinstance(value, BaseModel):
        return {}
    left_out: dict[Any, Any] = {}  # Any: as above
    for name, field in type(value).model_fields.items():
        held = getattr(value, name)
        if field.default_factory or (LATER in field.metadata and held == field.default):
            left_out[name] = True
        elif inner := _left_out(held):
            left_out[name] = inner
    return left_out


def check_shown(reporter: Actor, field: str, text: object) -> None:
    """Check that a field, if it is a text and a person here wrote it, holds something to read. Raises Refusal
    `input-invalid`."""
    if reporter.kind == "agent" and isinstance(text, str) and not is_legible(text):
        raise Refusal("input-invalid", f"{field}: there is nothing to read in it; write words, or leave it out")


def envelope_fields(context: Context, reporter: Actor, now: datetime) -> Fields:
    """The envelope fields of a command's events, by name. `reporter` is the command's own actor.

    A time that cannot be, or that is a little ahead of our clock, is kept as it was said, and marked. Raises Refusal
    `input-invalid` (a reason without anything to read), `time-not-yours`, TimeAhead.
    """
    check_shown(reporter, "reason", context.reason)
    fields = {name: value for name in _IN_ENVELOPES if (value := getattr(context, name)) is not None}
    if "command_id" in fields and context.kept_command_id is not None:
        fields["command_id"] = context.kept_command_id
    if context.occurred_at is not None:
        if reporter.kind not in ("service", "system"):
            raise Refusal("time-not-yours", "only gateways and imports may say when it happened; leave occurred_at out")
        at = context.occurred_at
        if not is_possible(at):
            fields["time_precision"] = "impossible"
        elif at > now:
            at = context.day_begins or at  # a time later today says no more than the date does
            if at > now + MOST_AHEAD and not context.however_far_ahead:
                raise TimeAhead(at - MOST_AHEAD, now)
            if at > now:
                fields["time_precision"] = "ahead"
        fields["occurred_at"] = at.astimezone(UTC)
    return fields
