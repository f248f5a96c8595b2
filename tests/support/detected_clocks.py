"""Each due that was missed, warned of or met is noticed once, in time or late, never early: the checker. It reads the
log in a way of its own: first replies to inquiries only, by one policy whose calendar is always open."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TypeVar

from domain.conversation import events as c
from domain.kernel.event import Event, Recorded
from domain.service_level import verdicts as v
from domain.service_level.policy import PolicyRevision
from infra.log.application import Log
from tests.support.exactly_once import whole
from tests.support.promised import database_clock
from tests.support.waiting import wait_until

E = TypeVar("E", bound=v.AboutClocks)


@dataclass(slots=True)
class _Owed:
    """A first reply: since when, until when, how often that was told otherwise afterwards, and what was noticed."""

    started_at: datetime
    stopped_at: datetime | None = None
    back_dated: int = 0
    notes: list[Recorded[Event]] = field(default_factory=list)

    def of(self, *kinds: type[E]) -> list[tuple[E, datetime]]:
        """What was noticed of these kinds, and when it was recorded."""
        return [(each.event, _recorded(each)) for each in self.notes if isinstance(each.event, kinds)]


def wrong_in_clocks(log: Iterable[Recorded[Event]], now: datetime) -> list[str]:
    """What is wrong with what a log says was noticed, in words; `now` is the database's clock, by which all before
    ought to have been noticed. Nothing wrong is []."""
    opened: dict[str, datetime] = {}
    owed: dict[str, _Owed] = {}
    targets: list[timedelta] = []
    near: Sequence[timedelta] = ()
    for recorded in log:
        id, event = recorded.originator_id, recorded.event
        match event:
            case c.Opened():
                opened[id] = recorded.at
            case c.InteractionAdded() if event.kind == "inquiry":
                owed.setdefault(id, _Owed(opened[id]))
            case c.MessageSent() if recorded.envelope.actor.kind == "agent":
                one = owed[id]
                one.stopped_at = min(one.stopped_at or recorded.at, recorded.at)
                one.back_dated += recorded.at < _recorded(recorded)
            case PolicyRevision():
                if event.targets:
                    targets.append(event.targets["first_reply"])
                near = event.warn_before or near
            case v.AboutClocks():
                owed[event.conversation_id].notes.append(recorded)
    return [f"{id} {what}" for id, one in owed.items() for what in _wrong(one, targets, near, now)]


def _wrong(one: _Owed, targets: Sequence[timedelta], near: Sequence[timedelta], now: datetime) -> Iterator[str]:
    due = one.started_at + targets[-1]
    missed = due < (one.stopped_at or now)
    changes = one.back_dated + len(targets) - 1
    dues = {one.started_at + target for target in targets}

    turns = [each.stored_name for each, _ in one.of(v.Breached, v.BreachWithdrawn)]
    if missed and turns[-1:] != [v.Breached.stored_name]:
        yield f"was missed at {due}, which was never noticed: {turns}"
    if not missed and turns[-1:] == [v.Breached.stored_name]:
        yield f"is noted as missed and was not: due {due}, answered {one.stopped_at}"
    if len(turns) > 1 + changes or any(before == after for before, after in pairwise(turns)):
        yield f"was noticed {len(turns)} times: {turns}"
    for event, recorded_at in one.of(v.Breached):
        if not event.breached_at < event.detected_at <= recorded_at:
            yield f"was noticed too early: {event.breached_at}, {event.detected_at}, {recorded_at}"
        if event.breached_at not in dues or event.due_at not in dues or event.cause != "time":
            yield f"was noticed as something else than it was: {event}, and not {dues}"

    kept = [each.stored_name for each, _ in one.of(v.Met, v.MetWithdrawn)]
    if any(before == after for before, after in pairwise(kept)) or len(kept) > 1 + changes:
        yield f"was noted as met {len(kept)} times: {kept}"
    if (kept[-1:] == [v.Met.stored_name]) != (one.stopped_at is not None and not missed):
        yield f"is noted as met otherwise than it was: {kept}, due {due}, answered {one.stopped_at}"

    warned = Counter(event.warn_at for event, _ in one.of(v.Warned))
    yield from (f"was warned of {count} times" for count in warned.values() if count > 1)
    if any(event.warn_at > recorded_at for event, recorded_at in one.of(v.Warned)):
        yield f"was warned of too early: {warned}"
    if not warned.keys() <= (warnings := {due - left for due in dues for left in near}):
        yield f"was warned of something else: {warned}, and not {warnings}"
    if one.stopped_at is None and not missed and not warned.keys() >= {due - left for left in near if due - left < now}:
        yield "was never warned of"

    for (before, _), (after, _) in pairwise(one.of(v.ClocksEvaluated)):
        if before == after:
            yield "was seen twice as the same"
        if after.up_to < before.up_to:
            yield f"was seen up to {before.up_to}, and then only up to {after.up_to}"


def _recorded(recorded: Recorded[Event]) -> datetime:
    return recorded.recorded_at


def missed(log: Iterable[Recorded[Event]]) -> set[str]:
    """Of which conversations it was noticed that something was missed, and not taken back."""
    found = dict[str, bool]()
    for recorded in log:
        if isinstance(recorded.event, v.Breached | v.BreachWithdrawn):
            found[recorded.event.conversation_id] = isinstance(recorded.event, v.Breached)
    return {id for id, stands in found.items() if stands}


def noted(log: Iterable[Recorded[Event]]) -> dict[str, list[str]]:
    """By conversation, the stored names of all that was noticed of it."""
    found = defaultdict[str, list[str]](list)
    for recorded in log:
        if isinstance(recorded.event, v.AboutClocks):
            found[recorded.event.conversation_id].append(recorded.event.stored_name)
    return found


def wrong_by_now(log: Log, database_url: str) -> list[str]:
    """The same of a log, by the clock of its database."""
    now = database_clock(database_url)
    return wrong_in_clocks(whole(log), now)


def wait_until_right(log: Log, database_url: str, seconds: float = 30) -> None:
    """Until all that there was to notice is noticed. Raises AssertionError with what is wrong."""
    try:
        wait_until(lambda: not wrong_by_now(log, database_url), seconds, "all there was to notice is noticed")
    except AssertionError as error:
        raise AssertionError(wrong_by_now(log, database_url)) from error
