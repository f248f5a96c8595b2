"""The search view: a row for each text that can be found, with the words it is found by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, ClassVar, Literal, assert_never, get_args

from domain import customer
from domain.conversation import events as c
from domain.kernel.event import Recorded
from domain.kernel.personal import ERASED
from domain.kernel.time import RecordedPrecision
from domain.kernel.values import Fields
from domain.order import events as order
from domain.stranger import PersonErased, who_was_erased
from infra.views import windows
from infra.views.lexemes import lexemes
from infra.views.view import WIPED, Match, Target, View

Kind = Literal["received", "sent", "note", "subject", "name", "contact-point", "order"]
INTERNAL: tuple[Kind, ...] = ("note",)
"""The kinds that customers never see, even about themselves."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One text that can be found. `place`: its event's position in the log. `stream`: the conversation, customer or
    order that shows it. `about`: the id of the message or note. `participant_id`: who said the message, or to whom it
    was said, where that is not the conversation's customer. A subject, a name or a number is a text of its own."""

    place: int
    customer_id: str
    stream: str
    kind: Kind
    at: datetime
    text: Annotated[str, WIPED]
    time_precision: RecordedPrecision = "exact"
    about: str | None = None
    language: str | None = None
    participant_id: str | None = None


@dataclass(frozen=True, slots=True)
class Indexed(Passage):
    """A passage and what it is found by: a tsvector (`infra/views/lexemes.py`)."""

    found_by: Annotated[str, WIPED] = ""


def indexed(passage: Passage) -> Indexed:
    """The row of a passage. What was erased before it was read is found by nothing."""
    slips = passage.kind in _SHORT
    found_by = ERASED if passage.text == ERASED else lexemes(passage.text, passage.language, slips=slips)
    return Indexed(
        passage.place, passage.customer_id, passage.stream, passage.kind, passage.at, passage.text,
        passage.time_precision, passage.about, passage.language, passage.participant_id, found_by,
    )  # fmt: skip


_AT_LENGTH = "kind IN ('received', 'sent', 'note')"
_SHORT: tuple[Kind, ...] = ("name", "contact-point", "order")
"""The kinds that are found in spite of a slip."""


_Shown = (
    c.Opened | c.SubjectChanged | c.MessageReceived | c.MessageSent | c.NoteAdded | c.OrderNamed
    | customer.Registered | customer.NameChanged | customer.ContactPointAdded | order.Placed
)  # fmt: skip
_Reads = _Shown | c.MessageSplit | c.MessageReturned | c.MessageRemoved | customer.ContactPointRemoved | PersonErased


