"""The customer's side of the views: what customers see, and in which form. Everything else is internal.

The rows are those that agents and auditors read; the database gives out only these columns. Each selection takes the
`customer_id` to whom the rows have to belong.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from domain.conversation.interaction import InteractionKind
from domain.customer import ContactKind
from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields
from domain.order.parts import Status as OrderStatus
from infra.views.selection import Selection
from infra.views.tables import Table
from projections.conversation.history import HISTORY, LATE, SHOWN, SHOWN_AT
from projections.conversation.inbox import INBOX
from projections.conversation.inbox_filter import IS_CLOSED
from projections.conversation.inbox_item import NextMove
from projections.customer.contacts import CONTACTS
from projections.customer.customer_lines import ANY_FITS, NEW, LineKind, Side, by_rule, quoted
from projections.customer.customer_promises import THEIRS
from projections.order import ORDERS as ORDERS_VIEW


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a conversation, and when it was reached; None while it is to come.

    `received`: the company has it. `taken-up`: it was first assigned to people, or answered. `answered`: all of the
    customer's messages are answered. `closed`: it was resolved, or withdrawn.
    """

    stage: Literal["received", "taken-up", "answered", "closed"]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerConversation:
    """A conversation as its customer sees it.

    `brought`: the kinds of the interactions, in order. `next_move`: whose turn it is. `waiting_since`: since when a
    message of the customer's is unanswered. `person_requested_at`: since when the customer waits for a person.
    `answered`: the customer's last verdict. `merged_into`: that conversation shows the matter. `split_from`: where the
    customer wrote the message with which it began. `bidi`: the subject may look like another text.
    """

    conversation_id: str
    subject: str | None
    channel: str
    language: str | None
    opened_at: datetime
    brought: tuple[InteractionKind, ...]
    closed: Literal["resolved", "withdrawn"] | None
    next_move: NextMove
    stages: tuple[Stage, ...]
    waiting_since: datetime | None
    person_requested_at: datetime | None
    answered: bool | None
    merged_into: str | None
    split_from: str | None
    bidi: bool


_CONVERSATION = {
    "conversation_id": "t.conversation_id",
    "subject": "t.subject",
    "channel": "t.channel",
    "language": "t.language",
    "opened_at": "t.opened_at",
    "brought": "t.kinds",
    "closed": f"CASE WHEN {IS_CLOSED} THEN t.status END",
    "next_move": "t.next_move",
    "stages": "json_build_array(json_build_object('stage', 'received', 'at', t.opened_at),"
    " json_build_object('stage', 'taken-up', 'at', t.taken_up_at),"
    " json_build_object('stage', 'answered', 'at', t.answered_at),"
    " json_build_object('stage', 'closed', 'at', t.closed_at))",
    "waiting_since": "t.waiting_since",
    "person_requested_at": "t.person_requested_at",
    "answered": "t.answered",
    "merged_into": "t.merged_into",
    "split_from": "t.split_from",
    "bidi": "t.bidi",
}

# Any: the rows shown are not rows of the table.
_INBOX: Table[Any] = Table(INBOX)
CONVERSATIONS = Selection(
    "conversations",
    _INBOX,
    order=[("t.opened_at", "timestamptz"), ("t.conversation_id", "text")],
    scope=THEIRS,
    descending=True,
    shows=_CONVERSATION,
)
"""All conversations of the customer, newest first."""
CONVERSATION = Selection(
    "conversation", _INBOX, order=[("t.conversation_id", "text")], scope=f"t.conversation_id = %(id)s AND {THEIRS}",
    shows=_CONVERSATION,
)  # fmt: skip
"""One conversation of the customer by its `id`."""


