"""SLA clocks: a pure fold of what happened in conversations, and of the versions of policies and calendars.

Events are gone through by when they happened, then by when they were recorded. So what comes in late changes what is
true of then, and what was known then is the same fold over what was recorded by then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Literal

from domain.conversation import events as c
from domain.conversation.events import CLOSED, Priority, Status
from domain.kernel.event import Envelope, Event, Recorded
from domain.service_level.business_time import Calendar
from domain.service_level.clock import UPDATES, WHOLE_LIFE, Cause, Clock, Origin, State, Stretch
from domain.service_level.policy import METRICS, About, InForce, Metric, Policy, chosen

_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Rules:
    """Policies and calendars by their ids, with all the versions that are known."""

    policies: Mapping[str, Policy]
    calendars: Mapping[str, Calendar]
    calendar_versions: Mapping[str, Sequence[tuple[datetime | None, int]]] = field(default_factory=dict)
    """Of each calendar: since when which of its versions is the last that counts, in order."""

    def calendar_version(self, calendar_id: str, at: datetime) -> int | None:
        """The last version that counts then."""
        found = [version for since, version in self.calendar_versions.get(calendar_id, ()) if not since or since <= at]
        return found[-1] if found else None


@dataclass(frozen=True, slots=True)
class EvaluatedClock:
    """A clock as of an instant. `due_at`: of one that is paused, if it went on now; None where nothing is promised any
    more or the calendar never opens. `breached_at`: when the target was missed; for the cause `policy_change`, by that
    change. `untold`: the policy has nobody told of that. `over_seconds` is business time. `positions`: the events of
    the log that it was judged by."""

    origin: Origin
    metric: Metric
    instance: int
    state: State
    started_at: datetime
    due_at: datetime | None
    stopped_at: datetime | None
    consumed_seconds: int
    over_seconds: int
    breached_at: datetime | None
    cause: Cause | None
    unannounced: bool
    policy_id: str
    policy_version: int
    priority: Priority
    calendar_id: str
    calendar_version: int | None
    target: timedelta | None
    warn_at: tuple[datetime, ...]
    stretches: tuple[Stretch, ...]
    positions: tuple[int, ...]
    never_opens: bool


@dataclass(frozen=True, slots=True)
class ConversationClocks:
    """A conversation as of an instant: where it stands, and its clocks by metric and in order. One that is shown at
    another has none: `merged_into` says where they are."""

    conversation_id: str
    status: Status
    merged_into: str | None
    clocks: tuple[EvaluatedClock, ...]


def evaluate(entries: Iterable[Recorded[Event]], rules: Rules, now: datetime) -> dict[str, ConversationClocks]:
    """Every conversation of which there are events by then, as of `now`. `entries`: all that is known of them, whole
    streams, with those merged into them, in any order."""
    return _Run(rules).through([entry for entry in entries if entry.at <= now], now).conversations(now)


_CHOOSE = (
    c.Opened, c.InteractionAdded, c.KindChanged, c.PriorityChanged, c.PolicySet, c.Merged, c.Separated,
)  # fmt: skip
"""What a conversation's policy depends on."""


def governs(entries: Iterable[Recorded[Event]], rules: Rules, conversation_id: str, at: datetime) -> Policy | None:
    """The policy that a conversation goes by then, as if it had never been merged into another."""
    own = [
        entry
        for entry in entries
        if entry.at <= at
        and isinstance(entry.event, _CHOOSE)
        and not (entry.originator_id == conversation_id and isinstance(entry.event, c.Merged))
    ]
    return _Run(rules).through(own, at).policy_of(conversation_id)


