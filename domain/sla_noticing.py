"""When a missed target was noticed: by the watch, by a correction, or as something happened in the conversation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from domain import calendar_versions, sla_policy
from domain import conversation as c
from domain.calendar import Calendar
from domain.kernel import AnyEntry, kind_of
from domain.sla import Judged, Rules, Standing, judge
from domain.sla_clock import Origin
from domain.sla_policy import Policy
from domain.versions import Statement, eras


@dataclass(frozen=True, slots=True)
class Sweep:
    """The watch looked for what was missed: everything that was recorded up to `position`."""

    recorded_at: datetime
    position: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What was true of `now`, as it was known. `noticed`: when the breaches were that stand. `withdrawn`: which had
    been noticed and stand no more."""

    now: datetime
    rules: Rules
    standings: Mapping[str, Standing]
    noticed: Mapping[Origin, datetime]
    withdrawn: frozenset[Origin]


@dataclass(slots=True)
class _Noticed:
    standing: dict[Origin, datetime] = field(default_factory=dict)
    withdrawn: set[Origin] = field(default_factory=set)

    def look(self, clocks: Iterable[Judged], at: datetime) -> None:
        for clock in clocks:
            if clock.breached_at is not None and clock.origin not in self.standing:
                self.standing[clock.origin] = at
                self.withdrawn.discard(clock.origin)

    def withdraw(self, standings: Mapping[str, Standing]) -> None:
        """Of these, what is not missed after all, or is no clock any more."""
        missed = {clock.origin for each in standings.values() for clock in each.clocks if clock.breached_at is not None}
        for origin in [each for each in self.standing if each.conversation_id in standings and each not in missed]:
            del self.standing[origin]
            self.withdrawn.add(origin)


class Knowledge:
    """What a log holds of conversations, policies and calendars, and the sweeps of the watch."""

    def __init__(self, entries: Sequence[AnyEntry], sweeps: Sequence[Sweep] = ()) -> None:
        """`entries`: whole streams of these kinds, in the order of the log."""
        facts: list[AnyEntry | Sweep] = [*entries, *sweeps]
        self._facts = sorted(facts, key=_log_order)
        self._policies: dict[tuple[str, int], Policy] = {}
        self._calendars: dict[tuple[str, int], Calendar] = {}

    def at(self, now: datetime, known_at: datetime | None = None) -> Answer:
        """What was true of `now`, of what was recorded by `known_at`; judged as of the earlier of the two."""
        known_at = now if known_at is None else known_at
        now = min(now, known_at)
        facts = [each for each in self._facts if _recorded(each) <= known_at and _at(each) <= now]
        entries = [each for each in facts if not isinstance(each, Sweep)]
        rules = self.rules(entries)
        standings = judge(_of_conversations(entries), rules, now)
        found = self._noticed(facts, now)
        shown = {clock.origin: clock for each in standings.values() for clock in each.clocks}
        missed = {origin for origin, clock in shown.items() if clock.breached_at is not None}
        noticed = {origin: at for origin, at in found.standing.items() if origin in missed}
        withdrawn = (found.withdrawn | found.standing.keys()) & shown.keys() - missed
        return Answer(now, rules, standings, noticed, frozenset(withdrawn))

    def standings(self, now: datetime) -> Mapping[str, Standing]:
        """What is true of `now`, as it is known then."""
        known = [each for each in self._facts if not isinstance(each, Sweep) and _recorded(each) <= now]
        return judge(_of_conversations(known), self.rules(known), now)

    def version(self, conversation_id: str) -> int:
        """Up to which version its stream is known."""
        return max(
            each.originator_version
            for each in self._facts
            if not isinstance(each, Sweep) and each.originator_id == conversation_id
        )

    def rules(self, entries: Iterable[AnyEntry]) -> Rules:
        """The policies and calendars that these make."""
        said: dict[str, list[Statement]] = {}
        for entry in entries:
            if isinstance(entry.event, sla_policy.Said):
                said.setdefault(entry.originator_id, []).append(
                    sla_policy.statement(entry.event, entry.originator_version)
                )
            elif isinstance(entry.event, calendar_versions.Said):
                said.setdefault(entry.originator_id, []).append(
                    calendar_versions.statement(entry.event, entry.originator_version)
                )
        policies, calendars = {}, {}
        for id, statements in said.items():
            key = id, len(statements)
            if kind_of(id) == "policy":
                policies[id] = self._policies.get(key) or self._policies.setdefault(key, Policy(statements))
            else:
                calendars[id] = self._calendars.get(key) or self._calendars.setdefault(
                    key, calendar_versions.calendar(statements)
                )
        versions = {id: [(era.since, era.version) for era in eras(said[id])] for id in calendars}
        return Rules(policies, calendars, versions)

    def _noticed(self, facts: Sequence[AnyEntry | Sweep], now: datetime) -> _Noticed:
        found = _Noticed()
        entries: list[AnyEntry] = []
        for number, fact in enumerate(facts):
            if not isinstance(fact, Sweep):
                entries.append(fact)
                if not _notices(fact):
                    continue
            at = min(now, _recorded(fact))
            known, about = entries, None
            if not isinstance(fact, Sweep) and _is_of_conversation(fact):
                # One look for all that was appended together.
                follows = facts[number + 1] if number + 1 < len(facts) else None
                if follows is not None and _together(fact, follows):
                    continue
                about, group = fact.originator_id, _group(entries, fact)
                known = [each for each in entries if each.originator_id in group or not _is_of_conversation(each)]
            rules = self.rules(known)
            standings = judge(_of_conversations(known), rules, at)
            while about in standings and (into := standings[about].merged_into) is not None:
                about = into
            for standing in standings.values() if about is None else [standings[about]] if about in standings else ():
                found.look(standing.clocks, _recorded(fact))
            found.withdraw(standings)
        return found