@dataclass(frozen=True, slots=True)
class CustomerLine:
    """One line of a conversation, in the order in which things happened.

    `by`: who speaks, where that matters: the customer, the company, or another participant. `participant_id`: which
    other participant said the message, or had it from the company; of a line of kind `participant`, who takes part from
    then on, by the contact point `text`. `what`: the kind of an interaction or of a contact point; a verdict (answered,
    not-answered); the status from then on (open, resolved, withdrawn); for a split, the conversation that shows the
    message from then on, None where this one shows it again. `about`: the id of the message or interaction.
    `automatic`: nobody wrote the text for this customer, or no person did on the customer's side. `adjusted`: fields
    that are not shown in full as they were sent; the path `as_sent` gives what was kept of them. `content`: the path
    that gives the files that have a `content_id`, each with `&content_id=…` behind it. `removed`: the company took the
    message out. `subject`: of a message in a known thread, as the message says it. `late`: it is back-dated. `bidi`:
    the text, or an attachment's name, may look like another text.
    """

    kind: LineKind
    by: Side | None
    at: datetime
    time_precision: RecordedPrecision
    late: bool
    about: str | None
    what: str | None
    text: str | None
    channel: str | None
    language: str | None
    automatic: bool
    attachments: tuple[Fields, ...]
    bidi: bool
    adjusted: tuple[Fields, ...]
    as_sent: str | None
    content: str | None
    participant_id: str | None
    removed: bool
    subject: str | None


_TEXT_SHOWN = by_rule(lambda rule: "true" if rule.text else "false")
_AS_SENT = (
    "CASE WHEN jsonb_array_length(t.adjusted) > 0 THEN"
    " '/conversations/' || t.conversation_id || '/as-sent?version=' || t.version END"
)
_CONTENT = (
    "CASE WHEN jsonb_path_exists(t.attachments, '$[*].content_id') AND NOT t.removed THEN"
    " '/conversations/' || t.conversation_id || '/content?version=' || t.version END"
)
_LINE = {
    "kind": by_rule(lambda rule: quoted(rule.kind)),
    "by": f"CASE WHEN t.kind = 'received' AND t.participant_id IS NOT NULL THEN 'participant'"
    f" ELSE {by_rule(lambda rule: rule.by and quoted(rule.by))} END",
    "at": "t.occurred_at",
    "time_precision": "t.time_precision",
    "late": LATE,
    "about": "t.about",
    "what": by_rule(lambda rule: "t.new" if rule.what == NEW else rule.what and quoted(rule.what)),
    "text": f"CASE WHEN {_TEXT_SHOWN} THEN t.text END",
    "channel": "t.channel",
    "language": "t.language",
    "automatic": "t.automatic",
    "attachments": "t.attachments",
    "bidi": f"t.bidi AND {_TEXT_SHOWN}",
    "adjusted": "t.adjusted",
    "removed": "t.removed",
    "as_sent": _AS_SENT,
    "content": _CONTENT,
    "participant_id": "t.participant_id",
    "subject": f"CASE WHEN {_TEXT_SHOWN} THEN t.subject END",
}

_LINES_ORDER = [("t.occurred_at", "timestamptz"), ("t.place", "bigint")]
_LINES_SCOPE = f"{SHOWN_AT} = %(id)s AND {THEIRS}"
LINES = Selection("lines", Table(HISTORY), order=_LINES_ORDER, scope=_LINES_SCOPE, which=ANY_FITS, shows=_LINE)
"""The lines of one conversation of the customer by its `id`."""
TOGETHER = LINES.across(SHOWN)
"""The lines of a conversation and of those merged into it."""
NEWEST = Selection(
    "lines", Table(HISTORY), order=_LINES_ORDER, scope=_LINES_SCOPE, which=ANY_FITS, shows=_LINE, descending=True
).across(SHOWN)
"""The lines of TOGETHER, the newest first."""


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """A message of the customer's, or to the customer, in a conversation of somebody else, of which the customer sees
    nothing more. The fields are those of a line."""

    conversation_id: str
    by: Literal["customer", "company"]
    at: datetime
    time_precision: RecordedPrecision
    late: bool
    about: str | None
    text: str | None
    channel: str | None
    language: str | None
    automatic: bool
    attachments: tuple[Fields, ...]
    bidi: bool
    adjusted: tuple[Fields, ...]
    as_sent: str | None
    content: str | None
    removed: bool