class Search(View[Indexed, _Reads]):
    """Passages by their place in the log."""

    name = "search"
    row = Indexed
    key = ("place",)
    version = 6
    grows = True
    computed: ClassVar[Mapping[str, str]] = {
        # Names, numbers and subjects weigh more than long texts. Slips are of words (weight D) and of numbers (B), and
        # not of words inside of a number (C).
        "words": f"""tsvector GENERATED ALWAYS AS (CASE WHEN text <> '{ERASED}' THEN
            setweight(found_by::tsvector, CASE WHEN {_AT_LENGTH} THEN 'D'::"char" ELSE 'A' END)
            || CASE WHEN kind IN {_SHORT} THEN views.slips(ts_filter(found_by::tsvector, ARRAY['b', 'd']::"char"[]))
                ELSE '' END
            || array_to_tsvector(ARRAY['@' || coalesce(split_part(lower(language), '-', 1), ''), {windows.IN_SQL}])
            END) STORED""",
    }
    indexes = (
        "customer_id, place DESC",
        "USING btree (participant_id, place DESC) WHERE participant_id IS NOT NULL",
        # Every query would read the whole pending list.
        "USING gin (words) WITH (gin_pending_list_limit = 256)",
    )
    at_once = frozenset(get_args(PersonErased))

    def keys(self, recorded: Recorded[_Reads]) -> Iterable[Target]:
        """A passage for each event that has a text. For what changes earlier ones, the customer's passages, too; for an
        erasure, the person's."""
        event = recorded.event
        if isinstance(event, PersonErased):
            yield from (Match(column, who_was_erased(event)) for column in ("customer_id", "participant_id"))
            return
        if isinstance(event, (customer.NameChanged, c.SubjectChanged, *_ONLY_CHANGES)):
            yield Match("customer_id", event.customer_id)
        if not isinstance(event, _ONLY_CHANGES) and _text(event):
            yield (recorded.position,)

    def fold(self, row: Indexed | None, recorded: Recorded[_Reads]) -> Indexed | None:
        """Write the passage; note where its message is shown; wipe the text and PostgreSQL's words of it on erasure,
        and once it is no name or contact point of the customer's any more."""
        event = recorded.event
        if isinstance(event, PersonErased):
            theirs = row is not None and (row.participant_id or row.customer_id) == who_was_erased(event)
            return _found_by_nothing(row) if row is not None and theirs else row
        if isinstance(event, c.MessageRemoved):
            return _found_by_nothing(row) if row is not None and row.about == event.message_id else row
        if isinstance(event, customer.ContactPointRemoved):
            return _found_by_nothing(row) if row and (row.kind, row.text) == ("contact-point", event.value) else row
        if isinstance(event, customer.NameChanged) and row is not None:
            return _found_by_nothing(row) if row.kind == "name" else row
        if isinstance(event, c.SubjectChanged) and row is not None:
            former = (row.kind, row.stream) == ("subject", recorded.originator_id)
            return _found_by_nothing(row) if former else row
        if isinstance(event, _SPLITS):
            if row is None or row.about != event.message_id:
                return row
            return replace(row, stream=event.into if isinstance(event, c.MessageSplit) else recorded.originator_id)
        text = _text(event)
        assert text is not None
        passage = Passage(
            place=recorded.position,
            customer_id=event.customer_id,
            stream=recorded.originator_id,
            at=recorded.at,
            time_precision=recorded.envelope.time_precision,
            text=text,
            **_about(event),
        )
        return indexed(passage)


_SPLITS = (c.MessageSplit, c.MessageReturned)
_ONLY_CHANGES = (c.MessageRemoved, customer.ContactPointRemoved, *_SPLITS)


def _found_by_nothing(row: Indexed) -> Indexed:
    return replace(row, text=ERASED, found_by=ERASED)


SEARCH = Search()


def _text(event: _Shown) -> str | None:
    match event:
        # What was erased is one word, as in a row that was wiped: a replay of two would be another row.
        case c.MessageReceived() if event.subject and event.body != ERASED:
            return f"{event.subject}\n{event.body}"
        case c.MessageReceived() | c.MessageSent() | c.NoteAdded():
            return event.body
        case c.Opened() | c.SubjectChanged():
            return event.subject
        case customer.Registered() | customer.NameChanged():
            return event.name
        case customer.ContactPointAdded():
            return event.value
        case order.Placed() | c.OrderNamed():
            return event.number
        case _:
            assert_never(event)


def _about(event: _Shown) -> Fields:
    match event:
        case c.MessageReceived():
            return {"kind": "received", **_message(event)}
        case c.MessageSent():
            return {"kind": "sent", **_message(event)}
        case c.NoteAdded():
            return {"kind": "note", "about": event.note_id}
        case c.Opened():
            return {"kind": "subject", "language": event.language}
        case c.SubjectChanged():
            return {"kind": "subject"}
        case customer.Registered() | customer.NameChanged():
            return {"kind": "name"}
        case customer.ContactPointAdded():
            return {"kind": "contact-point"}
        case order.Placed():
            return {"kind": "order"}
        case c.OrderNamed():
            return {"kind": "order", "about": event.message_id, "participant_id": event.participant_id}
        case _:
            assert_never(event)


def _message(event: c.MessageReceived | c.MessageSent) -> Fields:
    return {"about": event.message_id, "language": event.language, "participant_id": event.participant_id}
