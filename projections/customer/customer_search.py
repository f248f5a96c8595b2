"""What a customer finds by words: in the customer's own conversations, orders and contact, and what was said by and to
the customer in conversations of others; nothing internal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from domain.kernel.ids import kind_of
from domain.kernel.time import RecordedPrecision
from infra.postgres.database import Connection
from infra.views.selection import Page
from infra.views.snippet import Part
from projections.customer.customer_lines import Side
from projections.search import finding
from projections.search.finding import Found, Scope
from projections.search.passage import Passage

FoundKind = Literal["message", "subject", "name", "contact-point", "order"]


@dataclass(frozen=True, slots=True)
class CustomerFound:
    """A text that a customer found, with an excerpt. `by`: who said a message. `conversation_id` shows it; of an order
    that was placed, `order_id` is the order. `about`: the id of the message. `participant_id`: as of a line of a
    conversation. `alike`: found by a word that is one slip apart. `bidi`: the text holds controls that turn the
    direction of writing."""

    kind: FoundKind
    by: Side | None
    conversation_id: str | None
    order_id: str | None
    at: datetime
    time_precision: RecordedPrecision
    about: str | None
    language: str | None
    participant_id: str | None
    snippet: tuple[Part, ...]
    alike: bool
    bidi: bool


def read(
    connection: Connection,
    customer_id: str,
    words: str,
    *,
    language: str | None = None,
    cursor: str | None = None,
    limit: int = 20,
) -> Page[CustomerFound]:
    """What the customer finds by all of these words. Raises Refusal as `projections.search.finding.read`."""
    scope = Scope.of_customer(customer_id)
    page = finding.read(connection, scope, words, language=language, cursor=cursor, limit=limit)
    return Page([_shown(each, customer_id) for each in page.rows], page.cursor)


def _shown(found: Found, customer_id: str) -> CustomerFound:
    passage = found.passage
    kind = kind_of(passage.stream)
    return CustomerFound(
        kind=_kind(passage),
        by=_by(passage, customer_id),
        conversation_id=passage.stream if kind == "conversation" else None,
        order_id=passage.stream if kind == "order" else None,
        at=passage.at,
        time_precision=passage.time_precision,
        about=passage.about,
        language=passage.language,
        participant_id=passage.participant_id,
        snippet=found.snippet,
        alike=found.alike,
        bidi=found.bidi,
    )


def _kind(passage: Passage) -> FoundKind:
    match passage.kind:
        case "received" | "sent":
            return "message"
        case "note":
            raise ValueError("a note is for colleagues, and no customer finds it")
        case kind:
            return kind


def _by(passage: Passage, customer_id: str) -> Side | None:
    match passage.kind:
        case "received":
            return "customer" if passage.participant_id in (None, customer_id) else "participant"
        case "sent":
            return "company"
        case _:
            return None