class Course:
    """What `judge` finds, of ever more entries in the order in which they were recorded, as of ever later times. What
    comes in as it happens is folded once; what comes in late, or other rules, has all of it gone through anew."""

    def __init__(self) -> None:
        self._entries: list[Recorded[Event]] = []
        self._rules: Rules | None = None
        self._run: _Run | None = None
        self._new: list[Recorded[Event]] = []

    def add(self, entry: Recorded[Event]) -> None:
        """One more of a conversation."""
        self._entries.append(entry)
        self._new.append(entry)

    def use_policies(self, rules: Rules) -> None:
        """Other rules are known."""
        self._rules, self._run = rules, None

    def breaches(self, now: datetime) -> list[tuple[str, Origin, bool]]:
        """Of each clock, at which conversation it is shown, and whether it was missed."""
        assert self._rules is not None
        as_it_came = self._run is not None and all(
            entry.at >= self._run.gone_through and not isinstance(entry.event, c.Separated) for entry in self._new
        )
        if self._run is None or not as_it_came:
            self._run, self._new = _Run(self._rules), self._entries
        self._run.through(self._new, now)
        self._new = []
        return list(self._run.breaches(now))

    def shown_at(self, conversation_id: str) -> str:
        """Where a conversation is shown, as of when it was last gone through."""
        assert self._run is not None
        return self._run.shown_at(conversation_id)


Phase = Literal["before", "open", "done"]
"""Of the first reply: before the customer has said anything, until it is given, and after."""


@dataclass(slots=True)
class _Matter:
    """A conversation, with what is shown at it."""

    id: str
    priority: Priority
    about: About
    opening: Recorded[Event]
    opened: c.Opened
    first: str | None = None
    """the interaction it began with, whose kind is its own"""
    status: Status = "open"
    policy_id: str | None = None
    named: bool = False
    """whether somebody said which policy it is under"""
    chosen_at: datetime | None = None
    """else as of when one was chosen for what it is about"""
    phase: Phase = "before"
    part_unanswered: bool = False
    """whether something merged into it awaits its first reply"""
    shown: dict[Metric, list[Clock]] = field(default_factory=lambda: {metric: [] for metric in METRICS})
    hidden: list[Clock] = field(default_factory=list)
    numbers: dict[Metric, int] = field(default_factory=dict)

    def clocks(self, *metrics: Metric) -> Iterator[Clock]:
        """All of these metrics, also what is not shown."""
        for metric in metrics or METRICS:
            yield from list(self.shown[metric])
        yield from [each for each in self.hidden if not metrics or each.metric in metrics]


