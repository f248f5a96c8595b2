"""A row of the inbox: a conversation, as the inbox shows it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from domain.conversation import events as c
from domain.conversation.events import Priority, Status
from domain.kernel.event import Event, Recorded
from domain.kernel.replace import replace
from domain.message import DeliveryChanged
from domain.service_level.policy import Metric
from infra.views.columns import Document
from infra.views.view import HIDDEN, WIPED

ARRIVED_OR_NOT = frozenset({"failed", "delivered", "read"})
"""The states of a message by which its customer has it, or has not."""
NextMove = Literal["company", "customer", "nobody"]


@dataclass(frozen=True, slots=True)
class Item:
    """A conversation as the inbox shows it.

    `interactions` and `kinds` go together, in the order in which they were brought. `waiting_since`: the customer's
    first message that nobody has answered; None once answered or closed. An automatic reply answers nothing; with an
    answer that the customer disputes, the waiting begins anew. `answered`: the customer's last verdict.
    `person_requested_at`: since when the customer waits for a person: only a person's reply answers.
    `taken_up_at`: when it was first assigned to people or answered. `answered_at`: when all was answered; None while
    the customer waits or disputes. `closed_at`: since when it has been resolved or withdrawn. `split_from`: where the
    message was said with which it began; it counts as opened at the time of that message. `version`: how many events
    the conversation has. `merged_into`: that conversation shows it, and the inbox does not. `next_move`: whose turn it
    is; nobody's once closed, or shown by another. `members`: where others were merged into this one, what each of them
    has, this one first; the fields above then sum up all (`domain/conversation/waiting.py`). `bidi`: the subject holds
    controls that turn the direction of writing, and may look like another text. `due_at`: the first due of its running
    clocks, as the watch recorded them; `due_metric`: which clock; `due_warned`: whether the due came near;
    `due_missed`: whether the due passed. None where nothing runs or is promised. `undelivered_since`: since when
    replies in it go to a contact point that counts as failing; None once that was cleared. `reply_failed_at`: since
    when it is known that the last answer did not arrive, so that the customer still waits for one; None once it
    arrived after all, another answer left, or the conversation was closed. By this, too, the inbox is ordered.
    """

    conversation_id: str
    version: int
    customer_id: str
    channel: str
    priority: Priority
    opened_at: datetime
    last_at: datetime
    status: Status = "open"
    subject: Annotated[str | None, WIPED] = None
    language: str | None = None
    product_area: str | None = None
    segment: str | None = None
    team_id: str | None = None
    agent_id: str | None = None
    interactions: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    messages_in: int = 0
    messages_out: int = 0
    answered: bool | None = None
    person_requested_at: datetime | None = None
    taken_up_at: datetime | None = None
    answered_at: datetime | None = None
    closed_at: datetime | None = None
    merged_into: str | None = None
    split_from: str | None = None
    members: tuple[Document, ...] = ()
    next_move: NextMove = "company"
    bidi: bool = False
    due_at: datetime | None = None
    due_metric: Metric | None = None
    due_warned: bool = False
    due_missed: bool = False
    undelivered_since: datetime | None = None
    reply_failed_at: datetime | None = None
    # For the fold alone. The first four are of the conversation itself, whatever is shown at it, and are explained in
    # domain/conversation/waiting.py. `brings`: what it brought along where it is merged into another, itself first.
    # `stands_at`: by which the inbox is ordered; of all that is shown at it, as `waiting_since`. `apart`: what may be
    # one matter with it, and somebody left apart. `reply_id`: the last answer, which may yet fail.
    unanswered: Annotated[tuple[Document, ...], HIDDEN] = ()
    last_answer_at: Annotated[datetime | None, HIDDEN] = None
    for_person: Annotated[bool, HIDDEN] = False
    taken: Annotated[bool, HIDDEN] = False
    brings: Annotated[tuple[Document, ...], HIDDEN] = ()
    stands_at: Annotated[datetime | None, HIDDEN] = None
    apart: Annotated[tuple[str, ...], HIDDEN] = ()
    reply_id: Annotated[str | None, HIDDEN] = None


def with_reply(row: Item, recorded: Recorded[Event]) -> Item:
    """The row after what became of the last answer: it left, did not arrive, or arrived after all."""
    event = recorded.event
    match event:
        case c.MessageSent(automatic=False, aside_by=None):
            return replace(row, reply_id=event.message_id, reply_failed_at=None)
        case c.StatusChanged() | c.ConversationWithdrawn() if row.status in c.CLOSED:
            return replace(row, reply_failed_at=None) if row.reply_failed_at else row
        case DeliveryChanged(state="failed") if event.message_id == row.reply_id:
            return replace(row, reply_failed_at=row.reply_failed_at or recorded.recorded_at)
        case DeliveryChanged(state="delivered" | "read") if event.message_id == row.reply_id:
            return replace(row, reply_failed_at=None)
        case _:
            return row
