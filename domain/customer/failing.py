"""Contact points that fail: which failures of a reply say that its address does not work, and from when on it counts
as one that fails.

A failure that is about the mail itself, such as its size, says nothing of the address.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from domain.customer.contact_point import ContactKind
from domain.customer.events import ContactPointCleared, ContactPointFailed, ContactPointRemoved
from domain.kernel.event import Event

SOFT_IN_A_ROW = 3
"""After so many failures that may pass, with no report of delivery in between, a contact point counts as failing."""

Says = Literal["for-good", "for-now"]
_STATUS = re.compile(r"bounced-([45])-([0-9]+)-([0-9]+)", re.ASCII)
_FOR_GOOD = frozenset({"address-unusable", "bounced-550", "bounced-551", "bounced-553"})
"""Codes after which nothing can arrive there: RFC 5321, 4.2.3, as the server said that is in charge of the address. The
server behind us says `smtp-550` for other reasons, too."""
_OF_THE_MAIL = frozenset({"files-too-large", "automatic-limit", "withheld", "no-address"})


def says_of_address(code: str) -> Says | None:
    """What the code of a failed reply says of its address: it does not work, or not now; None: nothing.

    By the statuses of RFC 3463: the class 5 with an address that does not exist (X.1, but the sender's: X.1.7, X.1.8)
    or a mailbox that is disabled (X.2.1) is for good. A full mailbox, a network or a policy may be different tomorrow.
    Of the mail itself are its size (X.2.3, X.3.4) and its content (X.6).
    """
    if code in _OF_THE_MAIL or code.startswith("content-"):
        return None
    if code in _FOR_GOOD:
        return "for-good"
    if (status := _STATUS.fullmatch(code)) is None:
        return "for-now"
    kind, subject, detail = status[1], status[2], status[3]
    if subject == "6" or (subject, detail) in (("2", "3"), ("3", "4"), ("1", "7"), ("1", "8")):
        return None
    return "for-good" if kind == "5" and (subject == "1" or (subject, detail) == ("2", "1")) else "for-now"


@dataclass(frozen=True, slots=True)
class Missed:
    """What is known of replies to a contact point that did not arrive, since it was cleared last: how many in a row,
    which ones, the last of them, why, and, where it counts as `failing`, the conversations concerned. `reached`: the
    last reply that arrived and cleared it; none."""

    in_a_row: int = 0
    failing: bool = False
    message_ids: frozenset[str] = frozenset()
    message_id: str = ""
    code: str = ""
    conversation_ids: tuple[str, ...] = ()
    reached: str = ""

    def with_one(self, message_id: str, says: Says) -> tuple[int, bool]:
        """How many there are in a row with this one, which may be reported again, and whether the contact point counts
        as failing then."""
        number = self.in_a_row + (message_id not in self.message_ids)
        return number, self.failing or says == "for-good" or number >= SOFT_IN_A_ROW


def missed(events: Iterable[Event]) -> Mapping[tuple[ContactKind, str], Missed]:
    """What is known of each contact point as it was recorded, by the events of the customer's whole stream."""
    found: dict[tuple[ContactKind, str], Missed] = {}
    for event in events:
        match event:
            case ContactPointFailed():
                place = (event.contact_kind, event.value)
                before = found.get(place, Missed())
                ids = (*before.conversation_ids, *([event.conversation_id] if event.failing else []))
                found[place] = replace(
                    before,
                    in_a_row=event.in_a_row,
                    failing=event.failing,
                    message_ids=before.message_ids | {event.message_id},
                    message_id=event.message_id,
                    code=event.code,
                    conversation_ids=tuple(dict.fromkeys(ids)),
                )
            case ContactPointCleared():
                place = (event.contact_kind, event.value)
                reached = max(found.get(place, Missed()).reached, event.message_id or "")
                found[place] = Missed(reached=reached)
            case ContactPointRemoved():
                found.pop((event.contact_kind, event.value), None)
    return found
