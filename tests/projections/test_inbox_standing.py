"""A row of the inbox holds the standing of its conversation, however many pages the events came in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from domain.conversation import events as c
from domain.conversation.members import standing
from domain.conversation.waiting import Share
from domain.kernel.event import Actor, Draft, Envelope
from projections.conversation.inbox import INBOX, Item

Happening = (
    c.MessageReceived | c.MessageSent | c.StatusChanged | c.InteractionAdded | c.PersonRequested | c.MessageSplit
    | c.MessageReturned
)  # fmt: skip
ADA: dict[str, Any] = {"customer_id": "customer-ada"}  # Any: fields of events
OPENED = c.Opened(**ADA, opened_by="customer", channel="mail")
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def said(id: str) -> c.MessageReceived:
    return c.MessageReceived(**ADA, message_id=id, channel="mail", body="x")


HAPPENINGS: list[Happening] = [
    *map(said, ("m1", "m2", "m3")),
    c.MessageSent(**ADA, message_id="m4", channel="mail", body="y"),
    c.MessageSent(**ADA, message_id="m5", channel="mail", body="y", automatic=True),
    c.StatusChanged(**ADA, status="resolved", previous="open"),
    c.StatusChanged(**ADA, status="open", previous="resolved"),
    c.InteractionAdded(**ADA, interaction_id="i1", kind="inquiry"),
    c.PersonRequested(**ADA),
    c.MessageSplit(**ADA, message_id="m1", message_version=2, into="conversation-2"),
    c.MessageReturned(**ADA, message_id="m1", message_version=2, out_of="conversation-2"),
]


@given(happened=st.lists(st.sampled_from(HAPPENINGS), max_size=12))
def test_a_row_holds_what_follows_from_its_events(happened: list[Happening]) -> None:
    row: Item | None = None
    share = Share("conversation-1")
    for number, event in enumerate((OPENED, *happened), start=1):
        envelope = Envelope(event_id="e", actor=Actor(id="somebody", kind="customer" if number % 3 else "agent"))
        draft: Draft[c.Opened | Happening] = Draft("conversation-1", number, event, envelope)
        recorded = draft.recorded(number, NOON + timedelta(minutes=number))
        row, share = INBOX.fold(row, recorded), share.after(recorded)
        assert row is not None
        assert standing(row).own == share