def _notices(entry: AnyEntry) -> bool:
    corrected = isinstance(entry.event, sla_policy.Corrected | calendar_versions.Corrected)
    return corrected or _is_of_conversation(entry)


def _is_of_conversation(entry: AnyEntry) -> bool:
    return kind_of(entry.originator_id) == "conversation"


def _of_conversations(entries: Iterable[AnyEntry]) -> list[AnyEntry]:
    return [each for each in entries if _is_of_conversation(each)]


def _together(one: AnyEntry, other: AnyEntry | Sweep) -> bool:
    return (
        not isinstance(other, Sweep)
        and other.originator_id == one.originator_id
        and other.envelope.actor == one.envelope.actor
        and other.envelope.recorded_at == one.envelope.recorded_at
        and other.envelope.occurred_at == one.envelope.occurred_at
    )


def _group(entries: Iterable[AnyEntry], entry: AnyEntry) -> set[str]:
    """The conversation of an event, and all that were ever merged with it by then."""
    linked: dict[str, set[str]] = {}
    for each in entries:
        if isinstance(each.event, c.Merged | c.Separated):
            other = each.event.into if isinstance(each.event, c.Merged) else each.event.out_of
            linked.setdefault(each.originator_id, set()).add(other)
            linked.setdefault(other, set()).add(each.originator_id)
    found, wanted = set[str](), [entry.originator_id]
    while wanted:
        id = wanted.pop()
        if id not in found:
            found.add(id)
            wanted += linked.get(id, ())
    return found


def _recorded(fact: AnyEntry | Sweep) -> datetime:
    at = fact.recorded_at if isinstance(fact, Sweep) else fact.envelope.recorded_at
    assert at is not None
    return at


def _at(fact: AnyEntry | Sweep) -> datetime:
    return fact.recorded_at if isinstance(fact, Sweep) else fact.at


def _log_order(fact: AnyEntry | Sweep) -> tuple[datetime, int, bool]:
    position = fact.position
    assert position is not None
    return _recorded(fact), position, isinstance(fact, Sweep)
