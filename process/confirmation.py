"""Does what a second person has confirmed."""

from __future__ import annotations

from collections.abc import Iterable

from domain.confirmation import ConfirmationGiven, DoConfirmed
from domain.kernel.event import Recorded
from process.reaction import Reaction, Request


class ConfirmedActs(Reaction[ConfirmationGiven]):
    """Erases whose erasure was confirmed. An export waits for who fetches it."""

    name = "confirmed-acts"
    begins = "at-zero"

    def react(self, recorded: Recorded[ConfirmationGiven]) -> Iterable[Request]:
        """What was confirmed."""
        yield Request(recorded.originator_id, DoConfirmed(confirmation_id=recorded.event.confirmation_id))
