"""The fold of the clocks: one pass through the events of conversations, in the order in which they happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush

from domain.conversation import events as c
from domain.conversation.events import CLOSED, Status
from domain.kernel.event import TO_COME, Event, Recorded
from domain.service_level.as_shown import Placement, UndoneSplit, as_shown
from domain.service_level.clock import UPDATES, WHOLE_LIFE, Origin, RunningClock
from domain.service_level.clock_changes import Said, note
from domain.service_level.evaluated import ConversationClocks, evaluated
from domain.service_level.inexact import said_span, span_of
from domain.service_level.late_words import LateWords, Place, by_a_person, late_words, place_of
from domain.service_level.matter import Matter
from domain.service_level.matters import Matters
from domain.service_level.messages_by_policy import does_not_count, keeps
from domain.service_level.policy import METRICS, ConversationTraits, chosen
from domain.service_level.versioned_policies import VersionedPolicies


class Fold(Matters):
    """One pass through the events."""

    def __init__(self, policies: VersionedPolicies, *, history: bool = False) -> None:
        """`history`: clocks run also for what was imported as history."""
        super().__init__(policies)
        self._with_history = history
        self._placement = Placement()
        self.gone_through = datetime.min.replace(tzinfo=UTC)
        self._late = LateWords()
        self._deferred: list[tuple[tuple[datetime, datetime, int], Place, bool, Recorded[Event]]] = []

    def through(self, recorded_events: Iterable[Recorded[Event]], now: datetime) -> Fold:
        """Fold these events, which follow the events so far, up to `now`."""
        shown = as_shown(list(recorded_events), self._policies.zone)
        self._placement.take(shown.undone_splits)
        in_time = sorted(shown.events, key=order)
        self._late = late_words(in_time, self._placement.into)
        for recorded in in_time:
            self._policies.go_on()
            self._act_deferred(order(recorded))
            self.policies_change(recorded.at)
            self._apply(recorded)
        self._act_deferred((now, now, TO_COME))
        self.policies_change(now)
        self.gone_through = now
        return self

    def conversations(self, now: datetime) -> dict[str, ConversationClocks]:
        """Every conversation and its clocks as of `now`."""
        return {id: self._conversation(id, now) for id in (*self._matters, *self._placement.into)}

    def breaches(self, now: datetime, *, every: bool) -> Iterator[tuple[Origin, bool]]:
        """Clocks as (origin, whether it was missed): those that go on, or have ended since the last call; or `every`
        clock."""
        ended, self._ended = self._ended, []
        for matter in self._matters.values():
            clocks = (clock for shown in matter.shown.values() for clock in shown) if every else matter.active
            for clock in (*clocks, *(() if every else ended)):
                if clock.origin is not None:
                    clock.settle(self._policies.calendars, now)
                    yield clock.origin, clock.breached_at is not None
            ended = []

    def shown_at(self, id: str) -> str:
        """The conversation at which a conversation is shown."""
        return self._placement.shown_at(id)

    def policy_id_of(self, id: str) -> str | None:
        """The policy of a conversation that is shown by itself."""
        matter = self._matters.get(id)
        return matter.policy_id if matter else None

    def _act_deferred(self, until: tuple[datetime, datetime, int]) -> None:
        """What was said before a closing or an answer, and recorded after it, acts at its recording."""
        while self._deferred and self._deferred[0][0] <= until:
            _, _, reopens, recorded = heappop(self._deferred)
            self.policies_change(recorded.at)
            if (matter := self._root(recorded.originator_id)) is not None:
                self._customer_spoke(matter, recorded, stays=not reopens)
                self._ended += matter.settle()

    def _apply(self, recorded: Recorded[Event]) -> None:
        event, at = recorded.event, recorded.at
        if isinstance(event, c.Opened):
            self._opened(recorded, event)
            return
        matter, place = self._root(recorded.originator_id), place_of(recorded)
        # What showed the words when they were recorded, if they were said before they were merged into it.
        there = self._matters.get(self._late.shown_at[place]) if place in self._late.shown_at else None
        if (counting := there or matter) is not None and does_not_count(self._policies.by_id, counting, recorded):
            return
        elsewhere = self._placement.was_elsewhere(recorded)
        spoken = isinstance(event, c.MessageReceived) and event.effect != "opened" and not event.automatic
        if spoken and not elsewhere and self._acts_when_recorded(matter, recorded):
            shows = there if place in self._late.shown_at else matter
            reopens = place in self._late.closed and (shows is None or not keeps(self._policies.by_id, shows, recorded))
            for each in (matter, there):
                if each is not None and not reopens:
                    self._status_follows(each, recorded)
            heard = recorded.heard()
            heappush(self._deferred, (order(heard), place, reopens, heard))
            return
        if spoken and not elsewhere and there is not None:
            self._status_follows(there, recorded)
        if matter is None:
            return  # an event dated before the conversation began
        match event:
            case c.MessageReceived() if spoken:
                self._customer_spoke(matter, recorded, stays=True if elsewhere else None)
            case c.MessagePlaced() if not event.automatic:
                # From now on, this conversation owes the answer to what was said elsewhere, since it was said.
                self._customer_spoke(matter, recorded, since=(event.said_at, said_span(event, self._policies.zone)))
            case c.MessageSent() if by_a_person(recorded):
                self._answered(matter, recorded)
            case c.NoteAdded():
                if recorded.envelope.actor.kind == "agent":
                    self._noted(matter, recorded)
            case c.StatusChanged(cause="interaction" | "person-requested") if matter.id != recorded.originator_id:
                pass  # the conversation that shows the part has heard of it
            case c.StatusChanged() if event.cause != "message" and not elsewhere:
                # What a message did to the status when it was recorded, the fold works out for when it was written.
                self._moved(matter, event.status, recorded)
            case c.PartHeard(what="brought" | "person-requested", reopens=True):
                shown = matter.id == recorded.originator_id == self._placement.shown_at(event.part)
                if shown and matter.status in ("waiting_on_customer", *CLOSED):
                    self._moved(matter, "open", recorded)
            case c.ConversationWithdrawn():
                self._moved(matter, "withdrawn", recorded)
            case c.PriorityChanged() if event.priority != matter.priority:
                matter.priority = event.priority
                matter.about = matter.about.model_copy(update={"priority": event.priority})
                self._changed(matter, recorded)
            case c.PolicySet():
                changes, matter.named = event.policy_id != matter.policy_id, True
                if changes:
                    matter.policy_id = event.policy_id
                    self._changed(matter, recorded)
            case c.InteractionAdded() if matter.first is None:
                matter.first = event.interaction_id
                area = event.product_area or matter.about.product_area
                matter.about = matter.about.model_copy(update={"kind": event.kind, "product_area": area})
                self._changed(matter, recorded)
            case c.KindChanged() if matter.first == event.interaction_id:
                matter.about = matter.about.model_copy(update={"kind": event.kind})
                self._changed(matter, recorded)
            case c.ProductAreaChanged():
                matter.about = matter.about.model_copy(update={"product_area": event.product_area})
                self._changed(matter, recorded)
            case c.ConversationMerged() if split := self._placement.undone_split(recorded.originator_id):
                self._returned(matter, split, recorded)
            case c.ConversationMerged():
                self._merged(recorded.originator_id, event.into, at)
        if (matter := self._root(recorded.originator_id)) is not None:
            self._ended += matter.settle()

    def _acts_when_recorded(self, matter: Matter | None, recorded: Recorded[Event]) -> bool:
        """Whether words ask for a reply as of their recording: they were said before the conversation began, before an
        answer or a closing that did not know of them, or while it was closed and stayed so (S37, S41)."""
        if matter is None or self._late.has(place_of(recorded)):
            return True
        return matter.status in CLOSED and keeps(self._policies.by_id, matter, recorded)

    def _opened(self, recorded: Recorded[Event], event: c.Opened) -> None:
        about = ConversationTraits(
            priority=event.priority, channel=event.channel, tier=event.segment, product_area=event.product_area
        )
        matter = Matter(recorded.originator_id, event.priority, about)
        self._matters[matter.id] = matter
        if event.automatic or self._is_over(recorded):
            return
        self._begin(matter, recorded)
        if event.opened_by == "customer":
            self._customer_spoke(matter, recorded)

    def _is_over(self, recorded: Recorded[Event]) -> bool:
        """Whether it was imported as history: it starts no clock, and ends those that run."""
        return bool(recorded.envelope.history) and not self._with_history

    def _begin(self, matter: Matter, recorded: Recorded[Event]) -> None:
        """Start the clocks of a whole life, once a person has said or brought something."""
        if not matter.begun and matter.status not in CLOSED:
            matter.begun = True
            for metric in WHOLE_LIFE:
                self._clocks.start(matter, metric, recorded)

    def _customer_spoke(
        self, matter: Matter, recorded: Recorded[Event], *, stays: bool | None = None, since: Said | None = None
    ) -> None:
        """`stays`: whether the status stays as it is; None: as the policy says. `since`: when it was said, if it was
        shown elsewhere until now."""
        if matter.phase == "before":
            for clock in matter.clocks(*UPDATES):
                if clock.live:
                    self._clocks.stop(clock, recorded, cancelled=True)
        self._status_follows(matter, recorded, stays)
        if self._is_over(recorded):
            return
        self._begin(matter, recorded)
        if matter.status in CLOSED:
            matter.phase = "done"  # what is closed owes no reply
        elif matter.phase == "before":
            matter.phase = "open"
            self._clocks.start(matter, "first_reply", recorded, since)
        elif matter.phase == "done" and not (matter.part_unanswered or _any_live(matter.clocks("next_reply"))):
            self._clocks.start(matter, "next_reply", recorded, since)

    def _status_follows(self, matter: Matter, recorded: Recorded[Event], stays: bool | None = None) -> None:
        """The customer's words open the conversation, if it waits for them or is closed. `stays` as above."""
        moves = matter.status in ("waiting_on_customer", *CLOSED)
        if moves and not (keeps(self._policies.by_id, matter, recorded) if stays is None else stays):
            self._moved(matter, "open", recorded)

    def _answered(self, matter: Matter, recorded: Recorded[Event]) -> None:
        is_over = self._is_over(recorded)
        if not is_over:
            self._begin(matter, recorded)
        for clock in matter.clocks("first_reply", "next_reply", *UPDATES):
            if clock.live:
                self._clocks.stop(clock, recorded)
        self._reply_given(matter)
        if is_over:
            matter.phase = "done"  # what comes live is no first reply any more
        if matter.status in CLOSED or is_over:
            return  # and no update
        for metric in UPDATES:
            self._clocks.start(matter, metric, recorded)

    def _noted(self, matter: Matter, recorded: Recorded[Event]) -> None:
        """A note counts as an answer where the policy says so. It starts no update clock."""
        for clock in matter.clocks("first_reply", "next_reply"):
            if clock.live and self._clocks.notes_count(clock.policy_id, recorded.at):
                self._clocks.stop(clock, recorded)
        if self._clocks.notes_count(matter.policy_id, recorded.at):
            self._reply_given(matter)

    def _reply_given(self, matter: Matter) -> None:
        if matter.phase == "open":
            matter.phase = "done"
        matter.part_unanswered = False
        matter.hidden = [each for each in matter.hidden if each.live or each.resumable]

    def _moved(self, matter: Matter, status: Status, recorded: Recorded[Event]) -> None:
        before, matter.status = matter.status, status
        if status in CLOSED:
            if before not in CLOSED:
                for clock in matter.clocks():
                    clock.resumable = False
            for clock in matter.clocks():
                if clock.live:
                    self._clocks.solve(clock, recorded, withdrawn=status == "withdrawn")
            self._reply_given(matter)
            return
        for clock in matter.clocks():
            self._clocks.follow(matter, clock, recorded)
        if before in CLOSED:
            self._reopened(matter, recorded)

    def _reopened(self, matter: Matter, recorded: Recorded[Event]) -> None:
        at, span = recorded.at, span_of(recorded, self._policies.zone)
        for clock in matter.clocks(*WHOLE_LIFE):
            terms = self._policies.terms(clock.policy_id, at)
            mode = terms.terms.reopen if terms else "continue_excluding_solved"
            if (since := clock.reopen(mode, matter.status, at, span)) is not None:
                note(clock, recorded)
                self._clocks.adopt(matter, clock, at, since)
        terms = self._policies.terms(matter.policy_id, at)
        if terms is not None and terms.terms.reopen == "new_cycle" and matter.begun:
            for metric in WHOLE_LIFE:
                self._clocks.start(matter, metric, recorded)

    def _changed(self, matter: Matter, recorded: Recorded[Event]) -> None:
        """Adopt another policy or priority for the active clocks of the conversation, also those of its parts."""
        if not matter.named:
            matter.policy_id = chosen(self._policies.by_id, matter.about, recorded.at)
            matter.chosen_at = recorded.at
        for clock in matter.clocks():
            clock.go_by(matter.policy_id, matter.priority)
            if clock.live:
                note(clock, recorded)
            self._clocks.adopt(matter, clock, recorded.at)

    def _merged(self, part_id: str, into: str, at: datetime) -> None:
        target = self._root(into)
        part = self._matters.pop(part_id, None)
        if part is None or target is None:
            return
        self._placement.into[part_id] = into
        target.begun |= part.begun
        if target.phase == "before" and part.phase != "before":
            target.phase = "done"  # the customer has written, and a conversation has one first reply
        if target.status not in CLOSED:
            target.part_unanswered |= part.part_unanswered or part.phase == "open"
        for clock in part.clocks():
            clock.resumable = False
            if clock.live and target.status in CLOSED:
                clock.solve(self._policies.calendars, at, withdrawn=target.status == "withdrawn")
                if clock.metric not in WHOLE_LIFE:
                    clock.resumable = False
            clock.follow(target.status, at)
        for metric, clocks in part.shown.items():
            target.shown[metric] += clocks
        target.hidden += part.hidden
        target.active += part.active

    def _returned(self, matter: Matter, split: UndoneSplit, recorded: Recorded[Event]) -> None:
        """A split was undone. Somebody who waits in the conversation that it began opens the source again."""
        if split.opens and matter.status in CLOSED:
            self._customer_spoke(matter, recorded, stays=False)
        elif split.opens and matter.status == "waiting_on_customer":
            self._moved(matter, "open", recorded)

    def _root(self, id: str) -> Matter | None:
        return self._matters.get(self.shown_at(id))

    def _conversation(self, id: str, now: datetime) -> ConversationClocks:
        matter = self._matters.get(id)
        if matter is None:
            root = self._root(id)
            return ConversationClocks(id, root.status if root else "open", self._placement.into[id], ())
        clocks = [
            evaluated(self._policies, clock, number, now)
            for metric in METRICS
            for number, clock in enumerate(matter.shown[metric], start=1)
        ]
        return ConversationClocks(id, matter.status, None, tuple(clocks))


def order(recorded: Recorded[Event]) -> tuple[datetime, datetime, int]:
    """The sort key of events: when they happened, then when they were recorded."""
    return recorded.at, recorded.recorded_at, recorded.position


def _any_live(clocks: Iterable[RunningClock]) -> bool:
    return any(clock.live for clock in clocks)