MESSAGES = Selection(
    "messages",
    Table(HISTORY),
    order=[("t.occurred_at", "timestamptz"), ("t.place", "bigint")],
    scope="t.participant_id = %(customer_id)s",
    which="t.kind IN ('received', 'sent')",
    shows={
        "conversation_id": "t.conversation_id",
        "by": "CASE t.kind WHEN 'received' THEN 'customer' ELSE 'company' END",
        "at": "t.occurred_at",
        "late": LATE,
        **{name: f"t.{name}" for name in ("time_precision", "about", "text", "channel", "language", "automatic")},
        **{name: f"t.{name}" for name in ("attachments", "bidi", "adjusted", "removed")},
        "as_sent": _AS_SENT,
        "content": _CONTENT,
    },
)
"""What was said by and to the customer in conversations of others, in the order in which it was said."""


@dataclass(frozen=True, slots=True)
class CustomerOrder:
    """An order as its customer sees it.

    `parcels`: the parts of which steps were told, returns among them, each with its number, carrier, tracking, lines,
    and when it was shipped, delivered or returned; with `part` null, the order as a whole. `cancellations`: what was
    cancelled, `{lines, at}`; without lines, the whole order. `inexact`: the steps of which no exact time was told.
    """

    order_id: str
    status: OrderStatus
    number: str | None
    placed_at: datetime
    placed_on: date | None
    item_count: int | None
    value: Decimal | None
    currency: str | None
    lines: tuple[Fields, ...]
    promise_id: str | None
    promised_at: datetime | None
    shipped_at: datetime | None
    carrier: str | None
    tracking: str | None
    delivered_at: datetime | None
    in_full: bool | None
    undamaged: bool | None
    documents_right: bool | None
    cancelled_at: datetime | None
    returned_at: datetime | None
    conversations: tuple[str, ...]
    parcels: tuple[Fields, ...]
    cancellations: tuple[Fields, ...]
    inexact: tuple[str, ...]


def _without_reasons(column: str) -> str:
    """The documents of a column without what colleagues wrote down as the reason."""
    without = "jsonb_agg(each.document - 'because' ORDER BY each.number)"
    documents = f"jsonb_array_elements(t.{column}) WITH ORDINALITY AS each (document, number)"
    return f"(SELECT coalesce({without}, '[]') FROM {documents})"  # noqa: S608


ORDERS = Selection(
    "orders",
    Table(ORDERS_VIEW),
    order=[("t.order_id", "text")],
    scope=THEIRS,
    which="t.status IS NOT NULL",
    shows={name: f"t.{name}" for name in CustomerOrder.__slots__}
    | {"value": "t.value::text", **{name: _without_reasons(name) for name in ("parcels", "cancellations")}},
)
"""The customer's orders, in the order in which they became known."""


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point of the customer. `shared`: several people use it."""

    kind: ContactKind
    value: str
    shared: bool


@dataclass(frozen=True, slots=True)
class Consent:
    """The customer's last word on one purpose. `by`: the customer, or who said so for them."""

    purpose: str
    given: bool
    at: datetime
    by: Literal["customer", "company"]


@dataclass(frozen=True, slots=True)
class CustomerContact:
    """How the customer can be reached, and wants to be. `zone`: the time zone in which they live, where it is known."""

    customer_id: str
    name: str | None
    points: tuple[Point, ...]
    channel: str | None
    language: str | None
    quiet: bool
    chosen_at: datetime | None
    consents: tuple[Consent, ...]
    zone: str | None


_CONTACTS = Table(CONTACTS)
CONTACT = Selection(
    "contact",
    _CONTACTS,
    order=[("t.customer_id", "text")],
    scope=THEIRS,
    shows={name: f"t.{name}" for name in CustomerContact.__slots__}
    | {
        "consents": "(SELECT coalesce(json_agg(json_build_object('purpose', each -> 'purpose',"
        " 'given', each -> 'given', 'at', each -> 'at',"
        " 'by', CASE each ->> 'by' WHEN 'customer' THEN 'customer' ELSE 'company' END) ORDER BY n), '[]')"
        " FROM jsonb_array_elements(t.consents) WITH ORDINALITY AS listed(each, n))",
    },
)
"""The customer's contact."""