class _Run:
    """One way through the events."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._matters: dict[str, _Matter] = {}
        self._into: dict[str, str] = {}
        self._previous: Recorded[Event] | None = None
        self.gone_through = datetime.min.replace(tzinfo=UTC)
        # What holds from an instant on holds for what happens at that instant.
        self._changes = deque(
            sorted(
                (each.since, id)
                for id, policy in rules.policies.items()
                for each in policy.in_force
                if each.since is not None
            )
        )

    def through(self, entries: Iterable[Recorded[Event]], now: datetime) -> _Run:
        """Go through what happened from when it was gone through to `now`."""
        for entry in sorted(_that_stand(list(entries)), key=_order):
            self._rules_change(entry.at)
            self._happens(entry, self._previous)
            self._previous = entry
        self._rules_change(now)
        self.gone_through = now
        return self

    def conversations(self, now: datetime) -> dict[str, ConversationClocks]:
        """Where everything stands as of then."""
        return {id: self._conversation(id, now) for id in (*self._matters, *self._into)}

    def breaches(self, now: datetime) -> Iterator[tuple[str, Origin, bool]]:
        """Of each clock, at which conversation it is shown, and whether it was missed."""
        for matter in self._matters.values():
            for clock in (clock for shown in matter.shown.values() for clock in shown):
                clock.settle(self._rules.calendars, now)
                assert clock.origin is not None
                yield matter.id, clock.origin, clock.breached_at is not None

    def shown_at(self, id: str) -> str:
        """Where a conversation is shown."""
        while id in self._into:
            id = self._into[id]
        return id

    def policy_of(self, id: str) -> Policy | None:
        """What one goes by that is shown by itself."""
        matter = self._matters.get(id)
        return self._rules.policies[matter.policy_id] if matter and matter.policy_id is not None else None

    def _rules_change(self, until: datetime) -> None:
        while self._changes and self._changes[0][0] <= until:
            self._policy_changes(*self._changes.popleft())

    # -- what happens

    def _happens(self, entry: Recorded[Event], previous: Recorded[Event] | None) -> None:
        event, at = entry.event, entry.at
        if isinstance(event, c.Opened):
            self._opened(entry, event)
            return
        own = self._matters.get(entry.originator_id)
        matter = own or self._root(entry.originator_id)
        if matter is None:
            return  # told of before it began
        match event:
            case c.MessageReceived():
                if not (own and _opens(own, entry)):
                    self._customer_spoke(matter, entry)
            case c.MessagePlaced():
                # What was said elsewhere before is asked here from now on.
                self._customer_spoke(matter, entry)
            case c.MessageSent():
                if _by_a_person(event, entry.envelope) and not (own and _opens(own, entry)):
                    self._answered(matter, entry)
            case c.NoteAdded():
                if entry.envelope.actor.kind == "agent":
                    self._noted(matter, entry)
            case c.StatusChanged():
                if not (event.status == "open" and _follows_from_words(entry, previous)):
                    self._moved(matter, event.status, entry)
            case c.Withdrawn():
                self._moved(matter, "withdrawn", entry)
            case c.PriorityChanged():
                matter.priority = event.priority
                matter.about = matter.about.model_copy(update={"priority": event.priority})
                self._changed(matter, entry)
            case c.PolicySet():
                matter.policy_id, matter.named = event.policy_id, True
                self._changed(matter, entry)
            case c.InteractionAdded() if matter.first is None:
                matter.first = event.interaction_id
                area = event.product_area or matter.about.product_area
                matter.about = matter.about.model_copy(update={"kind": event.kind, "product_area": area})
                self._changed(matter, entry)
            case c.KindChanged() if matter.first == event.interaction_id:
                matter.about = matter.about.model_copy(update={"kind": event.kind})
                self._changed(matter, entry)
            case c.Merged():
                self._merged(entry.originator_id, event.into, at)

    def _opened(self, entry: Recorded[Event], event: c.Opened) -> None:
        about = About(
            priority=event.priority, channel=event.channel, tier=event.segment, product_area=event.product_area
        )
        matter = _Matter(entry.originator_id, event.priority, about, entry, event)
        self._matters[matter.id] = matter
        for metric in WHOLE_LIFE:
            self._start(matter, metric, entry)
        if event.opened_by == "customer":
            self._customer_spoke(matter, entry)

    def _customer_spoke(self, matter: _Matter, entry: Recorded[Event]) -> None:
        if matter.phase == "before":
            for clock in matter.clocks(*UPDATES):
                if clock.live:
                    self._stop(clock, entry, cancelled=True)
        if matter.status in ("waiting_on_customer", *CLOSED) and not self._keeps(matter, entry):
            self._moved(matter, "open", entry)
        if matter.phase == "before":
            matter.phase = "open"
            self._start(matter, "first_reply", entry)
        elif matter.phase == "done" and not (matter.part_unanswered or _any_live(matter.clocks("next_reply"))):
            self._start(matter, "next_reply", entry)

    def _answered(self, matter: _Matter, entry: Recorded[Event]) -> None:
        for clock in matter.clocks("first_reply", "next_reply", *UPDATES):
            if clock.live:
                self._stop(clock, entry)
        self._reply_given(matter)
        for metric in UPDATES:
            self._start(matter, metric, entry)

    def _noted(self, matter: _Matter, entry: Recorded[Event]) -> None:
        """A word to colleagues, which counts as an answer where the policy says so. It begins no updates."""
        for clock in matter.clocks("first_reply", "next_reply"):
            if clock.live and self._notes_count(clock.policy_id, entry.at):
                self._stop(clock, entry)
        if self._notes_count(matter.policy_id, entry.at):
            self._reply_given(matter)

    def _reply_given(self, matter: _Matter) -> None:
        if matter.phase == "open":
            matter.phase = "done"
        matter.part_unanswered = False
        matter.hidden = [each for each in matter.hidden if each.live or each.resumable]

    def _moved(self, matter: _Matter, status: Status, entry: Recorded[Event]) -> None:
        before, matter.status = matter.status, status
        if status in CLOSED:
            if before not in CLOSED:
                for clock in matter.clocks():
                    clock.resumable = False
            for clock in matter.clocks():
                if clock.live:
                    self._solve(clock, entry)
            self._reply_given(matter)
            return
        for clock in matter.clocks():
            if clock.live:
                state = clock.state
                clock.follow(status, entry.at)
                if clock.state != state:
                    _note(clock, entry)
        if before in CLOSED:
            self._reopened(matter, entry)

    def _reopened(self, matter: _Matter, entry: Recorded[Event]) -> None:
        at = entry.at
        for clock in matter.clocks(*WHOLE_LIFE):
            terms = self._terms(clock.policy_id, at)
            mode = terms.terms.reopen if terms else "continue_excluding_solved"
            if (since := clock.reopen(mode, matter.status, at)) is not None:
                _note(clock, entry)
                self._adopt(matter, clock, at, since)
        terms = self._terms(matter.policy_id, at)
        if terms is not None and terms.terms.reopen == "new_cycle":
            for metric in WHOLE_LIFE:
                self._start(matter, metric, entry)

    def _changed(self, matter: _Matter, entry: Recorded[Event]) -> None:
        """Another policy or priority: all of its clocks go by it from now on, also those that were merged into it."""
        if not matter.named:
            matter.policy_id = chosen(self._rules.policies, matter.about, entry.at)
            matter.chosen_at = entry.at
        for clock in matter.clocks():
            clock.evaluated_under = clock.policy_id or clock.evaluated_under
            clock.policy_id, clock.priority = matter.policy_id, matter.priority
            if clock.live:
                _note(clock, entry)
            self._adopt(matter, clock, entry.at)

    def _policy_changes(self, at: datetime, policy_id: str) -> None:
        for matter in self._matters.values():
            for clock in matter.clocks():
                if clock.policy_id == policy_id:
                    self._adopt(matter, clock, at)

    def _merged(self, part_id: str, into: str, at: datetime) -> None:
        target = self._root(into)
        part = self._matters.pop(part_id, None)
        if part is None or target is None:
            return
        self._into[part_id] = into
        if target.phase == "before" and part.phase != "before":
            target.phase = "done"  # the customer has written, and there is one first reply
        if target.status not in CLOSED:
            target.part_unanswered |= part.part_unanswered or part.phase == "open"
        for clock in part.clocks():
            clock.resumable = False
            if clock.live and target.status in CLOSED:
                clock.solve(self._rules.calendars, at)
                if clock.metric not in WHOLE_LIFE:
                    clock.resumable = False
            clock.follow(target.status, at)
        for metric, clocks in part.shown.items():
            target.shown[metric] += clocks
        target.hidden += part.hidden

    # -- what that does to a clock

    def _start(self, matter: _Matter, metric: Metric, entry: Recorded[Event]) -> None:
        at, terms = entry.at, self._terms(matter.policy_id, entry.at)
        calendar_id = terms.terms.calendar_id if terms else None
        clock = Clock(metric, at, [], matter.policy_id, matter.priority, calendar_id)
        clock.paused_too = terms.terms.pauses(metric) if terms else ()
        if clock.paused_while(matter.status):
            clock.state = "paused"
        else:
            clock.stretches.append(Stretch(at, None, calendar_id))
        _note(clock, entry)
        matter.hidden.append(clock)
        self._adopt(matter, clock, at)

    def _adopt(self, matter: _Matter, clock: Clock, at: datetime, since: datetime | None = None) -> None:
        """Take on what its policy says now. `since`: it was reopened, and its time counts again since then."""
        if not clock.live and not clock.resumable:
            return
        calendars = self._rules.calendars
        clock.settle(calendars, at) if since is None else None
        terms = self._terms(clock.policy_id, at)
        if terms is not None:
            clock.use_calendar(terms.terms.calendar_id, at)
            if clock.paused_too != (paused_too := terms.terms.pauses(clock.metric)):
                clock.paused_too = paused_too
                clock.follow(matter.status, at)
        if not clock.live:
            return  # a target that changes while it is resolved counts from its reopening on
        target = terms.terms.target(clock.metric, clock.priority) if terms else None
        if target is None:
            if clock.target is not None:
                self._cancel(matter, clock, at)
            return
        assert terms is not None
        clock.policy_version = terms.version
        if clock in matter.hidden:
            self._show(matter, clock)
        if since is not None:
            clock.promise_again(calendars, target, since, at)
        else:
            clock.promise(calendars, target, at)

    def _show(self, matter: _Matter, clock: Clock) -> None:
        matter.hidden = [each for each in matter.hidden if each is not clock]
        matter.shown[clock.metric].append(clock)
        number = matter.numbers[clock.metric] = matter.numbers.get(clock.metric, 0) + 1
        clock.origin = Origin(matter.id, clock.metric, number)

    def _cancel(self, matter: _Matter, clock: Clock, at: datetime) -> None:
        """Nothing is promised any more. Should it be again, it starts from the original start."""
        goes_on = replace(
            clock,
            stretches=[replace(each) for each in clock.stretches],
            positions=list(clock.positions),
            target=None,
            breached_at=None,
            cause=None,
            origin=None,
        )
        matter.hidden.append(goes_on)
        clock.stop(self._rules.calendars, at, cancelled=True)
        clock.target = None

    def _stop(self, clock: Clock, entry: Recorded[Event], *, cancelled: bool = False) -> None:
        clock.stop(self._rules.calendars, entry.at, cancelled=cancelled)
        _note(clock, entry)

    def _solve(self, clock: Clock, entry: Recorded[Event]) -> None:
        if clock.metric in WHOLE_LIFE:
            clock.solve(self._rules.calendars, entry.at)
            _note(clock, entry)
        else:
            self._stop(clock, entry)

    # -- what is looked up

    def _root(self, id: str) -> _Matter | None:
        return self._matters.get(self.shown_at(id))

    def _keeps(self, matter: _Matter, entry: Recorded[Event]) -> bool:
        """Whether words leave it as it stands. What a policy says that was written since does not count: it was decided
        without it, and the conversation is where it was taken then."""
        policies = self._rules.policies
        known = {id: policy for id, policy in policies.items() if policy.written and policy.written < entry.position}
        id = matter.policy_id
        if not matter.named and len(known) < len(policies):
            id = chosen(known, matter.about, matter.chosen_at or entry.at)
        return id in known and known[id].keeps(entry.at)

    def _notes_count(self, policy_id: str | None, at: datetime) -> bool:
        terms = self._terms(policy_id, at)
        return terms is not None and terms.terms.notes_count

    def _terms(self, policy_id: str | None, at: datetime) -> InForce | None:
        return self._rules.policies[policy_id].at(at) if policy_id is not None else None

    def _conversation(self, id: str, now: datetime) -> ConversationClocks:
        matter = self._matters.get(id)
        if matter is None:
            root = self._root(id)
            return ConversationClocks(id, root.status if root else "open", self._into[id], ())
        clocks = [
            self._evaluated(clock, number, now)
            for metric in METRICS
            for number, clock in enumerate(matter.shown[metric], start=1)
        ]
        return ConversationClocks(id, matter.status, None, tuple(clocks))

    def _warnings(self, clock: Clock, now: datetime) -> Iterator[datetime]:
        """When to warn of a clock that runs, as its policy says now."""
        terms = self._terms(clock.policy_id, now)
        if terms is None or clock.state != "running" or clock.target is None:
            return
        for left in sorted(terms.terms.warn_before, reverse=True):
            at = clock.due(self._rules.calendars, now, before=left) if left < clock.target else None
            if at is not None:
                yield at

    def _unannounced(self, clock: Clock) -> bool:
        if clock.cause != "policy_change" or clock.breached_at is None:
            return False
        terms = self._terms(clock.policy_id, clock.breached_at)
        return terms is not None and not terms.terms.tells_policy_breaches

    def _evaluated(self, clock: Clock, number: int, now: datetime) -> EvaluatedClock:
        calendars = self._rules.calendars
        clock.settle(calendars, now)
        due = clock.due(calendars, now)
        consumed = clock.consumed(calendars, now)
        over = max(timedelta(), consumed - clock.target) if clock.target is not None else timedelta()
        assert clock.origin is not None
        assert clock.policy_version is not None
        policy_id = clock.policy_id or clock.evaluated_under
        assert policy_id is not None
        assert clock.due_by is not None
        return EvaluatedClock(
            origin=clock.origin,
            metric=clock.metric,
            instance=number,
            state=clock.state,
            started_at=clock.started_at,
            due_at=due,
            stopped_at=clock.stopped_at,
            consumed_seconds=consumed // _SECOND,
            over_seconds=over // _SECOND,
            breached_at=clock.breached_at,
            cause=clock.cause,
            unannounced=self._unannounced(clock),
            policy_id=policy_id,
            policy_version=clock.policy_version,
            priority=clock.priority,
            calendar_id=clock.due_by,
            calendar_version=self._rules.calendar_version(clock.due_by, clock.stopped_at or now),
            target=clock.target,
            warn_at=tuple(self._warnings(clock, now)),
            stretches=tuple(clock.stretches),
            positions=tuple(clock.positions),
            never_opens=clock.target is not None and due is None,
        )


def _that_stand(entries: Sequence[Recorded[Event]]) -> Iterator[Recorded[Event]]:
    """Without the merges that were undone: from then on, all is as if they had never been."""
    undone: set[tuple[str, int]] = set()
    merged: dict[str, list[int]] = {}
    for entry in sorted(entries, key=lambda each: (each.originator_id, each.originator_version)):
        place = entry.originator_id, entry.originator_version
        if isinstance(entry.event, c.Merged):
            merged.setdefault(entry.originator_id, []).append(entry.originator_version)
        elif isinstance(entry.event, c.Separated) and merged.get(entry.originator_id):
            undone |= {place, (entry.originator_id, merged[entry.originator_id].pop())}
    return (each for each in entries if (each.originator_id, each.originator_version) not in undone)


def _order(entry: Recorded[Event]) -> tuple[datetime, datetime, int]:
    return entry.at, entry.recorded_at, entry.position


def _opens(matter: _Matter, entry: Recorded[Event]) -> bool:
    """Whether these are the words with which it was opened."""
    said = c.MessageReceived if matter.opened.opened_by == "customer" else c.MessageSent
    return isinstance(entry.event, said) and entry.originator_version <= 3 and _at_once(matter.opening, entry)


def _at_once(one: Recorded[Event], other: Recorded[Event]) -> bool:
    """Whether they were told at once; where commands have ids, by the same."""
    return (
        one.at == other.at
        and one.recorded_at == other.recorded_at
        and one.envelope.command_id == other.envelope.command_id
    )


def _any_live(clocks: Iterable[Clock]) -> bool:
    return any(clock.live for clock in clocks)


def _by_a_person(sent: c.MessageSent, envelope: Envelope) -> bool:
    return envelope.actor.kind == "agent" and not sent.automatic


def _follows_from_words(entry: Recorded[Event], previous: Recorded[Event] | None) -> bool:
    """Whether an opening tells what the customer's words did when they were recorded; the fold says what they did when
    they were said."""
    return (
        previous is not None
        and isinstance(previous.event, c.MessageReceived)
        and previous.originator_id == entry.originator_id
        and previous.originator_version + 1 == entry.originator_version
        and previous.envelope.actor == entry.envelope.actor
        and _at_once(previous, entry)
    )


def _note(clock: Clock, entry: Recorded[Event]) -> None:
    if entry.position not in clock.positions:
        clock.positions.append(entry.position)
