"""The audit trail: who did what and who looked at what, about a thing or by somebody, in the order of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from audit.replay import Replay
from domain.kernel.event import Event, Recorded
from domain.kernel.ids import kind_of
from domain.kernel.refusal import NotFound, Refusal
from infra.log.application import Log
from infra.postgres.database import Database
from infra.trail.reading import RecordedLook, looks_about, looks_between, looks_by
from projections import staff as staffing

MOST_EVENTS = 200_000
"""Of how many positions of the log the trail of everybody is shown at once, at most."""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """Somebody did or looked at something. `what`: the event's stored name, or `looked` with the route. `about`: the
    stream, or the id in the route's path. `position`: of the event in the log; None of a look. `roles`: those of that
    time. `handle`: of a staff member, as it is now. Of a look: for which `purpose`, where one was given; of a `live`
    stream, `until` when it went on (None: no end is recorded)."""

    at: datetime
    actor_id: str
    actor_kind: str
    roles: tuple[str, ...]
    team: str | None
    what: str
    about: str | None
    why: str | None = None
    on_behalf_of: str | None = None
    client: str | None = None
    command_id: str | None = None
    correlation_id: str | None = None
    position: int | None = None
    traceparent: str | None = None
    handle: str | None = None
    purpose: str | None = None
    live: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Between:
    """From one instant (with it) to another (without it)."""

    since: datetime
    until: datetime

    def holds(self, at: datetime) -> bool:
        """Whether the instant lies between the two."""
        return self.since <= at < self.until


class AuditTrail:
    """Reads the trail. `auditor`: the log's database, with the auditor's rights."""

    def __init__(self, log: Log, auditor: Database, reader: Database) -> None:
        self._log = log
        self._auditor = auditor
        self._reader = reader
        self._replay = Replay(log, reader)

    def about(self, id: str, between: Between) -> list[TrailEntry]:
        """What was done and looked at about a conversation, a customer, an order or a promise, with all that is linked
        with it. Raises NotFound, and as `Replay.streams`."""
        streams = self._replay.streams(id)
        if not streams[id]:
            raise NotFound(id)
        done = (_done(each) for stream in streams.values() for each in stream if between.holds(each.recorded_at))
        own = sorted(each for each in streams if kind_of(each) == kind_of(id) and streams[each])
        with self._auditor.connection() as connection:
            looks = looks_about(connection, own, between.since, between.until)
        return self._in_order([*done, *map(_looked, looks)])

    def by(self, actor_id: str, between: Between) -> list[TrailEntry]:
        """What somebody did and looked at. Raises Overloaded, UnreadableEvent."""
        with self._auditor.connection() as connection:
            looks = looks_by(connection, actor_id, between.since, between.until)
        return self._in_order([*self._acts(actor_id, between), *map(_looked, looks)])

    def between(self, between: Between) -> list[TrailEntry]:
        """What anybody did and looked at. Raises Refusal `input-invalid` (too much), Overloaded, UnreadableEvent."""
        first, last = self._log.positions_recorded(between.since, between.until)
        if last - first >= MOST_EVENTS:
            raise Refusal("input-invalid", f"more than {MOST_EVENTS} events were recorded then; name a shorter time")
        with self._auditor.connection() as connection:
            looks = looks_between(connection, between.since, between.until)
        return self._in_order([*self._acts(None, between), *map(_looked, looks)])

    def _in_order(self, entries: Sequence[TrailEntry]) -> list[TrailEntry]:
        """The entries in the order of time, with the handles of staff."""
        with self._reader.connection() as connection:
            staff = staffing.by_id(connection, {each.actor_id for each in entries})
        handles = {id: member.handle for id, member in staff.items()}
        named = (replace(each, handle=handles.get(each.actor_id)) for each in entries)
        return sorted(named, key=lambda entry: (entry.at, entry.position or 0))

    def _acts(self, actor_id: str | None, between: Between) -> Iterator[TrailEntry]:
        first, last = self._log.positions_recorded(between.since, between.until)
        after = first - 1
        while after < last and (records := self._log.read(after)):
            # Each is asked: a server's clock that was set back leaves times out of order.
            theirs = [
                record
                for record, each in zip(records, self._log.recorded_events(records, opened=False), strict=True)
                if between.holds(each.recorded_at) and actor_id in (None, each.envelope.actor.id)
            ]
            # Opened for the reasons.
            yield from map(_done, self._log.recorded_events(theirs))
            after = records[-1].id


def _looked(look: RecordedLook) -> TrailEntry:
    return TrailEntry(
        at=look.at,
        actor_id=look.actor_id,
        actor_kind=look.actor_kind,
        roles=look.roles,
        team=look.team,
        what=f"{'ceased to look' if look.ended else 'looked'}: {look.route}",
        about=look.about,
        correlation_id=look.correlation_id,
        purpose=look.purpose,
        live=look.stream is not None,
        until=look.until,
    )


def _done(recorded: Recorded[Event]) -> TrailEntry:
    envelope = recorded.envelope
    actor = envelope.actor
    return TrailEntry(
        at=recorded.recorded_at,
        actor_id=actor.id,
        actor_kind=actor.kind,
        roles=actor.roles,
        team=actor.team,
        what=recorded.event.stored_name,
        about=recorded.originator_id,
        why=envelope.reason,
        on_behalf_of=envelope.on_behalf_of,
        client=envelope.client,
        command_id=envelope.command_id,
        correlation_id=envelope.correlation_id,
        position=recorded.position,
        traceparent=envelope.traceparent,
    )
