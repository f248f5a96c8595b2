"""Owes contributors the outcomes of signals, handles the timers of contacts, and reviews what a person is owed when
their wishes change or a merge is undone. The streams of the person decide whether there is anything to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from commands.attention.contacting import review
from commands.executor.context import Context
from domain.attention.contacts import Outcome, OweContributors, ReviewContacts, customer_of, stream_of
from domain.customer import ConsentGiven, CustomerSeparated, PreferencesChosen
from domain.kernel.event import Actor, Recorded
from domain.signal.events import SignalDeclined, SignalPlanned, SignalShipped
from process.reaction import Reaction, Request
from process.watch import TimerHandler
from projections.timer import TimerRow

_WATCH = Actor(id="system-contact-watch", kind="system")


class ContactTimers(TimerHandler):
    """Handles timers of contacts. All watches run the same command, so that several watches do no more than one."""

    kind = "contacts"
    name = "contact-watch"
    AT_ONCE = 4
    failed = "contacts-not-reviewed"
    noun = "contacts"
    ignores = frozenset({"customer-erased"})

    def handle(self, timer: TimerRow, now: datetime) -> None:
        """Tell the person what is due, or record why not. Raises as `review`."""
        # Without a command id: the streams say what is due, and a person may be due again before this timer moves.
        command = ReviewContacts(customer_id=customer_of(timer.id))
        review(self.executor, command, Context(_WATCH), not_before=now)


class ContactReviews(Reaction[ConsentGiven | PreferencesChosen | CustomerSeparated]):
    """Tries again what a wish forbade, and what somebody was told as one person with another customer."""

    name = "contact-reviews"
    begins = "at-end"

    def react(self, recorded: Recorded[ConsentGiven | PreferencesChosen | CustomerSeparated]) -> Iterable[Request]:
        """A review for each customer whom the event concerns."""
        event = recorded.event
        for customer_id in (event.customer_id, *([event.out_of] if isinstance(event, CustomerSeparated) else [])):
            yield Request(stream_of(customer_id), ReviewContacts(customer_id=customer_id))


_OUTCOMES: dict[type[SignalPlanned | SignalShipped | SignalDeclined], Outcome] = {
    SignalPlanned: "planned",
    SignalShipped: "shipped",
    SignalDeclined: "declined",
}


class SignalAnswers(Reaction[SignalPlanned | SignalShipped | SignalDeclined]):
    """Owes every contributor to a signal the news of each outcome."""

    name = "signal-answers"
    begins = "at-zero"

    def react(self, recorded: Recorded[SignalPlanned | SignalShipped | SignalDeclined]) -> Iterable[Request]:
        """The outcome has the position of its event as its id."""
        event = recorded.event
        command = OweContributors(
            outcome_id=str(recorded.position),
            outcome=_OUTCOMES[type(event)],
            signal_id=event.signal_id,
            area=event.area,
            theme=event.theme,
        )
        yield Request(event.signal_id, command)
